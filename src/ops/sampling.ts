/**
 * A token drawn from one row of logits, by sorting: what the kernel of `webgpu/sample` must agree with, and what WASM
 * runs. Temperature, then top-k, then top-p (Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020), in
 * the order and with the borders of transformers' logits warpers.
 */
import type { Sampling } from './types';

/** @throws RangeError for settings that leave nothing to draw from. */
export function checkSampling({ temperature, topK, topP }: Sampling): void {
  if (!(temperature > 0)) throw new RangeError(`A temperature of ${temperature} is not above 0`);
  if (!Number.isInteger(topK) || topK < 0) throw new RangeError(`A top-k of ${topK} is no number of tokens`);
  if (!(topP >= 0 && topP <= 1)) throw new RangeError(`A top-p of ${topP} does not lie between 0 and 1`);
}

/**
 * @param logits of one row
 * @param uniform in [0, 1)
 */
export function drawToken(logits: Float32Array, { temperature, topK, topP }: Sampling, uniform: number): number {
  const order = Uint32Array.from(logits, (_, token) => token).sort((a, b) => logits[b]! - logits[a]!);
  const top = logits[order[0]!]!;
  const mass = (token: number): number => Math.exp((logits[token]! - top) / temperature);
  // Tokens of equal logits stay or go together.
  const upTo = (count: number): number => {
    let end = Math.min(count, order.length);
    while (end < order.length && logits[order[end]!] === logits[order[end - 1]!]) end++;
    return end;
  };
  let kept = topK > 0 ? upTo(topK) : order.length;
  if (topP < 1) {
    let dropped = (1 - topP) * total(order.subarray(0, kept), mass);
    while (kept > 1) {
      let from = kept - 1;
      while (from > 0 && logits[order[from - 1]!] === logits[order[kept - 1]!]) from--;
      dropped -= total(order.subarray(from, kept), mass);
      if (dropped < 0 || from === 0) break;
      kept = from;
    }
  }
  const tokens = order.subarray(0, kept).sort();
  let left = uniform * total(tokens, mass);
  for (const token of tokens) {
    left -= mass(token);
    if (left < 0) return token;
  }
  // Rounding may leave a little beyond the last.
  return tokens.findLast((token) => mass(token) > 0)!;
}

function total(tokens: Uint32Array, mass: (token: number) => number): number {
  let sum = 0;
  for (const token of tokens) sum += mass(token);
  return sum;
}
