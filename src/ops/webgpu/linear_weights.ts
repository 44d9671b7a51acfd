/**
 * How kernels read weights: WGSL functions over a buffer `w` (and `scales`), one set for each packing.
 *
 * `octet(i)` gives weights 8i .. 8i + 7. Of bfloat16, whose word holds two, it gives the even ones and the odd ones:
 * two operations on four words; the product pairs them with numbers that are split the same way (`split`).
 */
import type { Packing, Span } from '../types';
import type { Tensor } from '../custom';

/** A matrix that a kernel multiplies with: frozen and packed, or float32 in a span of trainable values. */
export interface Matrix {
  packing: Packing;
  words: Tensor | Span;
  scales: Tensor | null;
}

export interface Reader {
  /** Buffers and their types. */
  inputs: Readonly<Record<string, string>>;
  /** Whether `octet` gives even and odd weights instead of the first and the last four. */
  split: boolean;
  /** Defines `octet`, and `weight(i)` for a single one. */
  code: string;
}

const OCTET = 'struct Octet { f: vec4<f32>, g: vec4<f32> }';

/** Picks one weight out of its octet. */
const single = (split: boolean): string =>
  `fn weight(i: u32) -> f32 {
  let o = octet(i / 8u);
  let e = i % 8u;
  ${split ? 'return select(o.f[e / 2u], o.g[e / 2u], e % 2u == 1u);' : 'return select(o.f[e % 4u], o.g[e % 4u], e >= 4u);'}
}`;

const reader = (type: string, octet: string, scaled = false, split = false): Reader => ({
  inputs: scaled ? { w: type, scales: 'f32' } : { w: type },
  split,
  code: `${OCTET}\nfn octet(i: u32) -> Octet {\n${octet}\n}\n${single(split)}`,
});

const VECTORS: Readonly<Record<Packing, Reader>> = {
  float32: reader('vec4<f32>', 'return Octet(w[2u * i], w[2u * i + 1u]);'),
  bfloat16: reader(
    'vec4<u32>',
    'let u = w[i]; return Octet(bitcast<vec4<f32>>(u << vec4(16u)), bitcast<vec4<f32>>(u & vec4(0xffff0000u)));',
    false,
    true,
  ),
  float16: reader(
    'vec4<u32>',
    `let u = w[i];
  return Octet(vec4(unpack2x16float(u.x), unpack2x16float(u.y)), vec4(unpack2x16float(u.z), unpack2x16float(u.w)));`,
  ),
  // A signed shift right fills with the sign.
  int8: reader(
    'vec2<i32>',
    `let u = w[i];
  let s = scales[i / 4u];
  let places = vec4(24u, 16u, 8u, 0u);
  return Octet(s * vec4<f32>((vec4(u.x) << places) >> vec4(24u)), s * vec4<f32>((vec4(u.y) << places) >> vec4(24u)));`,
    true,
  ),
  int4: reader(
    'i32',
    `let u = vec4(w[i]);
  let s = scales[i / 4u];
  return Octet(
    s * vec4<f32>((u << vec4(28u, 24u, 20u, 16u)) >> vec4(28u)),
    s * vec4<f32>((u << vec4(12u, 8u, 4u, 0u)) >> vec4(28u)));`,
    true,
  ),
};

/** For float32 of any shape, which has no whole octets. */
const RAGGED: Reader = { inputs: { w: 'f32' }, split: false, code: 'fn weight(i: u32) -> f32 { return w[i]; }' };

export const vectorReader = (packing: Packing): Reader => VECTORS[packing];

export const singleReader = (packing: Packing): Reader => (packing === 'float32' ? RAGGED : VECTORS[packing]);

/** Its buffers under the names of a reader. */
export function matrixBuffers({ words, scales }: Matrix): Record<string, Tensor | Span> {
  return scales === null ? { w: words } : { w: words, scales };
}
