/** The workers, each behind a typed client that outlives a crash: listeners move over to the new worker. */
import {
  WorkerClient,
  type CallOptions,
  type ClientPort,
  type CommandMap,
  type EventMap,
  type FramesCommands,
  type FramesEvents,
  type HubCommands,
  type HubEvents,
  type PeerCommands,
  type PeerEvents,
  type TrainerCommands,
  type TrainerEvents,
  type WhyLiveError,
} from '../protocol';

type Name<M> = Extract<keyof M, string>;

/** One worker and its successors. */
export class Thread<C extends CommandMap, E extends EventMap> {
  private client: WorkerClient<C, E>;
  private readonly listeners: { [K in Name<E>]?: ((payload: E[K]) => void)[] } = {};
  /** How often a worker of this thread has crashed: compare before and after a call. */
  crashes = 0;
  onCrash: ((error: WhyLiveError) => void) | null = null;

  constructor(
    private readonly open: () => ClientPort,
    readonly label: string,
  ) {
    this.client = this.connect();
  }

  call<K extends Name<C>>(command: K, params: C[K]['params'], options: CallOptions = {}): Promise<C[K]['result']> {
    return this.client.call(command, params, options);
  }

  /** Subscribes for good, to this worker and every later one. */
  on<K extends Name<E>>(event: K, listener: (payload: E[K]) => void): void {
    (this.listeners[event] ??= []).push(listener);
    this.client.on(event, listener);
  }

  /** Ends the worker (pending calls reject) and starts a new one. */
  restart(): void {
    this.client.terminate();
    this.client = this.connect();
    for (const event of Object.keys(this.listeners) as Name<E>[]) {
      for (const listener of this.listeners[event] ?? []) this.client.on(event, listener);
    }
  }

  end(): void {
    this.client.terminate();
  }

  private connect(): WorkerClient<C, E> {
    const client = new WorkerClient<C, E>(this.open(), this.label);
    client.onCrash = (error) => {
      if (client !== this.client) return; // a late message of a worker that was replaced
      this.crashes++;
      this.onCrash?.(error);
    };
    return client;
  }
}

export type FramesThread = Thread<FramesCommands, FramesEvents>;

export interface Threads {
  trainer: Thread<TrainerCommands, TrainerEvents>;
  /** The first of the frames threads, which is always there. */
  frames: FramesThread;
  /** The others, which share its work in an import. */
  moreFrames: FramesThread[];
  hub: Thread<HubCommands, HubEvents>;
  /** Starts the thread of another model: its script is fetched with the first. */
  openPeer(): Thread<PeerCommands, PeerEvents>;
}

/** Most frames threads: each holds a decoder and pictures, and the disk is one. */
const MOST_FRAMES_THREADS = 4;

/**
 * How many frames threads a machine gets: one core is left to the page and the disk.
 *
 * @param asked  number from the address (`?decoders=`), or null
 */
export function framesThreads(cores: number, asked: string | null): number {
  const wanted = asked === null ? NaN : Number(asked);
  if (Number.isInteger(wanted) && wanted >= 1) return Math.min(wanted, 2 * MOST_FRAMES_THREADS);
  return Math.max(1, Math.min(MOST_FRAMES_THREADS, cores - 1));
}

/**
 * Starts the workers that the page always has: all of them at once, so that none has to be fetched later, when the page
 * has promised to make no request. Vite needs each URL written out where the worker is made.
 */
export function startThreads(decoders = framesThreads(navigator.hardwareConcurrency, null)): Threads {
  const frames = (): FramesThread =>
    new Thread(
      () => new Worker(new URL('../../workers/frames.ts', import.meta.url), { type: 'module', name: 'frames' }),
      'frames',
    );
  return {
    trainer: new Thread(
      () => new Worker(new URL('../../workers/trainer.ts', import.meta.url), { type: 'module', name: 'trainer' }),
      'trainer',
    ),
    frames: frames(),
    moreFrames: Array.from({ length: decoders - 1 }, frames),
    hub: new Thread(
      () => new Worker(new URL('../../workers/hub.ts', import.meta.url), { type: 'module', name: 'hub' }),
      'hub',
    ),
    openPeer: () =>
      new Thread(
        () => new Worker(new URL('../../workers/peer.ts', import.meta.url), { type: 'module', name: 'peer' }),
        'peer',
      ),
  };
}
