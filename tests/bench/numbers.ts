/**
 * Numbers that JavaScript and Python make alike (tools/golden/large.py): a 32-bit hash of an index, so that weights of
 * a quarter of a billion numbers need no file.
 */

/** FNV-1a. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** MurmurHash3's finaliser over index plus name: 32 bits. */
export function hashAt(index: number, seed: number): number {
  let x = (index + seed) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Uniform in +-spread around `centre`, float32. */
export function numbers(name: string, count: number, spread: number, centre = 0): Float32Array<ArrayBuffer> {
  const seed = hashName(name);
  const values = new Float32Array(count);
  const step = (2 * spread) / 2 ** 32;
  for (let i = 0; i < count; i++) values[i] = hashAt(i, seed) * step - spread + centre;
  return values;
}

/** The upper half of each number's bits, rounded to nearest even: bfloat16, as bytes. */
export function bfloat16(values: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const u = bits[i]!;
    halves[i] = (u + 0x7fff + ((u >>> 16) & 1)) >>> 16;
  }
  return new Uint8Array(halves.buffer);
}
