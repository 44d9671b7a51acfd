/**
 * The typed wire between the page and a worker: requests with an id, events without one, cancellation by
 * AbortSignal, errors as data, transfer instead of copy. Both sides are derived from one command map, so a
 * misspelt command or a wrong payload does not compile.
 *
 * A worker that crashes or is terminated rejects every pending call: nothing waits for ever.
 */
import { CancelledError, WorkerError, errorFromData, errorToData, type ErrorData, type WhyLiveError } from './errors';

/** Progress of one long call. */
export interface Progress {
  /** What is being done now, e.g. a file name. */
  label: string;
  done: number;
  total: number;
  /** `files`, `bytes`, `steps`, ... */
  unit: string;
  /** Units a second, or null before it is known. */
  rate: number | null;
  secondsLeft: number | null;
}

/** A map from command name to what it takes and gives. */
export type CommandMap = Record<string, { params: unknown; result: unknown }>;
/** A map from event name to its payload. */
export type EventMap = Record<string, unknown>;

type Name<M> = Extract<keyof M, string>;

/** What crosses, page to worker. */
export type Request<C extends CommandMap> =
  | { [K in Name<C>]: { kind: 'call'; id: number; command: K; params: C[K]['params'] } }[Name<C>]
  | { kind: 'cancel'; id: number };

/** What crosses, worker to page. */
export type Response<C extends CommandMap, E extends EventMap> =
  | { kind: 'ready' }
  | { kind: 'result'; id: number; result: C[Name<C>]['result'] }
  | { kind: 'error'; id: number; error: ErrorData }
  | { kind: 'progress'; id: number; progress: Progress }
  | { [K in Name<E>]: { kind: 'event'; event: K; payload: E[K] } }[Name<E>];

/** Given to a handler beside its params. */
export interface CallContext {
  /** Fires when the caller cancels. */
  signal: AbortSignal;
  progress(progress: Progress): void;
  /** Buffers in the result to move instead of copy. */
  transfer(...buffers: Transferable[]): void;
}

export type Handlers<C extends CommandMap> = {
  [K in Name<C>]: (params: C[K]['params'], context: CallContext) => Promise<C[K]['result']> | C[K]['result'];
};

/** The part of a worker's global scope (or of a MessagePort) that the server needs. */
export interface ServerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** Serves `handlers` in a worker. Returns the function that emits events to the page. */
export function serve<C extends CommandMap, E extends EventMap>(
  scope: ServerScope,
  handlers: Handlers<C>,
): <K extends Name<E>>(event: K, payload: E[K], transfer?: Transferable[]) => void {
  const running = new Map<number, AbortController>();
  const post = (message: Response<C, E>, transfer: Transferable[] = []): void => scope.postMessage(message, transfer);

  const answer = async (id: number, command: Name<C>, params: C[Name<C>]['params']): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    const transfer: Transferable[] = [];
    try {
      const handler = handlers[command];
      if (typeof handler !== 'function') {
        throw new WorkerError({
          cause: `The command ${JSON.stringify(command)} is not in the protocol.`,
          remedy: 'Reload the page: its parts come from different builds.',
        });
      }
      const result = await handler(params, {
        signal: controller.signal,
        progress: (progress) => post({ kind: 'progress', id, progress }),
        transfer: (...buffers) => void transfer.push(...buffers),
      });
      post({ kind: 'result', id, result }, transfer);
    } catch (error) {
      post({ kind: 'error', id, error: errorToData(error) });
    } finally {
      running.delete(id);
    }
  };

  scope.addEventListener('message', (event: MessageEvent) => {
    const request = event.data as Request<C>;
    if (request.kind === 'cancel') running.get(request.id)?.abort(new CancelledError());
    else void answer(request.id, request.command, request.params);
  });
  post({ kind: 'ready' });
  return (event, payload, transfer = []) => {
    // The mapped union above is exactly {event: K, payload: E[K]}; TypeScript cannot see it for a generic K.
    post({ kind: 'event', event, payload } as Response<C, E>, transfer);
  };
}

/** The part of a Worker (or of a MessagePort in tests) that the client needs. */
export interface ClientPort {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  terminate(): void;
}

export interface CallOptions {
  signal?: AbortSignal;
  transfer?: Transferable[];
  onProgress?: (progress: Progress) => void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: WhyLiveError): void;
  onProgress: ((progress: Progress) => void) | undefined;
}

/** The page's end of the wire to one worker. */
export class WorkerClient<C extends CommandMap, E extends EventMap> {
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Map<string, Set<(payload: never) => void>>();
  private next = 1;
  private dead: WhyLiveError | null = null;

  /** Called once when the worker crashes (not when `terminate` is called). */
  onCrash: ((error: WhyLiveError) => void) | null = null;

  constructor(
    private readonly port: ClientPort,
    readonly label: string,
  ) {
    port.addEventListener('message', (event) => this.receive((event as MessageEvent).data as Response<C, E>));
    port.addEventListener('error', (event) => this.crash((event as ErrorEvent).message || 'it could not be started'));
    port.addEventListener('messageerror', () => this.crash('a message could not be read'));
  }

  /** Calls `command`. Rejects with the worker's own error class, or WorkerError when the worker is gone. */
  call<K extends Name<C>>(command: K, params: C[K]['params'], options: CallOptions = {}): Promise<C[K]['result']> {
    if (this.dead) return Promise.reject(this.dead);
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(new CancelledError());
    const id = this.next++;
    return new Promise((resolve, reject) => {
      const cancel = (): void => this.port.postMessage({ kind: 'cancel', id }, []);
      signal?.addEventListener('abort', cancel, { once: true });
      const settle = (): void => signal?.removeEventListener('abort', cancel);
      this.pending.set(id, {
        resolve: (value) => (settle(), resolve(value)),
        reject: (error) => (settle(), reject(error)),
        onProgress: options.onProgress,
      });
      this.port.postMessage({ kind: 'call', id, command, params }, options.transfer ?? []);
    });
  }

  /** Subscribes to an event; returns the function that unsubscribes. */
  on<K extends Name<E>>(event: K, listener: (payload: E[K]) => void): () => void {
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set.add(listener));
    return () => void set.delete(listener);
  }

  /** Ends the worker; every pending call rejects with CancelledError. */
  terminate(): void {
    this.port.terminate();
    this.fail(new CancelledError({ cause: `The ${this.label} thread was ended.`, remedy: 'Start the action again.' }));
  }

  private receive(response: Response<C, E>): void {
    switch (response.kind) {
      case 'ready':
        return;
      case 'event':
        for (const listener of this.listeners.get(response.event) ?? []) listener(response.payload as never);
        return;
      case 'progress':
        this.pending.get(response.id)?.onProgress?.(response.progress);
        return;
      case 'result':
        this.take(response.id)?.resolve(response.result);
        return;
      case 'error':
        this.take(response.id)?.reject(errorFromData(response.error));
        return;
      default:
        response satisfies never;
    }
  }

  private take(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    return pending;
  }

  private crash(reason: string): void {
    const error = new WorkerError({
      cause: `The ${this.label} thread stopped: ${reason}.`,
      remedy: 'Your data and the last checkpoint are kept; reload the page to go on.',
      recoverable: false,
    });
    this.fail(error);
    this.onCrash?.(error);
  }

  private fail(error: WhyLiveError): void {
    this.dead = error;
    for (const pending of this.pending.values()) pending.reject(error);
    this.pending.clear();
  }
}
