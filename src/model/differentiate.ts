/**
 * Gradients of a chain of segments, two ways with the same numbers: one tape over everything, or segment by segment
 * with each computed again on the way back (gradient checkpointing, Chen et al., 2016). There is never a tape around
 * another tape: tfjs loses the outer one.
 */
import { memoryInfo } from '../device';
import * as tf from '../device/tf';
import type { Tensor } from '../ops';
import type { Parameters } from './lora';
import type { Segment } from './segments';

/** Gradients by name; each name once. */
export type Gradients = Map<string, Tensor>;

/** A trunk whose output feeds branches that end in scalars: `total = sum weight_i * branch_i(trunk(input))`. */
export interface Tree {
  input: Tensor;
  trunk: readonly Segment[];
  branches: readonly { weight: number; segments: readonly Segment[] }[];
}

export interface TreeGradients {
  /** The branches' scalars, unweighted, in order. */
  values: Tensor[];
  gradients: Gradients;
}

/** The branches' scalars, no gradients. Call inside `tf.tidy`. */
export function evaluate({ trunk, input, branches }: Tree, parameters: Parameters): Tensor[] {
  const features = run(trunk, input, parameters);
  return branches.map(({ segments }) => run(segments, features, parameters));
}

/** Everything on one tape: fastest, most memory. */
export function differentiateAtOnce(tree: Tree, parameters: Parameters): TreeGradients {
  const names = [...tree.trunk, ...tree.branches.flatMap(({ segments }) => segments)].flatMap(
    (segment) => segment.parameters,
  );
  const kept: Tensor[] = [];
  const total = (...tensors: Tensor[]): tf.Scalar => {
    const local = lookup(names, tensors, parameters);
    const features = run(tree.trunk, tree.input, local);
    const weighted = tree.branches.map(({ weight, segments }) => {
      const value = run(segments, features, local);
      kept.push(tf.keep(tf.clone(value)));
      return tf.mul(value, weight);
    });
    // Here most is alive: all that the way back will need.
    memoryInfo();
    return tf.addN(weighted) as tf.Scalar;
  };
  const { value, grads } = tf.valueAndGrads(total)(names.map((name) => tensorOf(parameters, name)));
  value.dispose();
  return { values: kept, gradients: new Map(names.map((name, i) => [name, grads[i]!])) };
}

/** Segment by segment: keeps what crosses the borders, and one segment's activations at a time. */
export function differentiateBySegments(tree: Tree, parameters: Parameters): TreeGradients {
  const gradients: Gradients = new Map();
  const values: Tensor[] = [];
  const trainedTrunk = tree.trunk.findIndex((segment) => segment.parameters.length > 0);
  const inputs = forward(tree.trunk, tree.input, parameters);
  // What lies below the first segment that trains anything is not needed again.
  tf.dispose(inputs.slice(1, trainedTrunk < 0 ? -1 : trainedTrunk));
  const features = inputs.at(-1)!;
  let dFeatures: Tensor | null = null;
  for (const { weight, segments } of tree.branches) {
    const { value, dInput } = branch(segments, features, weight, parameters, gradients);
    values.push(value);
    dFeatures = dFeatures === null ? dInput : replace(dFeatures, dInput, tf.add(dFeatures, dInput));
  }
  if (dFeatures !== null && trainedTrunk >= 0) {
    for (let i = tree.trunk.length - 1; i >= trainedTrunk; i--) {
      const { dInput } = backward(tree.trunk[i]!, inputs[i]!, dFeatures, parameters, gradients);
      dFeatures.dispose();
      dFeatures = dInput;
    }
  }
  dFeatures?.dispose();
  tf.dispose(inputs.slice(1));
  return { values, gradients };
}

/** A branch's scalar and what it sends back to the features. */
function branch(
  segments: readonly Segment[],
  features: Tensor,
  weight: number,
  parameters: Parameters,
  gradients: Gradients,
): { value: Tensor; dInput: Tensor } {
  const inputs = forward(segments.slice(0, -1), features, parameters);
  const seed = tf.scalar(weight);
  let { value, dInput } = backward(segments.at(-1)!, inputs.at(-1)!, seed, parameters, gradients);
  seed.dispose();
  const scalar = value;
  for (let i = segments.length - 2; i >= 0; i--) {
    const dy = dInput;
    ({ value, dInput } = backward(segments[i]!, inputs[i]!, dy, parameters, gradients));
    tf.dispose([dy, value]);
  }
  tf.dispose(inputs.slice(1));
  return { value: scalar, dInput };
}

/** The input, then the output of each segment. */
function forward(segments: readonly Segment[], input: Tensor, parameters: Parameters): Tensor[] {
  const states = [input];
  for (const segment of segments) states.push(tf.tidy(() => segment.run(states.at(-1)!, parameters)));
  return states;
}

/** Computes one segment again and differentiates it. */
function backward(
  segment: Segment,
  input: Tensor,
  dy: Tensor,
  parameters: Parameters,
  gradients: Gradients,
): { value: Tensor; dInput: Tensor } {
  const names = segment.parameters;
  const recompute = (h: Tensor, ...tensors: Tensor[]): tf.Scalar => {
    const output = segment.run(h, lookup(names, tensors, parameters));
    memoryInfo();
    // tfjs types the function as scalar; with dy given, any shape is right.
    return output as tf.Scalar;
  };
  const inputs = [input, ...names.map((name) => tensorOf(parameters, name))];
  const { value, grads } = tf.valueAndGrads(recompute)(inputs, dy as tf.Scalar);
  names.forEach((name, i) => gradients.set(name, grads[i + 1]!));
  return { value, dInput: grads[0]! };
}

function run(segments: readonly Segment[], input: Tensor, parameters: Parameters): Tensor {
  return segments.reduce((h, segment) => segment.run(h, parameters), input);
}

/** The tape's own tensors for `names`, the given ones for the rest. */
function lookup(names: readonly string[], tensors: readonly Tensor[], parameters: Parameters): Parameters {
  const local = new Map(names.map((name, i) => [name, tensors[i]!]));
  return (name) => local.get(name) ?? parameters(name);
}

function tensorOf(parameters: Parameters, name: string): Tensor {
  const tensor = parameters(name);
  if (tensor === null) throw new Error(`The trainable tensor ${name} is missing`);
  return tensor;
}

function replace(a: Tensor, b: Tensor, sum: Tensor): Tensor {
  tf.dispose([a, b]);
  return sum;
}
