/** Light falls on the layers: a lamp with a soft terminator and cast shadows, the room's fill with its occlusion. */
import { clamp, exp, log } from '../maths';
import { raster, type Raster } from '../raster';
import { REGION, type FaceLayers, type Lighting } from '../types';

/** Steps of the search for what stands between a pixel and the lamp, and their reach in face units. */
const STEPS = 6;
const REACH = 0.62;

/**
 * Linear light [height, width, 3] that the layers send to the camera: `albedo * (key * lambert * shadow + fill *
 * occlusion) + highlight + glow`. A lamp of `key` 0 leaves a face without form.
 */
export function shade(layers: FaceLayers, light: Lighting): Raster {
  const { width, height, albedo, normal, gloss, shine, region, glow } = layers;
  const picture = raster(width, height);
  const { data } = picture;
  const [lx, ly, lz] = light.direction;
  // Half vector between the lamp and a camera straight ahead.
  const hl = Math.sqrt(lx * lx + ly * ly + (lz + 1) * (lz + 1));
  const [hx, hy, hz] = [lx / hl, ly / hl, (lz + 1) / hl];
  const wrap = 0.18;
  for (let at = 0, p = 0; at < data.length; at += 3, p++) {
    const nx = normal[at]!;
    const ny = normal[at + 1]!;
    const nz = normal[at + 2]!;
    const wall = region[p] === REGION.backdrop;
    const facing = nx * lx + ny * ly + nz * lz;
    // Skin scatters: light creeps a little past the terminator.
    const lambert = wall ? 0.75 : clamp((facing + wrap) / (1 + wrap)) * (facing > -wrap ? 1 : 0);
    const open = wall ? 1 : shadowAt(layers, p, lx, ly, lz);
    const key = light.key * 1.25 * lambert * open;
    const fill = light.fill * (wall ? 1 : 0.62 + 0.38 * nz);
    let highlight = 0;
    if (gloss[p]! > 0 && facing > 0) {
      const cosine = clamp(nx * hx + ny * hy + nz * hz);
      highlight = cosine > 0.5 ? gloss[p]! * light.key * open * exp(shine[p]! * log(cosine)) : 0;
    }
    for (let c = 0; c < 3; c++) {
      const lit = key * light.keyColour[c]! + fill * light.fillColour[c]!;
      data[at + c] = albedo[at + c]! * lit + highlight * light.keyColour[c]! + glow[at + c]!;
    }
  }
  return picture;
}

/** 1 in the open .. 0.25 in deep shadow: marches over the depth map toward the lamp. */
function shadowAt({ width, height, depth, unit }: FaceLayers, p: number, lx: number, ly: number, lz: number): number {
  const flat = Math.sqrt(lx * lx + ly * ly);
  if (flat < 0.15) return 1;
  const x = p % width;
  const y = (p - x) / width;
  const here = depth[p]!;
  let blocked = 0;
  for (let i = 1; i <= STEPS; i++) {
    const away = (REACH * i) / STEPS;
    const sx = Math.round(x + (lx / flat) * away * unit);
    const sy = Math.round(y + (ly / flat) * away * unit);
    if (sx < 0 || sy < 0 || sx >= width || sy >= height) break;
    const over = depth[sy * width + sx]! - here - (away * lz) / flat - 0.03;
    if (over > blocked) blocked = over;
  }
  return 1 - 0.75 * clamp(blocked / 0.12);
}
