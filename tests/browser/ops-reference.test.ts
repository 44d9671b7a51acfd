/**
 * Every operation on the tape, with what it adds into the trainable state, against its plain tfjs reference, on both
 * backends. The kernels below the operations have tests of their own, at ragged and extreme inputs.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import * as tf from '../../src/device/tf';
import { FlatState } from '../../src/model';
import * as ops from '../../src/ops';
import { BACKENDS, openBackend } from '../support/backends';
import { compareWithReference, expectClose, randomArray, randomTensor } from '../support/tensors';

describe.each(BACKENDS)('operations on %s', (backend) => {
  beforeAll(async () => {
    expect((await openBackend(backend)).backend).toBe(backend);
  });

  /** W `[in, out]` as float32 weights. */
  function frozen(weight: tf.Tensor, bias: tf.Tensor | null): ops.FrozenLinear {
    const words = tf.transpose(weight);
    const [inputs, outputs] = weight.shape as [number, number];
    return { weights: { packing: 'float32', outputs, inputs, words, scales: null }, bias };
  }

  /** A state with these values. */
  async function stateOf(values: Record<string, tf.Tensor>): Promise<FlatState> {
    const entries = Object.entries(values);
    const state = new FlatState(new Map(entries.map(([name, { shape }]) => [name, shape])));
    const read = entries.map(
      async ([name, tensor]) => [name, { shape: tensor.shape, data: new Float32Array(await tensor.data()) }] as const,
    );
    state.write(new Map(await Promise.all(read)));
    return state;
  }

  /** Compares value and gradient of x with the reference, then each added gradient with the reference's tape. */
  async function compareTrainable(
    operation: (x: tf.Tensor, state: FlatState) => tf.Tensor,
    reference: (x: tf.Tensor, ...values: tf.Tensor[]) => tf.Tensor,
    x: tf.Tensor,
    values: Record<string, tf.Tensor>,
  ): Promise<void> {
    const state = await stateOf(values);
    const all = Object.values(values);
    await compareWithReference(
      (x) => operation(x, state),
      (x) => reference(x, ...all),
      [tf.clone(x)],
    );
    // compareWithReference went through the backward pass once, with this dy.
    const dy = tf.tidy(() => randomTensor(reference(x, ...all).shape, 99));
    const { grads } = tf.valueAndGrads(reference as (...inputs: tf.Tensor[]) => tf.Scalar)(
      [x, ...all],
      dy as tf.Scalar,
    );
    const added = await state.readGradients();
    for (const [i, name] of Object.keys(values).entries())
      expectClose(added.get(name)!.data, await grads[i + 1]!.data(), 1e-4, `gradient added for ${name}`);
    state.dispose();
    tf.dispose([dy, ...grads]);
  }

  test('frozen linear, with and without bias and residual', async () => {
    const weight = randomTensor([8, 12], 3);
    for (const bias of [null, randomTensor([12], 4)]) {
      const layer = frozen(weight, bias);
      await compareWithReference(
        (x) => ops.frozenLinear(x, layer),
        (x) => ops.linearReference(x, weight, bias),
        [randomTensor([6, 8], 5)],
      );
      await compareWithReference(
        (x, r) => ops.frozenLinear(x, layer, r),
        (x, r) => tf.add(ops.linearReference(x, weight, bias), r),
        [randomTensor([6, 8], 5), randomTensor([6, 12], 6)],
      );
    }
  });

  test('linear with adapters on three ranges of columns', async () => {
    const weight = randomTensor([8, 16], 3);
    const bias = randomTensor([16], 4);
    const columns = [8, 4, 4];
    const values = Object.fromEntries(
      columns.flatMap((outputs, i) => [
        [`a${i}`, randomTensor([8, 4], 10 + i)],
        [`b${i}`, randomTensor([4, outputs], 20 + i)],
      ]),
    );
    const layer = frozen(weight, bias);
    const block = (state: FlatState): ops.LoraBlock => {
      const length = state.span('b2').offset + state.span('b2').length;
      return {
        values: { tensor: state.values, offset: 0, length },
        gradients: { tensor: state.gradients, offset: 0, length },
        rank: 4,
        scale: 1.5,
        parts: columns.map((outputs, i) => ({ a: state.span(`a${i}`).offset, b: state.span(`b${i}`).offset, outputs })),
      };
    };
    await compareTrainable(
      (x, state) => ops.adaptedLinear(x, layer, block(state)),
      (x, ...ab) =>
        ops.linearReference(
          x,
          weight,
          bias,
          [0, 2, 4].map((i) => ({ a: ab[i]!, b: ab[i + 1]! })),
          1.5,
        ),
      randomTensor([6, 8], 5),
      values,
    );
  });

  test('trainable linear', async () => {
    const values = { w: randomTensor([8, 4], 6), b: randomTensor([4], 7) };
    await compareTrainable(
      (x, state) => ops.linear(x, state.matrix('w'), state.matrix('b')),
      (x, w, b) => ops.linearReference(x, w, b),
      randomTensor([6, 8], 5),
      values,
    );
    await compareTrainable(
      (x, state) => ops.linear(x, state.matrix('w')),
      (x, w) => ops.linearReference(x, w, null),
      randomTensor([6, 8], 5),
      { w: values.w },
    );
  });

  test('layer norm and RMS norm', async () => {
    const scale = randomTensor([12], 1);
    const shift = randomTensor([12], 2);
    await compareWithReference(
      (x) => ops.layerNorm(x, scale, shift, 1e-6),
      (x) => ops.layerNormReference(x, scale, shift, 1e-6),
      [randomTensor([7, 12], 3, 3)],
    );
    await compareWithReference(
      (x) => ops.rmsNorm(x, scale, 1e-5),
      (x) => ops.rmsNormReference(x, scale, 1e-5),
      [randomTensor([7, 12], 4, 3)],
    );
  });

  test('self-attention: full and causal, with and without groups and rotary positions', async () => {
    for (const causal of [false, true]) {
      for (const [heads, kvHeads] of [
        [2, 2],
        [6, 2],
      ] as const) {
        for (const rope of [null, ops.ropeAngles(6, 8, 10_000)]) {
          const shape: ops.AttentionShape = { batch: 2, tokens: 6, heads, kvHeads, headDim: 8, causal };
          await compareWithReference(
            (qkv) => ops.selfAttention(qkv, shape, rope),
            (qkv) => ops.selfAttentionReference(qkv, shape, rope),
            [randomTensor([12, (heads + 2 * kvHeads) * 8], 1)],
          );
        }
      }
    }
  });

  test('causality hides what comes later', async () => {
    const shape: ops.AttentionShape = { batch: 1, tokens: 6, heads: 2, kvHeads: 1, headDim: 8, causal: true };
    const qkv = randomArray(6 * 32, 1);
    const run = (values: Float32Array): Promise<Float32Array> =>
      ops.selfAttention(tf.tensor(values, [6, 32]), shape, null).data<'float32'>();
    const [before, after] = [await run(qkv), await run(qkv.map((value, i) => (i >= 5 * 32 ? value + 10 : value)))];
    expectClose(after.slice(0, 80), before.slice(0, 80), 1e-6, 'rows before the change');
    expect(Math.abs(after[80]! - before[80]!)).toBeGreaterThan(0.1);
  });

  test('decoding one position at a time gives what the whole sequence gives', async () => {
    const shape: ops.AttentionShape = { batch: 2, tokens: 7, heads: 4, kvHeads: 2, headDim: 8, causal: true };
    const rope = ops.ropeAngles(16, 8, 10_000);
    const width = 8 * 8;
    const qkv = randomTensor([2, 7, width], 3);
    const whole = ops.selfAttention(tf.reshape(qkv, [14, width]), shape, {
      cos: tf.slice(rope.cos, [0, 0], [7, -1]),
      sin: tf.slice(rope.sin, [0, 0], [7, -1]),
    });
    const expected = await tf.slice(tf.reshape(whole, [2, 7, 32]), [0, 4, 0], [2, 3, 32]).data();
    let cache = ops.emptyCache(shape, 5);
    const prompt = tf.reshape(tf.slice(qkv, [0, 0, 0], [2, 4, width]), [8, width]);
    ops.fillCache(prompt, cache, { ...shape, tokens: 4 }, rope);
    const steps: tf.Tensor[] = [];
    for (let position = 4; position < 7; position++) {
      if (position === 5) cache = ops.growCache(cache, 3);
      const row = tf.reshape(tf.slice(qkv, [0, position, 0], [2, 1, width]), [2, width]);
      steps.push(ops.decodeAttention(row, cache, position, { ...shape, tokens: 1 }, rope));
    }
    expectClose(await tf.stack(steps, 1).data(), expected, 1e-5, 'decoded rows');
  });

  test('the greedy choice takes the first of equals', async () => {
    const logits = tf.tensor2d([
      [0, 3, 3, 1],
      [-5, -7, -6, -5],
    ]);
    expect([...(await ops.chooseGreedy(logits).data())]).toEqual([1, 0]);
  });

  test('gated SiLU and GELU', async () => {
    await compareWithReference(
      ops.swiglu,
      (x) => {
        const [gate, up] = tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor];
        return ops.swigluReference(gate, up);
      },
      [randomTensor([5, 24], 1, 2)],
    );
    await compareWithReference(ops.geluTanh, ops.geluTanhReference, [randomTensor([5, 12], 3, 2)]);
    await compareWithReference(ops.gelu, ops.geluReference, [randomTensor([5, 12], 3, 2)]);
    await compareWithReference(ops.gelu, ops.geluReference, [randomTensor([3, 7], 4, 2)]);
  });

  test('GELU is x times the normal distribution, to 1e-6', async () => {
    const at = Float32Array.from({ length: 1601 }, (_, i) => (i - 800) / 100);
    const x = tf.tensor1d(at);
    const value = await tf.tidy(() => ops.gelu(x)).data();
    const slope = await tf.tidy(() => tf.grad(ops.gelu)(x)).data();
    at.forEach((a, i) => {
      expect(Math.abs(value[i]! - a * normal(a)), `at ${a}`).toBeLessThan(1e-6);
      const exact = normal(a) + (a * Math.exp((-a * a) / 2)) / Math.sqrt(2 * Math.PI);
      expect(Math.abs(slope[i]! - exact), `slope at ${a}`).toBeLessThan(1e-6);
    });
    const far = tf.tensor1d([-1e30, -200, -14, 14, 200, 1e30]);
    expect([...(await tf.tidy(() => ops.gelu(far)).data())].map(Math.fround)).toEqual(
      [-0, -0, -0, 14, 200, 1e30].map(Math.fround),
    );
    expectClose(await tf.tidy(() => tf.grad(ops.gelu)(far)).data(), [0, 0, 0, 1, 1, 1], 1e-30, 'slope far out');
    tf.dispose([x, far]);
  });

  test('the caption loss through its head, and rows of weight 0', async () => {
    const targets = tf.tensor1d([3, 0, 2, 1], 'int32');
    const weights = tf.tensor1d([0.5, 0.25, 0, 0.25]);
    const h = randomTensor([4, 8], 1);
    const head = randomTensor([8, 16], 2);
    const state = await stateOf({ head });
    const loss = (h: tf.Tensor, head: tf.Tensor): tf.Scalar =>
      tf.mul<tf.Scalar>(ops.crossEntropyReference(tf.matMul(h, head), targets, weights), 0.3);
    const expected = tf.valueAndGrads(loss)([h, head]);
    const ours = tf.valueAndGrad(
      (h: tf.Tensor) => ops.captionLoss(h, state.matrix('head'), targets, weights, 0.3) as tf.Scalar,
    )(h);
    expectClose(await ours.value.data(), await tf.div(expected.value, 0.3).data(), 1e-5, 'loss');
    expectClose(await ours.grad.data(), await expected.grads[0]!.data(), 1e-4, 'dh');
    const added = await state.readGradients();
    expectClose(added.get('head')!.data, await expected.grads[1]!.data(), 1e-4, 'dhead');
    const alone = ops.captionLoss(h, state.matrix('head'), targets, weights, null);
    expectClose(await alone.data(), await ours.value.data(), 1e-6, 'loss without gradients');
    expect((await state.readGradients()).get('head')!.data).toEqual(added.get('head')!.data);
  });

  test('the class loss', async () => {
    const targets = tf.tensor1d([1, 0, 1], 'int32');
    const weights = tf.tensor1d([0.25, 0.5, 0.25]);
    await compareWithReference(
      (x) => ops.classLoss(x, targets, weights, 1),
      (x) => ops.crossEntropyReference(x, targets, weights),
      [randomTensor([3, 2], 1, 4)],
      1e-4,
      tf.scalar(1),
    );
    // Large logits must not overflow.
    const loss = ops.classLoss(tf.tensor2d([[1000, 0]]), tf.tensor1d([1], 'int32'), tf.tensor1d([1]), null);
    expectClose(await loss.data(), [1000], 1e-6, 'loss of large logits');
  });

  test('rows selected, placed and embedded', async () => {
    const choice = ops.chooseRows([4, 1, 2], 6, 0);
    await compareWithReference(
      (x) => ops.selectRows(x, choice),
      (x) => ops.selectRowsReference(x, choice),
      [randomTensor([6, 5], 1)],
    );
    const base = randomTensor([4, 5], 2);
    const source = tf.tensor1d([2, 0, 4, 1], 'int32');
    const positions = tf.tensor1d([1, 3], 'int32');
    await compareWithReference(
      (rows) => ops.placeRows(rows, base, source, positions),
      (rows) => ops.placeRowsReference(rows, base, source),
      [randomTensor([2, 5], 3)],
    );
    const table = randomTensor([6, 8], 4);
    const { weights } = frozen(tf.transpose(table), null);
    const rows = ops.embed(tf.tensor1d([5, 0, 5], 'int32'), weights);
    expect(await rows.data()).toEqual(await tf.gather(table, tf.tensor1d([5, 0, 5], 'int32')).data());
  });

  test('pixel shuffle', () =>
    compareWithReference(
      (x) => ops.pixelShuffle(x, 2),
      (x) => ops.pixelShuffleReference(x, 2),
      [randomTensor([2, 16, 3], 1)],
    ));

  test('the flat state: spans added to and copied, AdamW as its reference', async () => {
    const make = async (): Promise<ops.OptimiserState> => {
      const variable = (seed: number): tf.Variable => tf.variable(tf.abs(randomTensor([300], seed)), false);
      return { values: variable(1), gradients: variable(2), first: variable(3), second: variable(4) };
    };
    const [ours, theirs] = [await make(), await make()];
    const numbers = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, clip: 0.5, step: 3 };
    ops.adamwUpdate(ours, numbers);
    ops.adamwReference(theirs, numbers);
    for (const name of ['values', 'first', 'second'] as const)
      expectClose(await ours[name].data(), await theirs[name].data(), 1e-5, name);
    const span = { tensor: ours.values, offset: 64, length: 6 };
    const before = await ours.values.data<'float32'>();
    ops.addInto(span, tf.tensor1d([1, 2, 3, 4, 5, 6]));
    const copy = ops.spanTensor(span, [2, 3]);
    expect(copy.shape).toEqual([2, 3]);
    expectClose(
      await copy.data(),
      [...before.slice(64, 70)].map((x, i) => x + i + 1),
      1e-6,
      'span',
    );
    const after = await ours.values.data<'float32'>();
    expect(after.slice(0, 64)).toEqual(before.slice(0, 64));
    expect(after.slice(70)).toEqual(before.slice(70));
    const squares = await ops.sumOfSquares(ours.values).data();
    expectClose(squares, [after.reduce((sum, x) => sum + x * x, 0)], 1e-5, 'sum of squares');
    for (const wrong of [NaN, Infinity]) {
      const [sum] = await ops.sumOfSquares(tf.tensor1d([1, wrong, 2])).data();
      expect(Number.isFinite(sum)).toBe(false);
    }
    ops.fillZero(ours.values);
    expect((await ours.values.data()).every((x) => x === 0)).toBe(true);
  });

  test('the device reported nothing', () => checkHealth());
});

/** The normal distribution in double precision: its series near zero, a continued fraction of the tail beyond. */
function normal(x: number): number {
  const a = Math.abs(x);
  const density = Math.exp((-a * a) / 2) / Math.sqrt(2 * Math.PI);
  if (a > 4) {
    let fraction = a;
    for (let k = 60; k > 0; k--) fraction = a + k / fraction;
    return x < 0 ? density / fraction : 1 - density / fraction;
  }
  let term = a;
  let sum = a;
  for (let k = 1; k < 60; k++) sum += term *= (a * a) / (2 * k + 1);
  return x < 0 ? 0.5 - density * sum : 0.5 + density * sum;
}
