/**
 * Attention and its gradient by blocks of rows: scores exist for one block at a time, and are computed again for the
 * gradient from each row's maximum and sum (Dao et al., "FlashAttention", 2022). With a causal mask a block never
 * touches keys after its last row.
 */
import { multiplyPacked, packColumns, packRows } from './product';
import { load, loadUpTo, madd, splat, store, storeUpTo, total } from './simd';
import { exp } from './functions';
import { rowExponentials, rowLargest, rowScale } from './softmax';

/** Rows of a block. */
const BLOCK: i32 = 64;

@inline function padded(n: i32, to: i32): i32 {
  return ((n + to - 1) / to) * to;
}

/** Elements of each part of the scratch memory. */
@inline function keysByDepth(tokens: i32, d: i32): i32 {
  return padded(tokens, 8) * padded(d, 8);
}

@inline function blockScores(tokens: i32): i32 {
  return BLOCK * padded(tokens, 8);
}

@inline function blockByDepth(d: i32): i32 {
  return BLOCK * padded(d, 8);
}

/** Bytes that both directions need at `scratch`. */
export function attentionScratch(tokens: i32, d: i32): i32 {
  return 4 * (3 * keysByDepth(tokens, d) + 3 * blockScores(tokens) + 3 * blockByDepth(d));
}

/**
 * From `qkv` (turned already) to `output [batch * tokens, heads * d]`; `statistics [batch, heads, tokens, 2]` gets each
 * row's largest score and the inverse of its sum of exponentials.
 */
export function attentionForward(
  qkv: usize,
  output: usize,
  statistics: usize,
  batch: i32,
  tokens: i32,
  heads: i32,
  kvHeads: i32,
  d: i32,
  causal: bool,
  scale: f32,
  scratch: usize,
): void {
  const width = (heads + 2 * kvHeads) * d;
  const row = <usize>width << 2;
  const outWidth = heads * d;
  const stride = padded(tokens, 8);
  const group = heads / kvHeads;
  const packedK = scratch;
  const packedV = packedK + 4 * <usize>keysByDepth(tokens, d);
  const scores = packedV + 4 * <usize>keysByDepth(tokens, d);
  const packedP = scores + 4 * <usize>blockScores(tokens);
  const packedQ = packedP + 4 * <usize>blockScores(tokens);
  for (let b = 0; b < batch; b++) {
    const sequence = qkv + <usize>(b * tokens) * row;
    for (let g = 0; g < kvHeads; g++) {
      packColumns(packedK, sequence + <usize>((heads + g) * d) * 4, d, tokens, 1, width);
      packColumns(packedV, sequence + <usize>((heads + kvHeads + g) * d) * 4, tokens, d, width, 1);
      for (let h = g * group; h < (g + 1) * group; h++) {
        const q = sequence + <usize>(h * d) * 4;
        const out = output + <usize>(b * tokens * outWidth + h * d) * 4;
        const stats = statistics + <usize>((b * heads + h) * tokens) * 8;
        for (let i = 0; i < tokens; i += BLOCK) {
          const rows = min(BLOCK, tokens - i);
          const keys = causal ? i + rows : tokens;
          packRows(packedQ, q + <usize>i * row, rows, d, width, 1, scale);
          multiplyPacked(packedQ, packedK, scores, rows, keys, d, d, stride, false);
          for (let r = 0; r < rows; r++) {
            const line = scores + <usize>(r * stride) * 4;
            const seen = causal ? i + r + 1 : keys;
            const top = rowLargest(line, seen);
            const inverse: f32 = 1 / rowExponentials(line, seen, top);
            rowScale(line, seen, inverse);
            if (seen < keys) memory.fill(line + <usize>seen * 4, 0, <usize>(keys - seen) * 4);
            f32.store(stats + <usize>(i + r) * 8, top);
            f32.store(stats + <usize>(i + r) * 8 + 4, inverse);
          }
          packRows(packedP, scores, rows, keys, stride, 1, 1);
          const to = out + <usize>(i * outWidth) * 4;
          multiplyPacked(packedP, packedV, to, rows, d, keys, tokens, outWidth, false);
        }
      }
    }
  }
}

/**
 * `dqkv`, before it is turned back, from `dy` and what the forward pass left. With P the weights:
 * `dV = PT dO`, `dS = scale P (dO VT - sum(dO O))`, `dQ = dS K`, `dK = dST Q`.
 */
export function attentionBackward(
  dy: usize,
  output: usize,
  qkv: usize,
  statistics: usize,
  dqkv: usize,
  batch: i32,
  tokens: i32,
  heads: i32,
  kvHeads: i32,
  d: i32,
  causal: bool,
  scale: f32,
  scratch: usize,
): void {
  const width = (heads + 2 * kvHeads) * d;
  const row = <usize>width << 2;
  const outWidth = heads * d;
  const outRow = <usize>outWidth << 2;
  const stride = padded(tokens, 8);
  const group = heads / kvHeads;
  const packedKT = scratch;
  const packedVT = packedKT + 4 * <usize>keysByDepth(tokens, d);
  const packedK = packedVT + 4 * <usize>keysByDepth(tokens, d);
  const weights = packedK + 4 * <usize>keysByDepth(tokens, d);
  const slopes = weights + 4 * <usize>blockScores(tokens);
  const packedS = slopes + 4 * <usize>blockScores(tokens);
  const packedRows = packedS + 4 * <usize>blockScores(tokens);
  const packedDo = packedRows + 4 * <usize>blockByDepth(d);
  const packedQ = packedDo + 4 * <usize>blockByDepth(d);
  // Keys and values collect from every block and every head of their group.
  memory.fill(dqkv, 0, <usize>(batch * tokens) * row);
  for (let b = 0; b < batch; b++) {
    const start = <usize>(b * tokens) * row;
    for (let g = 0; g < kvHeads; g++) {
      const kColumn = start + <usize>((heads + g) * d) * 4;
      const vColumn = start + <usize>((heads + kvHeads + g) * d) * 4;
      packColumns(packedKT, qkv + kColumn, d, tokens, 1, width);
      packColumns(packedVT, qkv + vColumn, d, tokens, 1, width);
      packColumns(packedK, qkv + kColumn, tokens, d, width, 1);
      for (let h = g * group; h < (g + 1) * group; h++) {
        const qColumn = start + <usize>(h * d) * 4;
        const outColumn = <usize>(b * tokens * outWidth + h * d) * 4;
        const stats = statistics + <usize>((b * heads + h) * tokens) * 8;
        for (let i = 0; i < tokens; i += BLOCK) {
          const rows = min(BLOCK, tokens - i);
          const keys = causal ? i + rows : tokens;
          const q = qkv + qColumn + <usize>i * row;
          const dOut = dy + outColumn + <usize>i * outRow;
          const out = output + outColumn + <usize>i * outRow;
          packRows(packedRows, q, rows, d, width, 1, scale);
          multiplyPacked(packedRows, packedKT, weights, rows, keys, d, d, stride, false);
          packRows(packedRows, dOut, rows, d, outWidth, 1, 1);
          multiplyPacked(packedRows, packedVT, slopes, rows, keys, d, d, stride, false);
          for (let r = 0; r < rows; r++) {
            const seen = causal ? i + r + 1 : keys;
            const line = <usize>(r * stride) * 4;
            const along = dot(dOut + <usize>r * outRow, out + <usize>r * outRow, d);
            const kept = stats + <usize>(i + r) * 8;
            slopesOfRow(weights + line, slopes + line, seen, f32.load(kept), f32.load(kept + 4), along, scale);
            if (seen < keys) {
              memory.fill(weights + line + <usize>seen * 4, 0, <usize>(keys - seen) * 4);
              memory.fill(slopes + line + <usize>seen * 4, 0, <usize>(keys - seen) * 4);
            }
          }
          packRows(packedS, slopes, rows, keys, stride, 1, 1);
          multiplyPacked(packedS, packedK, dqkv + qColumn + <usize>i * row, rows, d, keys, tokens, width, false);
          packRows(packedS, slopes, keys, rows, 1, stride, 1);
          packColumns(packedQ, q, rows, d, width, 1);
          multiplyPacked(packedS, packedQ, dqkv + kColumn, keys, d, rows, rows, width, true);
          packRows(packedS, weights, keys, rows, 1, stride, 1);
          packColumns(packedDo, dOut, rows, d, outWidth, 1);
          multiplyPacked(packedS, packedDo, dqkv + vColumn, keys, d, rows, rows, width, true);
        }
      }
    }
  }
}

/** Scores become weights, and gradients of weights become gradients of scores, over `seen` keys. */
function slopesOfRow(weights: usize, slopes: usize, seen: i32, top: f32, inverse: f32, along: f32, scale: f32): void {
  for (let j = 0; j < seen; j += 4) {
    const at = <usize>j << 2;
    const p = f32x4.mul(exp(f32x4.sub(load(weights + at), splat(top))), splat(inverse));
    store(weights + at, p);
    const ds = f32x4.mul(f32x4.mul(p, f32x4.sub(load(slopes + at), splat(along))), splat(scale));
    store(slopes + at, ds);
  }
}

export function dot(a: usize, b: usize, n: i32): f32 {
  let sum = splat(0);
  for (let j = 0; j < n; j += 4) {
    const at = <usize>j << 2;
    sum = madd(loadUpTo(a + at, n - j), loadUpTo(b + at, n - j), sum);
  }
  return total(sum);
}

/**
 * One new row `[heads * d]` (turned) of each sequence over its cached keys and values
 * `[batch, kvHeads, capacity, d]`, of which `count` are there. `scores`: `count + 3` numbers of scratch.
 */
export function attentionStep(
  q: usize,
  qWidth: i32,
  keys: usize,
  values: usize,
  output: usize,
  batch: i32,
  heads: i32,
  kvHeads: i32,
  d: i32,
  capacity: i32,
  count: i32,
  scale: f32,
  scores: usize,
): void {
  const group = heads / kvHeads;
  const size = <usize>d << 2;
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const cached = <usize>((b * kvHeads + h / group) * capacity) * size;
      const query = q + <usize>(b * qWidth) * 4 + <usize>h * size;
      for (let t = 0; t < count; t++)
        f32.store(scores + (<usize>t << 2), dot(query, keys + cached + <usize>t * size, d) * scale);
      const inverse: f32 = 1 / rowExponentials(scores, count, rowLargest(scores, count));
      const out = output + <usize>(b * heads + h) * size;
      for (let j = 0; j < d; j += 4) {
        const at = <usize>j << 2;
        let sum = splat(0);
        for (let t = 0; t < count; t++) {
          const weight = v128.load32_splat(scores + (<usize>t << 2));
          sum = madd(weight, loadUpTo(values + cached + <usize>t * size + at, d - j), sum);
        }
        storeUpTo(out + at, f32x4.mul(sum, splat(inverse)), d - j);
      }
    }
  }
}

/**
 * Copies keys and values from rows of `qkv` (turned) into caches `[batch, kvHeads, capacity, d]` at positions
 * `first .. first + tokens - 1`.
 */
export function cacheRows(
  qkv: usize,
  keys: usize,
  values: usize,
  batch: i32,
  tokens: i32,
  heads: i32,
  kvHeads: i32,
  d: i32,
  capacity: i32,
  first: i32,
): void {
  const size = <usize>d << 2;
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < tokens; t++) {
      const row = qkv + <usize>((b * tokens + t) * (heads + 2 * kvHeads)) * size;
      for (let g = 0; g < kvHeads; g++) {
        const to = <usize>((b * kvHeads + g) * capacity + first + t) * size;
        memory.copy(keys + to, row + <usize>(heads + g) * size, size);
        memory.copy(values + to, row + <usize>(heads + kvHeads + g) * size, size);
      }
    }
  }
}
