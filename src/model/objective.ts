/** `L = alpha * L_cls + beta * L_cap` of one micro-batch, and its gradients (paper, "Objective"). */
import { checkHealth } from '../device';
import * as tf from '../device/tf';
import type { Tensor } from '../ops';
import type { BatchLosses, LossAndGradients, ObjectiveOptions, TrainingSample } from './api';
import type { Backbone } from './backbone';
import { captionedFirst, encodeBatch, stackPixels } from './batch';
import { differentiateAtOnce, differentiateBySegments, evaluate, type Tree, type TreeGradients } from './differentiate';
import type { FeatureMemory } from './features';
import { headSegments, textSegments, visionSegments } from './segments';
import type { AdapterState } from './trainable';
import { embedPatches } from './vision';
import { breathe } from './breathe';

/** @throws DeviceError when the GPU reported an error or was lost. */
export async function lossAndGradients(
  backbone: Backbone,
  samples: readonly TrainingSample[],
  state: AdapterState,
  { alpha, beta, checkpointing }: ObjectiveOptions,
  memory: FeatureMemory,
): Promise<LossAndGradients> {
  const ordered = captionedFirst(samples);
  const features = await frozenFeatures(ordered, state, memory);
  let counts: Counts = { captionTokens: 0, tokens: 0 };
  const { losses, gradients } = disposing(features, () =>
    scoped(() => {
      const { tree, ...counted } = plant(backbone, ordered, state, alpha, beta, features);
      counts = counted;
      const differentiate = checkpointing ? differentiateBySegments : differentiateAtOnce;
      const result = differentiate(tree, (name) => state.get(name));
      return complete(result, state);
    }),
  );
  try {
    return { ...(await readLosses(losses, counts, alpha, beta)), gradients };
  } catch (error) {
    tf.dispose([...gradients.values()]);
    throw error;
  }
}

/** The losses alone, e.g. of held-out samples. @throws DeviceError as above. */
export async function lossesOf(
  backbone: Backbone,
  samples: readonly TrainingSample[],
  state: AdapterState,
  { alpha, beta }: Pick<ObjectiveOptions, 'alpha' | 'beta'>,
  memory: FeatureMemory,
): Promise<BatchLosses> {
  const ordered = captionedFirst(samples);
  const features = await frozenFeatures(ordered, state, memory);
  let counts: Counts = { captionTokens: 0, tokens: 0 };
  const losses = disposing(features, () =>
    tf.tidy(() => {
      const { tree, ...counted } = plant(backbone, ordered, state, alpha, beta, features);
      counts = counted;
      return tf.stack(evaluate(tree, (name) => state.get(name)));
    }),
  );
  return readLosses(losses, counts, alpha, beta);
}

type Counts = Pick<BatchLosses, 'captionTokens' | 'tokens'>;

/** `f`, and then no more of `features`, whether it failed or not. */
export function disposing<T>(features: Tensor | null, f: () => T): T {
  try {
    return f();
  } finally {
    features?.dispose();
  }
}

/** The vision tower's output for these samples; null where adapters in the tower make it change from step to step. */
async function frozenFeatures(
  samples: readonly TrainingSample[],
  state: AdapterState,
  memory: FeatureMemory,
): Promise<Tensor | null> {
  return state.options.loraVision ? null : memory.of(samples.map(({ pixels }) => pixels));
}

/**
 * The model over this micro-batch as a tree of segments, whose trunk is empty where the tower's output is given. Call
 * inside `tf.tidy`.
 */
function plant(
  backbone: Backbone,
  samples: readonly TrainingSample[],
  state: AdapterState,
  alpha: number,
  beta: number,
  features: Tensor | null,
): Counts & { tree: Tree } {
  const batch = encodeBatch(samples, backbone);
  const options = { scale: state.scale, trained: new Set(state.parameters.keys()) };
  const head = { weight: alpha, segments: headSegments(backbone, batch) };
  const text = batch.text === null ? [] : [{ weight: beta, segments: textSegments(backbone, batch.text, options) }];
  return {
    captionTokens: batch.text?.captionTokens ?? 0,
    tokens: batch.text?.realTokens ?? 0,
    tree: {
      input: features ?? embedded(backbone, samples),
      trunk: features === null ? visionSegments(backbone, batch.size, options) : [],
      branches: [head, ...text],
    },
  };
}

function embedded({ weights, config }: Backbone, samples: readonly TrainingSample[]): Tensor {
  const pixels = samples.map((sample) => sample.pixels);
  return tf.tidy(() => embedPatches(stackPixels(pixels, config), weights, config));
}

/** Reads `[cls]` or `[cls, cap]` and disposes it. One read for both: on a GPU each read waits for the queue. */
async function readLosses(losses: Tensor, counts: Counts, alpha: number, beta: number): Promise<BatchLosses> {
  try {
    const [cls = NaN, second = NaN] = await losses.data();
    checkHealth();
    await breathe();
    const cap = counts.captionTokens === 0 ? null : second;
    return { total: alpha * cls + (cap === null ? 0 : beta * cap), cls, cap, ...counts };
  } finally {
    losses.dispose();
  }
}

interface Complete {
  losses: Tensor;
  gradients: Map<string, Tensor>;
}

/** Losses as one tensor, and a gradient for every trainable tensor in the state's order. */
function complete({ values, gradients }: TreeGradients, state: AdapterState): Complete {
  const losses = tf.stack(values);
  tf.dispose(values);
  const all = new Map<string, Tensor>();
  for (const [name, parameter] of state.parameters) all.set(name, gradients.get(name) ?? tf.zerosLike(parameter));
  return { losses, gradients: all };
}

/** `tf.tidy` for a result that holds a Map, whose tensors tfjs would not find. */
function scoped(f: () => Complete): Complete {
  let result: Complete | null = null;
  tf.tidy(() => {
    result = f();
    return [result.losses, ...result.gradients.values()];
  });
  return result as unknown as Complete;
}
