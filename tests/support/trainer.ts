/** The trainer's service, called as its thread's server calls it, with what it has sent so far. Browser tests only. */
import type { CallContext, Progress, SampleRow, TrainerEvents } from '../../src/protocol';
import { writeFrame } from '../../src/store/frames';
import { TrainerService } from '../../src/train/service';
import { pictureAsPng } from './train_samples';

export type Recorded = { [K in keyof TrainerEvents]: [K, TrainerEvents[K]] }[keyof TrainerEvents];

export interface Recording {
  service: TrainerService;
  /** In the order of sending. */
  events: Recorded[];
  /** Resolves once an event that matches has been sent. */
  until(match: (event: Recorded) => boolean): Promise<void>;
}

export function recording(onEvent: (event: Recorded) => void = () => undefined): Recording {
  const events: Recorded[] = [];
  const waiting = new Set<() => void>();
  const service = new TrainerService((name, payload) => {
    const event = [name, payload] as Recorded;
    events.push(event);
    for (const wake of waiting) wake();
    onEvent(event);
  });
  const until = (match: (event: Recorded) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!events.some(match)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { service, events, until };
}

/** What a call brings beside its parameters. */
export const call = (
  signal = new AbortController().signal,
  progress: (of: Progress) => void = () => undefined,
): CallContext => ({ signal, progress, transfer: () => undefined });

/** The phases that runs have told. */
export const phases = (events: readonly Recorded[]): string[] =>
  events.flatMap(([name, payload]) => (name === 'run.state' ? [payload.phase] : []));

/** Stores the samples' pictures where the trainer reads them. */
export async function storePictures(samples: readonly SampleRow[]): Promise<void> {
  for (const sample of samples) await writeFrame(sample.frame, await pictureAsPng(sample));
}
