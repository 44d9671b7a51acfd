/**
 * Rotary position embedding (Su et al., "RoFormer", 2021) of q and k where they lie side by side with v, in Llama's
 * half-split convention: dimension j turns with dimension j + d/2.
 */
import { allocate, launch, type Kernel } from '../../device/kernel';
import type { Tensor } from '../custom';
import type { AttentionShape, RopeAngles } from '../types';
import { FLAT_MAIN, flatGroups } from './flat';

/**
 * One invocation turns one vector and its partner half a head further: `forth` from x to y, where what is not to be
 * turned is copied, `back` in place.
 */
function turnKernel(direction: 'forth' | 'back', components: 1 | 4): Kernel {
  const type = components === 4 ? 'vec4<f32>' : 'f32';
  const forth = direction === 'forth';
  return {
    name: `turn ${direction} ${components}`,
    outputs: { y: type },
    inputs: { ...(forth && { x: type }), cos: type, sin: type },
    // Heads of a row; those that invocations are made for; the first so many are turned.
    uniforms: { count: 'u32', tokens: 'u32', half: 'u32', heads: 'u32', walked: 'u32', turned: 'u32' },
    code: `${FLAT_MAIN}
  if (i >= p.count) { return; }
  let j = i % p.half;
  let head = i / p.half % p.walked;
  let row = i / p.half / p.walked;
  let low = (row * p.heads + head) * 2u * p.half + j;
  let high = low + p.half;
  let a = ${forth ? 'x' : 'y'}[low];
  let b = ${forth ? 'x' : 'y'}[high];
  if (head >= p.turned) { y[low] = a; y[high] = b; return; }
  let at = row % p.tokens * 2u * p.half + j;
  ${
    forth
      ? 'y[low] = a * cos[at] - b * sin[at]; y[high] = b * cos[at + p.half] + a * sin[at + p.half];'
      : 'y[low] = a * cos[at] + b * sin[at + p.half]; y[high] = b * cos[at + p.half] - a * sin[at];'
  }
}`,
  };
}

function turn(y: Tensor, x: Tensor | null, shape: AttentionShape, { cos, sin }: RopeAngles): void {
  const components = shape.headDim % 8 === 0 ? 4 : 1;
  const half = shape.headDim / 2 / components;
  const turned = shape.heads + shape.kvHeads;
  const heads = turned + shape.kvHeads;
  const walked = x === null ? turned : heads;
  const count = shape.batch * shape.tokens * walked * half;
  launch(
    turnKernel(x === null ? 'back' : 'forth', components),
    { y, ...(x !== null && { x }), cos, sin },
    { count, tokens: shape.tokens, half, heads, walked, turned },
    flatGroups(count),
  );
}

/** A copy of `qkv` whose q and k are turned; `rope` has at least `shape.tokens` positions. */
export function turnedForth(qkv: Tensor, shape: AttentionShape, rope: RopeAngles): Tensor {
  const y = allocate(qkv.shape);
  turn(y, qkv, shape, rope);
  return y;
}

/** In place: the gradient of what was turned becomes the gradient of what it was before. */
export function turnBack(dqkv: Tensor, shape: AttentionShape, rope: RopeAngles): void {
  turn(dqkv, null, shape, rope);
}
