/**
 * All trainable numbers in one tensor, their gradients in another: what the kernels read and add to, and what the
 * optimiser walks through once. A parameter is a span by name; Python's view of it is made here.
 */
import * as tf from '../device/tf';
import { fillZero, zeroVariable, type Span, type TrainableMatrix } from '../ops';
import { ModelError } from '../protocol';
import type { NamedArray } from './api';

/** Spans begin at multiples of this many elements: WebGPU binds parts of a buffer from multiples of 256 bytes. */
const ALIGNMENT = 64;

export interface Place {
  shape: readonly number[];
  /** First element. */
  offset: number;
  /** Elements. */
  length: number;
}

/** Parameters one after another, in the order of `shapes`. */
export function layOut(shapes: ReadonlyMap<string, readonly number[]>): { places: Map<string, Place>; size: number } {
  const places = new Map<string, Place>();
  let offset = 0;
  for (const [name, shape] of shapes) {
    const length = shape.reduce((product, size) => product * size, 1);
    places.set(name, { shape, offset, length });
    offset += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
  }
  return { places, size: offset };
}

export class FlatState {
  /** Of the backbone that it is for (`ModelInfo`); empty where nobody asks. */
  fingerprint = '';
  readonly values: tf.Variable;
  readonly gradients: tf.Variable;
  /** By name, in a fixed order. */
  readonly places: ReadonlyMap<string, Place>;
  /** Trainable numbers in all (what lies between two parameters not counted). */
  readonly count: number;

  /** Everything zero. */
  constructor(shapes: ReadonlyMap<string, readonly number[]>) {
    const { places, size } = layOut(shapes);
    this.places = places;
    this.count = [...places.values()].reduce((sum, { length }) => sum + length, 0);
    this.values = zeroVariable(size);
    this.gradients = zeroVariable(size);
  }

  /** Another tensor of this layout, all zero, e.g. for a moment of the optimiser. */
  sibling(): tf.Variable {
    return zeroVariable(this.values.size);
  }

  has(name: string): boolean {
    return this.places.has(name);
  }

  span(name: string): Span {
    const { offset, length } = this.place(name);
    return { tensor: this.values, offset, length };
  }

  gradientSpan(name: string): Span {
    return { ...this.span(name), tensor: this.gradients };
  }

  /** A parameter `[inputs, outputs]` for `linear`; a vector counts as one row. */
  matrix(name: string): TrainableMatrix {
    const { shape } = this.place(name);
    const [inputs, outputs] = shape.length === 1 ? [1, shape[0]!] : (shape as [number, number]);
    return { value: this.span(name), gradient: this.gradientSpan(name), inputs, outputs };
  }

  zeroGradients(): void {
    fillZero(this.gradients);
  }

  read(): Promise<Map<string, NamedArray>> {
    return this.readFrom(this.values);
  }

  readGradients(): Promise<Map<string, NamedArray>> {
    return this.readFrom(this.gradients);
  }

  /** Any tensor of this layout, by name: copies. */
  async readFrom(flat: tf.Tensor): Promise<Map<string, NamedArray>> {
    const all = await flat.data<'float32'>();
    return new Map(
      [...this.places].map(([name, { shape, offset, length }]): [string, NamedArray] => [
        name,
        { shape: [...shape], data: new Float32Array(all.subarray(offset, offset + length)) },
      ]),
    );
  }

  /** Puts back what `read` gave. @throws ModelError when a tensor is missing or has another shape. */
  write(values: ReadonlyMap<string, NamedArray>): void {
    this.writeInto(this.values, values);
  }

  writeInto(flat: tf.Variable, values: ReadonlyMap<string, NamedArray>): void {
    const all = new Float32Array(flat.size);
    for (const [name, { shape, offset, length }] of this.places) {
      const value = values.get(name);
      if (value === undefined || value.shape.join() !== shape.join() || value.data.length !== length) {
        throw new ModelError({
          file: 'adapter',
          cause: `Tensor ${name} ${value === undefined ? 'is missing' : `has shape [${value.shape.join(', ')}] instead of [${shape.join(', ')}]`}.`,
          remedy: 'Use an adapter made for this backbone with the same rank and switches.',
        });
      }
      all.set(value.data, offset);
    }
    tf.tidy(() => flat.assign(tf.tensor1d(all)));
  }

  dispose(): void {
    this.values.dispose();
    this.gradients.dispose();
  }

  private place(name: string): Place {
    const place = this.places.get(name);
    if (place === undefined) throw new Error(`The trainable tensor ${name} is missing`);
    return place;
  }
}

/** `[in, out]` to `[out, in]`, or back; a vector stays. */
export function turned({ shape, data }: NamedArray): NamedArray {
  if (shape.length === 1) return { shape, data };
  const [rows, columns] = shape as [number, number];
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j]!;
  return { shape: [columns, rows], data: out };
}
