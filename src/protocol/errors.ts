/**
 * Errors that survive a thread boundary.
 *
 * `postMessage` clones an `Error` without its class and its own fields, so every error the page may show is a
 * `WhyLiveError` that turns into plain data (`ErrorData`) and is rebuilt as the same class on the other side.
 * Each one answers three questions: which file (or part), what is wrong, what to do.
 */

/** What crosses the boundary: an error as plain data. */
export interface ErrorData {
  name: string;
  /** What is wrong, as a sentence without the file's name. */
  cause: string;
  /** What the user can do about it, as a sentence. */
  remedy: string;
  /** The file, folder or part concerned, or null when there is none. */
  file: string | null;
  /** True when the thread can go on with the next command. */
  recoverable: boolean;
  stack?: string;
}

export interface ErrorFields {
  cause: string;
  remedy: string;
  file?: string | null;
  recoverable?: boolean;
}

/** Base class. `message` reads `file: cause remedy` so that a log line alone is enough. */
export class WhyLiveError extends Error {
  readonly why: string;
  readonly remedy: string;
  readonly file: string | null;
  readonly recoverable: boolean;

  constructor(fields: ErrorFields) {
    const file = fields.file ?? null;
    super(`${file === null ? '' : `${file}: `}${fields.cause} ${fields.remedy}`.trim());
    this.name = nameOf(new.target);
    this.why = fields.cause;
    this.remedy = fields.remedy;
    this.file = file;
    this.recoverable = fields.recoverable ?? true;
  }
}

/** A file the user gave cannot be used. */
export class ImportError extends WhyLiveError {}
/** A model folder or one of its files cannot be used. */
export class ModelError extends WhyLiveError {}
/** The GPU adapter or device is missing, lost, or refused an allocation. */
export class DeviceError extends WhyLiveError {}
/** A run cannot start or had to stop (no live sample, frames that are gone, ...). */
export class TrainingError extends WhyLiveError {}
/** The numbers of a run are no longer finite: going on from its checkpoint would end in the same. */
export class DivergedError extends TrainingError {}
/** IndexedDB or OPFS refused: full, blocked, or damaged. */
export class StorageError extends WhyLiveError {}
/** The model hub refused, failed, or sent something that is not what its listing promised. */
export class HubError extends WhyLiveError {}
/** A thread died or answered something that is not in the protocol. */
export class WorkerError extends WhyLiveError {}
/** The caller's AbortSignal fired. */
export class CancelledError extends WhyLiveError {
  constructor(fields: ErrorFields = { cause: 'Cancelled.', remedy: '' }) {
    super(fields);
  }
}

type ErrorClass = new (fields: ErrorFields) => WhyLiveError;

/** By the name that crosses. Not the class's own: a minified build renames classes, differently in each thread. */
const CLASSES: Record<string, ErrorClass> = {
  WhyLiveError,
  ImportError,
  ModelError,
  DeviceError,
  TrainingError,
  DivergedError,
  StorageError,
  HubError,
  WorkerError,
  CancelledError,
};

function nameOf(target: unknown): string {
  return Object.keys(CLASSES).find((name) => CLASSES[name] === target) ?? 'WhyLiveError';
}

/** Turns anything thrown into data. Unknown errors keep their message as the cause. */
export function errorToData(error: unknown): ErrorData {
  if (error instanceof WhyLiveError) {
    return {
      name: error.name,
      cause: error.why,
      remedy: error.remedy,
      file: error.file,
      recoverable: error.recoverable,
      ...(error.stack === undefined ? {} : { stack: error.stack }),
    };
  }
  if (error instanceof Error) {
    const aborted = error.name === 'AbortError';
    return {
      name: aborted ? 'CancelledError' : 'WorkerError',
      cause: aborted ? 'Cancelled.' : `${error.name}: ${error.message}`,
      remedy: aborted ? '' : 'This is a defect in the page: reload it, and report the sentence above.',
      file: null,
      recoverable: aborted,
      ...(error.stack === undefined ? {} : { stack: error.stack }),
    };
  }
  return {
    name: 'WorkerError',
    cause: String(error),
    remedy: 'This is a defect in the page: reload it, and report the sentence above.',
    file: null,
    recoverable: false,
  };
}

/** Rebuilds the class that `errorToData` was given. An unknown name becomes the base class. */
export function errorFromData(data: ErrorData): WhyLiveError {
  const Class = CLASSES[data.name] ?? WhyLiveError;
  const error = new Class({
    cause: data.cause,
    remedy: data.remedy,
    file: data.file,
    recoverable: data.recoverable,
  });
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}
