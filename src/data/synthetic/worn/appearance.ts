/**
 * A quick look at the layers under the frame's light, to measure what shows. It is no picture: the face's own shading
 * has softer skin, shadows and finer highlights.
 */
import type { FaceLayers, Lighting } from '../types';

/** The mirror-like part of a pixel's light, 0..1: Blinn-Phong's lobe as 1 / (1 + n (1 - c) / 2)^2, close to c^n near its peak. */
export function mirrored(layers: FaceLayers, light: Lighting, i: number): number {
  const gloss = layers.gloss[i]!;
  if (gloss <= 0) return 0;
  const [lx, ly, lz] = light.direction;
  const length = Math.sqrt(lx * lx + ly * ly + (lz + 1) * (lz + 1));
  const o = i * 3;
  const { normal } = layers;
  const half = (normal[o]! * lx + normal[o + 1]! * ly + normal[o + 2]! * (lz + 1)) / Math.max(1e-6, length);
  const lobe = 1 + 0.5 * layers.shine[i]! * (1 - Math.max(0, half));
  return (gloss * light.key) / (lobe * lobe);
}

/** Lightness [pixels, 3] as a viewer would take it in: roots of linear light. `lit`, if given, gets the irradiance [pixels]. */
export function appearance(layers: FaceLayers, light: Lighting, lit?: Float32Array): Float32Array {
  const { albedo, normal, glow, region } = layers;
  const [lx, ly, lz] = light.direction;
  const seen = new Float32Array(albedo.length);
  for (let i = 0, o = 0; i < region.length; i++, o += 3) {
    if (region[i] === 0) continue;
    const facing = normal[o]! * lx + normal[o + 1]! * ly + normal[o + 2]! * lz;
    // As the face's own shading has it, but for cast shadows.
    const irradiance =
      light.fill * (0.62 + 0.38 * normal[o + 2]!) + 1.25 * light.key * Math.max(0, (facing + 0.18) / 1.18);
    if (lit) lit[i] = irradiance;
    const mirror = mirrored(layers, light, i);
    for (let c = 0; c < 3; c++) {
      seen[o + c] = Math.sqrt(Math.min(1.2, albedo[o + c]! * irradiance + mirror + glow[o + c]!));
    }
  }
  return seen;
}
