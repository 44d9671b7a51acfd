/** What optics and the sampling of a sensor do to light: area-weighted resampling and the blur of a lens. */
import { bell } from '../maths';
import { raster, type Raster } from '../raster';

/** For each place of one axis of the output: the first input place and `count` weights that sum to one. */
interface Taps {
  readonly count: number;
  readonly first: Int32Array;
  readonly weights: Float32Array;
}

/**
 * A box one output pixel wide, or one input pixel wide where the output is finer: exact area averages when shrinking,
 * linear interpolation when enlarging, one method for both.
 */
function taps(input: number, start: number, span: number, output: number, magnification: number): Taps {
  const step = span / output / magnification;
  const wide = Math.max(1, step);
  const count = Math.ceil(wide) + 1;
  const first = new Int32Array(output);
  const weights = new Float32Array(output * count);
  for (let i = 0; i < output; i++) {
    const centre = start + span / 2 + (i + 0.5 - output / 2) * step;
    const low = Math.min(Math.max(centre - wide / 2, 0), input - wide);
    const from = Math.min(Math.max(0, Math.floor(low)), input - 1);
    first[i] = from;
    for (let k = 0; k < count; k++) {
      const covered = Math.min(low + wide, from + k + 1) - Math.max(low, from + k);
      // Past the edge the last pixel repeats with no weight, so that reading stays inside the picture.
      weights[i * count + k] = Math.max(0, covered) / wide;
    }
  }
  return { count, first, weights };
}

/**
 * The middle square of a picture at `edge` x `edge` pixels. `magnify` scales red, green and blue about the middle: a
 * lens bends short waves more, so that its three pictures differ in size (lateral chromatic aberration).
 */
export function resample(
  picture: Raster,
  edge: number,
  magnify: readonly [number, number, number] = [1, 1, 1],
): Raster {
  const { width, height, data } = picture;
  const out = raster(edge, edge);
  const span = Math.min(width, height);
  const rows = new Float32Array(edge * height);
  const total = new Float64Array(edge);
  for (let c = 0; c < 3; c++) {
    if (magnify[c] === 1 && width === edge && height === edge) {
      for (let i = c; i < data.length; i += 3) out.data[i] = data[i]!;
      continue;
    }
    const x = taps(width, (width - span) / 2, span, edge, magnify[c]!);
    const y = taps(height, (height - span) / 2, span, edge, magnify[c]!);
    for (let row = 0; row < height; row++) {
      const line = row * width * 3 + c;
      for (let i = 0; i < edge; i++) {
        const at = line + x.first[i]! * 3;
        const w = i * x.count;
        let sum = x.weights[w]! * data[at]!;
        for (let k = 1; k < x.count; k++) {
          const weight = x.weights[w + k]!;
          if (weight > 0) sum += weight * data[at + k * 3]!;
        }
        rows[row * edge + i] = sum;
      }
    }
    for (let j = 0; j < edge; j++) {
      total.fill(0);
      for (let k = 0; k < y.count; k++) {
        const weight = y.weights[j * y.count + k]!;
        if (weight === 0) continue;
        const from = (y.first[j]! + k) * edge;
        for (let i = 0; i < edge; i++) total[i] = total[i]! + weight * rows[from + i]!;
      }
      for (let i = 0, o = j * edge * 3 + c; i < edge; i++, o += 3) out.data[o] = total[i]!;
    }
  }
  return out;
}

/** Blurs `channels` interleaved channels in place by a Gaussian of `sigma` pixels; edges repeat. Below 0.15 nothing. */
export function gaussian(data: Float32Array, width: number, height: number, sigma: number, channels: 1 | 3 = 3): void {
  if (sigma < 0.15) return;
  const radius = Math.ceil(2.5 * sigma);
  const kernel = new Float32Array(radius + 1);
  let total = 0;
  for (let k = 0; k <= radius; k++) {
    kernel[k] = bell(k / sigma);
    total += kernel[k]! * (k === 0 ? 1 : 2);
  }
  for (let k = 0; k <= radius; k++) kernel[k] = kernel[k]! / total;
  along(data, kernel, radius, channels, height, width * channels, width);
  across(data, kernel, radius, width * channels, height);
}

/** Blurs each row: `lines` of them, `stride` apart, of `length` places. */
function along(
  data: Float32Array,
  kernel: Float32Array,
  radius: number,
  channels: 1 | 3,
  lines: number,
  stride: number,
  length: number,
): void {
  const line = new Float32Array((length + 2 * radius) * channels);
  const edge = radius * channels;
  const sum = new Float64Array(stride);
  for (let start = 0; start < lines * stride; start += stride) {
    line.set(data.subarray(start, start + stride), edge);
    for (let i = 0; i < edge; i++) {
      line[i] = data[start + (i % channels)]!;
      line[edge + stride + i] = data[start + stride - channels + (i % channels)]!;
    }
    for (let i = 0; i < stride; i++) sum[i] = kernel[0]! * line[edge + i]!;
    for (let k = 1; k <= radius; k++) {
      const left = edge - k * channels;
      const right = edge + k * channels;
      for (let i = 0; i < stride; i++) sum[i] = sum[i]! + kernel[k]! * (line[left + i]! + line[right + i]!);
    }
    data.set(sum, start);
  }
}

/** Blurs each column of `height` rows of `stride` numbers, row by row: memory is read in its order. */
function across(data: Float32Array, kernel: Float32Array, radius: number, stride: number, height: number): void {
  const source = data.slice();
  const sum = new Float64Array(stride);
  for (let y = 0; y < height; y++) {
    const row = y * stride;
    for (let i = 0; i < stride; i++) sum[i] = kernel[0]! * source[row + i]!;
    for (let k = 1; k <= radius; k++) {
      const weight = kernel[k]!;
      const above = Math.max(0, y - k) * stride;
      const below = Math.min(height - 1, y + k) * stride;
      for (let i = 0; i < stride; i++) sum[i] = sum[i]! + weight * (source[above + i]! + source[below + i]!);
    }
    data.set(sum, row);
  }
}
