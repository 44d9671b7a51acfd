/** How strongly something shows: differences of lightness that are really in the frame, not what was asked for. */
import { clamp } from '../maths';
import type { Place } from '../types';

/** Lightness 0..1 of linear light: the square root is close to the eye's curve and exact on every machine. */
export const lightness = (r: number, g: number, b: number): number =>
  Math.sqrt(Math.max(0, 0.2126 * r + 0.7152 * g + 0.0722 * b));

/** A strength from a measured difference: 0 at or below `from`, 0.35 (worth a word) at `plain`, at most 1. */
export function strengthOf(difference: number, from: number, plain: number): number {
  return clamp((0.35 * (difference - from)) / (plain - from));
}

/** Where a point of the frame (-1..1 both ways) is. */
export function placeOf(x: number, y: number): Place {
  if (Math.abs(x) < 0.34 && Math.abs(y) < 0.34) return 'centre';
  if (Math.abs(x) > Math.abs(y)) return x < 0 ? 'left' : 'right';
  return y < 0 ? 'top' : 'bottom';
}

/** The side that shows most of something, or all over where three or more show it plainly. */
export class Sides {
  readonly #sums = new Float64Array(4);

  /** `x`, `y` on the medium, past its edge where |x| or |y| is over 1. */
  add(x: number, y: number, weight: number): void {
    const side = Math.abs(x) > Math.abs(y) ? (x < 0 ? 0 : 1) : y < 0 ? 2 : 3;
    this.#sums[side] = this.#sums[side]! + weight;
  }
  total(): number {
    return this.#sums.reduce((sum, value) => sum + value, 0);
  }
  place(): Place {
    const most = Math.max(...this.#sums);
    if (this.#sums.filter((value) => value > 0.3 * most).length > 2) return 'all over';
    return (['left', 'right', 'top', 'bottom'] as const)[this.#sums.indexOf(most)]!;
  }
}

/** Mean step of lightness across an edge. */
export class Step {
  count = 0;
  #sum = 0;

  /** Linear light on both sides of a pixel that the edge crosses. */
  add(here: ArrayLike<number>, there: ArrayLike<number>): void {
    this.count++;
    this.#sum += Math.abs(lightness(here[0]!, here[1]!, here[2]!) - lightness(there[0]!, there[1]!, there[2]!));
  }
  mean(): number {
    return this.count === 0 ? 0 : this.#sum / this.count;
  }
}

/** Root of the mean square of what is added, about its mean. */
export class Spread {
  #count = 0;
  #sum = 0;
  #squares = 0;

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    this.#squares += value * value;
  }
  get count(): number {
    return this.#count;
  }
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }
  deviation(): number {
    if (this.#count === 0) return 0;
    return Math.sqrt(Math.max(0, this.#squares / this.#count - this.mean * this.mean));
  }
}
