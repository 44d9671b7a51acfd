/** The facts of a broad scene as category numbers, for heads that read single attributes off the picture. */
import {
  BACKDROPS,
  BEARDS,
  BORDERS,
  CASTS,
  COLOURS,
  EXPRESSIONS,
  EYEWEAR,
  HAIR_COLOURS,
  HAIR_STYLES,
  LIGHT_SIDES,
  SHAPES,
  SKIN_TONES,
  SURFACES,
  type SceneFacts,
} from '../types';
import { SPOTS } from './places';
import { skinShows } from './shows';

/** Each attribute with its values, in the order of the codes. */
export const SCENE_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  kind: ['face', 'objects'],
  skin: SKIN_TONES,
  hair: HAIR_COLOURS,
  hairStyle: HAIR_STYLES,
  beard: BEARDS,
  age: ['young', 'old'],
  expression: EXPRESSIONS,
  eyewear: EYEWEAR,
  facing: ['left', 'right', 'front'],
  shading: ['round', 'flat'],
  light: LIGHT_SIDES,
  texture: ['fine pores', 'smooth'],
  finish: ['matte', 'shiny'],
  count: ['one', 'two'],
  shape: SHAPES,
  colour: COLOURS,
  place: SPOTS,
  shape2: SHAPES,
  colour2: COLOURS,
  // Of two things the first is the left or the upper one.
  place2: ['right', 'bottom'],
  backdrop: BACKDROPS,
  backdropColour: COLOURS,
  surface: SURFACES,
  border: BORDERS,
  cast: CASTS,
  highlight: ['none', 'streak', 'spot'],
  highlightPlace: SPOTS,
  patch: ['none', 'round', 'straight', 'torn'],
  patchColour: COLOURS,
  patchPlace: SPOTS,
  marks: ['none', 'writing', 'lines'],
  marksPlace: SPOTS,
  focus: ['sharp', 'blurred'],
  contrast: ['strong', 'faded'],
  tones: ['smooth', 'stepped'],
  sheet: ['flat', 'bent'],
};
const NAMES = Object.keys(SCENE_ATTRIBUTES);

/** The scene's attributes as words; what a scene has not, or hides, is absent (a bald head's hair). */
export function wordsOf(facts: SceneFacts): Record<string, string> {
  const words: Record<string, string> = {
    kind: facts.face ? 'face' : 'objects',
    backdrop: facts.backdrop,
    backdropColour: facts.backdropColour,
    surface: facts.surface,
    border: facts.border,
    cast: facts.cast,
    highlight: facts.highlight?.kind ?? 'none',
    patch: facts.patch?.outline ?? 'none',
    marks: facts.marks?.kind ?? 'none',
    focus: facts.focus,
    contrast: facts.contrast,
    tones: facts.tones,
    sheet: facts.sheet,
  };
  if (facts.highlight) words['highlightPlace'] = facts.highlight.place;
  if (facts.patch) Object.assign(words, { patchColour: facts.patch.colour, patchPlace: facts.patch.place });
  if (facts.marks) words['marksPlace'] = facts.marks.place;
  if (facts.face) {
    const { skin, hair, hairStyle, beard, old, expression, eyewear, facing, shading, light, texture, finish } =
      facts.face;
    Object.assign(words, { skin, hairStyle, beard, expression, eyewear, facing, shading, finish });
    if (skinShows(facts)) words['texture'] = texture;
    words['age'] = old ? 'old' : 'young';
    if (hairStyle !== 'bald') words['hair'] = hair;
    if (light) words['light'] = light;
  } else {
    words['count'] = facts.objects.length === 1 ? 'one' : 'two';
    facts.objects.forEach(({ shape, colour, place }, i) => {
      const nth = i === 0 ? '' : '2';
      Object.assign(words, { [`shape${nth}`]: shape, [`colour${nth}`]: colour, [`place${nth}`]: place });
    });
  }
  return words;
}

/** The index of every attribute's value in `SCENE_ATTRIBUTES`, in its order; -1 where the scene has no such attribute. */
export function codesOf(facts: SceneFacts): Int8Array {
  const words = wordsOf(facts);
  return Int8Array.from(NAMES, (name) => {
    const word = words[name];
    return word === undefined ? -1 : SCENE_ATTRIBUTES[name]!.indexOf(word);
  });
}
