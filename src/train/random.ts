/**
 * Random numbers as functions of named integers, not as streams: `stream(seed, epoch)` gives the same numbers
 * whenever and wherever it is asked, so nothing of a generator has to be saved to resume a run.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** The purposes random numbers are drawn for: two purposes with the same seed must not share numbers. */
export const PURPOSE = { order: 1, captions: 2, textSamples: 3, drafts: 4 } as const;

/** MurmurHash3's 32-bit finaliser: neighbouring inputs give unrelated outputs. */
function scramble(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A generator for this list of integers. */
export function stream(...key: number[]): RandomGenerator {
  return xoroshiro128plus(key.reduce((seed, part) => scramble(Math.imul(seed, 31) + scramble(part + 0x9e3779b9)), 7));
}

/** 32-bit FNV-1a of a string, for keys made of ids. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h | 0;
}

/** A permutation of `0 .. n-1` (Fisher-Yates), the same for the same key. */
export function permutation(n: number, ...key: number[]): Uint32Array {
  const rng = stream(...key);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = uniformInt(rng, 0, i);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}
