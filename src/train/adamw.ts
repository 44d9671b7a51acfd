/**
 * AdamW with decoupled weight decay and global-norm clipping over the flat trainable state; the arithmetic is that of
 * `torch.optim.AdamW` and `torch.nn.utils.clip_grad_norm_`, and is tested against values from both.
 *
 * Everything that changes from step to step (rate, bias correction, clipping) enters as a number that is data to the
 * backend, never as part of a compiled program.
 */
import type * as tf from '../device/tf';
import type { FlatState } from '../model';
import { adamwUpdate, sumOfSquares } from '../ops';
import type { RunConfig } from '../protocol';

export type AdamWConfig = Pick<RunConfig, 'adamBeta1' | 'adamBeta2' | 'adamEpsilon' | 'weightDecay' | 'gradientClip'>;

export class AdamW {
  /** First and second moment of each gradient, laid out as the state; zero before the first step. */
  readonly first: tf.Variable;
  readonly second: tf.Variable;

  constructor(
    private readonly state: FlatState,
    private readonly config: AdamWConfig,
  ) {
    this.first = state.sibling();
    this.second = state.sibling();
  }

  /** One update in place from the state's gradients. `step` is 1-based; `norm` is `globalNorm(state.gradients)`. */
  update(norm: number, step: number, learningRate: number): void {
    const { adamBeta1: beta1, adamBeta2: beta2, adamEpsilon: epsilon, weightDecay, gradientClip } = this.config;
    // The 1e-6 is PyTorch's guard against a zero norm.
    const clip = gradientClip > 0 ? Math.min(1, gradientClip / (norm + 1e-6)) : 1;
    const { values, gradients } = this.state;
    adamwUpdate(
      { values, gradients, first: this.first, second: this.second },
      { learningRate, beta1, beta2, epsilon, weightDecay, clip, step },
    );
  }

  dispose(): void {
    this.first.dispose();
    this.second.dispose();
  }
}

/** Euclidean norm over all gradients together. NaN or infinite when any entry is. */
export async function globalNorm(gradients: tf.Tensor): Promise<number> {
  const squares = sumOfSquares(gradients);
  try {
    const [sum = NaN] = await squares.data<'float32'>();
    return Math.sqrt(sum);
  } finally {
    squares.dispose();
  }
}
