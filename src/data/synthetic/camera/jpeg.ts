/**
 * What JPEG loses (ITU-T T.81, baseline): 4:2:0 chroma, a cosine transform of 8 x 8 blocks, coefficients rounded to
 * multiples of a table. Entropy coding loses nothing and is left out.
 */
import { PI, clamp, cos } from '../maths';

/** Annex K, tables K.1 and K.2: steps for luminance and chrominance, row by row. */
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMINANCE = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99,
];

/** Orthonormal cosine basis [frequency, place]. */
const BASIS = Float64Array.from({ length: 64 }, (_, i) => {
  const frequency = i >> 3;
  return (frequency === 0 ? Math.sqrt(0.125) : 0.5) * cos(((2 * (i & 7) + 1) * frequency * PI) / 16);
});

/** The steps at a quality of 1..100, scaled as the Independent JPEG Group's library scales them. */
function stepsAt(quality: number, base: readonly number[]): Float64Array {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Float64Array.from(base, (step) => clamp(Math.floor((step * scale + 50) / 100), 1, 255));
}

/** Eight numbers times the basis from `at` on. */
const dot = (
  at: number,
  x0: number,
  x1: number,
  x2: number,
  x3: number,
  x4: number,
  x5: number,
  x6: number,
  x7: number,
): number =>
  BASIS[at]! * x0 +
  BASIS[at + 1]! * x1 +
  BASIS[at + 2]! * x2 +
  BASIS[at + 3]! * x3 +
  BASIS[at + 4]! * x4 +
  BASIS[at + 5]! * x5 +
  BASIS[at + 6]! * x6 +
  BASIS[at + 7]! * x7;

/** Coefficients and back of every 8 x 8 block of a plane whose sides are multiples of 8; values about 0. */
function quantise(plane: Float32Array, width: number, height: number, steps: Float64Array): void {
  const a = new Float64Array(64);
  const b = new Float64Array(64);
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      // Sums of eight written out: this is the hottest loop of a frame.
      for (let y = 0; y < 8; y++) {
        const row = (top + y) * width + left;
        const p0 = plane[row]!;
        const p1 = plane[row + 1]!;
        const p2 = plane[row + 2]!;
        const p3 = plane[row + 3]!;
        const p4 = plane[row + 4]!;
        const p5 = plane[row + 5]!;
        const p6 = plane[row + 6]!;
        const p7 = plane[row + 7]!;
        for (let u = 0; u < 8; u++) a[y * 8 + u] = dot(u * 8, p0, p1, p2, p3, p4, p5, p6, p7);
      }
      for (let u = 0; u < 8; u++) {
        const a0 = a[u]!;
        const a1 = a[8 + u]!;
        const a2 = a[16 + u]!;
        const a3 = a[24 + u]!;
        const a4 = a[32 + u]!;
        const a5 = a[40 + u]!;
        const a6 = a[48 + u]!;
        const a7 = a[56 + u]!;
        for (let v = 0; v < 8; v++) {
          const step = steps[v * 8 + u]!;
          b[v * 8 + u] = Math.round(dot(v * 8, a0, a1, a2, a3, a4, a5, a6, a7) / step) * step;
        }
      }
      // Most coefficients are zero after rounding, above all the fine ones: rows and columns end at the last that is not.
      let columns = 0;
      for (let u = 0; u < 8; u++) {
        let rows = 8;
        while (rows > 0 && b[(rows - 1) * 8 + u] === 0) rows--;
        if (rows > 0) columns = u + 1;
        for (let y = 0; y < 8; y++) {
          let sum = 0;
          for (let v = 0; v < rows; v++) sum += BASIS[v * 8 + y]! * b[v * 8 + u]!;
          a[y * 8 + u] = sum;
        }
      }
      for (let y = 0; y < 8; y++) {
        const row = (top + y) * width + left;
        for (let x = 0; x < 8; x++) {
          let sum = 0;
          for (let u = 0; u < columns; u++) sum += BASIS[u * 8 + x]! * a[y * 8 + u]!;
          plane[row + x] = sum;
        }
      }
    }
  }
}

/**
 * A round trip through JPEG, in place. `rgb` is [height, width, 3], sRGB display values 0..255; afterwards whole
 * numbers. `quality` 1..100: 90 is hardly visible, 30 shows blocks.
 */
export function compress(rgb: Float32Array, width: number, height: number, quality: number): void {
  if (!(Number.isInteger(quality) && quality >= 1 && quality <= 100)) {
    throw new RangeError(`JPEG: quality is ${quality}, and must be a whole number 1 to 100`);
  }
  const wide = Math.ceil(width / 16) * 16;
  const high = Math.ceil(height / 16) * 16;
  const luma = new Float32Array(wide * high);
  const half = wide / 2;
  const blue = new Float32Array((half * high) / 2);
  const red = new Float32Array(blue.length);
  for (let y = 0; y < high; y++) {
    const row = Math.min(y, height - 1) * width;
    for (let x = 0; x < wide; x++) {
      const at = (row + Math.min(x, width - 1)) * 3;
      const r = rgb[at]!;
      const g = rgb[at + 1]!;
      const b = rgb[at + 2]!;
      const light = 0.299 * r + 0.587 * g + 0.114 * b;
      luma[y * wide + x] = light - 128;
      const small = (y >> 1) * half + (x >> 1);
      blue[small] = blue[small]! + (b - light) * (0.25 / 1.772);
      red[small] = red[small]! + (r - light) * (0.25 / 1.402);
    }
  }
  quantise(luma, wide, high, stepsAt(quality, LUMINANCE));
  const coarse = stepsAt(quality, CHROMINANCE);
  quantise(blue, half, high / 2, coarse);
  quantise(red, half, high / 2, coarse);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const small = (y >> 1) * half + (x >> 1);
      const light = luma[y * wide + x]! + 128;
      const b = 1.772 * blue[small]!;
      const r = 1.402 * red[small]!;
      const at = (y * width + x) * 3;
      rgb[at] = clamp(Math.round(light + r), 0, 255);
      rgb[at + 1] = clamp(Math.round(light - (0.299 * r + 0.114 * b) / 0.587), 0, 255);
      rgb[at + 2] = clamp(Math.round(light + b), 0, 255);
    }
  }
}
