/** The frames worker's commands. */
import { WorkerError, type FramesCommands, type Handlers, type SampleRow } from '../protocol';
import { importFiles } from './import';
import { proveSealed } from './network_proof';

/**
 * @param samples  receives rows as an import makes them
 *
 * No file is opened before the thread has proved that it cannot reach the network: `import.run` rejects with
 * WorkerError until a `network.prove` came out sealed.
 */
export function framesService(samples: (rows: SampleRow[]) => void): Handlers<FramesCommands> {
  let sealed = false;
  return {
    'network.prove': async ({ urls }) => {
      const proof = await proveSealed('frames', urls);
      sealed = proof.sealed;
      return proof;
    },
    'import.run': (request, { signal, progress }) => {
      if (!sealed) {
        throw new WorkerError({
          cause: 'The frames thread has not proved that it cannot reach the network, so it opens no file.',
          remedy: 'Serve this page with the headers in public/_headers, and reload it.',
        });
      }
      return importFiles(request, { signal, progress, samples });
    },
  };
}
