/**
 * AdamW with decoupled weight decay and global-norm clipping over all trainable tensors (Loshchilov and Hutter,
 * "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2); the arithmetic is that of `torch.optim.AdamW` and
 * `torch.nn.utils.clip_grad_norm_`, and is tested against values from both.
 *
 * Everything that changes from step to step (rate, bias correction, clipping) enters as a number that is data to the
 * backend, never as part of a compiled program.
 */
import * as tf from '../device/tf';
import type { RunConfig } from '../protocol';

/** Trainable tensors by name. */
export type Parameters = ReadonlyMap<string, tf.Variable>;
/** One gradient for each trainable tensor, of its shape. */
export type Gradients = ReadonlyMap<string, tf.Tensor>;

export type AdamWConfig = Pick<RunConfig, 'adamBeta1' | 'adamBeta2' | 'adamEpsilon' | 'weightDecay' | 'gradientClip'>;

export class AdamW {
  /** First and second moment of each gradient, of the parameter's shape; zero before the first step. */
  readonly first: ReadonlyMap<string, tf.Variable>;
  readonly second: ReadonlyMap<string, tf.Variable>;

  constructor(
    private readonly parameters: Parameters,
    private readonly config: AdamWConfig,
  ) {
    this.first = zerosLike(parameters);
    this.second = zerosLike(parameters);
  }

  /**
   * One update in place. `step` is 1-based (it sets the bias correction); `norm` is `globalNorm(gradients)`.
   * The gradients stay the caller's to dispose.
   */
  update(gradients: Gradients, norm: number, step: number, learningRate: number): void {
    const { adamBeta1: b1, adamBeta2: b2, adamEpsilon: epsilon, weightDecay, gradientClip } = this.config;
    // The 1e-6 is PyTorch's guard against a zero norm.
    const clip = gradientClip > 0 ? Math.min(1, gradientClip / (norm + 1e-6)) : 1;
    const stepSize = learningRate / (1 - b1 ** step);
    const correction = Math.sqrt(1 - b2 ** step);
    for (const [name, parameter] of this.parameters) {
      const gradient = gradients.get(name);
      const m = this.first.get(name);
      const v = this.second.get(name);
      if (gradient === undefined || m === undefined || v === undefined) throw new Error(`No gradient for ${name}`);
      tf.tidy(() => {
        const g = clip === 1 ? gradient : tf.mul(gradient, clip);
        m.assign(tf.add(tf.mul(m, b1), tf.mul(g, 1 - b1)));
        v.assign(tf.add(tf.mul(v, b2), tf.mul(tf.square(g), 1 - b2)));
        const direction = tf.div(m, tf.add(tf.div(tf.sqrt(v), correction), epsilon));
        const decayed = tf.mul(parameter, 1 - learningRate * weightDecay);
        parameter.assign(tf.sub(decayed, tf.mul(direction, stepSize)));
      });
    }
  }

  dispose(): void {
    for (const moment of [...this.first.values(), ...this.second.values()]) moment.dispose();
  }
}

/** Euclidean norm over all gradients together. NaN or infinite when any entry is. */
export async function globalNorm(gradients: Gradients): Promise<number> {
  const squares = tf.tidy(() => tf.stack([...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)))));
  try {
    const values = await squares.data<'float32'>();
    return Math.sqrt(values.reduce((sum, value) => sum + value, 0));
  } finally {
    squares.dispose();
  }
}

function zerosLike(parameters: Parameters): Map<string, tf.Variable> {
  return new Map(
    [...parameters].map(([name, parameter]) => [name, tf.tidy(() => tf.variable(tf.zerosLike(parameter), false))]),
  );
}
