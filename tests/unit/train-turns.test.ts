/** Long work in turns: others come in between, cancellation leaves whole batches, a lost device costs its batch only. */
import { describe, expect, it } from 'vitest';
import { CancelledError, DeviceError, type Progress } from '../../src/protocol';
import { draftSeed } from '../../src/train/drafts';
import { Mutex } from '../../src/train/mutex';
import { inTurns, type TurnHost, type Turns } from '../../src/train/turns';

const BATCHES = [['a', 'b'], ['c', 'd'], ['e']];

/** A device that is lost in these calls of `work`, counted from 1. */
function stage(lostIn: readonly number[] = []) {
  const log: string[] = [];
  let calls = 0;
  let lost = false;
  let time = 0;
  const stop = new AbortController();
  const progress: Progress[] = [];
  const host: TurnHost = {
    engine: new Mutex(),
    mend: async () => {
      if (!lost) return false;
      lost = false;
      log.push('reopened');
      return true;
    },
    lost: async () => lost,
  };
  const turns: Turns = {
    signal: stop.signal,
    label: 'Scoring frames',
    progress: (of) => void progress.push(of),
    now: () => time,
  };
  const work = async (batch: readonly string[]): Promise<void> => {
    calls++;
    // Two frames a second.
    time += batch.length * 500;
    if (lostIn.includes(calls)) {
      lost = true;
      throw new DeviceError({ cause: 'The GPU device was lost.', remedy: '' });
    }
    log.push(batch.join(''));
  };
  const lose = (): void => void (lost = true);
  return { host, turns, work, lose, log, stop, progress, engine: host.engine };
}

describe('work in turns', () => {
  it('goes through the batches in order, and tells rate and time left', async () => {
    const { host, turns, work, log, progress } = stage();
    expect(await inTurns(BATCHES, host, turns, work)).toEqual({ seconds: 2.5, recoveries: 0 });
    expect(log).toEqual(['ab', 'cd', 'e']);
    expect(progress).toEqual([
      { label: 'Scoring frames', unit: 'frames', done: 0, total: 5, rate: null, secondsLeft: null },
      { label: 'Scoring frames', unit: 'frames', done: 2, total: 5, rate: 2, secondsLeft: 1.5 },
      { label: 'Scoring frames', unit: 'frames', done: 4, total: 5, rate: 2, secondsLeft: 0.5 },
      { label: 'Scoring frames', unit: 'frames', done: 5, total: 5, rate: 2, secondsLeft: 0 },
    ]);
  });

  it('takes the time left from the last batches, not from the first', async () => {
    const { host, turns, progress } = stage();
    let time = 0;
    const many = Array.from({ length: 30 }, (_, i) => [i]);
    await inTurns(many, host, { ...turns, now: () => time }, async ([i]) => {
      time += i! < 15 ? 10_000 : 1000;
    });
    expect(progress[10]).toMatchObject({ rate: 0.1, secondsLeft: 200 });
    expect(progress[28]).toMatchObject({ rate: 1, secondsLeft: 2 });
  });

  it('gives the engine to others between two batches', async () => {
    const { host, turns, work, log, engine } = stage();
    await inTurns(BATCHES, host, turns, async (batch) => {
      if (batch[0] === 'a') void engine.run(async () => void log.push('explained'));
      await work(batch);
    });
    expect(log).toEqual(['ab', 'explained', 'cd', 'e']);
  });

  it('ends at a cancellation with whole batches', async () => {
    const { host, turns, work, log, stop } = stage();
    const going = inTurns(BATCHES, host, turns, async (batch) => {
      await work(batch);
      if (batch[0] === 'c') stop.abort();
    });
    await expect(going).rejects.toThrow(CancelledError);
    expect(log).toEqual(['ab', 'cd']);
    await expect(inTurns(BATCHES, host, turns, work)).rejects.toThrow(CancelledError);
    expect(log).toEqual(['ab', 'cd']);
  });

  it('goes on where it was when the device is lost, twice', async () => {
    const { host, turns, work, log, progress } = stage([2, 4]);
    expect(await inTurns(BATCHES, host, turns, work)).toMatchObject({ recoveries: 2 });
    expect(log).toEqual(['ab', 'reopened', 'cd', 'reopened', 'e']);
    expect(progress.map(({ done }) => done)).toEqual([0, 2, 4, 5]);
  });

  it('stops with a sentence when it is lost a third time, and at once for any other failure', async () => {
    const often = stage([2, 3, 4]);
    await expect(inTurns(BATCHES, often.host, often.turns, often.work)).rejects.toThrow(
      /WebGPU: The GPU was lost 3 times in this work, so it was stopped after 2 of 5 frames\. What was done is kept/,
    );
    expect(often.log).toEqual(['ab', 'reopened', 'reopened']);
    const broken = stage();
    const failing = inTurns(BATCHES, broken.host, broken.turns, async () => {
      throw new TypeError('a defect');
    });
    await expect(failing).rejects.toThrow('a defect');
    expect(broken.log).toEqual([]);
    // The engine is free again.
    expect(await broken.engine.run(async () => 5)).toBe(5);
  });

  it('counts a loss between two batches as one within', async () => {
    const { host, turns, work, lose, log } = stage();
    const losing = async (batch: readonly string[]): Promise<void> => {
      await work(batch);
      lose();
    };
    expect(await inTurns(BATCHES, host, turns, losing)).toMatchObject({ recoveries: 2 });
    expect(log).toEqual(['ab', 'reopened', 'cd', 'reopened', 'e']);
    const fourth = inTurns([...BATCHES, ['f']], host, turns, losing);
    await expect(fourth).rejects.toThrow(/lost 3 times .* after 4 of 6 frames/);
  });

  it('of nothing is done at once', async () => {
    const { host, turns, work, progress } = stage();
    expect(await inTurns([], host, turns, work)).toEqual({ seconds: 0, recoveries: 0 });
    expect(progress).toEqual([expect.objectContaining({ done: 0, total: 0 })]);
  });
});

it("a draft's seed follows from the frame and the seed alone", () => {
  expect(draftSeed(1, 'a')).toBe(draftSeed(1, 'a'));
  expect(new Set([draftSeed(1, 'a'), draftSeed(2, 'a'), draftSeed(1, 'b')]).size).toBe(3);
});
