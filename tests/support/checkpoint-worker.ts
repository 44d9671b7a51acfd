/** Writes one checkpoint in a dedicated worker, where OPFS has synchronous access. */
import { writeCheckpoint } from '../../src/store/checkpoints';

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<{ runId: string; step: number; bytes: Uint8Array<ArrayBuffer> }>) => void) | null;
  postMessage(message: unknown): void;
};

scope.onmessage = ({ data }) => {
  const synchronous = 'createSyncAccessHandle' in FileSystemFileHandle.prototype;
  void writeCheckpoint(data.runId, data.step, data.bytes).then(
    (written) => scope.postMessage({ ...written, synchronous }),
    (error: unknown) => scope.postMessage(String(error)),
  );
};
