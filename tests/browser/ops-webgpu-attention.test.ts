/** Attention on WebGPU and its gradient against plain tfjs on the tape, in every variant. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import { dispatchCount, resetDispatches, settle } from '../../src/device/kernel';
import { choose, forgetChoices } from '../../src/device/selection';
import * as tf from '../../src/device/tf';
import { attentionReference, ropeReference, ropeAngles } from '../../src/ops';
import type { AttentionShape, RopeAngles } from '../../src/ops/types';
import { attentionBackward, attentionForward } from '../../src/ops/webgpu/attention';
import { openBackend } from '../support/backends';
import { poison } from '../support/poison';
import { directionalDerivative, expectClose, freshSeed, randomArray } from '../support/tensors';

const VARIANTS = ['registers', 'tiles', 'small-tiles'] as const;

const random = (shape: number[], spread = 1): tf.Tensor =>
  tf.tensor(randomArray(tf.util.sizeFromShape(shape), freshSeed(), spread), shape);

const widthOf = ({ heads, kvHeads, headDim }: AttentionShape): number => (heads + 2 * kvHeads) * headDim;

/** `[tokens, tokens]`, added to the scores. */
function mask(tokens: number, causal: boolean, keys: number): tf.Tensor {
  const values = new Float32Array(tokens * tokens);
  for (let row = 0; row < tokens; row++)
    for (let key = 0; key < tokens; key++) if (key >= keys || (causal && key > row)) values[row * tokens + key] = -1e9;
  return tf.tensor2d(values, [tokens, tokens]);
}

/** One sequence after another through the plain operations. */
function reference(qkv: tf.Tensor, shape: AttentionShape, rope: RopeAngles | null, valid: number[] | null): tf.Tensor {
  const { batch, tokens, heads, kvHeads, headDim, causal } = shape;
  const share = heads / kvHeads;
  const table = rope && {
    cos: tf.slice(rope.cos, [0, 0], [tokens, -1]),
    sin: tf.slice(rope.sin, [0, 0], [tokens, -1]),
  };
  const sequences = Array.from({ length: batch }, (_, b) => {
    const rows = tf.reshape(tf.slice(qkv, [b * tokens, 0], [tokens, -1]), [tokens, heads + 2 * kvHeads, headDim]);
    const part = (from: number, count: number): tf.Tensor =>
      tf.transpose(tf.slice(rows, [0, from, 0], [tokens, count, headDim]), [1, 0, 2]);
    const turned = (x: tf.Tensor): tf.Tensor => (table === null ? x : ropeReference(x, table));
    const q = tf.reshape(turned(part(0, heads)), [kvHeads, share * tokens, headDim]);
    const [k, v] = [turned(part(heads, kvHeads)), part(heads + kvHeads, kvHeads)];
    const y = attentionReference(q, k, v, mask(tokens, causal, valid?.[b] ?? tokens));
    return tf.reshape(tf.transpose(tf.reshape(y, [heads, tokens, headDim]), [1, 0, 2]), [tokens, heads * headDim]);
  });
  return tf.concat(sequences, 0);
}

async function compare(
  shape: AttentionShape,
  turns: boolean,
  valid: number[] | null = null,
  spread = 1,
): Promise<void> {
  const { batch, tokens, heads, headDim } = shape;
  const table = ropeAngles(tokens + 2, headDim, 10_000);
  const rope = turns ? table : null;
  const qkv = random([batch * tokens, widthOf(shape)], spread);
  const dy = random([batch * tokens, heads * headDim]);
  const keys = valid && tf.tensor1d(valid, 'int32');
  const expected = tf.tidy(() => {
    const f = (x: tf.Tensor): tf.Tensor => reference(x, shape, rope, valid);
    return tf.valueAndGrad(f)(qkv, dy);
  });
  await poison([dy.size, qkv.size, qkv.size, batch * heads * tokens, batch * heads * tokens]);
  const before = tf.memory().numTensors;
  const { output, saved } = attentionForward(qkv, shape, rope, keys);
  const gradient = attentionBackward(dy, output, saved, shape, rope, keys);
  expect(tf.memory().numTensors - before).toBe(turns ? 4 : 3);
  expect([output.shape, gradient.shape]).toEqual([dy.shape, qkv.shape]);
  expectClose(await output.data(), await expected.value.data(), 1e-4, 'output');
  expectClose(await gradient.data(), await expected.grad.data(), 1e-4, 'gradient');
  checkHealth();
  tf.dispose([qkv, dy, output, saved, gradient, expected.value, expected.grad]);
  tf.dispose([table.cos, table.sin, ...(keys === null ? [] : [keys])]);
}

const shapeOf = (
  batch: number,
  tokens: number,
  heads: number,
  kvHeads: number,
  headDim: number,
  causal: boolean,
): AttentionShape => ({ batch, tokens, heads, kvHeads, headDim, causal });

// Once: every device compiles anew.
beforeAll(async () => {
  await openBackend('webgpu');
});

describe.each(VARIANTS)('attention in %s', (variant) => {
  beforeAll(() => choose({ attention: variant, 'attention-gradient': variant }));
  afterAll(forgetChoices);

  test.each([
    [2, 17, 4, 2, 16, true],
    [1, 67, 3, 1, 64, true],
    [2, 35, 3, 3, 16, false],
    [3, 1, 2, 1, 16, true],
  ])('%i x %i tokens, %i heads over %i of %i, causal %s', async (...shape) => {
    await compare(shapeOf(...shape), true);
  });

  test('without a turn', () => compare(shapeOf(2, 18, 2, 2, 16, false), false));

  test('padded sequences', async () => {
    await compare(shapeOf(3, 37, 2, 1, 16, true), true, [37, 20, 1]);
    await compare(shapeOf(3, 37, 2, 1, 16, false), true, [5, 40, 36]);
  });

  test('rows that see no key give zeros and get none', async () => {
    const shape = shapeOf(1, 9, 2, 1, 16, false);
    const [qkv, dy] = [random([9, 64]), random([9, 32])];
    const valid = tf.tensor1d([0], 'int32');
    await poison([9 * 64, 9 * 32, 18]);
    const { output, saved } = attentionForward(qkv, shape, null, valid);
    const gradient = attentionBackward(dy, output, saved, shape, null, valid);
    expect(await output.data()).toEqual(new Float32Array(9 * 32));
    expect((await gradient.data()).every((value) => value === 0)).toBe(true);
    checkHealth();
  });

  test('large, tiny and equal scores', async () => {
    // At a spread of 8 scores of 300 lose as much to float32 in the reference as here: 1e-4 would be chance.
    for (const spread of [4, 1e-3, 0]) await compare(shapeOf(2, 21, 2, 1, 16, true), true, null, spread);
  });

  test('keys far below what a row may not see', async () => {
    // A later key of a huge score must not push the row's own ones out of range.
    const tokens = 12;
    const shape = shapeOf(1, tokens, 1, 1, 16, true);
    const values = randomArray(tokens * 48, freshSeed(), 0.1);
    for (let row = 0; row < tokens; row++) for (let j = 0; j < 32; j++) values[row * 48 + j]! += j < 16 ? 10 : 10 * row;
    const qkv = tf.tensor2d(values, [tokens, 48]);
    const { output, saved } = attentionForward(qkv, shape, null);
    const expected = reference(qkv, shape, null, null);
    expectClose(await output.data(), await expected.data(), 1e-4, 'output');
    checkHealth();
    tf.dispose([qkv, output, ...saved.slice(1), expected]);
  });

  test('the gradient is the slope', async () => {
    const shape = shapeOf(1, 11, 2, 1, 16, true);
    const { cos, sin } = ropeAngles(11, 16, 100);
    const rope = { cos, sin };
    const values = randomArray(11 * 64, freshSeed());
    const direction = randomArray(values.length, freshSeed());
    const length = Math.hypot(...direction);
    const unit = direction.map((value) => value / length);
    const dy = randomArray(11 * 32, freshSeed());
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
    const loss = async (at: Float32Array): Promise<number> =>
      dot(dy, await attentionForward(tf.tensor2d(at, [11, 64]), shape, rope).output.data());
    const { output, saved } = attentionForward(tf.tensor2d(values, [11, 64]), shape, rope);
    const gradient = attentionBackward(tf.tensor2d(dy, [11, 32]), output, saved, shape, rope);
    const slope = await directionalDerivative(loss, values, unit, 1e-2);
    expect(Math.abs(dot(await gradient.data(), unit) - slope)).toBeLessThan(1e-2 * Math.max(1, Math.abs(slope)));
    checkHealth();
  });
});

test('heads whose halves are no vectors', () => compare(shapeOf(2, 11, 2, 2, 12, true), true));

test('two dispatches forward, at most four back', async () => {
  const shape = shapeOf(1, 5, 1, 1, 16, true);
  const rope = ropeAngles(5, 16, 100);
  const [qkv, dy] = [random([5, 48]), random([5, 16])];
  resetDispatches();
  const { output, saved } = attentionForward(qkv, shape, rope);
  expect(dispatchCount()).toBe(2);
  attentionBackward(dy, output, saved, shape, rope);
  expect(dispatchCount()).toBeLessThanOrEqual(6);
  await settle();
  checkHealth();
});

test('shapes that do not fit are refused', () => {
  for (const [heads, kvHeads, headDim] of [
    [2, 1, 6],
    [2, 1, 132],
    [3, 2, 16],
  ] as const)
    expect(() => attentionForward(tf.zeros([4, 8]), shapeOf(1, 4, heads, kvHeads, headDim, true), null)).toThrow(
      RangeError,
    );
});
