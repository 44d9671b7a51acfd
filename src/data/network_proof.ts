/**
 * A thread's proof that it cannot reach the network: it tries, by every means a worker has, and counts only
 * refusals by policy.
 *
 * A failed request proves nothing by itself: an offline machine or an unknown host fails too. What proves the seal is
 * the `securitypolicyviolation` event of an enforced policy for that very attempt
 * (Content Security Policy Level 3, section 5.3 "Report a violation"), so an attempt without one counts as `reached`,
 * whatever came of it. The attempts run one after another so that each event belongs to one attempt.
 */
import type { NetworkProof } from '../protocol';

type Attempt = NetworkProof['attempts'][number];
type Means = Attempt['means'];

/** Longest wait for one attempt, milliseconds: a request let through to a silent host must not hold up the start. */
const ATTEMPT_LIMIT = 3000;
/** The event may come after the failure that it explains, milliseconds. */
const EVENT_GRACE = 1000;

const MEANS: Record<Means, (url: string, signal: AbortSignal) => Promise<string>> = {
  fetch: async (url, signal) => {
    // no-cors: an answer that only CORS hides has still been sent for.
    const response = await fetch(url, { mode: 'no-cors', cache: 'no-store', credentials: 'omit', signal });
    return response.type === 'opaque' ? 'a hidden answer came back' : `HTTP ${response.status} came back`;
  },
  XMLHttpRequest: (url, signal) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('GET', url, true);
      request.addEventListener('load', () => resolve(`HTTP ${request.status} came back`));
      request.addEventListener('error', () => reject(new Error('the request failed')));
      signal.addEventListener('abort', () => request.abort());
      request.send();
    }),
  WebSocket: (url, signal) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url.replace(/^http/, 'ws'));
      socket.addEventListener('open', () => (socket.close(), resolve('the connection opened')));
      socket.addEventListener('error', () => reject(new Error('the connection failed')));
      signal.addEventListener('abort', () => socket.close());
    }),
};

/**
 * Tries to reach each of `urls` by `fetch`, `XMLHttpRequest` and `WebSocket` from the thread it runs in.
 * `sealed` is true only when there was at least one attempt and the browser refused every one of them by policy.
 * Never throws for what the network does; an address that is not a valid `http(s)` URL counts as reached.
 */
export async function proveSealed(thread: NetworkProof['thread'], urls: readonly string[]): Promise<NetworkProof> {
  const attempts: Attempt[] = [];
  for (const url of urls) {
    for (const means of Object.keys(MEANS) as Means[]) attempts.push(await attempt(url, means));
  }
  return { thread, sealed: attempts.length > 0 && attempts.every(({ outcome }) => outcome === 'refused'), attempts };
}

async function attempt(url: string, means: Means): Promise<Attempt> {
  if (!/^https?:/.test(url)) return { url, means, outcome: 'reached', detail: 'Not tried: not an http(s) address.' };
  const host = new URL(url).host;
  let policy: SecurityPolicyViolationEvent | null = null;
  let sawPolicy = (): void => undefined;
  const seen = new Promise<void>((resolve) => (sawPolicy = resolve));
  const listen = (event: Event): void => {
    // A report-only policy fires the same event and lets the request go.
    if (!(event instanceof SecurityPolicyViolationEvent) || event.disposition !== 'enforce') return;
    if (hostOf(event.blockedURI) !== host) return;
    policy = event;
    sawPolicy();
  };
  globalThis.addEventListener('securitypolicyviolation', listen);

  const controller = new AbortController();
  let came: string;
  let answered = false;
  try {
    came = await Promise.race([
      MEANS[means](url, controller.signal).then((detail) => ((answered = true), detail)),
      // A refused XMLHttpRequest or WebSocket may be silent but for the event.
      seen.then(() => 'refused'),
      after(ATTEMPT_LIMIT).then(() => 'no answer, and no refusal either'),
    ]);
  } catch (error) {
    came = error instanceof Error ? error.message : String(error);
    await Promise.race([seen, after(EVENT_GRACE)]);
  } finally {
    controller.abort();
    globalThis.removeEventListener('securitypolicyviolation', listen);
  }
  const violation = policy as SecurityPolicyViolationEvent | null;
  if (violation !== null && !answered) {
    return { url, means, outcome: 'refused', detail: `Refused by the policy ${violation.effectiveDirective}.` };
  }
  return { url, means, outcome: 'reached', detail: `Not refused by policy: ${came}.` };
}

/** Host of a blocked URI; some browsers report only a scheme or an origin. */
function hostOf(uri: string): string | null {
  try {
    return new URL(uri).host;
  } catch {
    return null;
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
