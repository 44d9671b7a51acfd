/**
 * Attention of one new token a sequence over the keys and values of all before it (Vaswani et al., 2017; grouped heads
 * of Ainslie et al., "GQA", 2023), and the caches it reads: `[batch, kvHeads, capacity, headDim]`, written in place,
 * keys already turned by their positions (Su et al., "RoFormer", 2021, half-split as in Llama).
 */
import { allocate, launch, type Kernel } from '../../device/kernel';
import { dim, type Tensor } from '../custom';
import type { AttentionShape, RopeAngles } from '../types';
import { laneCode, laneCount, laneMain } from './lanes';
import { FLAT_MAIN, flatGroups } from './flat';

/** One invocation turns one pair of dimensions (j, j + half) of one head of one row. */
function cacheKernel(queries: boolean): Kernel {
  return {
    name: `decode-cache-${queries}`,
    outputs: { keys: 'f32', values: 'f32', ...(queries ? { q: 'f32' } : {}) },
    inputs: { qkv: 'f32', cosines: 'f32', sines: 'f32' },
    uniforms: {
      rows: 'u32',
      tokens: 'u32',
      position: 'u32',
      heads: 'u32',
      kvHeads: 'u32',
      half: 'u32',
      capacity: 'u32',
    },
    code: `${FLAT_MAIN}
  let first = ${queries ? '0u' : 'p.heads'};
  let heads = p.heads + 2u * p.kvHeads;
  let written = heads - first;
  if (i >= p.rows * written * p.half) { return; }
  let j = i % p.half;
  let head = first + (i / p.half) % written;
  let row = i / (p.half * written);
  let at = (row * heads + head) * 2u * p.half + j;
  let a = qkv[at];
  let b = qkv[at + p.half];
  let position = p.position + row % p.tokens;
  let angle = position * 2u * p.half + j;
  let c = a * cosines[angle] - b * sines[angle];
  let d = b * cosines[angle + p.half] + a * sines[angle + p.half];
  ${
    queries
      ? `if (head < p.heads) {
    let to = (row * p.heads + head) * 2u * p.half + j;
    q[to] = c;
    q[to + p.half] = d;
    return;
  }`
      : ''
  }
  let kv = (head - p.heads) % p.kvHeads;
  let to = (((row / p.tokens) * p.kvHeads + kv) * p.capacity + position) * 2u * p.half + j;
  if (head < p.heads + p.kvHeads) {
    keys[to] = c;
    keys[to + p.half] = d;
  } else {
    values[to] = a;
    values[to + p.half] = b;
  }
}`,
  };
}

/** Lanes that share the columns of one output vector: they split the keys among them. */
function attendKernel(lanes: number, headDim: number): Kernel {
  const wide = headDim % 4 === 0;
  const type = wide ? 'vec4<f32>' : 'f32';
  const width = wide ? 4 : 1;
  const vectors = headDim / width;
  // As many groups of lanes as fit, each a power of two of lanes.
  const columns = Math.min(lanes, 2 ** Math.ceil(Math.log2(vectors)));
  const splits = lanes / columns;
  return {
    name: `decode-attend-${lanes}-${headDim}`,
    outputs: { y: type, scores: 'f32' },
    inputs: { q: type, keys: type, values: type },
    uniforms: { heads: 'u32', kvHeads: 'u32', capacity: 'u32', length: 'u32', scale: 'f32' },
    code: `${laneCode(lanes)}
const VECTORS = ${vectors}u;
var<workgroup> sums: array<${type}, ${lanes}>;
${laneMain(lanes)}
  // row = sequence * heads + head
  let kv = (row / p.heads) * p.kvHeads + (row % p.heads) / (p.heads / p.kvHeads);
  let base = kv * p.capacity * VECTORS;
  let mine = row * p.capacity;
  var top = -3.4e38;
  for (var key = lane; key < p.length; key += LANES) {
    var score = 0.0;
    for (var j = 0u; j < VECTORS; j++) {
      score += ${wide ? 'dot(q[row * VECTORS + j], keys[base + key * VECTORS + j])' : 'q[row * VECTORS + j] * keys[base + key * VECTORS + j]'};
    }
    score *= p.scale;
    scores[mine + key] = score;
    top = max(top, score);
  }
  top = maxOfLanes(lane, top);
  var sum = 0.0;
  for (var key = lane; key < p.length; key += LANES) {
    let weight = exp(scores[mine + key] - top);
    scores[mine + key] = weight;
    sum += weight;
  }
  sum = sumOfLanes(lane, sum);
  storageBarrier(); // other lanes' weights are read from here on
  for (var start = 0u; start < VECTORS; start += ${columns}u) {
    let j = start + lane % ${columns}u;
    var total = ${type}();
    if (j < VECTORS) {
      for (var key = lane / ${columns}u; key < p.length; key += ${splits}u) {
        total += scores[mine + key] * values[base + key * VECTORS + j];
      }
    }
    ${
      splits === 1
        ? 'if (j < VECTORS) { y[row * VECTORS + j] = total / sum; }'
        : `workgroupBarrier();
    sums[lane] = total;
    workgroupBarrier();
    if (lane < ${columns}u && j < VECTORS) {
      for (var s = 1u; s < ${splits}u; s++) { total += sums[lane + s * ${columns}u]; }
      y[row * VECTORS + j] = total / sum;
    }`
    }
  }
}`,
  };
}

/**
 * Turns q and k of the new tokens, writes k and v into the caches at `position`, and attends over keys 0 .. position.
 *
 * @param qkv `[batch, (heads + 2 * kvHeads) * headDim]`
 * @param keys `[batch, kvHeads, capacity, headDim]`, as `values`; written in place
 * @param rope the whole table, `[positions, headDim]`
 * @returns `[batch, heads * headDim]`
 */
export function decodeAttention(
  qkv: Tensor,
  keys: Tensor,
  values: Tensor,
  position: number,
  shape: AttentionShape,
  rope: RopeAngles,
  lanes = laneCount(),
): Tensor {
  const { batch, heads, kvHeads, headDim } = shape;
  const capacity = dim(keys, 2);
  if (position >= capacity) throw new RangeError(`Position ${position} is outside a cache of ${capacity}`);
  const q = allocate([batch, heads * headDim]);
  writeCache(qkv, keys, values, { ...shape, tokens: 1 }, rope, position, q);
  const y = allocate([batch, heads * headDim]);
  const scores = allocate([batch * heads, capacity]);
  const uniforms = { heads, kvHeads, capacity, length: position + 1, scale: headDim ** -0.5 };
  launch(attendKernel(lanes, headDim), { y, scores, q, keys, values }, uniforms, [batch * heads, 1, 1]);
  q.dispose();
  scores.dispose();
  return y;
}

/** Writes k (turned) and v of a prompt's tokens into the caches at positions 0 .., in place. */
export function fillCache(qkv: Tensor, keys: Tensor, values: Tensor, shape: AttentionShape, rope: RopeAngles): void {
  const capacity = dim(keys, 2);
  if (shape.tokens > capacity) throw new RangeError(`${shape.tokens} tokens are too many for a cache of ${capacity}`);
  writeCache(qkv, keys, values, shape, rope, 0, null);
}

function writeCache(
  qkv: Tensor,
  keys: Tensor,
  values: Tensor,
  { batch, tokens, heads, kvHeads, headDim }: AttentionShape,
  { cos, sin }: RopeAngles,
  position: number,
  q: Tensor | null,
): void {
  const [rows, half] = [batch * tokens, headDim / 2];
  const written = (q === null ? 0 : heads) + 2 * kvHeads;
  launch(
    cacheKernel(q !== null),
    { keys, values, ...(q === null ? {} : { q }), qkv, cosines: cos, sines: sin },
    { rows, tokens, position, heads, kvHeads, half, capacity: dim(keys, 2) },
    flatGroups(rows * written * half),
  );
}
