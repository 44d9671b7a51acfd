/**
 * The generator's frames, kept like imported ones. They are drawn one at a time between turns of the event loop, so a
 * cancelled call ends within a frame or two, and only one frame is ever held.
 */
import { CancelledError, type GenerateRequest, type ImportReport, type SampleRow } from '../protocol';
import { storeFrame } from './frame';
import { keepFrames, type KeepHooks } from './keep';
import { Batches, Meter } from './progress';
import type { Known } from './rows';
import { summarise } from './summary';
import { checkRequest, countFrames, makeSet, type SetFrame, type SetRequest } from './synthetic';

/**
 * Generates a set. Its frames are in OPFS when it resolves.
 *
 * @param make  the generator, unless a test takes its place
 * @throws ImportError before any work when the request cannot be met
 * @throws CancelledError, StorageError with every row told of whose frame was stored: the caller, who knows which rows
 *   it owns already, removes them
 */
export async function generateSet(
  request: GenerateRequest,
  hooks: KeepHooks,
  make: (request: SetRequest) => Iterable<SetFrame> = makeSet,
): Promise<ImportReport> {
  const began = performance.now();
  const wanted = request as SetRequest;
  checkRequest(wanted);
  const meter = new Meter(hooks.progress, countFrames(wanted), 0, 'frames');
  const batches = new Batches(hooks.samples);
  const samples: SampleRow[] = [];
  try {
    for (const frame of make(wanted)) {
      if (hooks.signal.aborted) throw new CancelledError();
      const { width, height, pixels, role, seconds } = frame;
      const picture = new ImageData(pixels, width, height);
      const stored = await storeFrame((context) => context.putImageData(picture, 0, 0), width, height);
      const rows = await keepFrames(knownOf(frame, wanted.seed), [{ ...stored, role, seconds }], hooks.write);
      samples.push(...rows);
      batches.add(rows);
      meter.end(frame.clip);
      // Drawing never waits, and a cancellation is a message: it has to get its turn.
      await new Promise((resolve) => setTimeout(resolve));
    }
  } finally {
    batches.flush();
  }
  if (hooks.signal.aborted) throw new CancelledError();
  return {
    samples,
    sets: summarise(samples),
    rejected: [],
    notes: [],
    noFace: [],
    seconds: (performance.now() - began) / 1000,
  };
}

/**
 * What a frame's row says. The seed is part of its identity: under another seed the same name is another person, and
 * neither a stored frame nor a run's list of samples may take one for the other.
 */
export function knownOf({ clip, role, subject, facts, captions }: SetFrame, seed: number): Known {
  const cut = clip.indexOf('/');
  return {
    set: clip.slice(0, cut),
    file: clip.slice(cut + 1),
    video: clip,
    label: facts.label,
    attack: facts.attack,
    subject,
    captions: { [role]: captions },
    overruled: false,
    seed,
  };
}
