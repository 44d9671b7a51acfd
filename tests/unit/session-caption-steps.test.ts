/** Which changes of captions can still be taken back when the samples may be others. */
import { expect, it } from 'vitest';
import type { SampleRow } from '../../src/protocol';
import { standing, type Step } from '../../src/session/caption_steps';
import { rowOf } from '../support/rows';

const saying = (path: string, vanilla: string): SampleRow => ({ ...rowOf(path), captions: { vanilla } });
const step = (path: string, from: string, to: string): Step => {
  const { id: sampleId, frame } = rowOf(path);
  const key = { sampleId, style: 'vanilla' } as const;
  return {
    what: `${from} ${to}`,
    before: [{ ...key, text: from, source: undefined }],
    after: [{ ...key, text: to, frame }],
  };
};
const [A, B] = ['set/live/a.png', 'set/live/b.png'];
const STEPS = [step(A, 'one', 'two'), step(B, 'other', ''), step(A, 'two', 'three')];

it('are all, in their order, where each sample says what it was left saying', () => {
  expect(standing(STEPS, [saying(A, 'three'), saying(B, '')])).toEqual(STEPS);
});

it('are not those of samples that are gone, say something else, or have another picture', () => {
  expect(standing(STEPS, [saying(B, '')])).toEqual([STEPS[1]]);
  expect(standing(STEPS, [saying(A, 'from a table'), saying(B, '')])).toEqual([STEPS[1]]);
  expect(standing(STEPS, [{ ...saying(A, 'three'), frame: 'frames/anew.png' }, saying(B, 'given back')])).toEqual([]);
  // The last change is gone, the one before it holds.
  expect(standing(STEPS, [saying(A, 'two')])).toEqual([STEPS[0]]);
  expect(standing(STEPS, [])).toEqual([]);
});
