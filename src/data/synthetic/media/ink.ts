/** Ink on paper: how much of each ink a colour takes, and the dots that the inks are laid down in. */
import { TAU, clamp, cos, sin } from '../maths';

const WAVE = Float32Array.from({ length: 256 }, (_, i) => cos((TAU * i) / 256));

/**
 * The part of a screen's cell on which (cos a + cos b) / 2 lies below a value, by the value: a threshold that is
 * reached by exactly as much of the paper as the ink is to cover.
 */
const RANK = rank();
function rank(): Float32Array {
  const table = new Float32Array(257);
  const n = 256;
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const bin = Math.floor((0.5 + 0.25 * (WAVE[i]! + WAVE[j]!)) * 255.99);
      table[bin + 1] = table[bin + 1]! + 1 / (n * n);
    }
  }
  for (let i = 1; i <= 256; i++) table[i] = table[i]! + table[i - 1]!;
  return table;
}

/** A clustered-dot screen: a square lattice of round dots, `pitch` apart, turned by `angle` radians. */
export class Screen {
  readonly #c: number;
  readonly #s: number;
  readonly #soft: number;

  /** `pitch` in pixels; the pixel's own area softens the dots' edges. */
  constructor(pitch: number, angle: number, phase = 0) {
    this.#c = (256 * cos(angle)) / pitch;
    this.#s = (256 * sin(angle)) / pitch;
    this.#soft = clamp(1.6 / pitch, 0.08, 0.6);
    this.#phase = 256 * (64 + phase);
  }
  readonly #phase: number;

  /** How far a place in pixels is covered where the ink is to cover `coverage` of the paper, both 0..1. */
  covered(x: number, y: number, coverage: number): number {
    const a = WAVE[Math.floor(this.#c * x + this.#s * y + this.#phase) & 255]!;
    const b = WAVE[Math.floor(this.#c * y - this.#s * x + this.#phase) & 255]!;
    const threshold = 1 - RANK[Math.floor((0.5 + 0.25 * (a + b)) * 255.99)]!;
    // Soft edges cover more of small dots and less of small gaps; the level is moved so that the mean is the coverage.
    const soft = this.#soft;
    if (coverage <= 0) return 0;
    if (coverage >= 1) return 1;
    const level =
      coverage < soft / 2
        ? Math.sqrt(2 * soft * coverage)
        : coverage <= 1 - soft / 2
          ? coverage + soft / 2
          : 1 + soft - Math.sqrt(2 * soft * (1 - coverage));
    return clamp((level - threshold) / soft);
  }
}

/**
 * Inks for a reflectance r, g, b (0 full ink .. 1 bare paper), to `out` as cyan, magenta, yellow, black. `black` 0..1
 * is the part of the grey component that black ink takes over.
 */
export function separate(r: number, g: number, b: number, black: number, out: Float32Array): void {
  const k = black * (1 - Math.max(r, g, b));
  const left = 1 - k;
  out[0] = clamp(1 - r / left);
  out[1] = clamp(1 - g / left);
  out[2] = clamp(1 - b / left);
  out[3] = k;
}

/** Dot gain: light that enters paper beside a dot is caught below it, so that dots look larger. `gain` at half tone. */
export const gained = (coverage: number, gain: number): number => coverage + 4 * gain * coverage * (1 - coverage);
