import { describe, expect, it } from 'vitest';
import { emptyPortion } from '../../src/data/portion';
import type { PlannedFile } from '../../src/protocol';
import { LaneGone, decodeAll, type Lane, type LanesHooks } from '../../src/session/import_lanes';
import { ImportMeter } from '../../src/session/import_meter';

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const plan = (n: number): PlannedFile[] =>
  Array.from({ length: n }, (_, index) => {
    const file = `${String(index).padStart(4, '0')}.mp4`;
    const known = {
      set: 's',
      file,
      video: file,
      label: null,
      attack: null,
      subject: null,
      captions: {},
      overruled: false,
    };
    return { index, path: `s/${file}`, size: 1, modified: 0, known };
  });

interface Behaviour {
  /** Milliseconds a file takes. */
  pace?: number;
  /** The thread ends in this file. */
  crashAt?: (path: string, worker: number) => boolean;
  /** The thread says nothing more from this file on. */
  hangAt?: (path: string) => boolean;
  full?: (path: string) => boolean;
  /** A thread that hangs goes on saying that it is alive. */
  alive?: boolean;
  /** The new thread cannot be started. */
  renewal?: (worker: number) => Error | null;
}

/** Threads that keep what they have finished only when a portion is whole, as the real ones do. */
class Workers {
  readonly saved: string[] = [];
  readonly portions: { worker: number; paths: string[]; generation: number }[] = [];
  readonly renewed: number[] = [];
  inFlight = 0;
  most = 0;

  constructor(private readonly behaviour: Behaviour = {}) {}

  lane(worker: number): Lane {
    let generation = 0;
    return {
      decode: async (files, signal, told) => {
        const born = generation;
        this.portions.push({ worker, paths: files.map(({ path }) => path), generation });
        this.inFlight += files.length;
        this.most = Math.max(this.most, this.inFlight);
        const { pace = 0, crashAt, hangAt, full } = this.behaviour;
        const result = emptyPortion();
        try {
          for (const { path } of files) {
            await wait(pace);
            const left = signal.aborted || result.full !== null || full?.(path);
            if (full?.(path)) result.full = { cause: 'The disk is full.', remedy: 'Free some space.' };
            result.outcomes.push({
              path,
              what: left ? 'left' : 'imported',
              reason: null,
              noFace: [],
              note: null,
              seconds: 0,
            });
            if (left) continue;
            if (crashAt?.(path, worker)) throw new LaneGone('it crashed');
            if (hangAt?.(path)) {
              // Stuck in the browser, not in its own code: the thread can still speak.
              if (this.behaviour.alive) setInterval(told.alive, 5);
              await new Promise(() => undefined);
            }
            if (born === generation) told.done(path);
          }
        } finally {
          this.inFlight -= files.length;
        }
        this.saved.push(...result.outcomes.filter(({ what }) => what === 'imported').map(({ path }) => path));
        return result;
      },
      renew: async () => {
        generation++;
        this.renewed.push(worker);
        const error = this.behaviour.renewal?.(worker);
        if (error) throw error;
      },
    };
  }

  lanes(n: number): Lane[] {
    return Array.from({ length: n }, (_, worker) => this.lane(worker));
  }
}

interface Told extends LanesHooks {
  told: string[];
  count: number;
  given: { path: string; why: string }[];
}

function hooks(change: Partial<LanesHooks> = {}): Told {
  const told: Told = {
    told: [],
    count: 0,
    given: [],
    signal: new AbortController().signal,
    gate: () => Promise.resolve(),
    done: (path) => {
      told.told.push(path);
      told.count++;
    },
    undone: (paths) => void (told.count -= paths.length),
    portion: () => undefined,
    gaveUp: async (file, why) => void told.given.push({ path: file.path, why }),
    silence: 10_000,
    patience: 100_000,
    ...change,
  };
  return told;
}

const names = (files: readonly PlannedFile[]): string[] => files.map(({ path }) => path);

describe('handing out', () => {
  it.each([1, 2, 4])('%i threads decode every file once, in small portions that shrink to the end', async (n) => {
    const workers = new Workers();
    const files = plan(100);
    const told = hooks();
    expect(await decodeAll(workers.lanes(n), files, told)).toEqual({ left: 0, full: null });
    expect([...workers.saved].sort()).toEqual(names(files));
    expect(told.count).toBe(100);
    expect(workers.most).toBeLessThanOrEqual(16 * n);
    expect(Math.max(...workers.portions.map(({ paths }) => paths.length))).toBeLessThanOrEqual(16);
    expect(workers.portions.at(-1)?.paths).toHaveLength(1);
    // The order of the paths, as far as threads side by side allow.
    const firsts = workers.portions.map(({ paths }) => paths[0]);
    expect(firsts).toEqual([...firsts].sort());
  });

  it('gives more to the faster thread', async () => {
    const slow = new Workers({ pace: 4 });
    const fast = new Workers();
    await decodeAll([slow.lane(0), fast.lane(1)], plan(120), hooks());
    expect(slow.saved.length + fast.saved.length).toBe(120);
    expect(fast.saved.length).toBeGreaterThan(2 * slow.saved.length);
  });

  it('has nothing to do for no files', async () => {
    expect(await decodeAll(new Workers().lanes(2), [], hooks())).toEqual({ left: 0, full: null });
  });
});

describe('a thread that ends', () => {
  it.each([1, 3])('costs one file where one is to blame, tried once alone (%i threads)', async (n) => {
    const bad = 's/0021.mp4';
    const workers = new Workers({ crashAt: (path) => path === bad });
    const files = plan(60);
    const told = hooks();
    expect(await decodeAll(workers.lanes(n), files, told)).toEqual({ left: 0, full: null });
    expect([...workers.saved].sort()).toEqual(names(files).filter((path) => path !== bad));
    expect(new Set(workers.saved).size).toBe(workers.saved.length);
    expect(told.given).toEqual([{ path: bad, why: 'it crashed' }]);
    expect(told.count).toBe(60);
    const tries = workers.portions.filter(({ paths }) => paths.includes(bad));
    expect(tries).toHaveLength(2);
    expect(tries[1]).toMatchObject({ paths: [bad], worker: tries[0]!.worker });
    expect(tries[1]!.generation).toBeGreaterThan(tries[0]!.generation);
    expect(workers.renewed).toHaveLength(2);
  });

  it('by a mere accident costs nothing', async () => {
    let crashes = 0;
    const workers = new Workers({ crashAt: (path) => path === 's/0005.mp4' && crashes++ === 0 });
    const told = hooks();
    await decodeAll(workers.lanes(2), plan(40), told);
    expect([...workers.saved].sort()).toEqual(names(plan(40)));
    expect(told.given).toEqual([]);
    expect(told.count).toBe(40);
  });

  it('over every file still comes to an end, with each of them named', async () => {
    const workers = new Workers({ crashAt: () => true });
    const told = hooks();
    await decodeAll(workers.lanes(2), plan(9), told);
    expect(workers.saved).toEqual([]);
    expect(told.given.map(({ path }) => path).sort()).toEqual(names(plan(9)));
  });

  it('and cannot be replaced leaves its files to the others', async () => {
    const workers = new Workers({
      pace: 1,
      crashAt: (path, worker) => worker === 0 && path !== '',
      renewal: (worker) => (worker === 0 ? new Error('no new thread') : null),
    });
    await decodeAll(workers.lanes(2), plan(50), hooks());
    expect([...workers.saved].sort()).toEqual(names(plan(50)));
  });

  it('and cannot be replaced ends the import where it was the only one', async () => {
    const workers = new Workers({ crashAt: () => true, renewal: () => new Error('no new thread') });
    await expect(decodeAll(workers.lanes(1), plan(5), hooks())).rejects.toThrow('no new thread');
  });
});

describe('a thread that hangs', () => {
  it('is replaced after the limit, and its file given up', async () => {
    const bad = 's/0007.mp4';
    const workers = new Workers({ hangAt: (path) => path === bad });
    const told = hooks({ silence: 40 });
    expect(await decodeAll(workers.lanes(2), plan(30), told)).toEqual({ left: 0, full: null });
    expect([...workers.saved].sort()).toEqual(names(plan(30)).filter((path) => path !== bad));
    expect(told.given).toEqual([{ path: bad, why: expect.stringMatching(/nothing was heard of it/) as string }]);
    expect(workers.renewed).toHaveLength(2);
  });

  it('while it says that it is alive is given more time, but not for ever', async () => {
    const bad = 's/0007.mp4';
    const workers = new Workers({ hangAt: (path) => path === bad, alive: true });
    const told = hooks({ silence: 40, patience: 200 });
    const began = performance.now();
    await decodeAll(workers.lanes(2), plan(30), told);
    expect(performance.now() - began).toBeGreaterThan(350);
    expect([...workers.saved].sort()).toEqual(names(plan(30)).filter((path) => path !== bad));
    expect(told.given).toEqual([{ path: bad, why: expect.stringMatching(/it came to no end for/) as string }]);
  });

  it('does not hold up a cancellation', async () => {
    const controller = new AbortController();
    const workers = new Workers({ hangAt: () => true });
    setTimeout(() => controller.abort(), 20);
    const began = performance.now();
    await decodeAll(workers.lanes(1), plan(5), hooks({ signal: controller.signal, silence: 300 }));
    expect(performance.now() - began).toBeLessThan(2000);
    expect(workers.renewed).toEqual([0]);
  });
});

describe('pausing and ending', () => {
  it('hands out nothing while paused, and goes on with what is left', async () => {
    let open: () => void = () => undefined;
    let gate = Promise.resolve();
    const workers = new Workers({ pace: 1 });
    const told = hooks({ gate: () => gate });
    const going = decodeAll(workers.lanes(2), plan(60), told);
    await wait(8);
    gate = new Promise((resolve) => (open = resolve));
    await wait(60);
    const handed = workers.portions.length;
    expect(workers.inFlight).toBe(0);
    expect(workers.saved.length).toBeLessThan(60);
    await wait(40);
    expect(workers.portions).toHaveLength(handed);
    open();
    await going;
    expect([...workers.saved].sort()).toEqual(names(plan(60)));
  });

  it('a cancellation keeps what is done and begins nothing more', async () => {
    const controller = new AbortController();
    const workers = new Workers({ pace: 1 });
    const told = hooks({ signal: controller.signal });
    const going = decodeAll(workers.lanes(2), plan(200), told);
    await wait(25);
    controller.abort();
    expect(await going).toEqual({ left: 0, full: null });
    expect(workers.saved.length).toBeGreaterThan(0);
    expect(workers.saved.length).toBeLessThan(200);
    expect(new Set(workers.saved)).toEqual(new Set(told.told));
  });

  it('a full disk ends it, with the number of files that are left', async () => {
    const workers = new Workers({ full: (path) => path >= 's/0050.mp4' });
    const files = plan(80);
    const { left, full } = await decodeAll(workers.lanes(2), files, hooks());
    expect(full).toEqual({ cause: 'The disk is full.', remedy: 'Free some space.' });
    expect(workers.saved.length + left).toBe(80);
    expect(workers.saved.length).toBeGreaterThan(30);
  });

  it('an error that is no crash ends the import with it', async () => {
    const lane: Lane = {
      decode: () => Promise.reject(new Error('The journal could not be read')),
      renew: () => Promise.resolve(),
    };
    await expect(decodeAll([lane], plan(3), hooks())).rejects.toThrow('The journal could not be read');
  });
});

describe('the meter', () => {
  it('tells the rate of late and the time left, pauses left out', () => {
    let now = 0;
    const meter = new ImportMeter(1000, () => now);
    expect(meter.progress('a')).toMatchObject({ done: 0, total: 1000, rate: null, secondsLeft: null });
    // Files of an earlier import go by in no time, and must not promise that the rest will.
    now = 1;
    meter.add(500);
    for (let second = 0; second < 40; second++) {
      now++;
      meter.add(5);
    }
    expect(meter.progress('b').rate).toBeCloseTo(5, 5);
    expect(meter.progress('b').secondsLeft).toBeCloseTo(60, 5);
    meter.pause();
    now += 1000;
    expect(meter.progress('c').rate).toBeCloseTo(5, 5);
    meter.resume();
    now++;
    meter.add(5);
    expect(meter.progress('d')).toMatchObject({ label: 'd', done: 705 });
    expect(meter.progress('d').rate).toBeCloseTo(5, 5);
  });
});
