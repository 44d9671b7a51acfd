/** The session in one import, for the page's entry. */
import { automate } from './automation';
import { AppSession } from './session';
import { framesThreads, startThreads } from './threads';

export type { Automation, DataCounts, EncodedFile, ProgressSnapshot } from './automation';
export { AppSession } from './session';
export type * from './types';

/** The page's session; starts its threads, and puts `window.whylive` in place for a script that drives the page. */
export function createSession(): AppSession {
  const session = new AppSession(
    startThreads(framesThreads(navigator.hardwareConcurrency, new URLSearchParams(location.search).get('decoders'))),
  );
  window.whylive = automate(session);
  return session;
}
