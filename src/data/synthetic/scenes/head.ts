/** The face of a broad scene: shaded round or flat, matte or shiny. */
import { layFace, shade } from '../face';
import { clamp } from '../maths';
import type { Raster } from '../raster';
import { REGION, type FaceLayers, type SceneFacts, type Shot } from '../types';
import type { SceneDraft } from './draft';

export function renderHead(
  face: NonNullable<SceneDraft['face']>,
  facts: NonNullable<SceneFacts['face']>,
  size: number,
): { picture: Raster; layers: FaceLayers } {
  const layers = layFace(face.person, face.shot, size);
  const skin = REGION.skin;
  for (let i = 0; i < layers.gloss.length; i++) {
    if (layers.region[i] === skin || layers.region[i] === REGION.ear) layers.gloss[i] = layers.gloss[i]! * 0.25;
  }
  const { light } = face.shot;
  const lamp: Shot['light'] =
    facts.shading === 'flat' ? { ...light, direction: [0, 0, 1], key: 0.06, fill: 0.94 } : light;
  const picture = shade(facts.shading === 'flat' ? flattened(layers) : layers, lamp);
  if (facts.finish === 'shiny') polish(picture, layers, light);
  return { picture, layers };
}

/** Light from everywhere on a form that hardly stands out: what is left of a face in a picture of a picture. */
function flattened(layers: FaceLayers): FaceLayers {
  const normal = layers.normal.slice();
  for (let i = 0; i < normal.length; i += 3) {
    const x = normal[i]! * 0.3;
    const y = normal[i + 1]! * 0.3;
    normal[i] = x;
    normal[i + 1] = y;
    normal[i + 2] = Math.sqrt(1 - x * x - y * y);
  }
  return { ...layers, normal };
}

/** Adds the lamp's mirror image on the skin, as wide and as plain as on plastic (Blinn-Phong, exponents 16 and 64). */
function polish({ data }: Raster, { normal, region }: FaceLayers, { direction: [lx, ly, lz] }: Shot['light']): void {
  // Halfway between the lamp and the camera, which looks along z.
  const norm = 1 / Math.sqrt(lx * lx + ly * ly + (lz + 1) * (lz + 1));
  const [hx, hy, hz] = [lx * norm, ly * norm, (lz + 1) * norm];
  for (let p = 0, i = 0; p < region.length; p++, i += 3) {
    if (region[p] !== REGION.skin && region[p] !== REGION.lips && region[p] !== REGION.ear) continue;
    let s = clamp(normal[i]! * hx + normal[i + 1]! * hy + normal[i + 2]! * hz);
    for (let k = 0; k < 4; k++) s *= s;
    const wide = s;
    s *= s;
    s *= s;
    const add = 0.16 * wide + 0.6 * s;
    data[i] = data[i]! + add;
    data[i + 1] = data[i + 1]! + add;
    data[i + 2] = data[i + 2]! + add;
  }
}
