/** What the one device and the loaded model are at, and what may not begin meanwhile. */
import { WhyLiveError } from '../protocol';
import { isQueueHeld, isTrainingHeld } from './locks';

/** Anything that holds the device for a while. */
type Worker = { readonly busy: boolean };

export class Occupied {
  constructor(
    private readonly training: Worker,
    private readonly queue: Worker,
    private readonly scorings: Worker,
  ) {}

  /** True while this tab trains, or works through protocols. */
  get engaged(): boolean {
    return this.training.busy || this.queue.busy;
  }

  /** What the device is held by, and what to do about it; null: nothing. */
  get by(): string | null {
    if (this.queue.busy) return 'a queue of protocols is going. Stop it first.';
    if (this.training.busy) return 'a run is going. Stop the run first.';
    return this.scorings.busy ? 'frames are being scored. Cancel that first.' : null;
  }

  /** @throws WhyLiveError while the queue is going: between two of its jobs nothing else may begin */
  mayStart(): void {
    if (this.queue.busy) {
      throw new WhyLiveError({ cause: 'A queue of protocols is going.', remedy: 'Stop it first, or let it finish.' });
    }
  }

  /** @throws WhyLiveError while a run or a queue is going */
  mayScore(): void {
    this.mayStart();
    if (this.training.busy) {
      throw new WhyLiveError({ cause: 'A run is going.', remedy: 'Stop it first, or let it finish.' });
    }
  }

  /** @throws WhyLiveError while a run is going, or frames are being scored */
  mayLoad(): void {
    if (this.engaged) {
      throw new WhyLiveError({ cause: 'A run is going on the model that is loaded.', remedy: 'Stop the run first.' });
    }
    if (this.scorings.busy) {
      const cause = 'Frames are being scored with the model that is loaded.';
      throw new WhyLiveError({ cause, remedy: 'Cancel that first, or let it finish.' });
    }
  }
}

/** True while some tab of this page trains or works through protocols: what is stored is in use. */
export async function isEngaged(): Promise<boolean> {
  return (await isTrainingHeld()) || (await isQueueHeld());
}
