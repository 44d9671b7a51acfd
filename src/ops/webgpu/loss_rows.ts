/** Cross-entropy of rows of logits: the loss of each row, and where wanted the gradient in the logits' place. */
import { allocate, launch, type Bound, type Kernel } from '../../device/kernel';
import type { Tensor } from '../custom';
import { laneCode, laneCount, laneMain } from './lanes';

/**
 * Three passes over a row: the maximum, the sum of exponentials of what is below it (kept in place, so that no
 * exponential is computed twice), the gradient. Each lane reads only what it wrote itself.
 */
function rowsKernel(lanes: number, wide: boolean, gradient: boolean): Kernel {
  const type = wide ? 'vec4<f32>' : 'f32';
  const width = wide ? 4 : 1;
  const largest = wide ? 'max(max(v.x, v.y), max(v.z, v.w))' : 'v';
  const total = wide ? 'dot(e, vec4(1.0))' : 'e';
  const at = (index: string): string => (wide ? `[(${index}) & 3u]` : '');
  return {
    name: `loss-rows-${lanes}-${width}-${gradient}`,
    outputs: { logits: type, losses: 'f32' },
    inputs: { targets: 'i32', weights: 'f32' },
    uniforms: { first: 'u32', vocabulary: 'u32', scale: 'f32' },
    code: `${laneCode(lanes)}
${laneMain(lanes)}
  let count = p.vocabulary / ${width}u;
  let base = row * count;
  let weight = weights[p.first + row];
  // Rows of weight 0 may name any token.
  let token = u32(clamp(targets[p.first + row], 0, i32(p.vocabulary) - 1));
  let place = base + token / ${width}u;
  let mine = (token / ${width}u) % LANES == lane;
  var top = -3.4e38;
  for (var i = lane; i < count; i += LANES) { let v = logits[base + i]; top = max(top, ${largest}); }
  top = maxOfLanes(lane, top);
  var picked = 0.0;
  if (mine) { picked = logits[place]${at('token')} - top; }
  var sum = 0.0;
  for (var i = lane; i < count; i += LANES) {
    let e = exp(logits[base + i] - top);
    sum += ${total};
    ${gradient ? 'logits[base + i] = e;' : ''}
  }
  sum = sumOfLanes(lane, sum);
  // Only the lane that holds the target knows its logit.
  if (mine) { losses[p.first + row] = select(0.0, weight * (log(sum) - picked), weight != 0.0); }
  ${
    gradient
      ? `let slope = p.scale * weight;
  let factor = slope / sum;
  for (var i = lane; i < count; i += LANES) { logits[base + i] *= factor; }
  if (mine) { logits[place]${at('token')} -= slope; }`
      : ''
  }
}`,
  };
}

/**
 * Writes `weights[i] * CE_i` of rows `first ..` into `losses` (a whole `[n]` tensor, as `targets` and `weights`), and
 * with a `scale` replaces `logits [rows, vocabulary]` by `scale * weights[i] * (softmax - target)`.
 */
export function lossRows(
  logits: Bound,
  losses: Tensor,
  targets: Tensor,
  weights: Tensor,
  at: { first: number; rows: number; vocabulary: number },
  scale: number | null,
  lanes = laneCount(),
): void {
  const kernel = rowsKernel(lanes, at.vocabulary % 4 === 0, scale !== null);
  const { first, vocabulary } = at;
  launch(kernel, { logits, losses, targets, weights }, { first, vocabulary, scale: scale ?? 0 }, [at.rows, 1, 1]);
}

function sumKernel(lanes: number): Kernel {
  return {
    name: `loss-sum-${lanes}`,
    outputs: { y: 'f32' },
    inputs: { x: 'f32' },
    uniforms: { count: 'u32' },
    code: `${laneCode(lanes)}
${laneMain(lanes)}
  var sum = 0.0;
  for (var i = lane; i < p.count; i += LANES) { sum += x[i]; }
  sum = sumOfLanes(lane, sum);
  if (lane == 0u) { y[row] = sum; }
}`,
  };
}

/** The sum of all elements, a scalar. */
export function sumOf(x: Tensor, lanes = laneCount()): Tensor {
  const y = allocate([]);
  launch(sumKernel(lanes), { y, x }, { count: x.size }, [1, 1, 1]);
  return y;
}
