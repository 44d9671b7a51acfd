import { describe, expect, it } from 'vitest';
import { RunClock } from '../../src/train/clock';
import { Mutex } from '../../src/train/mutex';

describe('RunClock', () => {
  it('leaves pauses out and adds what was spent before', () => {
    let now = 1000;
    const clock = new RunClock(() => now);
    now = 3000;
    expect(clock.elapsed()).toBe(2);
    clock.pause();
    now = 9000;
    clock.pause();
    expect(clock.elapsed()).toBe(2);
    clock.resume();
    clock.resume();
    now = 10_000;
    expect(clock.elapsed()).toBe(3);
    clock.continueFrom(60);
    expect(clock.elapsed()).toBe(63);
  });

  it('gives rates over the last steps, and the time left with its evaluations', () => {
    const clock = new RunClock(() => 0);
    expect([clock.samplesPerSecond, clock.tokensPerSecond, clock.secondsLeft(5, 1)]).toEqual([0, 0, 0]);
    for (let i = 0; i < 30; i++) clock.step(100, 8, 1);
    for (let i = 0; i < 10; i++) clock.step(2, 8, 400);
    clock.evaluation(30);
    clock.evaluation(10);
    expect(clock.samplesPerSecond).toBe(4);
    expect(clock.tokensPerSecond).toBe(200);
    expect(clock.secondsLeft(5, 2)).toBe(5 * 2 + 2 * 20);
  });
});

describe('Mutex', () => {
  it('runs one at a time, in the order asked, and survives a failure', async () => {
    const mutex = new Mutex();
    const log: string[] = [];
    const work = (name: string, fails = false) =>
      mutex.run(async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 2));
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
