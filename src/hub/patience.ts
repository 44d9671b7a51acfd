/** What is tried again, after how long, and what is said while waiting. */
import type { HubError } from '../protocol';
import type { Network } from './network';

/** A failure that may pass: a cut connection, a busy hub. */
export class Passing extends Error {
  constructor(
    /** What to say when it did not pass. */
    readonly failure: HubError,
    /** The start of the line shown while waiting. */
    readonly label: string,
    /** Seconds that the hub asks to wait, or null. */
    readonly retryAfter: number | null = null,
    readonly kind: 'cut' | 'busy' = 'cut',
  ) {
    super(failure.message);
  }
}

/**
 * Seconds before each further try. A browser shows Retry-After of another origin only where that origin exposes it, and
 * the hub's limits count over five minutes (https://huggingface.co/docs/hub/rate-limits): a busy hub gets longer pauses.
 */
const PAUSES = { cut: [1, 2, 4, 8, 16], busy: [5, 15, 45, 90, 150] } as const;

/** Longer than this (seconds) nobody watches a bar: the download stops with a sentence and can go on later. */
export const LONGEST_WAIT = 600;

export class Patience {
  private tries = 0;

  constructor(
    private readonly network: Network,
    private readonly signal: AbortSignal,
    private readonly say: (label: string) => void,
  ) {}

  /** Bytes have arrived: the next failure is the first again. */
  reset(): void {
    this.tries = 0;
  }

  /**
   * Waits, second by second and visibly, until it is time to try again.
   *
   * @throws HubError of `passing` when it has been tried often enough, or the hub asks for more than `LONGEST_WAIT`
   */
  async wait(passing: Passing): Promise<void> {
    const pause = PAUSES[passing.kind][this.tries++];
    if (pause === undefined) throw passing.failure;
    const seconds = passing.retryAfter ?? pause;
    if (seconds > LONGEST_WAIT) throw passing.failure;
    const offline = !this.network.online();
    for (let left = Math.ceil(seconds); left > 0; left--) {
      this.say(`${offline ? 'This machine is offline' : passing.label}; trying again in ${left} s`);
      await this.network.pause(1000, this.signal);
      if (offline && this.network.online()) return;
    }
  }
}
