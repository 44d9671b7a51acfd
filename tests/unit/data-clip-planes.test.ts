import { expect, test } from 'vitest';
import { writeRgba } from '../../src/data/clip/planes';
import { VopReader, headersBefore } from '../../src/data/clip/mpeg4/vops';

/** BT.601 by its definition, in floating point. */
function reference(y: number, u: number, v: number): number[] {
  const [luma, blue, red] = [(y - 16) / 219, (u - 128) / 224, (v - 128) / 224];
  const [kr, kb] = [0.299, 0.114];
  const kg = 1 - kr - kb;
  const r = luma + 2 * (1 - kr) * red;
  const b = luma + 2 * (1 - kb) * blue;
  const g = (luma - kr * r - kb * b) / kg;
  return [r, g, b].map((value) => Math.min(255, Math.max(0, 255 * value)));
}

test('planes become RGB as BT.601 defines it, within half a step and rounding', () => {
  for (let y = 0; y < 256; y += 5) {
    for (let u = 0; u < 256; u += 17) {
      for (let v = 0; v < 256; v += 17) {
        const to = new Uint8ClampedArray(4);
        writeRgba({ format: 'I420', width: 1, height: 1, data: Uint8Array.of(y, u, v) }, to);
        const wanted = reference(y, u, v);
        for (let channel = 0; channel < 3; channel++)
          expect(Math.abs(to[channel]! - wanted[channel]!)).toBeLessThan(0.51);
        expect(to[3]).toBe(255);
      }
    }
  }
});

test('a pixel takes the colour of its own sample, also where sizes are odd', () => {
  const [width, height] = [3, 3];
  const luma = Array.from({ length: 9 }, () => 126);
  const data = Uint8Array.from([...luma, 60, 200, 128, 128, 128, 128, 60, 200]);
  const to = new Uint8ClampedArray(4 * 9);
  writeRgba({ format: 'I420', width, height, data }, to);
  const at = (x: number, y: number): number[] => [...to.subarray(4 * (3 * y + x), 4 * (3 * y + x) + 3)];
  expect(at(0, 0)).toEqual(at(1, 1));
  expect(at(2, 0)).toEqual(at(2, 1));
  expect(at(2, 0)).not.toEqual(at(1, 0));
  expect(at(0, 2)).toEqual(at(1, 2));
  expect(at(2, 2)[0]).toBeGreaterThan(at(0, 2)[0]!);
});

/** Bits as text, most significant first, to bytes. */
const bytes = (bits: string): number[] =>
  (
    bits
      .replaceAll(' ', '')
      .padEnd(Math.ceil(bits.replaceAll(' ', '').length / 8) * 8, '0')
      .match(/.{8}/g) ?? []
  ).map((byte) => Number.parseInt(byte, 2));
/** A layer's header: 25 units a second, so that a picture's time takes 5 bits. */
const LAYER = [0, 0, 1, 0x20, ...bytes('0 00000001 0 0001 0 00 1 0000000000011001 1 0')];
const vop = (kind: string, coded: 0 | 1, more = [0x55, 0x66]): number[] => [
  ...[0, 0, 1, 0xb6],
  ...bytes(`${kind} 0 1 00011 1 ${coded}`),
  ...more,
];

test('a packet of MPEG-4 part 2 comes apart into pictures, and those without content are known', () => {
  const reader = new VopReader(Uint8Array.from(LAYER));
  const [I, P, B] = ['00', '01', '10'];
  const packed = Uint8Array.from([...vop(P, 1), ...vop(B, 1)]);
  expect(reader.split(packed).map(({ kind, coded, bytes: { length } }) => [kind, coded, length])).toEqual([
    ['P', true, 8],
    ['B', true, 8],
  ]);
  expect(reader.split(Uint8Array.from(vop(P, 0, [])))).toMatchObject([{ kind: 'P', coded: false }]);
  expect(reader.isIntra(Uint8Array.from(vop(I, 1)))).toBe(true);
  expect(reader.isIntra(Uint8Array.from(vop(I, 0)))).toBe(false);
  expect(reader.isIntra(packed)).toBe(false);
  expect(reader.split(Uint8Array.of(0x7f))).toEqual([]);
  const first = Uint8Array.from([...LAYER, ...vop(I, 1)]);
  expect([...headersBefore(first)!]).toEqual(LAYER);
  expect(reader.split(first)).toMatchObject([{ kind: 'I', bytes: { length: first.length } }]);
  expect(headersBefore(Uint8Array.from(vop(I, 1)))).toBeNull();
});
