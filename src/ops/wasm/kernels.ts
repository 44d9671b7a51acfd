/** Our own WebAssembly kernels, in the memory of tfjs's WASM backend. Their sources are in `assembly/`. */
import { wasmMemory } from '../../device/wasm';
import { RELAXED_SIMD, SIMD } from './module.generated';

/** Addresses are bytes, sizes and strides elements. A boolean is 0 or 1. See `assembly/` for what each does. */
export interface Kernels {
  add(a: number, b: number, count: number): void;
  adamw(
    values: number,
    gradients: number,
    first: number,
    second: number,
    count: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
    clip: number,
    stepSize: number,
    correction: number,
    decay: number,
  ): void;
  attentionBackward(
    dy: number,
    output: number,
    qkv: number,
    statistics: number,
    dqkv: number,
    batch: number,
    tokens: number,
    heads: number,
    kvHeads: number,
    headDim: number,
    causal: number,
    scale: number,
    scratch: number,
  ): void;
  attentionForward(
    qkv: number,
    output: number,
    statistics: number,
    batch: number,
    tokens: number,
    heads: number,
    kvHeads: number,
    headDim: number,
    causal: number,
    scale: number,
    scratch: number,
  ): void;
  attentionScratch(tokens: number, headDim: number): number;
  attentionStep(
    q: number,
    qWidth: number,
    keys: number,
    values: number,
    output: number,
    batch: number,
    heads: number,
    kvHeads: number,
    headDim: number,
    capacity: number,
    count: number,
    scale: number,
    scores: number,
  ): void;
  begin(y: number, bias: number, residual: number, rows: number, width: number): void;
  cacheRows(
    qkv: number,
    keys: number,
    values: number,
    batch: number,
    tokens: number,
    heads: number,
    kvHeads: number,
    headDim: number,
    capacity: number,
    first: number,
  ): void;
  columnSums(x: number, into: number, rows: number, width: number): void;
  copy(to: number, from: number, bytes: number): void;
  crossEntropyRows(
    logits: number,
    stride: number,
    classes: number,
    targets: number,
    weights: number,
    rows: number,
    gradient: number,
    scale: number,
    loss: number,
  ): void;
  exactGeluBackward(dy: number, x: number, dx: number, count: number): void;
  exactGeluForward(x: number, y: number, count: number): void;
  gatherRows(x: number, index: number, y: number, rows: number, width: number, count: number): void;
  geluBackward(dy: number, x: number, dx: number, count: number): void;
  geluForward(x: number, y: number, count: number): void;
  largestOfRows(x: number, out: number, rows: number, width: number): void;
  layerBackward(dy: number, x: number, scale: number, dx: number, rows: number, width: number, epsilon: number): void;
  layerForward(x: number, scale: number, shift: number, y: number, rows: number, width: number, epsilon: number): void;
  product(
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    bColumn: number,
    c: number,
    cRow: number,
    m: number,
    n: number,
    k: number,
    scale: number,
    accumulate: number,
    scratch: number,
  ): void;
  productScratch(): number;
  rmsBackward(dy: number, x: number, scale: number, dx: number, rows: number, width: number, epsilon: number): void;
  rmsForward(x: number, scale: number, y: number, rows: number, width: number, epsilon: number): void;
  sumOfSquares(x: number, out: number, count: number): void;
  swigluBackward(dy: number, gateUp: number, dx: number, rows: number, width: number): void;
  swigluForward(gateUp: number, y: number, rows: number, width: number): void;
  turnRows(
    x: number,
    cos: number,
    sin: number,
    rows: number,
    width: number,
    tokens: number,
    first: number,
    heads: number,
    headDim: number,
    back: number,
  ): void;
  zero(to: number, bytes: number): void;
}

export type Build = 'relaxed' | 'plain';

const modules = new Map<Build, WebAssembly.Module>();
let forced: Build | null = null;
let current: { memory: WebAssembly.Memory; kernels: Kernels } | null = null;

/** The kernels for the backend that is open. @throws Error when it is not WASM. */
export function kernels(): Kernels {
  const memory = wasmMemory();
  if (current?.memory !== memory) {
    const { exports } = new WebAssembly.Instance(compiled(forced ?? best()), { env: { memory } });
    current = { memory, kernels: exports as unknown as Kernels };
  }
  return current.kernels;
}

/** Makes one build run, for tests; null: the best one that runs here. */
export function forceBuild(build: Build | null): void {
  forced = build;
  current = null;
}

let known: Build | null = null;

/** Relaxed SIMD where it is known: with a multiply-add of one instruction products take two thirds of the time. */
export function best(): Build {
  return (known ??= WebAssembly.validate(bytes(RELAXED_SIMD)) ? 'relaxed' : 'plain');
}

function compiled(build: Build): WebAssembly.Module {
  let module = modules.get(build);
  if (module === undefined) {
    module = new WebAssembly.Module(bytes(build === 'relaxed' ? RELAXED_SIMD : SIMD));
    modules.set(build, module);
  }
  return module;
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
