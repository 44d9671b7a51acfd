/** The grain of ink-jet prints: a tile of noise that belongs to one sheet. */
import { gaussian } from '../camera/lens';
import { lattice } from '../noise';

/** Side of the tile of grain, cells; a power of two. */
const TILE = 64;

/** Grain of deviation about 1 in a tile that repeats: droplets gather and leave gaps, so it is neither white nor smooth. */
export function grainTile(seed: number): Float32Array {
  const tile = new Float32Array(TILE * TILE);
  for (let y = 0, i = 0; y < TILE; y++) for (let x = 0; x < TILE; x++, i++) tile[i] = lattice(x, y, seed) - 0.5;
  const soft = tile.slice();
  gaussian(soft, TILE, TILE, 1.4, 1);
  for (let i = 0; i < tile.length; i++) tile[i] = (tile[i]! - soft[i]!) * 3.7;
  return tile;
}

/** The tile's value at a place in cells, bilinear. */
export function grainAt(tile: Float32Array, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const left = x0 & (TILE - 1);
  const right = (x0 + 1) & (TILE - 1);
  const top = (y0 & (TILE - 1)) * TILE;
  const bottom = ((y0 + 1) & (TILE - 1)) * TILE;
  const a = tile[top + left]! + (tile[top + right]! - tile[top + left]!) * fx;
  const b = tile[bottom + left]! + (tile[bottom + right]! - tile[bottom + left]!) * fx;
  return a + (b - a) * fy;
}
