/**
 * Waiting with an end: a damaged file can make a parser or a decoder wait for ever. Only the time in which a clip is
 * waited for counts, not what its pictures are used for in between.
 */
import { CancelledError, ImportError, WhyLiveError } from '../../protocol';
import { converter, damaged } from './names';

/** Longest time spent on one clip, milliseconds. */
export const CLIP_LIMIT = 60_000;

export class Guard {
  private spent = 0;
  private stop: (reason: Error) => void = () => undefined;
  private readonly stopped = new Promise<never>((_, reject) => (this.stop = reject));

  /** @param limit  milliseconds of waiting, all in all */
  constructor(
    private readonly name: string,
    private readonly signal: AbortSignal,
    private readonly limit: number,
  ) {
    this.stopped.catch(() => undefined); // nobody may be waiting
    signal.addEventListener('abort', this.cancel, { once: true });
  }

  /**
   * What `work` resolves to.
   * @throws CancelledError when the signal fires, ImportError when the time is up or `work` fails
   */
  async wait<T>(work: () => Promise<T>): Promise<T> {
    if (this.signal.aborted) throw new CancelledError();
    const began = performance.now();
    const timer = setTimeout(() => this.stop(this.late()), Math.max(0, this.limit - this.spent));
    try {
      return await Promise.race([work(), this.stopped]);
    } catch (error) {
      if (error instanceof WhyLiveError) throw error;
      if (this.signal.aborted) throw new CancelledError();
      const said = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
      throw damaged(this.name, `The video cannot be read (${said})`);
    } finally {
      clearTimeout(timer);
      this.spent += performance.now() - began;
    }
  }

  /** An iteration each step of which is waited for; leaving it early ends `source`. */
  async *each<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
    let ended = false;
    try {
      for (;;) {
        const next = await this.wait(() => source.next());
        if (next.done === true) {
          ended = true;
          return;
        }
        yield next.value;
      }
    } finally {
      // Not waited for: a source that hangs would hang its end too.
      if (!ended) void source.return(undefined).catch(() => undefined);
    }
  }

  /** No clip, no listener. */
  end(): void {
    this.signal.removeEventListener('abort', this.cancel);
  }

  private readonly cancel = (): void => this.stop(new CancelledError());

  private late(): ImportError {
    return new ImportError({
      file: this.name,
      cause: `The video was not decoded within ${Math.round(this.limit / 1000)} seconds.`,
      remedy: `It may be damaged. Try writing it anew: ${converter(this.name)}`,
    });
  }
}
