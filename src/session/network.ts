/** Every request of every thread since the page finished loading: shown in the page, exported in the report. */
import { watchRequests, type Report, type RequestSeen } from '../protocol';
import type { StateHolder } from './holder';
import type { Threads } from './threads';

export class NetworkLog {
  /** Milliseconds since the epoch; null until the page has finished loading. */
  private ready: number | null = null;
  private readonly expected: { reason: string; is: (url: string, thread: string) => boolean }[] = [];

  constructor(
    private readonly holder: StateHolder,
    threads: Threads,
  ) {
    watchRequests((seen) => this.note('page', seen));
    threads.trainer.on('network.request', (seen) => this.note('trainer', seen));
    for (const frames of [threads.frames, ...threads.moreFrames]) {
      frames.on('network.request', (seen) => this.note('frames', seen));
    }
    threads.hub.on('network.request', (seen) => this.note('hub', seen));
  }

  /** The page has finished loading: what begins from now on is recorded. */
  begin(): void {
    this.ready = performance.timeOrigin + performance.now();
  }

  /** Requests that are made because the user asked for something: still listed, with the reason. */
  expect(reason: string, is: (url: string, thread: string) => boolean): void {
    this.expected.push({ reason, is });
  }

  note(thread: string, seen: RequestSeen): void {
    const entry = requestSince(this.ready, thread, seen);
    if (entry === null) return;
    const asked = seen.refused ? undefined : this.expected.find(({ is }) => is(seen.url, thread));
    const listed = asked === undefined ? entry : { ...entry, asked: asked.reason };
    this.holder.update({ requests: [...this.holder.state.requests, listed] });
  }
}

/**
 * The report's line for a request, or null when it began before the page finished loading. Entries arrive late, so
 * it is the beginning that counts, not the arrival.
 *
 * @param ready  When the page finished loading, milliseconds since the epoch; null: not yet.
 */
export function requestSince(
  ready: number | null,
  thread: string,
  seen: RequestSeen,
): Report['network'][number] | null {
  if (ready === null || seen.at < ready) return null;
  const label = seen.refused ? `${thread} (refused by policy)` : thread;
  return { url: seen.url, thread: label, seconds: Math.round(seen.at - ready) / 1000 };
}
