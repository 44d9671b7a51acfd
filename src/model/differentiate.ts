/**
 * Gradients of a tree of segments, two ways with the same numbers: one tape over everything, or segment by segment
 * with each computed again on the way back (gradient checkpointing, Chen et al., 2016). There is never a tape around
 * another tape: tfjs loses the outer one. A tape reaches hidden states only; trainable numbers get their gradients
 * from the operations.
 */
import { memoryInfo } from '../device';
import { settle } from '../device/kernel';
import * as tf from '../device/tf';
import { onGpu, type Tensor } from '../ops';
import { chain } from './chain';
import type { Segment } from './segments';

/** A trunk whose output feeds branches that end in losses, whose gradients are scaled by the losses themselves. */
export interface Tree {
  input: Tensor;
  trunk: readonly Segment[];
  branches: readonly (readonly Segment[])[];
}

/** The branches' losses, no gradients. Call inside `tf.tidy`. */
export function evaluate({ trunk, input, branches }: Tree): Tensor[] {
  const through = (x: Tensor, segments: readonly Segment[]): Tensor =>
    chain(
      x,
      segments.map((segment) => (h) => segment.run(h)),
    );
  const features = through(input, trunk);
  return branches.map((segments) => through(features, segments));
}

/** Everything on one tape: fastest, most memory. Gives the branches' losses, in order. */
export function differentiateAtOnce(tree: Tree): Tensor[] {
  const kept: Tensor[] = [];
  const total = (input: Tensor): tf.Scalar => {
    const features = run(tree.trunk, input);
    const losses = tree.branches.map((segments) => {
      const loss = run(segments, features);
      kept.push(tf.keep(tf.clone(loss)));
      return loss;
    });
    // Here most is alive: all that the way back will need.
    memoryInfo();
    return tf.addN(losses) as tf.Scalar;
  };
  const { value, grad } = tf.valueAndGrad(total)(tree.input);
  tf.dispose([value, grad]);
  return kept;
}

/** Segment by segment: keeps what crosses the borders, and one segment's activations at a time. */
export async function differentiateBySegments(tree: Tree): Promise<Tensor[]> {
  const walk = new Walk();
  const losses: Tensor[] = [];
  try {
    const trained = tree.trunk.findIndex((segment) => segment.trains);
    const inputs = await walk.forward(tree.trunk, tree.input);
    // What lies below the first segment that trains anything is not needed again.
    if (trained > 1) walk.drop(inputs.slice(1, trained));
    const features = inputs.at(-1)!;
    let dFeatures: Tensor | null = null;
    for (const segments of tree.branches) {
      const { loss, dInput } = await walk.branch(segments, features);
      losses.push(loss);
      const sum: Tensor = dFeatures === null ? dInput : walk.own(tf.add(dFeatures, dInput));
      if (dFeatures !== null) walk.drop([dFeatures, dInput]);
      dFeatures = sum;
    }
    if (trained < 0) return losses;
    for (let i = tree.trunk.length - 1; i >= trained && dFeatures !== null; i--) {
      const { value, dInput } = await walk.backward(tree.trunk[i]!, inputs[i]!, dFeatures);
      walk.drop([value, dFeatures]);
      dFeatures = dInput;
    }
    return losses;
  } catch (error) {
    tf.dispose(losses);
    throw error;
  } finally {
    await walk.end(losses);
  }
}

/** Tensors alive between segments, none of which outlives the walk. */
class Walk {
  private readonly alive = new Set<Tensor>();
  /** Work of the segment before the last on the GPU: the queue never holds more than two segments. */
  private pending: Promise<void> = Promise.resolve();

  own(tensor: Tensor): Tensor {
    this.alive.add(tensor);
    return tensor;
  }

  drop(tensors: readonly Tensor[]): void {
    for (const tensor of tensors) {
      this.alive.delete(tensor);
      tensor.dispose();
    }
  }

  async end(except: readonly Tensor[]): Promise<void> {
    // A lost device may refuse here; what went wrong first is the better error.
    await this.pending.catch(() => undefined);
    for (const tensor of except) this.alive.delete(tensor);
    this.drop([...this.alive]);
  }

  /** The input, then the output of each segment. */
  async forward(segments: readonly Segment[], input: Tensor): Promise<Tensor[]> {
    const states = [input];
    for (const segment of segments) {
      states.push(this.own(tf.tidy(() => segment.run(states.at(-1)!))));
      await this.breathe();
    }
    return states;
  }

  /** A branch's loss and what it sends back to the features. */
  async branch(segments: readonly Segment[], features: Tensor): Promise<{ loss: Tensor; dInput: Tensor }> {
    const inputs = await this.forward(segments.slice(0, -1), features);
    let { value, dInput } = await this.backward(segments.at(-1)!, inputs.at(-1)!, null);
    const loss = value;
    for (let i = segments.length - 2; i >= 0; i--) {
      const dy = dInput;
      // The output of segment i is not needed again.
      this.drop([inputs[i + 1]!]);
      ({ value, dInput } = await this.backward(segments[i]!, inputs[i]!, dy));
      this.drop([dy, value]);
    }
    return { loss, dInput };
  }

  /** Computes one segment again and differentiates it; dy null: its output is a loss. */
  async backward(segment: Segment, input: Tensor, dy: Tensor | null): Promise<{ value: Tensor; dInput: Tensor }> {
    const recompute = (h: Tensor): tf.Scalar => {
      const output = segment.run(h);
      memoryInfo();
      // tfjs types the function as scalar; with dy given, any shape is right.
      return output as tf.Scalar;
    };
    const { value, grad } =
      dy === null ? tf.valueAndGrad(recompute)(input) : tf.valueAndGrad(recompute)(input, dy as tf.Scalar);
    this.own(value);
    this.own(grad);
    await this.breathe();
    return { value, dInput: grad };
  }

  private async breathe(): Promise<void> {
    if (!onGpu()) return;
    await this.pending;
    this.pending = settle();
  }
}

function run(segments: readonly Segment[], input: Tensor): Tensor {
  return segments.reduce((h, segment) => segment.run(h), input);
}
