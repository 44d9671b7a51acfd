/** A piece of paper or cloth that lies over the scene: cut or torn, standing off a little, with its shadow. */
import { colourAlbedo } from '../face';
import { noise } from '../noise';
import type { Raster } from '../raster';
import { Random } from '../random';
import type { FaceLayers, SceneFacts } from '../types';
import { pieceCorners, polygon } from './outlines';
import { boxAround, castShadow, fill } from './paint';
import { position } from './places';

/**
 * Lays the piece that the facts name. On a face it keeps clear of the mouth and of the pair of eyes, because the facts
 * name the expression and the glasses: it covers a cheek, an eye, the forehead, the nose or the chin.
 */
export function layPatch(
  picture: Raster,
  patch: NonNullable<SceneFacts['patch']>,
  seed: number,
  face: FaceLayers | null,
): void {
  const random = new Random(seed, 'patch');
  const size = picture.width;
  let [x, y] = position(patch.place, random, 0.09, 0.04).map((part) => part * size) as [number, number];
  let radius = size * random.uniform(0.105, 0.165);
  if (face) {
    const { mouth, leftEye, rightEye } = face.landmarks;
    const eyes = [(leftEye[0] + rightEye[0]) / 2, (leftEye[1] + rightEye[1]) / 2] as const;
    const between = Math.abs(mouth[1] - eyes[1]);
    if (patch.place === 'centre') {
      y = eyes[1] + between * 0.5;
      x = (eyes[0] + mouth[0]) / 2 + random.uniform(-0.03, 0.03) * size;
      radius = Math.min(radius, Math.max(between * 0.42, size * 0.08));
    } else {
      radius = Math.min(radius, size * 0.14);
      const keep = radius + between * 0.2;
      for (const [px, py] of [mouth, eyes]) {
        const dx = x - px;
        const dy = y - py;
        const distance = Math.sqrt(dx * dx + dy * dy) + 1e-6;
        if (distance >= keep) continue;
        // Away along the direction that its place lies in, so that the place keeps its name.
        if (patch.place === 'left') x -= keep - distance;
        else if (patch.place === 'right') x += keep - distance;
        else if (patch.place === 'top') y -= keep - distance;
        else y += keep - distance;
      }
    }
  }
  const corners = pieceCorners(patch.outline, random).map((part, i) => (i % 2 === 0 ? x : y) + part * radius);
  const outline = polygon(corners);
  const dx = random.uniform(-0.02, 0.02) * size;
  const dy = random.uniform(0.008, 0.022) * size;
  castShadow(picture, boxAround(picture, x, y, radius * 1.8), outline, dx, dy, size * 0.018, random.uniform(0.4, 0.65));
  const albedo = colourAlbedo(patch.colour);
  const weave = random.seed();
  const across = random.uniform(-0.15, 0.15) / radius;
  const level = random.uniform(0.8, 1.05);
  // Where paper tears, its white core shows.
  const core = patch.outline === 'torn' ? size * 0.011 : 0;
  fill(picture, boxAround(picture, x, y, radius * 1.7), outline, (px, py, inside, out) => {
    const light = level * (1 + across * (px - x) + 0.05 * noise(px * 0.7, py * 0.7, weave));
    const bare = inside < core ? 0.55 : 0;
    for (let c = 0; c < 3; c++) out[c] = (albedo[c]! + (0.85 - albedo[c]!) * bare) * light;
  });
}
