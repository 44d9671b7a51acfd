/** One or two coloured things over a backdrop: flat tokens with rounded edges, lit from one side. */
import { colourAlbedo, paintBackdrop } from '../face';
import { TAU, clamp, cos, sin } from '../maths';
import type { Raster } from '../raster';
import { Random } from '../random';
import type { SceneFacts } from '../types';
import { shapeOutline } from './outlines';
import { boxAround, castShadow, fill } from './paint';
import { shapePart, type PartMap } from './parts';
import { position } from './places';

/** The things of a scene, in linear light. `seed` places and lights them; `map` learns where they lie. */
export function renderObjects(facts: SceneFacts, size: number, seed: number, map?: PartMap): Raster {
  const random = new Random(seed, 'objects');
  const picture = paintBackdrop(facts.backdrop, facts.backdropColour, size, random.seed());
  const angle = random.uniform(0, TAU);
  const [lx, ly] = [cos(angle), sin(angle)]; // toward the lamp, in the picture
  const level = random.uniform(0.75, 1.05);
  for (const { shape, colour, place } of facts.objects) {
    const [x, y] = position(place, random, 0.06, 0.03).map((part) => part * size) as [number, number];
    const radius = size * (facts.objects.length === 1 ? random.uniform(0.17, 0.26) : random.uniform(0.14, 0.185));
    const outline = shapeOutline(shape, x, y, radius, random.uniform(-0.25, 0.25));
    const high = radius * random.uniform(0.05, 0.16); // stands off the backdrop
    castShadow(picture, boxAround(picture, x, y, radius * 1.7), outline, -lx * high, -ly * high, high + 1, 0.45);
    const albedo = colourAlbedo(colour);
    const bevel = radius * random.uniform(0.1, 0.25);
    const fall = random.uniform(0.08, 0.22);
    const part = shapePart(shape);
    fill(picture, boxAround(picture, x, y, radius * 1.4), outline, (px, py, inside, out) => {
      map?.set(py * size + px, part, colour);
      const toLamp = ((px - x) * lx + (py - y) * ly) / radius;
      // Near the edge the surface bends away: brighter toward the lamp, darker opposite to it.
      const edge = clamp(1 - inside / bevel);
      const light = level * (1 + fall * toLamp + 0.3 * edge * clamp(toLamp, -1, 1));
      for (let c = 0; c < 3; c++) out[c] = albedo[c]! * light;
    });
  }
  dim(picture, lx, ly, random.uniform(0.25, 0.6));
  return picture;
}

/** The lamp is near: what lies away from it gets less light, by up to `amount`. */
function dim({ width, height, data }: Raster, lx: number, ly: number, amount: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const away = clamp(0.5 - ((x / width - 0.5) * lx + (y / height - 0.5) * ly) * 0.8);
      const light = 1.1 - amount * away;
      const i = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! * light;
    }
  }
}
