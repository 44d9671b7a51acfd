/** The session on fake threads, with a store that each test finds empty. Browser tests only. */
import { afterEach, beforeEach } from 'vitest';
import type { SourceFile } from '../../src/protocol';
import { AppSession } from '../../src/session/session';
import { closeDatabase, database } from '../../src/store/database';
import { fakeThreads, type FakeOptions, type Fakes } from './fake_threads';

/** The threads of the session that was opened last. */
export let fakes: Fakes;

/** A page as it is after a load; what an earlier one has stored is there. */
export async function open(options: FakeOptions = {}): Promise<AppSession> {
  fakes = fakeThreads(options);
  const session = new AppSession(fakes);
  await session.booted;
  return session;
}

/** Before each test the database is empty and the address plain. */
export function eachTestAnew(): void {
  beforeEach(async () => {
    plainAddress();
    await wipe();
  });
  afterEach(async () => {
    await closeDatabase();
    plainAddress();
  });
}

const plainAddress = (): void => history.replaceState(null, '', location.pathname);

/** Empties the database. */
export async function wipe(): Promise<void> {
  const db = await database();
  await Promise.all(Array.from(db.objectStoreNames, (name) => db.clear(name)));
}

/** Files of these paths, of one date: the same path and content again are the same file. */
export const files = (paths: readonly string[], content = 'pixels'): SourceFile[] =>
  paths.map((path) => ({ path, file: new File([content], path.split('/').at(-1) ?? '', { lastModified: 5 }) }));

/** All notices, a line each. */
export const texts = ({ state }: AppSession): string => state.notices.map(({ text }) => text).join('\n');
