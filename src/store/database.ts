/**
 * The database: its schema, its versions, and one shared connection a thread.
 *
 * A connection gives way to a newer version of the page in another tab (`blocking`), and reopens after the browser
 * closed it (`terminated`), so no caller ever holds a dead one.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import {
  StorageError,
  type CaptionResult,
  type Evaluation,
  type Experiment,
  type FrameRole,
  type Prediction,
  type SampleRow,
  type ScoringRecord,
  type StepEvent,
} from '../protocol';
import { storageFailure } from './failures';
import type { RunHead } from './record';

/** One slot of a checkpoint, as recorded. */
export interface SlotRecord {
  slot: 'a' | 'b';
  /** Optimiser steps done. */
  step: number;
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
}

export interface CheckpointRecord {
  runId: string;
  latest: SlotRecord;
  previous: SlotRecord | null;
}

export interface Schema extends DBSchema {
  samples: { key: string; value: SampleRow; indexes: { set: string } };
  runs: { key: string; value: RunHead };
  steps: { key: [runId: string, step: number]; value: StepEvent };
  evaluations: { key: [string, number, string, string, string]; value: Evaluation };
  captions: { key: [string, number, string, string, string]; value: CaptionResult };
  checkpoints: { key: string; value: CheckpointRecord };
  /** Files whose import is finished, so that one that was cut off goes on behind them. */
  imported: { key: [set: string, file: string]; value: ImportedFile };
  experiments: { key: string; value: Experiment };
  scorings: { key: string; value: ScoringRecord };
  predictions: { key: [scoringId: string, sampleId: string]; value: StoredPrediction };
  /** Small single values by name: what the last import rejected, and the like. */
  settings: { key: string; value: unknown };
}

/** What became of one file of an import. */
export interface ImportedFile {
  set: string;
  file: string;
  /** Bytes and date of change (milliseconds since the epoch): a file with others is imported again. */
  size: number;
  modified: number;
  /** How frames were chosen and cropped, as one word: another recipe is another import. */
  recipe: string;
  /** Ids of the samples made of it. */
  samples: string[];
  /** Why it gave none, as a sentence; null where it did. */
  rejected: string | null;
  /** What there is to say of how its frames were chosen, and those in which no face was found; absent where nothing is. */
  note?: string;
  noFace?: FrameRole[];
  /** When this was saved, milliseconds since the epoch; absent in entries of earlier versions of the page. */
  saved?: number;
}

export type StoredPrediction = Prediction & { scoringId: string };

export type Database = IDBPDatabase<Schema>;

export const DATABASE = 'whylive';
export const VERSION = 2;

let connection: Promise<Database> | null = null;

/** The connection of this thread, opened on first use. */
export function database(): Promise<Database> {
  connection ??= open().catch((error: unknown) => {
    connection = null;
    throw storageFailure(error, 'The page’s database could not be opened', DATABASE);
  });
  return connection;
}

/** Closes this thread's connection; the next call of `database` opens a new one. */
export async function closeDatabase(): Promise<void> {
  const closing = connection;
  connection = null;
  (await closing?.catch(() => null))?.close();
}

/**
 * Runs `work` on the connection; errors become StorageError.
 *
 * @param what  The start of the sentence if it fails: `The run could not be saved`.
 */
export async function withDatabase<T>(what: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await database();
  try {
    return await work(db);
  } catch (error) {
    // The browser can close a connection without `terminated` having fired yet: one more try on a fresh one.
    if (error instanceof Error && error.name === 'InvalidStateError') {
      connection = null;
      try {
        return await work(await database());
      } catch (again) {
        throw storageFailure(again, what, null);
      }
    }
    throw storageFailure(error, what, null);
  }
}

/**
 * Opens a connection of its own; callers other than tests want `database`.
 *
 * @throws StorageError at once when another tab holds an older version and does not let go.
 */
export function open(version = VERSION): Promise<Database> {
  return new Promise((resolve, reject) => {
    const opening = openDB<Schema>(DATABASE, version, {
      upgrade(db, oldVersion) {
        if (oldVersion < 1) {
          db.createObjectStore('samples', { keyPath: 'id' }).createIndex('set', 'set');
          db.createObjectStore('runs', { keyPath: 'id' });
          db.createObjectStore('steps', { keyPath: ['runId', 'step'] });
          db.createObjectStore('evaluations', { keyPath: ['runId', 'step', 'source', 'unit', 'policy'] });
          db.createObjectStore('captions', { keyPath: ['runId', 'step', 'sampleId', 'adapter', 'style'] });
          db.createObjectStore('checkpoints', { keyPath: 'runId' });
          db.createObjectStore('settings');
        }
        if (oldVersion < 2) {
          db.createObjectStore('imported', { keyPath: ['set', 'file'] });
          db.createObjectStore('experiments', { keyPath: 'id' });
          db.createObjectStore('scorings', { keyPath: 'id' });
          db.createObjectStore('predictions', { keyPath: ['scoringId', 'sampleId'] });
        }
      },
      blocked() {
        reject(
          new StorageError({
            cause: 'Another tab has this page open in an older version and keeps the database from being upgraded.',
            remedy: 'Close the other tabs of this page, then reload.',
            file: DATABASE,
          }),
        );
        // If the other tab closes after all, do not keep a connection that nobody asked for.
        void opening.then((late) => late.close()).catch(() => undefined);
      },
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        connection = null;
      },
      terminated() {
        connection = null;
      },
    });
    opening.then(resolve, (error: unknown) => {
      const newer = error instanceof Error && error.name === 'VersionError';
      reject(
        newer
          ? new StorageError({
              cause: 'The stored data was written by a newer version of this page.',
              remedy: 'Reload to get the newest version; a hard reload helps if the old one is cached.',
              file: DATABASE,
            })
          : storageFailure(error, 'The page’s database could not be opened', DATABASE),
      );
    });
  });
}
