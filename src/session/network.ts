/** Every request of every thread since the page finished loading: shown in the page, exported in the report. */
import { watchRequests, type Report, type RequestSeen } from '../protocol';
import type { StateHolder } from './holder';
import type { Threads } from './threads';

export class NetworkLog {
  /** Milliseconds since the epoch; null until the page has finished loading. */
  private ready: number | null = null;

  /** Beginnings of addresses that the hub thread may ask for because the user did. */
  private readonly asked = new Set<string>();

  constructor(
    private readonly holder: StateHolder,
    threads: Threads,
  ) {
    watchRequests((seen) => this.note('page', seen));
    threads.trainer.on('network.request', (seen) => this.note('trainer', seen));
    threads.frames.on('network.request', (seen) => this.note('frames', seen));
    threads.hub.on('network.request', (seen) => this.note('hub', seen));
  }

  /** The page has finished loading: what begins from now on is recorded. */
  begin(): void {
    this.ready = performance.timeOrigin + performance.now();
  }

  /** The user asks for a model: requests of the hub thread for its listing and its files are no surprise. */
  expect(endpoint: string, id: string): void {
    this.asked.add(`${endpoint}/api/models/${id}/revision/`);
    this.asked.add(`${endpoint}/${id}/resolve/`);
  }

  private note(thread: string, seen: RequestSeen): void {
    const entry = requestSince(this.ready, thread, seen);
    if (entry === null) return;
    const asked = thread === 'hub' && !seen.refused && [...this.asked].some((start) => seen.url.startsWith(start));
    this.holder.update({ requests: [...this.holder.state.requests, asked ? { ...entry, asked } : entry] });
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
