/** What a download needs of the network and the clock, so that tests can stand in for both. */
import { CancelledError } from '../protocol';

export interface Network {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Resolves after `milliseconds`; rejects when `signal` fires. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** False when the browser knows that there is no network. */
  online(): boolean;
  /** What the policy of this thread refused since `since` (`performance.now()`), as an address; null: nothing. */
  refused(since: number): Promise<string | null>;
  /** Milliseconds without a byte after which a connection counts as cut. */
  patience: number;
}

/** The real ones. Call once in a thread: it listens for refusals. */
export function realNetwork(): Network {
  let refusal = { url: '', at: -Infinity };
  globalThis.addEventListener('securitypolicyviolation', (event: Event) => {
    if (event instanceof SecurityPolicyViolationEvent && event.disposition === 'enforce')
      refusal = { url: event.blockedURI, at: event.timeStamp };
  });
  return {
    fetch: (url, init) => fetch(url, init),
    pause,
    online: () => navigator.onLine,
    async refused(since) {
      // The event about a refusal may come after the refused request has failed.
      await new Promise((resolve) => setTimeout(resolve, 50));
      return refusal.at >= since ? refusal.url : null;
    },
    patience: 60_000,
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new CancelledError());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}
