/**
 * Takes from the hub's thread every way into the browser's storage, so that the one thread with network cannot read
 * frames: what it needs, the folder of models, is handed to it as a handle, and a handle gives no way up.
 *
 * The worker imports this before anything else. A thread has one realm and, by its policy, cannot start another, so
 * what is deleted here cannot be had back.
 */

const GLOBALS = ['indexedDB', 'caches', 'webkitRequestFileSystem', 'webkitRequestFileSystemSync'];
const NAVIGATOR = ['storage', 'storageBuckets'];

/** Deletes `name` from `object` and from all that it inherits from. */
function take(object: object, name: string): void {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null)
    Reflect.deleteProperty(at, name);
}

/** @throws TypeError when something that should be gone is still there: better no hub than one that can read. */
export function confine(scope: { navigator: object }): void {
  for (const name of GLOBALS) take(scope, name);
  for (const name of NAVIGATOR) take(scope.navigator, name);
  const left = [...GLOBALS.filter((name) => name in scope), ...NAVIGATOR.filter((name) => name in scope.navigator)];
  if (left.length > 0) throw new TypeError(`The hub thread could still reach ${left.join(', ')}.`);
}
