/**
 * Builds an ONNX model node by node (github.com/onnx/onnx, `onnx.proto` and `Operators.md`). Only operators of the
 * standard set are used, so that every runtime and every execution provider may run the result.
 */
import { Message } from './protobuf';

/** Standard operator set: the first with `Gelu` (onnx 1.15, November 2023). */
export const OPSET = 20;
/** File format that goes with it. */
const IR_VERSION = 9;

/** `TensorProto.DataType` */
const TYPES = { float: 1, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof TYPES;

/** A whole number, or the name of a size that is known at run time only. */
export type Dimension = number | string;

/** `AttributeProto.AttributeType` */
const FLOAT = 1;
const INT = 2;
const STRING = 3;
const INTS = 7;

export interface Attributes {
  floats?: Readonly<Record<string, number>>;
  ints?: Readonly<Record<string, number | readonly number[]>>;
  strings?: Readonly<Record<string, string>>;
}

/** A value in the graph, by name: made by a node, an initializer or an input. */
export type Value = string;

export class Graph {
  private readonly nodes: Message[] = [];
  private readonly initializers: Message[] = [];
  private readonly inputs: Message[] = [];
  private readonly outputs: Message[] = [];
  private readonly known = new Set<Value>();

  /** @param name shown by viewers and in the runtime's messages */
  constructor(private readonly name: string) {}

  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.inputs.push(valueInfo(name, type, shape));
    return name;
  }

  /** Gives `value` out under `name`. */
  output(name: string, value: Value, type: ElementType, shape: readonly Dimension[]): void {
    this.nodes.push(node('Identity', [value], [name], {}));
    this.outputs.push(valueInfo(name, type, shape));
  }

  /** A node with one output. An empty input is one that is left out. */
  node(operator: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.split(operator, inputs, 1, attributes)[0]!;
  }

  /** A node with several outputs. */
  split(operator: string, inputs: readonly Value[], outputs: number, attributes: Attributes = {}): Value[] {
    const names = Array.from({ length: outputs }, (_, i) => `${operator}_${this.nodes.length}_${i}`);
    this.nodes.push(node(operator, inputs, names, attributes));
    return names;
  }

  /** Weights, once for each name. `data` is kept by reference. */
  weights(name: string, shape: readonly number[], data: Float32Array<ArrayBuffer>): Value {
    return this.constant(name, 'float', shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  /** A float scalar. */
  float(value: number): Value {
    return this.constant(`float ${value}`, 'float', [], new Uint8Array(new Float32Array([value]).buffer));
  }

  /** Int64 numbers: a list, or one number as a scalar. */
  ints(values: readonly number[] | number): Value {
    const list = typeof values === 'number' ? [values] : values;
    const shape = typeof values === 'number' ? [] : [values.length];
    const data = new Uint8Array(BigInt64Array.from(list, BigInt).buffer);
    return this.constant(`ints ${JSON.stringify(values)}`, 'int64', shape, data);
  }

  /** The file. `metadata` says where it comes from. */
  toBlob(metadata: Readonly<Record<string, string>>): Blob {
    const graph = new Message();
    for (const each of this.nodes) graph.message(1, each);
    graph.text(2, this.name);
    for (const each of this.initializers) graph.message(5, each);
    for (const each of this.inputs) graph.message(11, each);
    for (const each of this.outputs) graph.message(12, each);
    const model = new Message().whole(1, IR_VERSION).text(2, 'whylive').message(7, graph);
    model.message(8, new Message().text(1, '').whole(2, OPSET));
    for (const [key, value] of Object.entries(metadata)) model.message(14, new Message().text(1, key).text(2, value));
    return model.toBlob();
  }

  private constant(name: Value, type: ElementType, shape: readonly number[], data: Uint8Array<ArrayBuffer>): Value {
    if (this.known.has(name)) return name;
    this.known.add(name);
    const tensor = new Message();
    for (const size of shape) tensor.whole(1, size);
    this.initializers.push(tensor.whole(2, TYPES[type]).text(8, name).bytes(9, data));
    return name;
  }
}

function node(
  operator: string,
  inputs: readonly Value[],
  outputs: readonly Value[],
  { floats = {}, ints = {}, strings = {} }: Attributes,
): Message {
  const message = new Message();
  for (const name of inputs) message.text(1, name);
  for (const name of outputs) message.text(2, name);
  message.text(3, outputs[0] ?? '').text(4, operator);
  const attribute = (name: string): Message => new Message().text(1, name);
  for (const [name, value] of Object.entries(floats))
    message.message(5, attribute(name).float(2, value).whole(20, FLOAT));
  for (const [name, value] of Object.entries(strings))
    message.message(5, attribute(name).text(4, value).whole(20, STRING));
  for (const [name, value] of Object.entries(ints)) {
    const made = attribute(name);
    if (typeof value === 'number') made.whole(3, value).whole(20, INT);
    else for (const each of value) made.whole(8, each);
    message.message(5, typeof value === 'number' ? made : made.whole(20, INTS));
  }
  return message;
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): Message {
  const dimensions = new Message();
  for (const size of shape) {
    dimensions.message(1, typeof size === 'number' ? new Message().whole(1, size) : new Message().text(2, size));
  }
  const tensor = new Message().whole(1, TYPES[type]).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
