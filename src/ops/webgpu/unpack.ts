/** Packed weights `[outputs, inputs]` added into float32 `[inputs, outputs]`: the start of a trainable copy. */
import { launch, type Kernel } from '../../device/kernel';
import { SCALE_GROUP, type Packing, type PackedWeights, type Span } from '../types';

const ELEMENT: Record<Packing, string> = {
  float32: 'return w[o * p.inputs + i];',
  bfloat16:
    'let u = w[(o * p.inputs + i) / 2u]; return bitcast<f32>(select(u << 16u, u & 0xffff0000u, (i & 1u) == 1u));',
  float16: 'return unpack2x16float(w[(o * p.inputs + i) / 2u])[i & 1u];',
  int8: integer(8),
  int4: integer(4),
};

function integer(bits: number): string {
  const each = 32 / bits;
  return `let u = w[(o * p.inputs + i) / ${each}u];
    let q = extractBits(bitcast<i32>(u), (i % ${each}u) * ${bits}u, ${bits}u);
    return f32(q) * s[(o * p.inputs + i) / ${SCALE_GROUP}u];`;
}

export function unpackInto(into: Span, { packing, outputs, inputs, words, scales }: PackedWeights): void {
  const kernel: Kernel = {
    name: `unpack ${packing}`,
    outputs: { y: 'f32' },
    inputs: { w: packing === 'float32' ? 'f32' : 'u32', ...(scales === null ? {} : { s: 'f32' }) },
    uniforms: { outputs: 'u32', inputs: 'u32' },
    code: `
fn element(o: u32, i: u32) -> f32 { ${ELEMENT[packing]} }
@compute @workgroup_size(16, 4) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < p.outputs && id.y < p.inputs) { y[id.y * p.outputs + id.x] += element(id.x, id.y); }
}`,
  };
  const buffers = { y: into, w: words, ...(scales === null ? {} : { s: scales }) };
  launch(kernel, buffers, { outputs, inputs }, [Math.ceil(outputs / 16), Math.ceil(inputs / 4), 1]);
}
