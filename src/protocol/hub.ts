/** Commands of the hub worker: the only thread with network. It fetches files of this site and never sees a frame. */
import type { ModelFile } from './trainer';
import type { RequestSeen } from './watch';

export type HubCommands = {
  /** Fetches the files named by `<base>/manifest.json` (`{"files": [{"path", "bytes", "sha256"}]}`) and checks them. */
  'folder.fetch': { params: { base: string }; result: { files: ModelFile[]; bytes: number } };
  /** Fetches single files of this site, e.g. the WASM binaries. */
  'bytes.fetch': { params: { urls: string[] }; result: { url: string; bytes: ArrayBuffer }[] };
};

export type HubEvents = {
  /** `watchRequests` at work in this thread. */
  'network.request': RequestSeen;
};
