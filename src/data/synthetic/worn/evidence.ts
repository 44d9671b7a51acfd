/** How strongly a worn thing shows in this frame: measured on the layers as they are, not on what was asked for. */
import { clamp } from '../maths';
import { placeOf } from '../media/measure';
import type { AttackCue, Cue, Place } from '../types';
import { appearance, mirrored } from './appearance';
import type { Bench } from './bench';

/** 0 at none, 0.35 (worth a word) at `plain`, saturating toward 1. */
const ramp = (value: number, plain: number): number => clamp((0.35 * value) / plain);

export class Evidence {
  readonly #bench: Bench;
  readonly #seen: Float32Array;
  readonly #lit: Float32Array;
  readonly #found: Cue[] = [];

  constructor(bench: Bench) {
    this.#bench = bench;
    this.#lit = new Float32Array(bench.pixels);
    this.#seen = appearance(bench.layers, bench.light, this.#lit);
  }

  /** The cues found so far that are not invisible; one of each kind, the strongest. */
  cues(): Cue[] {
    return this.#found.filter((cue) => cue.strength >= 0.02);
  }

  #add(kind: AttackCue, strength: number, place: Place): void {
    const known = this.#found.find((cue) => cue.kind === kind);
    const value = clamp(strength);
    if (!known) this.#found.push({ kind, place, strength: value });
    else if (known.strength < value) Object.assign(known, { place, strength: value });
  }

  /** Where weighted pixels lie: their centroid, or all over where they fill a good part of the picture. */
  #place(sumX: number, sumY: number, weight: number, area: number): Place {
    const { width, height, pixels } = this.#bench;
    if (weight <= 0) return 'centre';
    if (area > 0.2 * pixels) return 'all over';
    return placeOf((2 * (sumX / weight + 0.5)) / width - 1, (2 * (sumY / weight + 0.5)) / height - 1);
  }

  #distance(seen: Float32Array, i: number, other: Float32Array, j: number): number {
    const r = seen[i * 3]! - other[j * 3]!;
    const g = seen[i * 3 + 1]! - other[j * 3 + 1]!;
    const b = seen[i * 3 + 2]! - other[j * 3 + 2]!;
    return Math.sqrt((r * r + g * g + b * b) / 3);
  }

  /** Pixels with `mark` that look different from the bare face: by how much, on how much of the picture. */
  changed(kind: AttackCue, mark: number, plain = 0.08, plainArea = 0.006): void {
    const { marks, width, pixels, seenBare } = this.#bench;
    let sum = 0;
    let sumX = 0;
    let sumY = 0;
    let count = 0;
    for (let i = 0; i < pixels; i++) {
      if ((marks[i]! & mark) === 0) continue;
      const change = this.#distance(this.#seen, i, seenBare, i);
      sum += change;
      sumX += change * (i % width);
      sumY += change * Math.floor(i / width);
      count++;
    }
    if (count === 0) return;
    const strength = Math.min(ramp(sum / count, plain), ramp(count / pixels, plainArea));
    this.#add(kind, strength, this.#place(sumX, sumY, sum, count));
  }

  /** Drawing within pixels of `mark`: the spread of lightness, on how much of the picture. */
  drawn(kind: AttackCue, mark: number, plain = 0.07, plainArea = 0.004): void {
    const seen = this.#seen;
    const lightness = (i: number): number => (seen[i * 3]! + 2 * seen[i * 3 + 1]! + seen[i * 3 + 2]!) / 4;
    this.#spread(kind, mark, lightness, plain, plainArea);
  }

  /** Steps of lightness along the border of `mark` toward the rest of the head, beyond what the bare face has there. */
  border(kind: AttackCue, mark: number, plain = 0.06, plainLength = 0.12): void {
    const { marks, width, height, bare, seenBare } = this.#bench;
    let sum = 0;
    let sumX = 0;
    let sumY = 0;
    let count = 0;
    for (let y = 1; y < height - 2; y++) {
      for (let x = 1; x < width - 2; x++) {
        const i = y * width + x;
        const own = marks[i]! & mark;
        for (let axis = 0; axis < 2; axis++) {
          const step = axis === 0 ? 1 : width;
          if (((marks[i + step]! & mark) !== 0) === (own !== 0)) continue;
          // The border itself is a mixture: what stands a pixel to either side is compared.
          const near = i - step;
          const far = i + 2 * step;
          if (bare[near] === 0 || bare[far] === 0) continue;
          const contrast = this.#distance(this.#seen, near, this.#seen, far);
          const usual = this.#distance(seenBare, near, seenBare, far);
          const over = Math.max(0, contrast - 0.7 * usual);
          sum += over;
          sumX += over * x;
          sumY += over * y;
          count++;
        }
      }
    }
    if (count === 0) return;
    const length = count / (width + height);
    const strength = Math.min(ramp(sum / count, plain), ramp(length, plainLength));
    this.#add(kind, strength, this.#place(sumX, sumY, sum, 0));
  }

  /** Fine relief and mottling that the bare skin had and the cover has not. */
  smoother(kind: AttackCue, mark: number, plain = 0.0035): void {
    const { marks, width, height, bare, seenBare, pixels } = this.#bench;
    const seen = this.#seen;
    let before = 0;
    let after = 0;
    let count = 0;
    let sumX = 0;
    let sumY = 0;
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const i = y * width + x;
        if (bare[i] !== 1 || (marks[i]! & mark) === 0) continue;
        if (bare[i - 1] !== 1 || bare[i + 1] !== 1 || bare[i - width] !== 1 || bare[i + width] !== 1) continue;
        const o = i * 3 + 1;
        const w = width * 3;
        before += Math.abs(
          seenBare[o]! - (seenBare[o - 3]! + seenBare[o + 3]! + seenBare[o - w]! + seenBare[o + w]!) / 4,
        );
        after += Math.abs(seen[o]! - (seen[o - 3]! + seen[o + 3]! + seen[o - w]! + seen[o + w]!) / 4);
        sumX += x;
        sumY += y;
        count++;
      }
    }
    if (count === 0) return;
    const strength = Math.min(ramp((before - after) / count, plain), ramp(count / pixels, 0.03));
    this.#add(kind, strength, this.#place(sumX, sumY, count, count));
  }

  /** Shading that the bare face's relief had and the flat cover has not. */
  flatter(kind: AttackCue, mark: number, plain = 0.05): void {
    const { marks, width, pixels, litBare } = this.#bench;
    let count = 0;
    let change = 0;
    let sumX = 0;
    let sumY = 0;
    for (let i = 0; i < pixels; i++) {
      if ((marks[i]! & mark) === 0) continue;
      change += Math.abs(Math.sqrt(this.#lit[i]!) - Math.sqrt(litBare[i]!));
      count++;
      sumX += i % width;
      sumY += Math.floor(i / width);
    }
    if (count === 0) return;
    const strength = Math.min(ramp(change / count, plain), ramp(count / pixels, 0.03));
    this.#add(kind, strength, this.#place(sumX, sumY, count, count));
  }

  /** Changes of shade along the cover that come from its own folds: the spread of irradiance within it. */
  folded(kind: AttackCue, mark: number, plain = 0.035): void {
    this.#spread(kind, mark, (i) => Math.sqrt(this.#lit[i]!), plain, 0.008);
  }

  /** The standard deviation of a value over the pixels of `mark`, as a cue that is plain at `plain`. */
  #spread(kind: AttackCue, mark: number, valueAt: (i: number) => number, plain: number, plainArea: number): void {
    const { marks, width, pixels } = this.#bench;
    let count = 0;
    let sum = 0;
    let squares = 0;
    let sumX = 0;
    let sumY = 0;
    for (let i = 0; i < pixels; i++) {
      if ((marks[i]! & mark) === 0) continue;
      const value = valueAt(i);
      count++;
      sum += value;
      squares += value * value;
      sumX += i % width;
      sumY += Math.floor(i / width);
    }
    if (count === 0) return;
    const deviation = Math.sqrt(Math.max(0, squares / count - (sum / count) * (sum / count)));
    const strength = Math.min(ramp(deviation, plain), ramp(count / pixels, plainArea));
    this.#add(kind, strength, this.#place(sumX, sumY, count, count));
  }

  /** Highlights: lightness that the mirror-like part and reflections add within `mark`. */
  shiny(kind: AttackCue, mark: number, plain = 0.045): void {
    const { marks, width, pixels, layers, light } = this.#bench;
    let count = 0;
    let squares = 0;
    let sumX = 0;
    let sumY = 0;
    for (let i = 0; i < pixels; i++) {
      if ((marks[i]! & mark) === 0) continue;
      const whole = this.#seen[i * 3 + 1]!;
      const matte = whole * whole - mirrored(layers, light, i) - layers.glow[i * 3 + 1]!;
      const gain = whole - Math.sqrt(Math.max(0, matte));
      const weight = gain * gain;
      squares += weight;
      sumX += weight * (i % width);
      sumY += weight * Math.floor(i / width);
      count++;
    }
    if (count === 0) return;
    const strength = Math.min(ramp(Math.sqrt(squares / count), plain), ramp(count / pixels, 0.01));
    this.#add(kind, strength, this.#place(sumX, sumY, squares, 0));
  }
}
