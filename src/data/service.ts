/** The frames workers' commands on files and frames; the audit of captions is the room `evaluate`'s. */
import { WorkerError, type FramesCommands, type FramesEvents, type Handlers } from '../protocol';
import { openDetector } from './faces/detector';
import type { FaceDetector } from './faces/types';
import { generateSet } from './generate';
import { importPortion } from './import';
import { proveSealed } from './network_proof';
import { readCaptionTables } from './read_captions';
import { contentPrints } from './same';
import { survey } from './survey';
import { tryFiles } from './trial';

type Emit = <K extends Exclude<keyof FramesEvents, 'network.request'>>(event: K, payload: FramesEvents[K]) => void;

/** Between two signs of life, milliseconds. */
const ALIVE = 5000;

/**
 * @param emit    sends what a command tells as it goes
 * @param proved  called after each proof, whatever came of it
 *
 * No file is opened and no set generated before the thread has proved that it cannot reach the network: both reject
 * with WorkerError until a `network.prove` came out sealed. Generated faces are nobody's, but one rule for all frames
 * is a rule that can be relied on.
 */
export function framesService(
  emit: Emit,
  proved: () => void = () => undefined,
): Omit<Handlers<FramesCommands>, 'captions.audit'> {
  let sealed = false;
  let opening: Promise<FaceDetector> | null = null;
  let detector: FaceDetector | null = null;
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
      proved();
      return proof;
    },
    'faces.prepare': async (assets) => {
      requireSeal('looks for no face');
      // A second try may have what the first lacked.
      opening ??= openDetector(assets).catch((error: unknown) => {
        opening = null;
        throw error;
      });
      detector = await opening;
    },
    'import.survey': (request, { signal }) => {
      requireSeal('opens no file');
      return survey(request, {
        signal,
        planned: (files) => emit('import.planned', { survey: request.survey, files }),
      });
    },
    'import.try': ({ files, options, seconds }, { signal }) => {
      requireSeal('opens no file');
      return tryFiles(files, { ...options, detector }, seconds, signal);
    },
    'import.compare': ({ files }, { signal }) => {
      requireSeal('opens no file');
      return contentPrints(files, signal);
    },
    'import.portion': async (request, { signal }) => {
      requireSeal('opens no file');
      const { portion } = request;
      const alive = setInterval(() => emit('import.alive', { portion }), ALIVE);
      try {
        return await importPortion(request, {
          signal,
          detector,
          done: (path) => emit('import.done', { portion, path }),
        });
      } finally {
        clearInterval(alive);
      }
    },
    'captions.read': ({ files }, { signal, progress }) => {
      requireSeal('opens no file');
      return readCaptionTables(files, { signal, progress });
    },
    'generate.run': (request, { signal, progress }) => {
      requireSeal('generates nothing');
      return generateSet(request, { signal, progress, samples: (rows) => emit('import.samples', rows) });
    },
  };
}
