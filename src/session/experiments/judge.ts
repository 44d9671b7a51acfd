/** The queue's scorings, done as any other scoring is. */
import type { StateHolder } from '../holder';
import type { Scorings } from '../scorings';
import type { Judge } from './types';

export function judgeBy(holder: StateHolder, scorings: Pick<Scorings, 'score' | 'cancel'>): Judge {
  return async (run, { sampleIds, ...options }, { signal, onProgress }) => {
    const follow = (): void => {
      const { scoring } = holder.state;
      if (scoring?.id === options.scoringId) onProgress(scoring.progress.done);
    };
    const cancel = (): void => scorings.cancel();
    holder.addEventListener('change', follow);
    signal.addEventListener('abort', cancel);
    try {
      signal.throwIfAborted();
      return (await scorings.score(run, sampleIds, options)).failed;
    } finally {
      holder.removeEventListener('change', follow);
      signal.removeEventListener('abort', cancel);
    }
  };
}
