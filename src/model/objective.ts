/** `L = alpha * L_cls + beta * L_cap` of one micro-batch, and its gradients (paper, "Objective"). */
import { checkHealth } from '../device';
import * as tf from '../device/tf';
import type { Tensor } from '../ops';
import type { BatchLosses, LossAndGradients, ObjectiveOptions, TrainingSample } from './api';
import type { Backbone } from './backbone';
import { encodeBatch } from './batch';
import { differentiateAtOnce, differentiateBySegments, evaluate, type Tree, type TreeGradients } from './differentiate';
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
): Promise<LossAndGradients> {
  let counts: Counts = { captionTokens: 0, tokens: 0 };
  const { losses, gradients } = scoped(() => {
    const { tree, ...counted } = plant(backbone, samples, state, alpha, beta);
    counts = counted;
    const differentiate = checkpointing ? differentiateBySegments : differentiateAtOnce;
    const result = differentiate(tree, (name) => state.get(name));
    return complete(result, state);
  });
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
): Promise<BatchLosses> {
  let counts: Counts = { captionTokens: 0, tokens: 0 };
  const losses = tf.tidy(() => {
    const { tree, ...counted } = plant(backbone, samples, state, alpha, beta);
    counts = counted;
    return tf.stack(evaluate(tree, (name) => state.get(name)));
  });
  return readLosses(losses, counts, alpha, beta);
}

type Counts = Pick<BatchLosses, 'captionTokens' | 'tokens'>;

/** The model over this micro-batch as a tree of segments. Call inside `tf.tidy`. */
function plant(
  backbone: Backbone,
  samples: readonly TrainingSample[],
  state: AdapterState,
  alpha: number,
  beta: number,
): Counts & { tree: Tree } {
  if (samples.length === 0) throw new RangeError('A micro-batch needs at least one sample');
  const batch = encodeBatch(samples, backbone);
  const options = { scale: state.scale, trained: new Set(state.parameters.keys()) };
  const head = { weight: alpha, segments: headSegments(backbone, batch) };
  const text = batch.text === null ? [] : [{ weight: beta, segments: textSegments(backbone, batch.text, options) }];
  return {
    captionTokens: batch.text?.captionTokens ?? 0,
    tokens: batch.text?.realTokens ?? 0,
    tree: {
      input: tf.tidy(() => embedPatches(batch.pixels, backbone.weights, backbone.config)),
      trunk: visionSegments(backbone, batch.size, options),
      branches: [head, ...text],
    },
  };
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
