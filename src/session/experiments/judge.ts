/** Judges frames with a trained run through the trainer's thread, and stores each answer as it comes. */
import type { FailedFrame, Prediction, ScoringRecord } from '../../protocol';
import { withDatabase } from '../../store/database';
import type { Threads } from '../threads';
import type { Judge, Judging } from './types';

/** @param revive  A trainer that works, after its crash of this number. */
export function trainerJudge(threads: Threads, revive: (crash: number) => Promise<void>): Judge {
  const { trainer } = threads;
  type Arrived = (scoringId: string, predictions: readonly Prediction[], failed: readonly FailedFrame[]) => void;
  let arrived: Arrived | null = null;
  trainer.on('scoring.predictions', ({ scoringId, predictions, failed }) => arrived?.(scoringId, predictions, failed));
  return async (judging, { signal, onProgress }) => {
    const { scoringId, samples } = judging;
    const known = await judged(scoringId);
    const unreadable = new Map<string, FailedFrame>();
    const missing = (): typeof samples => samples.filter(({ id }) => !known.has(id) && !unreadable.has(id));
    const there = samples.length - missing().length;
    let [writes, fresh, started] = [Promise.resolve(), 0, performance.now()];
    onProgress(there);
    arrived = (id, predictions, failed) => {
      if (id !== scoringId) return;
      for (const frame of failed) unreadable.set(frame.sampleId, frame);
      for (const { sampleId } of predictions) known.add(sampleId);
      fresh += predictions.length;
      writes = writes.then(() => save(scoringId, predictions));
      writes.catch(() => undefined); // heard below, where it is waited for
      onProgress(there + fresh);
    };
    try {
      for (let tries = 0; missing().length > 0; tries++) {
        const { crashes } = trainer;
        started = performance.now();
        try {
          const { runId, readers, style, maxTokens, fingerprint } = judging;
          const request = { scoringId, runId, samples: missing(), readers, style, maxTokens, fingerprint };
          await trainer.call('scoring.run', request, { signal });
          break;
        } catch (error) {
          if (trainer.crashes === crashes || tries > 1 || signal.aborted) throw error;
          await revive(trainer.crashes);
        }
      }
    } finally {
      arrived = null;
      await writes;
      await record(judging, known.size, [...unreadable.values()], (performance.now() - started) / 1000);
    }
  };
}

async function judged(scoringId: string): Promise<Set<string>> {
  const keys = await withDatabase('The predictions could not be read', (db) =>
    db.getAllKeys('predictions', IDBKeyRange.bound([scoringId], [scoringId, []])),
  );
  return new Set(keys.map(([, sampleId]) => sampleId));
}

async function save(scoringId: string, predictions: readonly Prediction[]): Promise<void> {
  await withDatabase('The predictions could not be saved', async (db) => {
    const { store, done } = db.transaction('predictions', 'readwrite');
    await Promise.all([...predictions.map((prediction) => store.put({ ...prediction, scoringId })), done]);
  });
}

async function record(judging: Judging, count: number, failed: FailedFrame[], seconds: number): Promise<void> {
  const { scoringId: id, experimentId, runId, runName, test, frames } = judging;
  await withDatabase('The scoring could not be saved', async (db) => {
    const old = await db.get('scorings', id);
    const created = old?.created ?? Date.now();
    const all = new Map([...(old?.failed ?? []), ...failed].map((frame) => [frame.sampleId, frame]));
    const next: ScoringRecord = {
      ...{ id, experimentId, runId, runName, test, created, frames },
      whole: count + all.size >= frames,
      seconds: (old?.seconds ?? 0) + seconds,
      failed: [...all.values()],
    };
    await db.put('scorings', next);
  });
}
