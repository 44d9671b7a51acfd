/** SHA-256 of many pieces that are never in memory together: a hash of the pieces' hashes, in order. */
export class PiecewiseHash {
  private sum = new Uint8Array(32);

  async add(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const both = new Uint8Array(64);
    both.set(this.sum);
    both.set(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), 32);
    this.sum = new Uint8Array(await crypto.subtle.digest('SHA-256', both));
  }

  get hex(): string {
    return hexadecimal(this.sum.buffer);
  }
}

export function hexadecimal(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Of several texts, whose borders count. */
export async function textHash(texts: readonly string[]): Promise<string> {
  return hexadecimal(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(texts))));
}
