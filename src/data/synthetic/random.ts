/** Seeded draws: one independent stream per thing that is drawn, so that adding a draw here changes nothing there. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { PI, cos, log } from './maths';

/** A 32-bit hash of words and numbers (FNV-1a over UTF-16 units, then a murmur finish). */
export function hash(...parts: readonly (string | number)[]): number {
  let h = 0x811c9dc5;
  const text = parts.join('\u0000');
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

export class Random {
  readonly #source: RandomGenerator;

  /** The same parts give the same draws: `new Random(seed, 'subject', 12)`. */
  constructor(...parts: readonly (string | number)[]) {
    this.#source = xoroshiro128plus(hash(...parts));
  }

  /** 0 <= x < 1, 24 bits. */
  unit(): number {
    return (this.#source.next() >>> 8) / 0x1000000;
  }
  uniform(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }
  /** An integer, both ends included. */
  int(low: number, high: number): number {
    return uniformInt(this.#source, low, high);
  }
  chance(probability: number): boolean {
    return this.unit() < probability;
  }
  pick<T>(options: readonly T[]): T {
    if (options.length === 0) throw new RangeError('Nothing to pick from');
    return options[this.int(0, options.length - 1)]!;
  }
  /** One of `options` by its weight; weights need not sum to one. */
  weighted<T>(options: readonly (readonly [T, number])[]): T {
    let at = this.unit() * options.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [option, weight] of options) if ((at -= weight) < 0) return option;
    return options[options.length - 1]![0];
  }
  /** A normal deviate (Box-Muller). */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * log(1 - this.unit()));
    return mean + deviation * radius * cos(2 * PI * this.unit());
  }
  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }
  /** A 32-bit seed for a noise field. */
  seed(): number {
    return this.#source.next() | 0;
  }
}
