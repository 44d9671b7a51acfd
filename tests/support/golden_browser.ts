/** Reads goldens over Vite's server. */
export async function readGolden(path: string): Promise<Blob> {
  const response = await fetch(new URL(`/tests/golden/${path}`, location.href));
  // Vite answers an unknown path with the page.
  if (!response.ok || response.headers.get('content-type')?.startsWith('text/html'))
    throw new Error(`No golden ${path}`);
  return response.blob();
}
