/** The chunked caption loss and its gradients against loops in double precision, tfjs's tape and finite differences. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkHealth, closeDevice, openDevice } from '../../src/device';
import { dispatchCount, resetDispatches, settle, type Span } from '../../src/device/kernel';
import { choose, forgetChoices } from '../../src/device/selection';
import * as tf from '../../src/device/tf';
import { crossEntropyReference } from '../../src/ops';
import { captionLoss, classLoss } from '../../src/ops/webgpu/loss';
import { lossRows, sumOf } from '../../src/ops/webgpu/loss_rows';
import { directionalDerivative, expectClose, freshSeed, randomArray, randomSource } from '../support/tensors';
import { poison } from '../support/poison';

beforeAll(async () => {
  expect((await openDevice('webgpu', [])).backend).toBe('webgpu');
});
afterEach(forgetChoices);
afterAll(closeDevice);

interface Case {
  n: number;
  d: number;
  vocabulary: number;
  h: Float32Array;
  head: Float32Array;
  targets: Int32Array;
  weights: Float32Array;
}

function randomCase(n: number, d: number, vocabulary: number, spread = 1): Case {
  const next = randomSource(freshSeed());
  return {
    n,
    d,
    vocabulary,
    h: randomArray(n * d, freshSeed(), spread),
    head: randomArray(d * vocabulary, freshSeed()),
    targets: Int32Array.from({ length: n }, () => Math.floor(next() * vocabulary)),
    weights: Float32Array.from({ length: n }, (_, i) => (i % 5 === 3 ? 0 : next())),
  };
}

interface Expected {
  loss: number;
  dh: Float64Array;
  dhead: Float64Array;
}

/** Loops in double precision. */
function reference({ n, d, vocabulary, h, head, targets, weights }: Case, scale: number): Expected {
  const dh = new Float64Array(n * d);
  const dhead = new Float64Array(d * vocabulary);
  let loss = 0;
  for (let row = 0; row < n; row++) {
    const logits = new Float64Array(vocabulary);
    for (let k = 0; k < d; k++)
      for (let c = 0; c < vocabulary; c++) logits[c]! += h[row * d + k]! * head[k * vocabulary + c]!;
    const top = logits.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = logits.reduce((total, x) => total + Math.exp(x - top), 0);
    loss += weights[row]! * (Math.log(sum) + top - logits[targets[row]!]!);
    for (let c = 0; c < vocabulary; c++) {
      const share = Math.exp(logits[c]! - top) / sum - (c === targets[row] ? 1 : 0);
      const slope = scale * weights[row]! * share;
      for (let k = 0; k < d; k++) {
        dh[row * d + k]! += slope * head[k * vocabulary + c]!;
        dhead[k * vocabulary + c]! += slope * h[row * d + k]!;
      }
    }
  }
  return { loss, dh, dhead };
}

/** A flat state in which the head lies between other numbers. */
function embedded(values: Float32Array): { state: tf.Tensor; span: Span } {
  const flat = new Float32Array(64 + values.length + 5).fill(7);
  flat.set(values, 64);
  const state = tf.tensor1d(flat);
  return { state, span: { tensor: state, offset: 64, length: values.length } };
}

interface Got {
  loss: number;
  dh: Float32Array;
  dhead: Float32Array;
}

async function ours(c: Case, scale: number): Promise<Got> {
  const before = randomArray(c.d * c.vocabulary, freshSeed());
  const head = embedded(c.head);
  const into = embedded(before);
  const h = tf.tensor2d(c.h, [c.n, c.d]);
  const targets = tf.tensor1d(c.targets, 'int32');
  const weights = tf.tensor1d(c.weights);
  const most = Math.min(128, c.n);
  await poison([c.n, c.n * c.d, most * c.vocabulary, Math.ceil(c.vocabulary / 1024) * most * c.d, 1]);
  const live = tf.memory().numTensors;
  const { loss, dh } = captionLoss(h, head.span, c.vocabulary, targets, weights, { scale, into: into.span });
  expect(tf.memory().numTensors - live, 'only the two results stay').toBe(2);
  const flat = await into.state.data<'float32'>();
  const got = {
    loss: (await loss.data())[0]!,
    dh: await dh!.data<'float32'>(),
    dhead: flat.slice(64, 64 + before.length).map((x, i) => x - before[i]!),
  };
  checkHealth();
  expect([...flat.slice(0, 64), ...flat.slice(64 + before.length)], 'nothing beside the span').toEqual(
    new Array(69).fill(7),
  );
  const alone = captionLoss(h, head.span, c.vocabulary, targets, weights, null);
  expect(alone.dh).toBeNull();
  expectClose(await alone.loss.data(), [got.loss], 1e-6, 'loss without gradients');
  checkHealth();
  tf.dispose([head.state, into.state, h, targets, weights, loss, dh!, alone.loss]);
  return got;
}

async function compare(c: Case, scale = 1.7): Promise<void> {
  const expected = reference(c, scale);
  const got = await ours(c, scale);
  expectClose([got.loss], [expected.loss], 1e-4, 'loss');
  expectClose(got.dh, expected.dh, 1e-4, 'gradient of h');
  expectClose(got.dhead, expected.dhead, 1e-4, 'gradient of the head');
  for (let i = 0; i < c.n; i++) {
    if (c.weights[i] !== 0) continue;
    expect(got.dh.slice(i * c.d, (i + 1) * c.d).every((x) => x === 0)).toBe(true);
  }
}

describe.each(['broadcast', 'registers', 'tiles'])('caption loss by %s', (variant) => {
  it.each([
    [1, 4, 8],
    [3, 8, 36],
    [17, 32, 100],
    [67, 36, 132],
    [131, 12, 68], // a ragged second chunk
    [19, 68, 2056], // three parts of dh
  ])('%i rows, %i wide, %i tokens', async (n, d, vocabulary) => {
    choose({ 'loss-products': variant });
    await compare(randomCase(n, d, vocabulary));
  });

  it('is safe at logits of 10^4 and of almost nothing', async () => {
    choose({ 'loss-products': variant });
    const large = randomCase(9, 8, 40, 3000);
    // One factor with few bits, so that single precision holds the large logits exactly.
    large.h = large.h.map(Math.round);
    large.head = large.head.map(Math.round);
    await compare(large);
    await compare(randomCase(9, 8, 40, 1e-20));
    const equal = randomCase(9, 8, 40);
    equal.h.fill(0);
    await compare(equal);
  });
});

it.each([
  [5, 6, 9],
  [17, 32, 329],
  [7, 5, 12],
  [3, 3, 1031],
])('widths that are no multiple of four: %i rows, %i wide, %i tokens', async (n, d, vocabulary) => {
  await compare(randomCase(n, d, vocabulary));
});

it('agrees with the tape of the plain reference', async () => {
  const c = randomCase(6, 8, 20);
  const got = await ours(c, 1);
  const targets = tf.tensor1d(c.targets, 'int32');
  const weights = tf.tensor1d(c.weights);
  const f = (h: tf.Tensor, head: tf.Tensor): tf.Scalar =>
    crossEntropyReference(tf.matMul(h, head), targets, weights) as tf.Scalar;
  const { value, grads } = tf.valueAndGrads(f)([tf.tensor2d(c.h, [6, 8]), tf.tensor2d(c.head, [8, 20])]);
  expectClose([got.loss], await value.data(), 1e-4, 'loss');
  expectClose(got.dh, await grads[0]!.data(), 1e-4, 'gradient of h');
  expectClose(got.dhead, await grads[1]!.data(), 1e-4, 'gradient of the head');
});

it('agrees with finite differences', async () => {
  const c = randomCase(5, 8, 24);
  const got = await ours(c, 1);
  const raw = randomArray(40, freshSeed());
  const length = Math.hypot(...raw);
  const direction = raw.map((x) => x / length);
  const slope = await directionalDerivative(
    async (h) => (await ours({ ...c, h: Float32Array.from(h) }, 1)).loss,
    c.h,
    direction,
    1e-2,
  );
  const along = got.dh.reduce((sum, x, i) => sum + x * direction[i]!, 0);
  expect(Math.abs(slope - along)).toBeLessThan(2e-3 * Math.max(1, Math.abs(along)));
});

it('takes five dispatches a chunk and one more', async () => {
  const c = randomCase(130, 4, 1028);
  const [head, into] = [embedded(c.head), embedded(c.head)];
  const h = tf.tensor2d(c.h, [130, 4]);
  const [targets, weights] = [tf.tensor1d(c.targets, 'int32'), tf.tensor1d(c.weights)];
  resetDispatches();
  captionLoss(h, head.span, 1028, targets, weights, { scale: 1, into: into.span });
  expect(dispatchCount()).toBe(11);
  await settle();
  checkHealth();
});

it.each([4, 64, 128, 256])('rows of logits and sums by %i lanes', async (lanes) => {
  const [n, vocabulary] = [5, 1020];
  const c = { ...randomCase(n, n, vocabulary, 4), h: new Float32Array(n * n) };
  for (let i = 0; i < n; i++) c.h[i * n + i] = 1;
  // h is the identity, so the head is the logits and its gradient theirs.
  const expected = reference(c, 0.5);
  const logits = tf.tensor2d(c.head, [n, vocabulary]);
  const losses = tf.fill([n], NaN);
  const at = { first: 0, rows: n, vocabulary };
  lossRows(logits, losses, tf.tensor1d(c.targets, 'int32'), tf.tensor1d(c.weights), at, 0.5, lanes);
  expectClose(await sumOf(losses, lanes).data(), [expected.loss], 1e-5, 'loss');
  expectClose(await logits.data(), expected.dhead, 1e-5, 'gradient');
  checkHealth();
});

describe('class loss', () => {
  it.each([
    [1, 2, 1],
    [3, 2, 5],
    [67, 3, 3000],
  ])('%i rows of %i classes, spread %f', async (n, classes, spread) => {
    const next = randomSource(freshSeed());
    const logits = tf.tensor2d(randomArray(n * classes, freshSeed(), spread), [n, classes]);
    const targets = tf.tensor1d(
      Int32Array.from({ length: n }, () => Math.floor(next() * classes)),
      'int32',
    );
    const weights = tf.tensor1d(Float32Array.from({ length: n }, (_, i) => (i % 4 === 2 ? 0 : next())));
    const f = (x: tf.Tensor): tf.Scalar => crossEntropyReference(x, targets, weights) as tf.Scalar;
    const { value, grad } = tf.valueAndGrad(f)(logits);
    await poison([n, n * classes, 1]);
    const got = classLoss(logits, targets, weights, { scale: 2 });
    expectClose(await got.loss.data(), await value.data(), 1e-4, 'loss');
    expectClose(
      await got.dlogits!.data(),
      (await grad.data<'float32'>()).map((x) => 2 * x),
      1e-4,
      'gradient',
    );
    const alone = classLoss(logits, targets, weights, null);
    expect(alone.dlogits).toBeNull();
    expectClose(await alone.loss.data(), await value.data(), 1e-4, 'loss alone');
    checkHealth();
  });
});
