import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  CancelledError,
  DivergedError,
  ImportError,
  ModelError,
  TrainingError,
  WhyLiveError,
  WorkerClient,
  WorkerError,
  errorFromData,
  errorToData,
  serve,
  type CallContext,
  type ClientPort,
  type Handlers,
  type ServerScope,
} from '../../src/protocol';

type Commands = {
  add: { params: { a: number; b: number }; result: number };
  wait: { params: null; result: null };
  fail: { params: { kind: 'import' | 'plain' | 'string' }; result: null };
  count: { params: { to: number }; result: null };
  buffer: { params: { bytes: number }; result: ArrayBuffer };
};
type Events = { tick: { n: number } };

/** A worker in this thread: messages are cloned and delivered asynchronously, as between real threads. */
class Loopback implements ClientPort {
  private readonly page = new Map<string, ((event: Event) => void)[]>();
  private worker: ((event: MessageEvent) => void) | null = null;
  terminated = false;
  readonly transfers: Transferable[][] = [];

  readonly scope: ServerScope = {
    postMessage: (message, transfer) => {
      this.transfers.push(transfer);
      const data: unknown = structuredClone(message, { transfer });
      queueMicrotask(() => this.fire('message', new MessageEvent('message', { data })));
    },
    addEventListener: (_type, listener) => {
      this.worker = listener;
    },
  };

  postMessage(message: unknown, transfer: Transferable[]): void {
    const data: unknown = structuredClone(message, { transfer });
    queueMicrotask(() => this.worker?.(new MessageEvent('message', { data })));
  }
  addEventListener(type: string, listener: (event: Event) => void): void {
    this.page.set(type, [...(this.page.get(type) ?? []), listener]);
  }
  terminate(): void {
    this.terminated = true;
    this.worker = null;
  }
  fire(type: string, event: Event): void {
    for (const listener of this.page.get(type) ?? []) listener(event);
  }
}

const handlers: Handlers<Commands> = {
  add: ({ a, b }) => a + b,
  wait: (_params, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  fail: ({ kind }) => {
    if (kind === 'import') {
      throw new ImportError({ file: 'a.mp4', cause: 'It is a text file.', remedy: 'Choose a video.' });
    }
    if (kind === 'plain') throw new RangeError('index 7');
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- libraries do throw strings
    throw 'a bare string';
  },
  count: async ({ to }, { progress }) => {
    for (let done = 1; done <= to; done++) {
      progress({ label: 'counting', done, total: to, unit: 'numbers', rate: null, secondsLeft: null });
      await Promise.resolve();
    }
    return null;
  },
  buffer: ({ bytes }, { transfer }: CallContext) => {
    const buffer = new ArrayBuffer(bytes);
    transfer(buffer);
    return buffer;
  },
};

function connect(): { port: Loopback; client: WorkerClient<Commands, Events>; emit: (n: number) => void } {
  const port = new Loopback();
  const client = new WorkerClient<Commands, Events>(port, 'test');
  const send = serve<Commands, Events>(port.scope, handlers);
  return { port, client, emit: (n) => send('tick', { n }) };
}

describe('calls', () => {
  it('answers with the result of the handler', async () => {
    const { client } = connect();
    await expect(
      Promise.all([client.call('add', { a: 1, b: 2 }), client.call('add', { a: 3, b: 4 })]),
    ).resolves.toEqual([3, 7]);
  });

  it('derives params and results from the command map', () => {
    const { client } = connect();
    expectTypeOf(client.call<'add'>)
      .parameter(1)
      .toEqualTypeOf<{ a: number; b: number }>();
    expectTypeOf(client.call<'add'>).returns.toEqualTypeOf<Promise<number>>();
  });

  it('reports progress before the result', async () => {
    const { client } = connect();
    const seen: number[] = [];
    await client.call('count', { to: 3 }, { onProgress: (progress) => seen.push(progress.done) });
    expect(seen).toEqual([1, 2, 3]);
  });

  it('moves buffers instead of copying them', async () => {
    const { client, port } = connect();
    const buffer = await client.call('buffer', { bytes: 8 });
    expect(buffer.byteLength).toBe(8);
    const moved = port.transfers.flat()[0] as ArrayBuffer;
    expect(moved.byteLength, 'the sender no longer owns it').toBe(0);
  });

  it('refuses a command that is not in the protocol', async () => {
    const { client } = connect();
    await expect(client.call('nonsense' as 'add', { a: 1, b: 1 })).rejects.toThrow('not in the protocol');
  });
});

describe('events', () => {
  it('reach every listener until it unsubscribes', async () => {
    const { client, emit } = connect();
    const seen: number[] = [];
    const off = client.on('tick', ({ n }) => seen.push(n));
    emit(1);
    await client.call('add', { a: 0, b: 0 });
    off();
    emit(2);
    await client.call('add', { a: 0, b: 0 });
    expect(seen).toEqual([1]);
  });
});

describe('errors', () => {
  it('keep their class and their three answers across the boundary', async () => {
    const { client } = connect();
    const error = await client.call('fail', { kind: 'import' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ImportError);
    expect(error).toMatchObject({
      name: 'ImportError',
      file: 'a.mp4',
      why: 'It is a text file.',
      remedy: 'Choose a video.',
      message: 'a.mp4: It is a text file. Choose a video.',
    });
  });

  it('keep a class of a class: a run that diverged is a training that failed, and known from others', () => {
    const sent = structuredClone(errorToData(new DivergedError({ cause: 'x', remedy: 'y' })));
    expect(errorFromData(sent)).toBeInstanceOf(DivergedError);
    expect(errorFromData(sent)).toBeInstanceOf(TrainingError);
    expect(errorFromData({ ...sent, name: 'TrainingError' })).not.toBeInstanceOf(DivergedError);
  });

  it('that are not ours arrive as WorkerError with the original words', async () => {
    const { client } = connect();
    await expect(client.call('fail', { kind: 'plain' })).rejects.toThrow('RangeError: index 7');
    await expect(client.call('fail', { kind: 'string' })).rejects.toThrow('a bare string');
  });

  it('are rebuilt as the base class when the name is unknown', () => {
    const data = { ...errorToData(new ModelError({ cause: 'x', remedy: 'y' })), name: 'FutureError' };
    expect(errorFromData(data)).toBeInstanceOf(WhyLiveError);
  });
});

describe('cancellation and death', () => {
  it('an aborted signal rejects the call with CancelledError', async () => {
    const { client } = connect();
    const controller = new AbortController();
    const call = client.call('wait', null, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toBeInstanceOf(CancelledError);
  });

  it('a signal that was aborted before never sends the call', async () => {
    const { client } = connect();
    await expect(client.call('add', { a: 1, b: 1 }, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
      CancelledError,
    );
  });

  it('a crash rejects every pending call, tells once, and refuses later calls', async () => {
    const { client, port } = connect();
    const crashes: WhyLiveError[] = [];
    client.onCrash = (error) => crashes.push(error);
    const pending = [client.call('wait', null), client.call('wait', null)];
    const event = new Event('error');
    Object.assign(event, { message: 'out of memory' });
    port.fire('error', event);
    for (const call of pending) await expect(call).rejects.toBeInstanceOf(WorkerError);
    expect(crashes.map((crash) => crash.message)).toEqual([expect.stringContaining('out of memory')]);
    await expect(client.call('add', { a: 1, b: 1 })).rejects.toBeInstanceOf(WorkerError);
  });

  it('terminating rejects every pending call', async () => {
    const { client, port } = connect();
    const pending = client.call('wait', null);
    client.terminate();
    await expect(pending).rejects.toBeInstanceOf(CancelledError);
    expect(port.terminated).toBe(true);
  });
});
