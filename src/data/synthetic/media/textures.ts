/**
 * The elementary patterns of media and surfaces, each in place on a picture in linear light. `strength` is 0 (nothing)
 * to 1 (as strong as ever seen), pitches and widths are pixels, angles radians, places -1..1 across the picture.
 */
import { gaussian } from '../camera/lens';
import { TAU, clamp, cos, mix, sin, smoothstep } from '../maths';
import { lattice } from '../noise';
import { sample, type Raster } from '../raster';
import { Bend } from './bend';
import { Lattice, rollingBand, streakAt } from './gratings';
import { Screen } from './ink';

/** Round dots in a lattice: dark where the picture is dark, bare where it is light. The mean tone stays. */
export function halftone(picture: Raster, strength: number, pitch: number, angle: number): void {
  const { width, height, data } = picture;
  const screen = new Screen(pitch, angle);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const r = data[i]!;
      const g = data[i + 1]!;
      const b = data[i + 2]!;
      const light = clamp(Math.max(r, g, b, 0.02));
      // The dots carry the lightness; the colour between them stays. Ink is never quite black.
      const dotted = 1 - 0.9 * screen.covered(x, y, (1 - light) / 0.9);
      const gain = 1 + strength * (dotted / light - 1);
      data[i] = r * gain;
      data[i + 1] = g * gain;
      data[i + 2] = b * gain;
    }
  }
}

/** Irregular speckle of about `pitch` pixels, light and dark. */
export function grain(picture: Raster, strength: number, pitch: number, seed: number): void {
  const { width, height, data } = picture;
  const field = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) field[i] = lattice(x, y, seed) - 0.5;
  const sigma = Math.max(0.2, pitch * 0.32);
  gaussian(field, width, height, sigma, 1);
  let square = 0;
  for (let i = 0; i < field.length; i++) square += field[i]! * field[i]!;
  const unit = (0.42 * strength) / Math.sqrt(square / field.length + 1e-9);
  for (let i = 0; i < data.length; i++) data[i] = data[i]! * Math.max(0.05, 1 + unit * field[Math.floor(i / 3)]!);
}

/** Places of the picture turned about its middle, pixels. */
function turned(picture: Raster, angle: number, visit: (i: number, x: number, y: number) => void): void {
  const c = cos(angle);
  const s = sin(angle);
  const cx = (picture.width - 1) / 2;
  const cy = (picture.height - 1) / 2;
  for (let y = 0, i = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++, i += 3) {
      visit(i, c * (x - cx) + s * (y - cy), c * (y - cy) - s * (x - cx));
    }
  }
}

/** Dark lines between square display pixels, each with a little of its own colour stripes. */
export function pixelGrid(picture: Raster, strength: number, pitch: number, angle: number): void {
  const grid = new Lattice(pitch, 0.85, 0.25);
  const factor = new Float32Array(3);
  const { data } = picture;
  turned(picture, angle, (i, x, y) => {
    // Four points for the area of a pixel.
    let r = 0;
    let g = 0;
    let b = 0;
    for (let n = 0; n < 4; n++) {
      factor.fill(0.25);
      grid.multiply(x + ((n & 1) - 0.5) * 0.5, y + ((n >> 1) - 0.5) * 0.5, factor);
      r += factor[0]!;
      g += factor[1]!;
      b += factor[2]!;
    }
    data[i] = data[i]! * mix(1, r, strength);
    data[i + 1] = data[i + 1]! * mix(1, g, strength);
    data[i + 2] = data[i + 2]! * mix(1, b, strength);
  });
}

/** Slow bands `pitch` pixels apart, three colours out of step: the beat of two lattices. They bow slightly. */
export function moireBands(picture: Raster, strength: number, pitch: number, angle: number): void {
  const wave = Float32Array.from({ length: 256 }, (_, i) => sin((TAU * i) / 256));
  const scale = 256 / pitch;
  const bow = 0.35 / Math.max(picture.width, picture.height);
  const { data } = picture;
  turned(picture, angle, (i, x, y) => {
    const phase = Math.floor((x + bow * y * y) * scale + 256 * 4096);
    for (let c = 0; c < 3; c++) {
      data[i + c] = data[i + c]! * (1 + 0.45 * strength * wave[(phase + c * 42) & 255]!);
    }
  });
}

/** One soft horizontal band around `row` (-1..1), `height` pixels, darker, or lighter where `strength` is below 0. */
export function refreshBand(picture: Raster, strength: number, height: number, row: number): void {
  const { width, height: rows, data } = picture;
  for (let y = 0, i = 0; y < rows; y++) {
    const light = rollingBand((2 * y + 1) / rows - 1, row, (2 * height) / rows, 0.55 * strength);
    for (let x = 0; x < 3 * width; x++, i++) data[i] = data[i]! * light;
  }
}

/** A slanting pale streak through (x, y), -1..1, `width` pixels wide, `angle` from the vertical. */
export function streak(picture: Raster, strength: number, width: number, angle: number, x: number, y: number): void {
  const { data } = picture;
  const c = cos(angle);
  const s = sin(angle);
  const offset = (c * x * picture.width + s * y * picture.height) / 2;
  turned(picture, angle, (i, across) => {
    const light = 0.7 * strength * streakAt((across - offset) / (width / 2));
    for (let n = 0; n < 3; n++) data[i + n] = data[i + n]! + light;
  });
}

/** A round highlight at (x, y), -1..1, `width` pixels wide. */
export function spot(picture: Raster, strength: number, width: number, x: number, y: number): void {
  const { width: columns, height, data } = picture;
  for (let j = 0, i = 0; j < height; j++) {
    const dy = (j + 0.5 - ((y + 1) * height) / 2) / (width / 2);
    for (let k = 0; k < columns; k++, i += 3) {
      const dx = (k + 0.5 - ((x + 1) * columns) / 2) / (width / 2);
      const d = dx * dx + dy * dy;
      const light = (1.1 * strength) / (1 + d * d);
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! + light;
    }
  }
}

/** The sheet bent to a cylinder along `axis` (0: left and right sides turn away), with the shade of a lamp at the side. */
export function bend(picture: Raster, strength: number, axis: number): void {
  const { width, height, data } = picture;
  const sheet = new Bend(1.05 * strength, axis);
  const before: Raster = { width, height, data: data.slice() };
  const lamp = [cos(axis), sin(axis)] as const;
  for (let j = 0, i = 0; j < height; j++) {
    for (let k = 0; k < width; k++, i += 3) {
      sheet.flat((2 * k + 1) / width - 1, (2 * j + 1) / height - 1);
      sample(before, ((sheet.x + 1) * width) / 2 - 0.5, ((sheet.y + 1) * height) / 2 - 0.5, data, i);
      const shade = mix(1, sheet.shade(lamp[0], lamp[1], 1), smoothstep(0, 0.05, strength));
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! * shade;
    }
  }
}
