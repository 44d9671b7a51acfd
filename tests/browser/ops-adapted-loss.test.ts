/** The caption loss through a frozen projection, with and without an adapter, against tfjs's tape on plain operations. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkHealth } from '../../src/device';
import * as tf from '../../src/device/tf';
import { adaptedCaptionLoss, crossEntropyReference, onGpu, packWeights, unpackWeights } from '../../src/ops';
import type { LoraBlock, PackedWeights, Packing } from '../../src/ops/types';
import { BACKENDS, openBackend } from '../support/backends';
import { poison } from '../support/poison';
import { spanOf } from '../support/products';
import { expectClose, freshSeed, randomArray, randomSource } from '../support/tensors';

const RANK = 4;
const LORA_SCALE = 1.5;

interface Case {
  rows: number;
  hidden: number;
  vocabulary: number;
  packing: Packing;
  adapter: boolean;
  spread: number;
}

async function check({ rows, hidden, vocabulary, packing, adapter, spread }: Case): Promise<void> {
  const held = onGpu() ? packing : 'float32';
  const w = packWeights(randomArray(vocabulary * hidden, freshSeed(), spread), vocabulary, hidden, held);
  const h = tf.tensor2d(randomArray(rows * hidden, freshSeed()), [rows, hidden]);
  const a = randomArray(hidden * RANK, freshSeed(), 0.5);
  const b = randomArray(RANK * vocabulary, freshSeed(), 0.5);
  const next = randomSource(freshSeed());
  const targets = tf.tensor1d(
    Int32Array.from({ length: rows }, () => Math.floor(next() * vocabulary)),
    'int32',
  );
  const weights = tf.tensor1d(Float32Array.from({ length: rows }, (_, i) => (i % 5 === 3 ? 0 : next() / rows)));
  const scale = 1.7;

  const plain = (h: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Scalar => {
    const low = tf.mul(tf.matMul(tf.matMul(h, a), b), adapter ? LORA_SCALE : 0);
    const logits = tf.add(tf.matMul(h, dense, false, true), low);
    return crossEntropyReference(logits, targets, weights) as tf.Scalar;
  };
  const dense = tf.tensor2d(await unpackWeights(w), [vocabulary, hidden]);
  const wanted = tf.valueAndGrads(plain)([h, tf.tensor2d(a, [hidden, RANK]), tf.tensor2d(b, [RANK, vocabulary])]);

  const values = spanOf([a, b]);
  const before = [a, b].map(({ length }) => randomArray(length, freshSeed()));
  const gradients = spanOf(before);
  const lora = adapter ? blockOf(values, gradients, w) : null;
  const chunk = Math.min(rows, 128);
  await poison([rows, rows * hidden, chunk * vocabulary, chunk * hidden, (rows % 128) * vocabulary, chunk * RANK, 1]);
  const live = tf.memory().numTensors;
  const layer = { weights: w, bias: null };
  const { value, grads } = tf.valueAndGrads(
    (x: tf.Tensor) => adaptedCaptionLoss(x, layer, lora, targets, weights, scale) as tf.Scalar,
  )([h]);
  expect(tf.memory().numTensors - live, 'only the two results stay').toBe(2);
  expectClose(await value.data(), await wanted.value.data(), 1e-4, 'loss');
  const scaled = async (of: tf.Tensor): Promise<Float32Array> => (await of.data<'float32'>()).map((x) => scale * x);
  expectClose(await grads[0]!.data(), await scaled(wanted.grads[0]!), 1e-4, 'gradient of h');
  const sums = await gradients.tensor.data<'float32'>();
  for (const [i, span] of gradients.spans.entries()) {
    const added = sums.slice(span.offset, span.offset + span.length).map((x, j) => x - before[i]![j]!);
    if (adapter) expectClose(added, await scaled(wanted.grads[1 + i]!), 1e-4, `gradient of ${'AB'[i]!}`);
    else expect(added.every((x) => x === 0)).toBe(true);
  }
  expectClose(gradients.untouched(sums), gradients.untouched(gradients.initial), 0, 'what lies between');

  const alone = adaptedCaptionLoss(h, layer, lora, targets, weights, null);
  expectClose(await alone.data(), await wanted.value.data(), 1e-4, 'the loss alone');
  expect([...(await gradients.tensor.data())], 'it adds nothing').toEqual([...sums]);
  checkHealth();
}

function blockOf(
  values: ReturnType<typeof spanOf>,
  gradients: ReturnType<typeof spanOf>,
  { outputs }: PackedWeights,
): LoraBlock {
  const offset = values.spans[0]!.offset;
  const last = values.spans.at(-1)!;
  const block = { offset, length: last.offset + last.length - offset };
  return {
    values: { tensor: values.tensor, ...block },
    gradients: { tensor: gradients.tensor, ...block },
    rank: RANK,
    scale: LORA_SCALE,
    parts: [{ a: 0, b: last.offset - offset, outputs }],
  };
}

describe.each(BACKENDS)('loss of a frozen projection on %s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend);
    tf.engine().startScope();
  });
  afterEach(() => {
    tf.engine().endScope();
    tf.engine().startScope();
  });

  it.each([
    { rows: 1, hidden: 32, vocabulary: 8, packing: 'bfloat16', adapter: true, spread: 0.3 },
    { rows: 17, hidden: 32, vocabulary: 101, packing: 'float32', adapter: true, spread: 0.3 },
    { rows: 131, hidden: 32, vocabulary: 68, packing: 'float16', adapter: true, spread: 0.3 }, // a ragged second chunk
    { rows: 67, hidden: 64, vocabulary: 132, packing: 'int8', adapter: false, spread: 0.3 },
    { rows: 259, hidden: 32, vocabulary: 37, packing: 'bfloat16', adapter: false, spread: 3 },
    { rows: 9, hidden: 32, vocabulary: 40, packing: 'int4', adapter: true, spread: 1e-20 },
  ] as Case[])('$rows rows of $vocabulary tokens, $packing, adapter $adapter', check);
});
