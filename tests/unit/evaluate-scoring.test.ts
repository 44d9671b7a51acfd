/** Scoring without a model: who is asked what, in which order, and what becomes of frames that cannot be read. */
import { describe, expect, it } from 'vitest';
import type { Concluded, DescribeOptions } from '../../src/evaluate/judge';
import { STATEMENTS } from '../../src/evaluate/likelihood';
import { batches } from '../../src/evaluate/readable';
import { scoreBatch, type ScoringPlan } from '../../src/evaluate/scoring';
import { DeviceError, DivergedError, ImportError, StorageError, type SampleRow } from '../../src/protocol';

const rows = (count: number): SampleRow[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `id${i}`,
    set: 'set',
    file: `${i}.png`,
    video: `v${i}`,
    role: 'middle',
    seconds: 1,
    label: i % 2 === 0 ? 'live' : 'spoof',
    attack: i % 2 === 0 ? null : 'print',
    subject: `s${i}`,
    captions: {},
    width: 2,
    height: 2,
    frame: `${i}`,
    thumbnail: new Blob(),
  }));

/** A picture is its number: the head says a tenth of it, the text that it is a spoof from 5 on. */
function judging(broken: Record<string, Error> = {}) {
  const asked: { head: number[][]; text: { of: number[]; options: DescribeOptions }[] } = { head: [], text: [] };
  const numbers = (pixels: readonly Float32Array[]): number[] => pixels.map(([value]) => value!);
  return {
    asked,
    signal: new AbortController().signal,
    frames: {
      pixels: async ({ frame }: SampleRow) => {
        if (broken[frame] !== undefined) throw broken[frame];
        return new Float32Array([Number(frame)]);
      },
    },
    judge: {
      spoofProbabilities: async (pixels: readonly Float32Array[]) => {
        asked.head.push(numbers(pixels));
        return numbers(pixels).map((value) => value / 10);
      },
      describe: async (pixels: readonly Float32Array[], options: DescribeOptions): Promise<Concluded[]> => {
        asked.text.push({ of: numbers(pixels), options });
        return numbers(pixels).map((value) => {
          const text = `Seen: ${value}. This is a ${value < 5 ? 'live face' : 'spoof'}.`;
          const words = options.continuations?.({ text, truncated: false }).words ?? null;
          // All of a label's statements alike: e to 1 for its own.
          const logs = words?.map((each) => Number(STATEMENTS[value < 5 ? 'live' : 'spoof'].includes(each))) ?? null;
          return { text, tokens: 3, truncated: value === 1, headSpoofProbability: value / 20, logLikelihoods: logs };
        });
      },
    },
  };
}

const PLAN: ScoringPlan = {
  readers: { head: true, text: true, likelihood: true },
  style: 'vanilla',
  maxTokens: 9,
  headTrained: true,
};

describe('a batch', () => {
  it('is answered in order by every reader, with what is needed to read the numbers later', async () => {
    const context = judging();
    const { predictions, failed } = await scoreBatch(rows(7), PLAN, context);
    expect(failed).toEqual([]);
    expect(predictions.map(({ sampleId }) => sampleId)).toEqual(rows(7).map(({ id }) => id));
    expect(predictions[1]).toEqual({
      sampleId: 'id1',
      set: 'set',
      file: '1.png',
      video: 'v1',
      role: 'middle',
      frame: rows(7)[1]!.frame,
      label: 'spoof',
      attack: 'print',
      subject: 's1',
      head: 1 / 20,
      text: 'Seen: 1. This is a live face.',
      truncated: true,
      verdict: 'live',
      likelihood: predictions[1]!.likelihood,
    });
    expect(predictions[1]!.likelihood).toBeCloseTo(1 / (1 + Math.E), 12);
    expect(predictions[6]!.likelihood).toBeCloseTo(Math.E / (1 + Math.E), 12);
    // One pass for all three.
    expect(context.asked.head).toEqual([]);
    expect(context.asked.text).toHaveLength(1);
    expect(context.asked.text[0]!.options).toMatchObject({ style: 'vanilla', maxTokens: 9, adapter: 'on' });
  });

  it('asks nobody who is not wanted', async () => {
    const head = judging();
    const { predictions } = await scoreBatch(
      rows(2),
      { ...PLAN, readers: { head: true, text: false, likelihood: false } },
      head,
    );
    expect(predictions).toMatchObject([
      { head: 0, text: null, verdict: null, likelihood: null, truncated: false },
      { head: 0.1, text: null, verdict: null, likelihood: null },
    ]);
    expect(head.asked.text).toEqual([]);
    const text = judging();
    const only = { ...PLAN, readers: { head: false, text: true, likelihood: false } };
    expect((await scoreBatch(rows(2), only, text)).predictions).toMatchObject([
      { head: null, verdict: 'live', likelihood: null },
      { head: null, verdict: 'live', likelihood: null },
    ]);
    expect(text.asked.text[0]!.options.continuations).toBeUndefined();
  });

  it('has nothing from a head that was not trained', async () => {
    for (const readers of [PLAN.readers, { head: true, text: false, likelihood: false }]) {
      const context = judging();
      const { predictions } = await scoreBatch(rows(2), { ...PLAN, readers, headTrained: false }, context);
      expect(predictions.map(({ head }) => head)).toEqual([null, null]);
      expect(context.asked.head).toEqual([]);
    }
  });

  it('ends, naming the frame, where a score is no number', async () => {
    const context = judging();
    context.judge.spoofProbabilities = async () => [0.5, NaN];
    const head = { ...PLAN, readers: { head: true, text: false, likelihood: false } };
    await expect(scoreBatch(rows(2), head, context)).rejects.toBeInstanceOf(DivergedError);
    await expect(scoreBatch(rows(2), head, context)).rejects.toThrow('set/1.png');
    const told = judging();
    const describe = told.judge.describe;
    told.judge.describe = async (...asked) =>
      (await describe(...asked)).map((each) => ({ ...each, logLikelihoods: each.logLikelihoods!.map(() => NaN) }));
    await expect(scoreBatch(rows(1), PLAN, told)).rejects.toThrow('likelihood of the labels is NaN');
  });

  it('goes on without frames that cannot be read or have no label, and says why', async () => {
    const samples = rows(4);
    samples[0] = { ...samples[0]!, label: null };
    const context = judging({
      1: new StorageError({ file: 'frames/1.png', cause: 'The frame is gone.', remedy: 'Import it again.' }),
      3: new ImportError({ file: 'set/3.png', cause: 'It does not decode.', remedy: 'Import it again.' }),
    });
    const { predictions, failed } = await scoreBatch(samples, PLAN, context);
    expect(predictions.map(({ sampleId }) => sampleId)).toEqual(['id2']);
    expect(failed).toEqual([
      {
        sampleId: 'id0',
        file: 'set/0.png',
        reason:
          'It has no label, so nothing said of it can be right or wrong. Label it live or spoof, or leave it out.',
      },
      { sampleId: 'id1', file: 'set/1.png', reason: 'The frame is gone. Import it again.' },
      { sampleId: 'id3', file: 'set/3.png', reason: 'It does not decode. Import it again.' },
    ]);
    expect(context.asked.text[0]!.of).toEqual([2]);
  });

  it('of which nothing can be read asks nobody', async () => {
    const gone = new ImportError({ cause: 'Gone.', remedy: '' });
    const context = judging({ 0: gone, 1: gone });
    expect(await scoreBatch(rows(2), PLAN, context)).toMatchObject({ predictions: [], failed: [{}, {}] });
    expect(context.asked.text).toEqual([]);
  });

  it('does not take a failing device, or a defect, for a fault of the frame', async () => {
    const lost = new DeviceError({ cause: 'The GPU was lost.', remedy: '' });
    await expect(scoreBatch(rows(2), PLAN, judging({ 1: lost }))).rejects.toBe(lost);
    await expect(scoreBatch(rows(2), PLAN, judging({ 1: new TypeError('no') }))).rejects.toThrow('no');
  });
});

it('batches keep the order and lose nothing', () => {
  expect(batches([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(batches([], 2)).toEqual([]);
});
