/** The next token of each row of logits, chosen on the device: only the choice is ever read back. */
import { allocate, launch, type Kernel } from '../../device/kernel';
import type { Tensor } from '../custom';
import { checkSampling } from '../sampling';
import type { Sampling } from '../types';
import { laneCode, laneCount, laneMain } from './lanes';

function greedyKernel(lanes: number): Kernel {
  return {
    name: `sample-greedy-${lanes}`,
    outputs: { y: 'i32' },
    inputs: { logits: 'f32' },
    uniforms: { vocabulary: 'u32' },
    code: `
var<workgroup> places: array<u32, ${lanes}>;
${laneCode(lanes)}
${laneMain(lanes)}
  let base = row * p.vocabulary;
  var top = logits[base + min(lane, p.vocabulary - 1u)];
  var place = min(lane, p.vocabulary - 1u);
  for (var i = lane + LANES; i < p.vocabulary; i += LANES) {
    let x = logits[base + i];
    if (x > top) { top = x; place = i; }
  }
  let best = maxOfLanes(lane, top);
  if (top != best) { place = p.vocabulary - 1u; }
  places[lane] = place;
  workgroupBarrier();
  if (lane == 0u) {
    for (var other = 1u; other < LANES; other++) { place = min(place, places[other]); }
    y[row] = i32(place);
  }
}`,
  };
}

/** The most likely token of each row of `logits [batch, vocabulary]`, the first of equals: int32 `[batch]`. */
export function chooseGreedy(logits: Tensor, lanes = laneCount()): Tensor {
  const [batch, vocabulary] = logits.shape as [number, number];
  const y = allocate([batch], 'int32');
  launch(greedyKernel(lanes), { y, logits }, { vocabulary }, [batch, 1, 1]);
  return y;
}

/**
 * Thresholds are found by bisection over the 32 bits of the logits' order, which needs no sorting: `key` maps a float
 * to an unsigned integer that orders alike.
 */
function sampledKernel(lanes: number): Kernel {
  return {
    name: `sample-drawn-${lanes}`,
    outputs: { y: 'i32' },
    inputs: { logits: 'f32', uniforms: 'f32' },
    uniforms: { vocabulary: 'u32', inverse: 'f32', k: 'u32', rest: 'f32', nucleus: 'u32' },
    code: `${laneCode(lanes)}
fn key(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}
${laneMain(lanes)}
  let base = row * p.vocabulary;
  var top = -3.4e38;
  for (var i = lane; i < p.vocabulary; i += LANES) { top = max(top, logits[base + i]); }
  top = maxOfLanes(lane, top);

  // The largest key that at least k tokens reach.
  var least = 0u;
  if (p.k > 0u) {
    for (var bit = 0x80000000u; bit > 0u; bit >>= 1u) {
      let candidate = least | bit;
      var count = 0.0;
      for (var i = lane; i < p.vocabulary; i += LANES) { count += select(0.0, 1.0, key(logits[base + i]) >= candidate); }
      if (sumOfLanes(lane, count) >= f32(p.k)) { least = candidate; }
    }
  }
  // The largest key so that all tokens below it together have no more than 1 - p: it and what is above stay.
  if (p.nucleus == 1u) {
    var total = 0.0;
    for (var i = lane; i < p.vocabulary; i += LANES) {
      let x = logits[base + i];
      if (key(x) >= least) { total += exp((x - top) * p.inverse); }
    }
    let dropped = p.rest * sumOfLanes(lane, total);
    let most = key(top);
    var threshold = 0u;
    for (var bit = 0x80000000u; bit > 0u; bit >>= 1u) {
      let candidate = threshold | bit;
      var below = 0.0;
      for (var i = lane; i < p.vocabulary; i += LANES) {
        let x = logits[base + i];
        let at = key(x);
        if (at >= least && at < candidate) { below += exp((x - top) * p.inverse); }
      }
      // The most likely token always stays.
      if (sumOfLanes(lane, below) <= dropped && candidate <= most) { threshold = candidate; }
    }
    least = max(least, threshold);
  }

  // Inverse of the distribution function in the order of tokens: each lane sums a stretch, the first one finds the place.
  let stretch = (p.vocabulary + LANES - 1u) / LANES;
  var mass = 0.0;
  for (var i = lane * stretch; i < min((lane + 1u) * stretch, p.vocabulary); i++) {
    let x = logits[base + i];
    if (key(x) >= least) { mass += exp((x - top) * p.inverse); }
  }
  let all = sumOfLanes(lane, mass);
  workgroupBarrier();
  box[lane] = mass;
  workgroupBarrier();
  if (lane == 0u) {
    var left = uniforms[row] * all;
    var part = 0u;
    var inside = false;
    for (var s = 0u; s < LANES && !inside; s++) {
      if (box[s] <= 0.0) { continue; }
      part = s;
      inside = left < box[s];
      if (!inside) { left -= box[s]; }
    }
    // Rounding may leave a little beyond the last stretch with any mass: then its last token is taken.
    if (!inside) { left = all; }
    var chosen = 0u;
    var found = false;
    for (var i = part * stretch; i < min((part + 1u) * stretch, p.vocabulary) && !found; i++) {
      let x = logits[base + i];
      if (key(x) < least) { continue; }
      let weight = exp((x - top) * p.inverse);
      if (weight <= 0.0) { continue; }
      chosen = i;
      found = left < weight;
      left -= weight;
    }
    y[row] = i32(chosen);
  }
}`,
  };
}

/**
 * A token of each row, drawn with its probability: temperature, then top-k, then top-p, as transformers'
 * TemperatureLogitsWarper, TopKLogitsWarper and TopPLogitsWarper. Tokens of equal logits stay or go together.
 *
 * @param logits `[batch, vocabulary]`
 * @param uniforms `[batch]`, in [0, 1): the same numbers draw the same tokens
 * @returns int32 `[batch]`
 */
export function chooseSampled(logits: Tensor, sampling: Sampling, uniforms: Tensor, lanes = laneCount()): Tensor {
  checkSampling(sampling);
  const { temperature, topK, topP } = sampling;
  const [batch, vocabulary] = logits.shape as [number, number];
  const y = allocate([batch], 'int32');
  const k = topK >= vocabulary ? 0 : topK;
  const settings = { vocabulary, inverse: 1 / temperature, k, rest: 1 - topP, nucleus: topP < 1 ? 1 : 0 };
  launch(sampledKernel(lanes), { y, logits, uniforms }, settings, [batch, 1, 1]);
  return y;
}
