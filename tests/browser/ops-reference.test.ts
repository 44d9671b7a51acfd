/** Every operation and its gradients against its plain tfjs reference, on both backends. */
import { beforeAll, describe, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import * as tf from '../../src/device/tf';
import * as ops from '../../src/ops';
import { BACKENDS, openBackend } from '../support/backends';
import { compareWithReference, expectClose, randomArray, randomTensor } from '../support/tensors';

describe.each(BACKENDS)('operations on %s', (backend) => {
  beforeAll(async () => {
    expect((await openBackend(backend)).backend).toBe(backend);
  });

  test('matmul', () =>
    compareWithReference(ops.matmul, ops.matmulReference, [randomTensor([5, 7], 1), randomTensor([7, 6], 2)]));

  test('batched matmul', () =>
    compareWithReference(ops.batchedMatmul, ops.matmulReference, [
      randomTensor([3, 5, 7], 1),
      randomTensor([3, 7, 6], 2),
    ]));

  test('frozen linear, with and without bias', async () => {
    const weight = randomTensor([8, 5], 3);
    const weightT = tf.transpose(weight);
    for (const bias of [null, randomTensor([5], 4)]) {
      await compareWithReference(
        (x) => ops.frozenLinear(x, { weight, weightT, bias }),
        (x) => ops.linearReference(x, weight, bias),
        [randomTensor([6, 8], 5)],
      );
    }
  });

  test('linear with an adapter: gradients for x, A and B', async () => {
    const weight = randomTensor([8, 5], 3);
    const weightT = tf.transpose(weight);
    const bias = randomTensor([5], 4);
    const scale = 1.5;
    await compareWithReference(
      (x, a, b) => ops.loraLinear(x, { weight, weightT, bias }, { a: a, b: b, scale }),
      (x, a, b) => ops.linearReference(x, weight, bias, { a: a, b: b, scale }),
      [randomTensor([6, 8], 5), randomTensor([8, 3], 6), randomTensor([3, 5], 7)],
    );
  });

  test('trainable linear', async () => {
    await compareWithReference(
      (x, w, b) => ops.linear(x, w, b),
      (x, w, b) => ops.linearReference(x, w, b),
      [randomTensor([6, 8], 5), randomTensor([8, 3], 6), randomTensor([3], 7)],
    );
    await compareWithReference(
      (x, w) => ops.linear(x, w),
      (x, w) => ops.linearReference(x, w, null),
      [randomTensor([6, 8], 5), randomTensor([8, 3], 6)],
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

  test('rotary embedding', async () => {
    const table = ops.ropeTable(9, 8, 10_000);
    await compareWithReference(
      (x) => ops.rope(x, table),
      (x) => ops.ropeReference(x, table),
      [randomTensor([4, 9, 8], 5)],
    );
  });

  test('attention: full, causal, and with grouped queries', async () => {
    for (const mask of [null, ops.causalMask(6)]) {
      for (const group of [1, 3]) {
        await compareWithReference(
          (q, k, v) => ops.attention(q, k, v, mask),
          (q, k, v) => ops.attentionReference(q, k, v, mask),
          [randomTensor([4, group * 6, 5], 1), randomTensor([4, 6, 5], 2), randomTensor([4, 6, 5], 3)],
        );
      }
    }
  });

  test('a causal mask hides what comes later', async () => {
    const [q, k, v] = [randomTensor([2, 6, 5], 1), randomTensor([2, 6, 5], 2), randomArray(60, 3)] as const;
    const changed = v.map((value, i) => (i % 30 >= 25 ? value + 10 : value));
    const run = (values: Float32Array): Promise<Float32Array> =>
      ops.attention(q, k, tf.tensor(values, [2, 6, 5]), ops.causalMask(6)).data<'float32'>();
    const [before, after] = [await run(v), await run(changed)];
    expectClose(after.slice(0, 25), before.slice(0, 25), 1e-6, 'rows before the change');
    expect(Math.abs(after[25]! - before[25]!)).toBeGreaterThan(0.1);
  });

  test('gated SiLU and GELU', async () => {
    await compareWithReference(
      (g, u) => ops.swiglu(g, u),
      (g, u) => ops.swigluReference(g, u),
      [randomTensor([5, 9], 1, 2), randomTensor([5, 9], 2, 2)],
    );
    await compareWithReference(ops.geluTanh, ops.geluTanhReference, [randomTensor([5, 9], 3, 2)]);
  });

  test('cross-entropy leaves out rows of weight 0', async () => {
    const targets = tf.tensor1d([3, 0, 2, 1], 'int32');
    const weights = tf.tensor1d([0.5, 0.25, 0, 0.25]);
    await compareWithReference(
      (x) => ops.crossEntropy(x, targets, weights),
      (x) => ops.crossEntropyReference(x, targets, weights),
      [randomTensor([4, 6], 1, 4)],
    );
    // Large logits must not overflow.
    const huge = tf.tensor2d([[1000, 0, -1000]]);
    const loss = await ops.crossEntropy(huge, tf.tensor1d([1], 'int32'), tf.tensor1d([1])).data();
    expectClose(loss, [1000], 1e-6, 'loss of large logits');
  });

  test('rows selected and placed', async () => {
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
  });

  test('pixel shuffle', () =>
    compareWithReference(
      (x) => ops.pixelShuffle(x, 2),
      (x) => ops.pixelShuffleReference(x, 2),
      [randomTensor([2, 16, 3], 1)],
    ));

  test('the device reported nothing', () => checkHealth());
});
