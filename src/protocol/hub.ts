/**
 * Commands of the hub worker: the only thread with network. It fetches files of this site and, when the user asks for
 * it, a model from the hub; it never sees a frame.
 */
import type { OnnxKinds } from './onnx';
import type { PeerDevice } from './peer';
import type { ModelFile } from './trainer';
import type { RequestSeen } from './watch';

/** Where models come from unless the page's address says otherwise (`?hub=`, the `HF_ENDPOINT` of other programs). */
export const DEFAULT_HUB = 'https://huggingface.co';

/** What a file must hash to: LFS files have a SHA-256, small ones the SHA-1 of their git blob. */
export interface FileHash {
  kind: 'sha256' | 'git-sha1';
  /** Lower-case hexadecimal. */
  hex: string;
}

export interface HubFile {
  /** Path in the repository, e.g. `model.safetensors`. */
  path: string;
  bytes: number;
  hash: FileHash;
}

/** What a model is fetched for: our engine (safetensors), or the second engine in Inspect (ONNX). */
export type ModelUse = 'train' | 'ask';

/** What a download will fetch, pinned to one commit: shown before anything is fetched, and stored beside the files. */
export interface HubListing {
  /** Address of the hub, without a slash at its end. */
  endpoint: string;
  /** `owner/name` as the hub spells it. */
  id: string;
  /** The branch, tag or commit that was asked for. */
  revision: string;
  /** 40 hexadecimal digits. */
  commit: string;
  /** As the model card says, e.g. `apache-2.0`; null: it does not say. */
  licence: string | null;
  /** True where the hub wants its terms accepted first. */
  gated: boolean;
  /** Kind of weights of each ONNX session, for the second engine; null: safetensors, for our engine. */
  onnx: OnnxKinds | null;
  files: HubFile[];
  /** All files together. */
  bytes: number;
}

export interface HubRequest {
  endpoint: string;
  id: string;
  revision: string;
  /** `train` gives ONNX too where a repository has nothing else. */
  use: ModelUse;
  /** What ONNX Runtime would compute on: which kinds of weights run depends on it. */
  device: PeerDevice;
  /** Sent to `endpoint` alone; kept nowhere. */
  token: string | null;
}

export interface HubOutcome {
  /** Bytes that came over the network in this call. */
  fetched: number;
  /** Sentences about what did not go as usual. */
  remarks: string[];
}

/**
 * The folder of one model inside `models/`: one for each commit, use and choice of ONNX kinds, so that two revisions, or
 * the safetensors and the ONNX files of one, lie side by side.
 */
export function modelKey({ id, commit, onnx }: Pick<HubListing, 'id' | 'commit' | 'onnx'>): string {
  const kinds = onnx === null ? '' : `+onnx.${Object.values(onnx).join('.')}`;
  return `${id.replace('/', '--')}@${commit}${kinds}`;
}

/** The name under which a file of a repository is stored: flat, whatever folders its path has. */
export function storedName(path: string): string {
  return encodeURIComponent(path);
}

/**
 * Beside the files of a model: the listing, written before the first byte, and the mark that all files were checked.
 * `storedName` never gives a name with `=`.
 */
export const LISTING_FILE = '=listing.json';
export const DONE_FILE = '=done.json';

export type HubCommands = {
  /** Fetches the files named by `<base>/manifest.json` (`{"files": [{"path", "bytes", "sha256"}]}`) and checks them. */
  'folder.fetch': { params: { base: string }; result: { files: ModelFile[]; bytes: number } };
  /** Fetches single files of this site, e.g. the WASM binaries. */
  'bytes.fetch': { params: { urls: string[] }; result: { url: string; bytes: ArrayBuffer }[] };
  /** Asks the hub what a model consists of. Nothing of the model itself is fetched. */
  'model.list': { params: HubRequest; result: HubListing };
  /**
   * Fetches what is missing of a listing into `<folder>/<modelKey>`, checked by hash; goes on where an earlier call
   * ended. `folder` is the only part of the browser's storage that this thread can reach.
   */
  'model.download': {
    params: { listing: HubListing; token: string | null; folder: FileSystemDirectoryHandle };
    result: HubOutcome;
  };
};

export type HubEvents = {
  /** `watchRequests` at work in this thread. */
  'network.request': RequestSeen;
};
