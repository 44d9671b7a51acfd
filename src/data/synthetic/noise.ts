/** Noise fields: pure functions of a place and a seed, the same on every machine. */

/** White noise of a lattice point, 0..1. */
export function lattice(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ seed;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 8) / 0x1000000;
}

/** Value noise -1..1 with features of about one unit, smooth in x and y. */
export function noise(x: number, y: number, seed: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const sx = fx * fx * (3 - 2 * fx);
  const sy = fy * fy * (3 - 2 * fy);
  const a = lattice(x0, y0, seed);
  const b = lattice(x0 + 1, y0, seed);
  const c = lattice(x0, y0 + 1, seed);
  const d = lattice(x0 + 1, y0 + 1, seed);
  return 2 * (a + (b - a) * sx + (c + (d - c) * sx - a - (b - a) * sx) * sy) - 1;
}

/** `octaves` of value noise, each of twice the frequency and half the weight; about -1..1. */
export function fractal(x: number, y: number, octaves: number, seed: number): number {
  let sum = 0;
  let weight = 1;
  let total = 0;
  for (let i = 0; i < octaves; i++) {
    sum += weight * noise(x, y, seed + i * 0x9e37);
    total += weight;
    weight *= 0.5;
    x = x * 2 + 17.3;
    y = y * 2 - 9.7;
  }
  return sum / total;
}
