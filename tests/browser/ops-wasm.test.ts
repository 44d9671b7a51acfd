/** The WASM kernels against plain tfjs, in both builds, at sizes that fit no tile and with extreme inputs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as tf from '../../src/device/tf';
import * as ops from '../../src/ops';
import * as activation from '../../src/ops/wasm/activation';
import * as attention from '../../src/ops/wasm/attention';
import * as decode from '../../src/ops/wasm/decode';
import * as linear from '../../src/ops/wasm/linear';
import * as loss from '../../src/ops/wasm/loss';
import * as norm from '../../src/ops/wasm/norm';
import * as optimiser from '../../src/ops/wasm/optimiser';
import * as rowKernels from '../../src/ops/wasm/rows';
import * as spans from '../../src/ops/wasm/span';
import { best, forceBuild } from '../../src/ops/wasm/kernels';
import type { LoraBlock, PackedWeights, Span } from '../../src/ops/types';
import { openBackend } from '../support/backends';
import { directionalDerivative, expectClose, freshSeed, randomArray, randomTensor } from '../support/tensors';
import { poison, readAll } from '../support/wasm_poison';

const wasm = {
  ...activation,
  ...attention,
  ...decode,
  ...linear,
  ...loss,
  ...norm,
  ...optimiser,
  ...rowKernels,
  ...spans,
};

beforeAll(async () => {
  expect((await openBackend('wasm')).backend).toBe('wasm');
});
afterAll(() => forceBuild(null));

const random = (shape: number[], spread = 1): tf.Tensor => randomTensor(shape, freshSeed(), spread);

/** Value and gradients of `sum(f(inputs) dy)` by tfjs's own tape. */
async function reference(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  dy: tf.Tensor | null,
): Promise<Float32Array[]> {
  const { value, grads } = tf.valueAndGrads(f as (...inputs: tf.Tensor[]) => tf.Scalar)(
    inputs,
    (dy ?? undefined) as tf.Scalar,
  );
  return readAllOf([value, ...grads]);
}

async function readAllOf(tensors: tf.Tensor[]): Promise<Float32Array[]> {
  const values = await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
  tf.dispose(tensors);
  return values;
}

function expectAllClose(actual: Float32Array[], expected: Float32Array[], what: string, tolerance = 1e-4): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((values, i) => expectClose(values, expected[i]!, tolerance, `${what}, result ${i}`));
}

/** A span somewhere inside a longer tensor. */
function span(values: tf.Tensor, offset = 7): Span {
  const flat = tf.tidy(() => tf.concat([tf.fill([offset], 3), tf.reshape(values, [-1]), tf.fill([5], 3)]));
  return { tensor: flat, offset, length: values.size };
}

async function spanValues({ tensor, offset, length }: Span): Promise<Float32Array> {
  const all = await tensor.data<'float32'>();
  // What lies beside the span must not have been touched.
  expect([...all.slice(0, offset), ...all.slice(offset + length)].every((value) => value === 3)).toBe(true);
  return all.slice(offset, offset + length);
}

test('this browser runs the build with relaxed SIMD', () => expect(best()).toBe('relaxed'));

/** W `[in, out]` as a frozen layer holds it. */
function float32Weights(weight: tf.Tensor): PackedWeights {
  const [inputs, outputs] = weight.shape as [number, number];
  return { packing: 'float32', outputs, inputs, words: tf.transpose(weight), scales: null };
}

describe.each(['relaxed', 'plain'] as const)('WASM kernels, %s build', (build) => {
  beforeAll(() => forceBuild(build));

  test('norms and their gradients', async () => {
    for (const [rows, width] of [
      [1, 4],
      [3, 17],
      [67, 128],
    ] as const) {
      for (const spread of [1, 1e-6, 1e5]) {
        const [x, dy, scale, shift] = [
          random([rows, width], spread),
          random([rows, width]),
          random([width]),
          random([width]),
        ];
        poison([rows * width]);
        expectAllClose(
          await readAll(() => [wasm.rmsForward(x, scale, 1e-5), wasm.rmsBackward(dy, x, scale, 1e-5)]),
          await reference((a) => ops.rmsNormReference(a, scale, 1e-5), [x], dy),
          `RMS norm ${rows} x ${width} of ${spread}`,
        );
        poison([rows * width]);
        expectAllClose(
          await readAll(() => [wasm.layerForward(x, scale, shift, 1e-6), wasm.layerBackward(dy, x, scale, 1e-6)]),
          await reference((a) => ops.layerNormReference(a, scale, shift, 1e-6), [x], dy),
          `layer norm ${rows} x ${width} of ${spread}`,
        );
        tf.dispose([x, dy, scale, shift]);
      }
    }
  });

  test('a row of equal numbers has no deviation, a row of zeros no direction', async () => {
    const x = tf.concat([tf.fill([1, 6], 3), tf.zeros([1, 6])]);
    const [scale, shift] = [tf.ones([6]), tf.zeros([6])];
    const [layer, rms] = await readAll(() => [
      wasm.layerForward(x, scale, shift, 1e-6),
      wasm.rmsForward(x, scale, 1e-5),
    ]);
    expect(layer!.every((value) => Math.abs(value) < 1e-6)).toBe(true);
    expectClose(rms!, [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0], 1e-5, 'RMS norm');
  });

  test('activations and their gradients', async () => {
    for (const [rows, width] of [
      [1, 1],
      [3, 7],
      [17, 36],
    ] as const) {
      for (const spread of [2, 1e-4, 60]) {
        const [x, dy] = [random([rows, 2 * width], spread), random([rows, width])];
        const split = (a: tf.Tensor): tf.Tensor => {
          const [gate, up] = tf.split(a, 2, -1) as [tf.Tensor, tf.Tensor];
          return ops.swigluReference(gate, up);
        };
        poison([rows * width, 2 * rows * width]);
        expectAllClose(
          await readAll(() => [wasm.swigluForward(x), wasm.swigluBackward(dy, x)]),
          await reference(split, [x], dy),
          `SwiGLU of ${spread}`,
        );
        const dx = random([rows, 2 * width]);
        poison([2 * rows * width]);
        expectAllClose(
          await readAll(() => [wasm.geluForward(x), wasm.geluBackward(dx, x)]),
          await reference(ops.geluTanhReference, [x], dx),
          `GELU of ${spread}`,
        );
        poison([2 * rows * width]);
        expectAllClose(
          await readAll(() => [wasm.exactGeluForward(x), wasm.exactGeluBackward(dx, x)]),
          await reference(ops.geluReference, [x], dx),
          `exact GELU of ${spread}`,
        );
        tf.dispose([x, dy, dx]);
      }
    }
    const far = tf.tensor1d([-1e30, -200, -12, 0, 12, 200, 1e30]);
    const ones = tf.onesLike(far);
    const [y, dx] = await readAll(() => [wasm.geluForward(far), wasm.geluBackward(ones, far)]);
    expectClose(y!, [0, 0, 0, 0, 12, 200, 1e30], 1e-6, 'GELU far out');
    expectClose(y!.slice(0, 6), [0, 0, 0, 0, 12, 200], 1e-6, 'GELU far out');
    expectClose(dx!, [0, 0, 0, 0.5, 1, 1, 1], 1e-6, 'its slope');
  });

  test('the exponential is good to the last digits', async () => {
    // silu(x) / x = sigma(x), and e^-x = 1 / sigma - 1 loses nothing for large x.
    const x = Float32Array.from({ length: 3000 }, (_, i) => -85 + i * 0.0283);
    const rows = tf.tensor2d(
      [...x].flatMap((value) => [value, 1]),
      [x.length, 2],
    );
    const [silu] = await readAll(() => [wasm.swigluForward(rows)]);
    let worst = 0;
    x.forEach((value, i) => {
      const expected = value / (1 + Math.exp(-value));
      if (Math.abs(value) > 1e-6) worst = Math.max(worst, Math.abs(silu![i]! / expected - 1));
    });
    expect(worst).toBeLessThan(1e-6);
  });

  test('frozen linear layers', async () => {
    for (const [rows, inputs, outputs] of [
      [1, 3, 1],
      [3, 17, 5],
      [67, 130, 33],
      [5, 600, 41],
      [70, 600, 530],
    ] as const) {
      const [x, weight, dy] = [random([rows, inputs]), random([inputs, outputs]), random([rows, outputs])];
      const weights = float32Weights(weight);
      for (const bias of [null, random([outputs])]) {
        for (const residual of [null, random([rows, outputs])]) {
          poison([rows * outputs, rows * inputs]);
          expectAllClose(
            await readAll(() => [
              wasm.linearForward(x, weights, bias, residual),
              wasm.linearInputGradient(dy, weights),
            ]),
            await reference(
              (a) => {
                const y = ops.linearReference(a, weight, bias);
                return residual === null ? y : tf.add(y, residual);
              },
              [x],
              dy,
            ),
            `${rows} x ${inputs} x ${outputs}`,
          );
        }
      }
    }
  });

  test('linear layers with adapters on three ranges of columns', async () => {
    for (const [rows, inputs, sizes, rank] of [
      [3, 9, [5, 3, 6], 2],
      [67, 40, [24, 12, 12], 8],
    ] as const) {
      const outputs = sizes.reduce((a, b) => a + b, 0);
      const [x, weight, bias, dy] = [
        random([rows, inputs]),
        random([inputs, outputs]),
        random([outputs]),
        random([rows, outputs]),
      ];
      const factors = sizes.flatMap((size) => [random([inputs, rank]), random([rank, size])]);
      // Each begins at a multiple of 64, as in the flat state.
      let end = 0;
      const starts = factors.map(({ size }) => {
        const start = end;
        end = Math.ceil((start + size) / 64) * 64;
        return start;
      });
      const flat = new Float32Array(end);
      for (const [i, factor] of factors.entries()) flat.set(await factor.data<'float32'>(), starts[i]);
      const gradients = span(tf.ones([end]));
      const lora: LoraBlock = {
        values: span(tf.tensor1d(flat), 64),
        gradients,
        rank,
        scale: 1.5,
        parts: sizes.map((size, i) => ({ a: starts[2 * i]!, b: starts[2 * i + 1]!, outputs: size })),
      };
      const weights = float32Weights(weight);
      poison([rows * outputs, rows * inputs, rows * rank * 3]);
      const [y, dx] = await readAll(() => {
        const { y, u } = wasm.adaptedForward(x, weights, bias, lora);
        const dx = wasm.adaptedBackward(dy, x, u, weights, lora);
        u.dispose();
        return [y, dx];
      });
      const plain = (a: tf.Tensor, ...f: tf.Tensor[]): tf.Tensor => {
        const parts = sizes.map((_, i) => tf.mul(tf.matMul(tf.matMul(a, f[2 * i]!), f[2 * i + 1]!), 1.5));
        return tf.add(ops.linearReference(a, weight, bias), tf.concat(parts, 1));
      };
      const [value, dInput, ...dFactors] = await reference(plain, [x, ...factors], dy);
      expectAllClose([y!, dx!], [value!, dInput!], 'adapted');
      const sums = await spanValues(gradients);
      dFactors.forEach((expected, i) => {
        const actual = sums.slice(starts[i], starts[i]! + expected.length).map((sum) => sum - 1);
        expectClose(actual, expected, 1e-4, `gradient of factor ${i}`);
      });
    }
  });

  test('trainable linear layers on spans', async () => {
    for (const [rows, inputs, outputs] of [
      [1, 3, 2],
      [17, 5, 9],
      [67, 130, 33],
    ] as const) {
      const [x, weight, bias, dy] = [
        random([rows, inputs]),
        random([inputs, outputs]),
        random([outputs]),
        random([rows, outputs]),
      ];
      const [w, b] = [span(weight), span(bias)];
      const [dw, db] = [span(tf.zeros([inputs, outputs])), span(tf.ones([outputs]))];
      poison([rows * outputs, rows * inputs]);
      const actual = await readAll(() => {
        wasm.denseWeightGradient(x, dy, dw);
        wasm.denseWeightGradient(x, dy, dw);
        wasm.columnSums(dy, db);
        return [wasm.denseForward(x, w, inputs, outputs, b), wasm.denseInputGradient(dy, w, inputs, outputs)];
      });
      const expected = await reference((a, v, c) => ops.linearReference(a, v, c), [x, weight, bias], dy);
      expectAllClose(
        [...actual, (await spanValues(dw)).map((value) => value / 2), (await spanValues(db)).map((value) => value - 1)],
        expected,
        `${rows} x ${inputs} x ${outputs}`,
      );
      expectAllClose(
        await readAll(() => [wasm.denseForward(x, w, inputs, outputs, null)]),
        [await tf.matMul(x, weight).data<'float32'>()],
        'without bias',
      );
    }
  });

  test('a weight changed in place is used at once', async () => {
    const [x, w] = [random([9, 16]), span(random([16, 8]))];
    const [before] = await readAll(() => [wasm.denseForward(x, w, 16, 8, null)]);
    wasm.addInto(w, wasm.spanTensor(w, [16, 8]));
    const [after] = await readAll(() => [wasm.denseForward(x, w, 16, 8, null)]);
    expectClose(
      after!,
      before!.map((value) => 2 * value),
      1e-5,
      'twice the weight',
    );
  });

  test('attention: full and causal, grouped queries, with and without angles', async () => {
    for (const [batch, tokens, heads, kvHeads, headDim, causal, turned, spread] of [
      [1, 1, 1, 1, 4, true, true, 1],
      [2, 3, 2, 1, 6, true, true, 1],
      [2, 67, 4, 2, 8, true, true, 1],
      [1, 130, 3, 1, 12, true, false, 10],
      [2, 70, 2, 2, 5, false, false, 1],
      [1, 64, 2, 2, 16, false, true, 1e-4],
    ] as const) {
      const shape = { batch, tokens, heads, kvHeads, headDim, causal };
      const width = (heads + 2 * kvHeads) * headDim;
      const [qkv, dy] = [random([batch * tokens, width], spread), random([batch * tokens, heads * headDim])];
      const table = turned ? ops.ropeAngles(tokens + 2, headDim, 10_000) : null;
      poison([qkv.size, dy.size, batch * heads * tokens * 2]);
      const actual = await readAll(() => {
        const { output, saved } = wasm.attentionForward(qkv, shape, table);
        poison([qkv.size]);
        const dqkv = wasm.attentionBackward(dy, output, saved, shape, table);
        tf.dispose(saved);
        return [output, dqkv];
      });
      const split = (x: tf.Tensor, from: number, count: number): tf.Tensor =>
        tf.transpose(
          tf.reshape(tf.slice(x, [0, from * headDim], [-1, count * headDim]), [batch, tokens, count, headDim]),
          [0, 2, 1, 3],
        );
      const turn = (x: tf.Tensor): tf.Tensor =>
        table === null
          ? x
          : ops.ropeReference(x, {
              cos: tf.slice(table.cos, [0, 0], [tokens, -1]),
              sin: tf.slice(table.sin, [0, 0], [tokens, -1]),
            });
      const plain = (x: tf.Tensor): tf.Tensor => {
        const q = tf.reshape(turn(split(x, 0, heads)), [batch * kvHeads, -1, headDim]);
        const k = tf.reshape(turn(split(x, heads, kvHeads)), [batch * kvHeads, tokens, headDim]);
        const v = tf.reshape(split(x, heads + kvHeads, kvHeads), [batch * kvHeads, tokens, headDim]);
        const seen = ops.attentionReference(q, k, v, causal ? ops.causalMask(tokens) : null);
        return tf.reshape(tf.transpose(tf.reshape(seen, [batch, heads, tokens, headDim]), [0, 2, 1, 3]), [
          batch * tokens,
          heads * headDim,
        ]);
      };
      expectAllClose(
        actual,
        await reference(plain, [qkv], dy),
        `attention ${JSON.stringify(shape)}`,
        spread > 1 ? 3e-4 : 1e-4,
      );
    }
  });

  test('the attention gradient against finite differences', async () => {
    const shape = { batch: 1, tokens: 5, heads: 2, kvHeads: 1, headDim: 4, causal: true };
    const [values, seeds, direction] = [randomArray(80, freshSeed()), random([5, 8]), randomArray(80, freshSeed())];
    const table = ops.ropeAngles(5, 4, 100);
    const f = async (x: Float32Array): Promise<number> => {
      const { output, saved } = wasm.attentionForward(tf.tensor(x, [5, 16]), shape, table);
      const [sum] = await readAllOf([tf.sum(tf.mul(output, seeds))]);
      tf.dispose([output, ...saved]);
      return sum![0]!;
    };
    const length = Math.hypot(...direction);
    const unit = direction.map((value) => value / length);
    const { output, saved } = wasm.attentionForward(tf.tensor(values, [5, 16]), shape, table);
    const [gradient] = await readAllOf([wasm.attentionBackward(seeds, output, saved, shape, table)]);
    const along = gradient!.reduce((sum, value, i) => sum + value * unit[i]!, 0);
    expect(Math.abs(along - (await directionalDerivative(f, values, unit, 1e-2)))).toBeLessThan(2e-3);
  });

  test('the caption loss and its gradients', async () => {
    for (const [rows, width, vocabulary, spread] of [
      [1, 4, 3, 1],
      [17, 12, 67, 1],
      [150, 20, 5003, 1],
      [5, 8, 9, 400],
    ] as const) {
      const [h, head] = [random([rows, width], spread), random([width, vocabulary])];
      const targets = tf.tensor1d(
        Int32Array.from({ length: rows }, (_, i) => (i * 7919) % vocabulary),
        'int32',
      );
      const weights = tf.tensor1d(Float32Array.from({ length: rows }, (_, i) => (i % 5 === 3 ? 0 : 1 / (i + 1))));
      const w = span(head);
      const into = span(tf.zeros([width, vocabulary]));
      const scale = tf.scalar(0.3);
      poison([1, rows * width]);
      const [loss, dh] = await readAll(() => {
        const made = wasm.captionLoss(h, w, vocabulary, targets, weights, { scale: 0.3, into });
        return [made.loss, made.dh];
      });
      const [alone] = await readAll(() => [wasm.captionLoss(h, w, vocabulary, targets, weights, null).loss]);
      const expected = await reference(
        (a, b) => ops.crossEntropyReference(tf.matMul(a, b), targets, weights),
        [h, head],
        scale,
      );
      expectAllClose([loss!, dh!, await spanValues(into)], expected, `loss over ${vocabulary}`);
      expectClose(alone!, loss!, 1e-6, 'the loss alone');
    }
  });

  test('AdamW and the sum of squares', async () => {
    const count = 4099;
    const [values, gradients, first] = [random([count]), random([count], 0.1), random([count], 0.01)];
    const second = tf.square(random([count], 0.01));
    const h = { learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 0.7, step: 3 };
    const [w, g, m, v] = (await Promise.all(
      [values, gradients, first, second].map(async (tensor) => (await tensor.data<'float32'>()).slice()),
    )) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const [sum] = await readAll(() => [wasm.sumOfSquares(gradients)]);
    expectClose(sum!, [g.reduce((total, value) => total + value * value, 0)], 1e-6, 'sum of squares');
    wasm.adamwUpdate({ values, gradients, first, second }, h);
    for (let i = 0; i < count; i++) {
      const slope = g[i]! * h.clip;
      m[i] = h.beta1 * m[i]! + (1 - h.beta1) * slope;
      v[i] = h.beta2 * v[i]! + (1 - h.beta2) * slope * slope;
      const step = (m[i]! / (1 - h.beta1 ** 3) / (Math.sqrt(v[i]! / (1 - h.beta2 ** 3)) + h.epsilon)) * h.learningRate;
      w[i] = w[i]! * (1 - h.learningRate * h.weightDecay) - step;
    }
    expectAllClose(await readAllOf([values, first, second]), [w, m, v], 'AdamW', 1e-5);
    expectClose(await gradients.data(), g, 0, 'gradients stay');
  });

  test('decoding by the cache gives what the whole sequence gives', async () => {
    const shape = { batch: 2, tokens: 7, heads: 4, kvHeads: 2, headDim: 6, causal: true };
    const width = 48;
    const [qkv, table] = [random([14, width]), ops.ropeAngles(9, 6, 100)];
    const prompt = 4;
    const rows = (from: number, count: number): tf.Tensor =>
      tf.tidy(() => tf.reshape(tf.slice(tf.reshape(qkv, [2, 7, width]), [0, from, 0], [2, count, width]), [-1, width]));
    const [keys, values] = [tf.fill([2, 2, 9, 6], NaN), tf.fill([2, 2, 9, 6], NaN)];
    const { output, saved } = wasm.attentionForward(qkv, shape, table);
    const whole = await tf.reshape(output, [2, 7, 24]).data<'float32'>();
    wasm.fillCache(rows(0, prompt), keys, values, { ...shape, tokens: prompt }, table);
    for (let position = prompt; position < 7; position++) {
      poison([48]);
      const row = rows(position, 1);
      const [seen] = await readAll(() => [wasm.decodeAttention(row, keys, values, position, shape, table)]);
      for (const b of [0, 1])
        expectClose(
          seen!.slice(24 * b, 24 * (b + 1)),
          whole.slice((b * 7 + position) * 24, (b * 7 + position + 1) * 24),
          1e-5,
          `position ${position}, sequence ${b}`,
        );
    }
    tf.dispose(saved);
    const best = wasm.chooseGreedy(tf.tensor2d([3, 7, 7, -1, -5, -4, -3, -9], [2, 4]));
    expect(best.dtype).toBe('int32');
    expect([...(await best.data())]).toEqual([1, 2]);
  });

  test('rows are gathered, and what is no row is zero', async () => {
    const x = random([5, 7]);
    const index = tf.tensor1d([4, 5, 0, -1], 'int32');
    poison([28]);
    const [rows] = await readAll(() => [wasm.gatherRows(x, index)]);
    const values = await x.data<'float32'>();
    const zeros = Array.from({ length: 7 }, () => 0);
    expectClose(rows!, [...values.slice(28), ...zeros, ...values.slice(0, 7), ...zeros], 0, 'rows');
  });

  test('spans', async () => {
    const values = random([3, 5]);
    const into = span(values);
    const [copy] = await readAll(() => [wasm.spanTensor(into, [5, 3])]);
    expectClose(copy!, await values.data(), 0, 'copy');
    wasm.addInto(into, values);
    expectClose(
      await spanValues(into),
      copy!.map((value) => 2 * value),
      1e-6,
      'added',
    );
    wasm.fillZero(values);
    expect([...(await values.data())].every((value) => value === 0)).toBe(true);
    expect(() => wasm.addInto(into, tf.ones([2]))).toThrow(RangeError);
  });
});
