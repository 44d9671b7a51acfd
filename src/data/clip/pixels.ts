/** Uncompressed video of AVI and QuickTime: rows of pixels as capture programs wrote them. */
import { paintable, takeRoom, type Paintable } from './pixels_of';
import { writeRgba, type YuvPicture } from './planes';
import type { Track } from './track';

/** Null where the bytes are too few. */
type Opener = (bytes: Uint8Array<ArrayBuffer>) => Promise<Paintable | null>;

/** Codes of RGB as Windows knows it: 0, `DIB ` and `RGB `. */
const RGB = /^(?:\0{4}|DIB |RGB |raw )$/;

/** How to open a packet's pixels; null for an arrangement that is not known here. */
export function openPixels(track: Track): Opener | null {
  const { code, depth, width } = track;
  const height = Math.abs(track.height);
  if (RGB.test(code) && [8, 24, 32].includes(depth)) return rgb(track, height);
  switch (code.toUpperCase()) {
    case 'I420':
    case 'IYUV':
      return planar(width, height, false);
    case 'YV12':
      return planar(width, height, true);
    case 'YUY2':
    case 'YUYV':
    case 'YUNV':
      return packed(width, height, 0);
    case 'UYVY':
    case '2VUY':
    case 'UYNV':
      return packed(width, height, 1);
    case 'Y800':
    case 'Y8  ':
    case 'GREY':
      return grey(width, height);
    default:
      return null;
  }
}

/** True of codes that `openPixels` may know. */
export function isUncompressed(code: string): boolean {
  return RGB.test(code) || /^(?:I420|IYUV|YV12|YUY2|YUYV|YUNV|UYVY|2VUY|UYNV|Y800|Y8 {2}|GREY)$/i.test(code);
}

/** Blue, green, red in that order (QuickTime: red first), rows to whole words, the lowest row first unless the height is negative. */
function rgb(track: Track, height: number): Opener {
  const { width, depth, header } = track;
  const quickTime = track.code === 'raw ';
  const bottomUp = track.height > 0 && !quickTime;
  const bytes = depth / 8;
  const stride = quickTime ? width * bytes : (width * bytes + 3) & ~3;
  return async (packet) => {
    if (packet.length < stride * height) return null;
    const pixels = takeRoom(width, height);
    for (let y = 0, to = 0; y < height; y++) {
      let from = (bottomUp ? height - 1 - y : y) * stride;
      for (let x = 0; x < width; x++, from += bytes, to += 4) {
        const [red, green, blue] = quickTime
          ? [packet[from + bytes - 3], packet[from + bytes - 2], packet[from + bytes - 1]]
          : depth === 8
            ? palette(header, packet[from] ?? 0)
            : [packet[from + 2], packet[from + 1], packet[from]];
        pixels.data[to] = red ?? 0;
        pixels.data[to + 1] = green ?? 0;
        pixels.data[to + 2] = blue ?? 0;
        pixels.data[to + 3] = 255;
      }
    }
    return paintable(pixels);
  };
}

/** A palette lies behind the header, blue first, four bytes a colour; without one the number is a grey. */
function palette(header: Uint8Array | null, index: number): number[] {
  if (header === null || header.length < 4 * index + 3) return [index, index, index];
  return [header[4 * index + 2] ?? 0, header[4 * index + 1] ?? 0, header[4 * index] ?? 0];
}

function planar(width: number, height: number, vFirst: boolean): Opener {
  const full = width * height;
  const half = ((width + 1) >> 1) * ((height + 1) >> 1);
  return async (packet) => {
    if (packet.length < full + 2 * half) return null;
    const data = packet.slice(0, full + 2 * half);
    if (vFirst) {
      data.set(packet.subarray(full + half, full + 2 * half), full);
      data.set(packet.subarray(full, full + half), full + half);
    }
    return planes({ format: 'I420', width, height, data });
  };
}

/** Two pixels in four bytes; brightness at even bytes (`first` 0) or odd ones (1). */
function packed(width: number, height: number, first: 0 | 1): Opener {
  const half = (width + 1) >> 1;
  const stride = half * 4;
  return async (packet) => {
    if (packet.length < stride * height) return null;
    const data = new Uint8Array(width * height + 2 * half * height);
    const [u, v] = [width * height, width * height + half * height];
    for (let y = 0; y < height; y++) {
      const row = y * stride;
      for (let x = 0; x < width; x++) data[y * width + x] = packet[row + 2 * x + first] ?? 0;
      for (let x = 0; x < half; x++) {
        data[u + y * half + x] = packet[row + 4 * x + 1 - first] ?? 0;
        data[v + y * half + x] = packet[row + 4 * x + 3 - first] ?? 0;
      }
    }
    return planes({ format: 'I422', width, height, data });
  };
}

function grey(width: number, height: number): Opener {
  return async (packet) => {
    if (packet.length < width * height) return null;
    const pixels = takeRoom(width, height);
    for (let at = 0; at < width * height; at++) pixels.data.fill(packet[at] ?? 0, 4 * at, 4 * at + 3);
    for (let at = 0; at < width * height; at++) pixels.data[4 * at + 3] = 255;
    return paintable(pixels);
  };
}

function planes(yuv: YuvPicture): Paintable {
  const pixels = takeRoom(yuv.width, yuv.height);
  writeRgba(yuv, pixels.data);
  return paintable(pixels);
}
