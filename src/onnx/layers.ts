/** What both transformers of a backbone are made of, as ONNX nodes. Weights keep the names of Python's modules. */
import type { TensorReader } from '../model/tensor_reader';
import type { Graph, Value } from './graph';

/** A graph under construction, and where its weights come from. */
export interface Build {
  graph: Graph;
  reader: TensorReader;
}

/** `x [..., inputs]` to `[..., outputs]`; several layers of the same input are one product, their outputs in a row. */
export async function linear(
  { graph, reader }: Build,
  x: Value,
  inputs: number,
  parts: readonly { name: string; outputs: number }[],
  withBias: boolean,
): Promise<Value> {
  const total = parts.reduce((sum, { outputs }) => sum + outputs, 0);
  const weight = new Float32Array(inputs * total);
  const bias = new Float32Array(total);
  let first = 0;
  for (const { name, outputs } of parts) {
    // Python's [out, in] turned: MatMul takes its right operand as [in, out].
    const rows = await reader.float32(`${name}.weight`, [outputs, inputs]);
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) weight[i * total + first + o] = rows[o * inputs + i]!;
    }
    if (withBias) bias.set(await reader.float32(`${name}.bias`, [outputs]), first);
    first += outputs;
  }
  const label = parts.map(({ name }) => name).join(' ');
  const y = graph.node('MatMul', [x, graph.weights(`${label} weight`, [inputs, total], weight)]);
  return withBias ? graph.node('Add', [y, graph.weights(`${label} bias`, [total], bias)]) : y;
}

export async function layerNorm(
  { graph, reader }: Build,
  x: Value,
  name: string,
  size: number,
  epsilon: number,
): Promise<Value> {
  const scale = graph.weights(`${name}.weight`, [size], await reader.float32(`${name}.weight`, [size]));
  const shift = graph.weights(`${name}.bias`, [size], await reader.float32(`${name}.bias`, [size]));
  return graph.node('LayerNormalization', [x, scale, shift], { ints: { axis: -1 }, floats: { epsilon } });
}

/** `x / sqrt(mean(x^2) + epsilon) * weight` over the last axis, in the pattern that ONNX Runtime fuses into one node. */
export async function rmsNorm(
  { graph, reader }: Build,
  x: Value,
  name: string,
  size: number,
  epsilon: number,
): Promise<Value> {
  const square = graph.node('Pow', [x, graph.float(2)]);
  const mean = graph.node('ReduceMean', [square, graph.ints([-1])], { ints: { keepdims: 1 } });
  const root = graph.node('Sqrt', [graph.node('Add', [mean, graph.float(epsilon)])]);
  const scale = graph.weights(`${name}.weight`, [size], await reader.float32(`${name}.weight`, [size]));
  return graph.node('Mul', [graph.node('Div', [x, root]), scale]);
}

/** `x [batch, tokens, heads * headDim]` to `[batch, heads, tokens, headDim]`. */
export function toHeads(graph: Graph, x: Value, heads: number, headDim: number): Value {
  const apart = graph.node('Reshape', [x, graph.ints([0, 0, heads, headDim])]);
  return graph.node('Transpose', [apart], { ints: { perm: [0, 2, 1, 3] } });
}

/** `[batch, heads, tokens, headDim]` to `[batch, tokens, heads * headDim]`. */
export function fromHeads(graph: Graph, x: Value, heads: number, headDim: number): Value {
  const together = graph.node('Transpose', [x], { ints: { perm: [0, 2, 1, 3] } });
  return graph.node('Reshape', [together, graph.ints([0, 0, heads * headDim])]);
}

/**
 * `softmax(q k^T / sqrt(headDim) + bias) v`.
 *
 * @param q `[batch, groups, queries, headDim]`; heads that share keys are further queries of their group
 * @param k `[batch, groups, keys, headDim]`
 * @param bias broadcast to `[batch, groups, queries, keys]`, or null
 */
export function attention(graph: Graph, q: Value, k: Value, v: Value, headDim: number, bias: Value | null): Value {
  const scaled = graph.node('Mul', [q, graph.float(headDim ** -0.5)]);
  const turned = graph.node('Transpose', [k], { ints: { perm: [0, 1, 3, 2] } });
  const product = graph.node('MatMul', [scaled, turned]);
  const scores = bias === null ? product : graph.node('Add', [product, bias]);
  return graph.node('MatMul', [graph.node('Softmax', [scores], { ints: { axis: -1 } }), v]);
}
