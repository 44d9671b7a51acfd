/**
 * The broad world that a backbone is pretrained on: faces and coloured things under sheets, displays, casts, pieces and
 * marks, every attribute drawn on its own. There is no live and no spoof here.
 */
import { expose } from '../camera/expose';
import type { Raster } from '../raster';
import { Random } from '../random';
import type { Colour, FaceLayers, SceneFacts } from '../types';
import { photograph } from './camera';
import type { SceneDraft } from './draft';
import { renderHead } from './head';
import { layMarks } from './marks';
import { renderObjects } from './objects';
import { overPart, piecePart, type PartMap } from './parts';
import { layPatch } from './patch';
import { bendSheet, layBorder, layHighlight } from './sheet';
import { laySurface } from './surface';
import { blurTones, castTones, fadeTones, stepTones } from './tone';

export { SCENE_ATTRIBUTES, codesOf } from './codes';
export { drawScene, type SceneDraft } from './draft';
export { PartMap, SCENE_PARTS } from './parts';

/** A square picture of `size` pixels in linear light, and what is true of it. Depends on the draft alone; `map` is filled. */
export function renderScene(draft: SceneDraft, size: number, map?: PartMap): { picture: Raster; facts: SceneFacts } {
  const { facts, seed } = draft;
  let picture: Raster;
  let layers: FaceLayers | null = null;
  if (draft.face && facts.face) ({ picture, layers } = renderHead(draft.face, facts.face, size));
  else picture = renderObjects(facts, size, seed, map);
  if (layers) map?.parts.set(layers.region);
  const marked = (part: number, colour: Colour | null, least: number, lay: () => void): void => {
    if (map) map.watch(picture, part, colour, least, lay);
    else lay();
  };
  const stream = (stage: string): Random => new Random(seed, stage);

  // What lies in front of the scene's lens, then the lens and the tones, then the sheet and the light that falls on it.
  const { patch, marks, highlight } = facts;
  // A piece's shadow changes the picture too, but by less than the piece.
  if (patch) marked(piecePart(patch.outline), patch.colour, 0.12, () => layPatch(picture, patch, seed, layers));
  if (marks)
    marked(overPart(marks.kind), null, 0.05, () =>
      layMarks(picture, marks, facts.focus === 'blurred' ? 1.35 : 1, seed),
    );
  if (facts.focus === 'blurred') blurTones(picture, size * stream('blur').uniform(0.0105, 0.0145));
  if (facts.tones === 'stepped') stepTones(picture, stream('steps'));
  if (facts.contrast === 'faded') fadeTones(picture, stream('fade'));
  // What is weak or soft by now must still be seen through what follows.
  const weight = (facts.contrast === 'faded' ? 0.7 : 1) * (facts.focus === 'blurred' ? 0.85 : 1);
  laySurface(picture, facts.surface, weight, stream('surface'));
  // Light on everything, or only within the border: a border named pale or by no name must not take the cast's colour.
  const early = facts.border === 'pale' || facts.border === 'coloured' || stream('order').chance(0.5);
  if (early) castTones(picture, facts.cast, weight, stream('cast'));
  marked(overPart('border'), null, 0.02, () => layBorder(picture, facts.border, stream('border')));
  if (facts.sheet === 'bent') bendSheet(picture, stream('bend'));
  if (!early) castTones(picture, facts.cast, weight, stream('cast'));
  if (highlight) marked(overPart('glare'), null, 0.25, () => layHighlight(picture, highlight, stream('highlight')));
  if (facts.camera === 'rough') picture = expose(picture, { ...draft.camera, edge: size }, stream('rough camera'));
  else photograph(picture, seed);
  return { picture, facts };
}
