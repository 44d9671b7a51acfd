/** A thread's own record of its requests, sent to the page, which shows and exports every one of them. */

/** One request, or one attempt that the policy refused. */
export interface RequestSeen {
  url: string;
  /** When it began, milliseconds since the epoch. */
  at: number;
  refused: boolean;
}

/**
 * Reports every request that this thread makes from now on, and every attempt refused by policy. Sees what Resource
 * Timing sees: fetch, XMLHttpRequest, imports of scripts; not WebSocket, whose attempts a sealed thread shows as
 * refusals. Blob and data URLs are memory, not network, and left out.
 *
 * @param buffered  Also report what happened before the call (a page that has just been loaded).
 * @returns the function that ends it; it hands over what is not reported yet.
 */
export function watchRequests(report: (request: RequestSeen) => void, buffered = false): () => void {
  const seen = (url: string, at: number, refused: boolean): void => {
    if (/^(https?|wss?):/.test(url)) report({ url, at, refused });
  };
  const take = (entries: PerformanceEntryList): void => {
    for (const entry of entries) seen(entry.name, performance.timeOrigin + entry.startTime, false);
  };
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ type: 'resource', buffered });
  const refuse = (event: Event): void => {
    if (!(event instanceof SecurityPolicyViolationEvent) || event.disposition !== 'enforce') return;
    seen(event.blockedURI, performance.timeOrigin + event.timeStamp, true);
  };
  globalThis.addEventListener('securitypolicyviolation', refuse);
  return () => {
    take(observer.takeRecords());
    observer.disconnect();
    globalThis.removeEventListener('securitypolicyviolation', refuse);
  };
}
