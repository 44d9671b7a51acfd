/** The frames worker's commands on files and frames; the audit of captions is the room `evaluate`'s. */
import { WorkerError, type FramesCommands, type Handlers, type SampleRow } from '../protocol';
import { openDetector } from './faces/detector';
import type { FaceDetector } from './faces/types';
import { generateSet } from './generate';
import { importFiles } from './import';
import { proveSealed } from './network_proof';
import { readCaptionTables } from './read_captions';

/**
 * @param samples  receives rows as an import or the generator makes them
 *
 * No file is opened and no set generated before the thread has proved that it cannot reach the network: both reject
 * with WorkerError until a `network.prove` came out sealed. Generated faces are nobody's, but one rule for all frames
 * is a rule that can be relied on.
 */
export function framesService(samples: (rows: SampleRow[]) => void): Omit<Handlers<FramesCommands>, 'captions.audit'> {
  let sealed = false;
  let detector: Promise<FaceDetector> | null = null;
  const requireSeal = (so: string): void => {
    if (sealed) return;
    throw new WorkerError({
      cause: `The frames thread has not proved that it cannot reach the network, so it ${so}.`,
      remedy: 'Serve this page with the headers in public/_headers, and reload it.',
    });
  };
  return {
    'network.prove': async ({ urls }) => {
      const proof = await proveSealed('frames', urls);
      sealed = proof.sealed;
      return proof;
    },
    'faces.prepare': async (assets) => {
      requireSeal('looks for no face');
      // A second try may have what the first lacked.
      detector ??= openDetector(assets).catch((error: unknown) => {
        detector = null;
        throw error;
      });
      await detector;
    },
    'import.run': (request, { signal, progress }) => {
      requireSeal('opens no file');
      return importFiles(request, { signal, progress, samples });
    },
    'captions.read': ({ files }, { signal, progress }) => {
      requireSeal('opens no file');
      return readCaptionTables(files, { signal, progress });
    },
    'generate.run': (request, { signal, progress }) => {
      requireSeal('generates nothing');
      return generateSet(request, { signal, progress, samples });
    },
  };
}
