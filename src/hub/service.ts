/**
 * The hub worker's commands: this site's own files, and models from the hub when the user asks, all checked by size and
 * hash. It never sees a frame.
 */
import * as v from 'valibot';
import { WhyLiveError, modelKey, type CallContext, type Handlers, type HubCommands, type ModelFile } from '../protocol';
import { Download, fetchBlob, sameSite } from './download';
import { fetchModel } from './fetch_model';
import { listModel } from './listing';
import { realNetwork } from './network';
import { opfsDisk } from './opfs_disk';

const Manifest = v.object({
  files: v.pipe(
    v.array(
      v.object({
        // Inside the folder: no scheme, no leading slash, no way up.
        path: v.pipe(v.string(), v.regex(/^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^/\\:?#][^\\:?#]*$/)),
        bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
        sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/i)),
      }),
    ),
    v.minLength(1),
  ),
});

/** Handlers for `serve` in the hub worker. */
export function hubService(): Handlers<HubCommands> {
  const network = realNetwork();
  return {
    'folder.fetch': ({ base }, context) => fetchFolder(base, context),
    'bytes.fetch': fetchBytes,
    'model.list': (asked, { signal, progress }) =>
      listModel(asked, network, signal, (label) =>
        progress({ label, done: 0, total: 0, unit: 'bytes', rate: null, secondsLeft: null }),
      ),
    'model.download': async ({ listing, token, folder }, { signal, progress }) => {
      const disk = await opfsDisk(folder, modelKey(listing));
      return fetchModel(listing, token, disk, network, signal, progress);
    },
  };
}

/**
 * Fetches a folder by its manifest; progress in bytes.
 * @throws WhyLiveError naming the file that is missing, of another size, or of another hash
 */
async function fetchFolder(
  base: string,
  context: Pick<CallContext, 'signal' | 'progress'>,
): Promise<{ files: ModelFile[]; bytes: number }> {
  const folder = base.endsWith('/') ? base : `${base}/`;
  const manifestUrl = sameSite(`${folder}manifest.json`);
  const manifest = readManifest(await (await fetchBlob(manifestUrl, context.signal)).text(), manifestUrl);
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const download = new Download(total, context);
  const files: ModelFile[] = [];
  for (const { path, bytes, sha256 } of manifest.files) {
    const url = sameSite(folder + path.split('/').map(encodeURIComponent).join('/'));
    const blob = await download.file(url, path);
    if (blob.size !== bytes)
      throw damaged(path, `has ${blob.size} bytes instead of the ${bytes} that its manifest states`);
    if ((await hashOf(blob)) !== sha256.toLowerCase())
      throw damaged(path, 'does not have the SHA-256 that its manifest states');
    files.push({ path, blob });
  }
  return { files, bytes: total };
}

async function fetchBytes(
  { urls }: { urls: string[] },
  context: CallContext,
): Promise<{ url: string; bytes: ArrayBuffer }[]> {
  const out: { url: string; bytes: ArrayBuffer }[] = [];
  const download = new Download(null, context);
  for (const url of urls) {
    const bytes = await (await download.file(sameSite(url), url)).arrayBuffer();
    context.transfer(bytes);
    out.push({ url, bytes });
  }
  return out;
}

function readManifest(text: string, url: string): v.InferOutput<typeof Manifest> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A server that answers every unknown address with its start page sends HTML here.
    throw new WhyLiveError({
      file: url,
      cause: 'The list of files is not JSON: the folder is probably not part of this build.',
      remedy: 'Build the page again, or check where it is served from.',
    });
  }
  const parsed = v.safeParse(Manifest, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new WhyLiveError({
    file: url,
    cause: `The list of files is wrong at ${v.getDotPath(issue) ?? 'its top'}: ${issue.message}.`,
    remedy: 'Build the page again.',
  });
}

async function hashOf(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function damaged(path: string, what: string): WhyLiveError {
  return new WhyLiveError({
    file: path,
    cause: `The downloaded file ${what}.`,
    remedy: 'Reload the page without its cache; if it stays so, the files on the server come from different builds.',
  });
}
