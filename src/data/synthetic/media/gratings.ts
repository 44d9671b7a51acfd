/** Periodic structures of a display, and what is left of them when a lattice of sensor pixels samples them. */
import { clamp, smoothstep } from '../maths';

const STEPS = 256;
/** Keeps phases positive, so that a bit mask wraps them. */
const OFFSET = 4096;

/** One period, mean 1: bright emitters parted by dark lines that take up `gap` of it. */
function profile(depth: number, gap: number): Float32Array {
  const table = new Float32Array(STEPS);
  let mean = 0;
  for (let i = 0; i < STEPS; i++) {
    const d = Math.abs(i / STEPS - 0.5);
    table[i] = 1 - depth * smoothstep(0.5 - gap, 0.5 - gap * 0.35, d);
    mean += table[i]! / STEPS;
  }
  return table.map((value) => value / mean);
}

/** One period of an emitter that fills a third of it, seen through a pixel's area; mean 1. */
const stripe = (depth: number): Float32Array => {
  const table = new Float32Array(STEPS);
  for (let i = 0; i < STEPS; i++) {
    const d = Math.abs(i / STEPS - 0.5) * 2;
    const wave = smoothstep(1, 0, d) * 2 - 1;
    table[i] = 1 + depth * wave;
  }
  return table;
};

/** Columns and rows of a display's pixels, as factors on the light of red, green and blue. */
export class Lattice {
  readonly #columns: Float32Array;
  readonly #rows: Float32Array;
  readonly #scale: number;
  readonly #shift: number;

  /**
   * `pitch` in pixels of the frame; `depth` 0..1 of the dark lines between display pixels; `stripe` 0..1: how far
   * each colour is confined to its own third of a pixel.
   */
  constructor(pitch: number, depth: number, colour: number) {
    this.#scale = STEPS / pitch;
    this.#rows = profile(depth * 0.75, 0.3);
    const dark = profile(depth, 0.3);
    const own = stripe(colour);
    let mean = 0;
    for (let i = 0; i < STEPS; i++) mean += (dark[i]! * own[i]!) / STEPS;
    this.#columns = dark.map((value, i) => (value * own[i]!) / mean);
    this.#shift = colour > 0 ? Math.round(STEPS / 3) : 0;
  }

  /** Multiplies `out` [3] by the lattice at a place of the display, pixels of the frame. */
  multiply(x: number, y: number, out: Float32Array): void {
    const column = Math.floor(x * this.#scale + OFFSET * STEPS);
    const row = this.#rows[Math.floor(y * this.#scale + OFFSET * STEPS) & (STEPS - 1)]!;
    out[0] = out[0]! * row * this.#columns[(column + this.#shift) & (STEPS - 1)]!;
    out[1] = out[1]! * row * this.#columns[column & (STEPS - 1)]!;
    out[2] = out[2]! * row * this.#columns[(column - this.#shift) & (STEPS - 1)]!;
  }
}

/**
 * Light 1 - depth .. 1 over the rows of a frame whose exposure rolls downward while a backlight flickers: one soft band
 * around `row` (-1..1), `height` wide in halves of the frame's edge. Negative depth is a bright band.
 */
export function rollingBand(y: number, row: number, height: number, depth: number): number {
  const d = Math.abs(y - row) / (height * 0.5);
  return 1 - depth * smoothstep(1.25, 0.75, d);
}

/** Where a slanting streak is lit, 0..1: `across` is the distance from its middle over its half width. */
export function streakAt(across: number): number {
  const d = across * across;
  return d > 4 ? 0 : clamp(1 - d * 0.25) * (1 / (1 + d * 1.5));
}
