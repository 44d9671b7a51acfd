/** `L = alpha * L_cls + beta * L_cap` of one micro-batch, and its gradients (paper, "Objective"). */
import { checkHealth } from '../device';
import * as tf from '../device/tf';
import type { Tensor } from '../ops';
import type { BatchLosses, LossOptions, ObjectiveOptions, TrainingSample } from './api';
import type { Backbone } from './backbone';
import { captionedFirst, encodeBatch, stackPixels, type EncodedBatch } from './batch';
import { breathe } from './breathe';
import { differentiateAtOnce, differentiateBySegments, evaluate, type Tree } from './differentiate';
import type { FeatureMemory } from './features';
import { headSegments, textSegments, visionSegments } from './segments';
import type { AdapterState } from './trainable';
import { embedPatches } from './vision';

/**
 * Adds `share` times the gradients into the state's. Where this throws, what was added is not whole: the caller
 * zeroes the gradients before it uses them again.
 *
 * @throws DeviceError when the GPU reported an error or was lost.
 */
export async function addGradients(
  backbone: Backbone,
  samples: readonly TrainingSample[],
  state: AdapterState,
  { alpha, beta, checkpointing, share }: ObjectiveOptions,
  memory: FeatureMemory,
): Promise<BatchLosses> {
  const scales = { head: alpha * share, text: beta * share };
  return withTree(backbone, samples, state, scales, memory, async (tree, batch) => {
    const losses = checkpointing ? await differentiateBySegments(tree) : tf.tidy(() => differentiateAtOnce(tree));
    return readLosses(stacked(losses), batch, alpha, beta);
  });
}

/** The losses alone, e.g. of held-out samples. @throws DeviceError as above. */
export async function lossesOf(
  backbone: Backbone,
  samples: readonly TrainingSample[],
  state: AdapterState,
  { alpha, beta }: LossOptions,
  memory: FeatureMemory,
): Promise<BatchLosses> {
  return withTree(backbone, samples, state, { head: null, text: null }, memory, async (tree, batch) =>
    readLosses(
      tf.tidy(() => tf.stack(evaluate(tree))),
      batch,
      alpha,
      beta,
    ),
  );
}

/** `f`, and then no more of `features`, whether it failed or not. */
export function disposing<T>(features: Tensor, f: () => T): T {
  try {
    return f();
  } finally {
    features.dispose();
  }
}

/**
 * Calls `f` with the model over this micro-batch as a tree of segments. Its trunk is empty where no adapter sits in the
 * vision tower: the tower's output is then read from memory.
 */
async function withTree<T>(
  backbone: Backbone,
  samples: readonly TrainingSample[],
  state: AdapterState,
  scales: { head: number | null; text: number | null },
  memory: FeatureMemory,
  f: (tree: Tree, batch: EncodedBatch) => Promise<T>,
): Promise<T> {
  const ordered = captionedFirst(samples);
  const { loraVision } = state.options;
  const input = loraVision ? embedded(backbone, ordered) : await memory.of(ordered.map(({ pixels }) => pixels));
  let batch: EncodedBatch | null = null;
  try {
    batch = scoped(() => encodeBatch(ordered, backbone));
    const head = headSegments(backbone, batch, state, scales.head);
    const text = batch.text === null ? [] : [textSegments(backbone, batch.text, state, scales.text)];
    const trunk = loraVision ? visionSegments(backbone, batch.size, state) : [];
    return await f({ input, trunk, branches: [head, ...text] }, batch);
  } finally {
    if (batch !== null) tf.dispose(batch as unknown as tf.TensorContainer);
    input.dispose();
  }
}

function embedded({ weights, config }: Backbone, samples: readonly TrainingSample[]): Tensor {
  const pixels = samples.map((sample) => sample.pixels);
  return tf.tidy(() => embedPatches(stackPixels(pixels, config), weights, config));
}

function stacked(losses: Tensor[]): Tensor {
  const all = tf.stack(losses);
  tf.dispose(losses);
  return all;
}

/** Reads `[cls]` or `[cls, cap]` and disposes it. One read for both: on a GPU each read waits for the queue. */
async function readLosses(losses: Tensor, { text }: EncodedBatch, alpha: number, beta: number): Promise<BatchLosses> {
  try {
    const [cls = NaN, second = NaN] = await losses.data();
    checkHealth();
    await breathe();
    const cap = text === null ? null : second;
    const total = alpha * cls + (cap === null ? 0 : beta * cap);
    return { total, cls, cap, captionTokens: text?.captionTokens ?? 0, tokens: text?.realTokens ?? 0 };
  } finally {
    losses.dispose();
  }
}

/** `tf.tidy` for an object of tensors and numbers. */
function scoped<T extends object>(f: () => T): T {
  return tf.tidy(() => f() as unknown as tf.TensorContainer) as unknown as T;
}
