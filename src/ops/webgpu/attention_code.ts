/** What every attention kernel shares: its buffers and uniforms, where a head's row lies, and which keys a row sees. */
import type { Kernel } from '../../device/kernel';

/** What a kernel's code depends on. */
export interface Form {
  headDim: number;
  /** Keys of each sequence are limited by `valid`. */
  padded: boolean;
}

export type Pass = 'forward' | 'query-gradient' | 'key-gradient';

/** `line(0)` to `line(count - 1)`. */
export const each = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

export const joined = (count: number, separator: string, part: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => part(i)).join(separator);

/** Stands for minus infinity, which WGSL lets a compiler assume away. */
export const LOW = '-1e30';

const UNIFORMS = { tokens: 'u32', heads: 'u32', kvHeads: 'u32', causal: 'u32', scale: 'f32' } as const;

/** A pass with its buffers. `code` holds the entry point and what it needs besides `shared`. */
export function attentionKernel(
  variant: string,
  pass: Pass,
  { headDim, padded }: Form,
  code: string,
  features: Kernel['features'] = [],
): Kernel {
  const valid: Record<string, string> = padded ? { valid: 'i32' } : {};
  const gradient = pass !== 'forward';
  return {
    name: `attention ${pass} ${variant} ${headDim}${padded ? ' padded' : ''}`,
    outputs: gradient ? { dqkv: 'vec4<f32>' } : { y: 'vec4<f32>', logsum: 'f32' },
    inputs: gradient
      ? { qkv: 'vec4<f32>', dy: 'vec4<f32>', logsum: 'f32', delta: 'f32', ...valid }
      : { qkv: 'vec4<f32>', ...valid },
    uniforms: UNIFORMS,
    features,
    code: shared(headDim, padded) + code,
  };
}

function shared(headDim: number, padded: boolean): string {
  return `
const WIDTH = ${headDim / 4}u;
// Keys of a sequence that may be seen.
fn keysOf(sequence: u32) -> u32 {
  return ${padded ? 'min(p.tokens, u32(max(valid[sequence], 0)))' : 'p.tokens'};
}
fn seen(row: u32, key: u32, keys: u32) -> bool {
  return key < keys && (p.causal == 0u || key <= row);
}
// Where a head's row of q, k or v begins: heads of k follow those of q, and those of v follow.
fn place(sequence: u32, token: u32, head: u32) -> u32 {
  return ((sequence * p.tokens + token) * (p.heads + 2u * p.kvHeads) + head) * WIDTH;
}
// Where a head's row of the output begins.
fn placeOut(sequence: u32, token: u32, head: u32) -> u32 {
  return ((sequence * p.tokens + token) * p.heads + head) * WIDTH;
}
// Where a row's log-sum and delta are.
fn placeOne(sequence: u32, token: u32, head: u32) -> u32 {
  return (sequence * p.heads + head) * p.tokens + token;
}
`;
}
