/** What a broad scene holds, drawn attribute by attribute: no combination stands for anything. */
import { drawCamera, type CameraParameters } from '../camera/parameters';
import { drawLighting, drawPerson, drawShot } from '../face';
import type { Random } from '../random';
import {
  BACKDROPS,
  COLOURS,
  EXPRESSIONS,
  EYEWEAR,
  LIGHT_SIDES,
  SHAPES,
  type Colour,
  type Person,
  type SceneFacts,
  type Shot,
} from '../types';
import { ANY_CAMERA } from './camera';
import { SPOTS } from './places';

/** A scene before it is rendered. Its facts are already final: rendering draws nothing that they speak of. */
export interface SceneDraft {
  facts: SceneFacts;
  face: { person: Person; shot: Shot } | null;
  /** What films it where the facts say that the camera is rough. */
  camera: CameraParameters;
  /** Seeds all that no fact speaks of, each stage under its own name. */
  seed: number;
}

export function drawScene(random: Random): SceneDraft {
  const seed = random.seed();
  const face = random.chance(0.65) ? drawFace(random) : null;
  const backdrop = face?.shot.backdrop ?? random.pick(BACKDROPS);
  const backdropColour = face?.shot.backdropColour ?? random.pick(COLOURS);
  const other = (...taken: Colour[]): Colour => random.pick(COLOURS.filter((colour) => !taken.includes(colour)));
  const objects = face ? [] : drawObjects(random, () => other(backdropColour));
  // A piece of a thing's size must not lie where the thing is.
  const free = SPOTS.filter((spot) => objects.every(({ place }) => place !== spot));
  const facts: SceneFacts = {
    face: face?.facts ?? null,
    objects,
    backdrop,
    backdropColour,
    surface: random.weighted([
      ['plain', 0.44],
      ['dotted', 0.14],
      ['grainy', 0.14],
      ['gridded', 0.14],
      ['banded', 0.14],
    ]),
    border: random.weighted([
      ['none', 0.46],
      ['pale', 0.18],
      ['dark', 0.18],
      ['coloured', 0.18],
    ]),
    cast: random.weighted([
      ['none', 0.48],
      ['bluish', 0.13],
      ['yellowish', 0.13],
      ['greenish', 0.13],
      ['reddish', 0.13],
    ]),
    highlight: random.chance(0.4)
      ? { kind: random.pick(['streak', 'spot'] as const), place: random.pick(SPOTS) }
      : null,
    patch: random.chance(0.3)
      ? {
          colour: other(backdropColour),
          outline: random.pick(['round', 'straight', 'torn'] as const),
          place: random.pick(free),
        }
      : null,
    marks: random.chance(0.22) ? { kind: random.pick(['writing', 'lines'] as const), place: random.pick(SPOTS) } : null,
    focus: random.chance(0.16) ? 'blurred' : 'sharp',
    contrast: random.chance(0.2) ? 'faded' : 'strong',
    tones: random.chance(0.16) ? 'stepped' : 'smooth',
    sheet: random.chance(0.25) ? 'bent' : 'flat',
    camera: random.chance(0.4) ? 'rough' : 'clear',
  };
  // What cannot be seen is not said: lens blur of the drawn strength takes every pore away.
  if (facts.face && facts.focus === 'blurred') facts.face.texture = 'smooth';
  const camera = drawCamera(random, ANY_CAMERA);
  return { facts, face: face && { person: face.person, shot: face.shot }, camera, seed };
}

function drawFace(random: Random): { person: Person; shot: Shot; facts: NonNullable<SceneFacts['face']> } {
  const old = random.chance(0.4);
  // Nobody of middle age: the facts know two ages, and a picture of this size shows no more.
  const person: Person = { ...drawPerson(random), age: old ? random.uniform(0.75, 1) : random.uniform(0, 0.25) };
  const facing = random.weighted([
    ['front', 0.5],
    ['left', 0.25],
    ['right', 0.25],
  ] as const);
  const yaw =
    facing === 'front' ? random.uniform(-0.09, 0.09) : random.uniform(0.27, 0.5) * (facing === 'left' ? -1 : 1);
  const expression = random.pick(EXPRESSIONS);
  const eyewear = random.pick(EYEWEAR);
  const texture = random.chance(0.55) ? 'fine pores' : 'smooth';
  const shading = random.chance(0.6) ? 'round' : 'flat';
  const side = random.pick(LIGHT_SIDES);
  const finish = random.chance(0.35) ? 'shiny' : 'matte';
  const pores = texture === 'smooth' ? 0 : random.uniform(2, 2.8);
  const shot = drawShot(random, {
    yaw,
    expression,
    eyewear,
    backdrop: random.pick(BACKDROPS),
    backdropColour: random.pick(COLOURS),
    pores,
    light: drawLighting(random, side),
  });
  return {
    person,
    shot,
    facts: {
      skin: person.skin,
      hair: person.hair,
      hairStyle: person.hairStyle,
      beard: person.beard,
      old,
      expression,
      eyewear,
      facing,
      shading,
      light: shading === 'round' ? side : null,
      texture,
      finish,
    },
  };
}

function drawObjects(random: Random, colour: () => Colour): SceneFacts['objects'] {
  const thing = (place: SceneFacts['objects'][number]['place']): SceneFacts['objects'][number] => ({
    shape: random.pick(SHAPES),
    colour: colour(),
    place,
  });
  if (random.chance(0.5)) return [thing(random.pick(SPOTS))];
  // Two lie opposite each other; the first is the left or the upper one.
  return random.chance(0.5) ? [thing('left'), thing('right')] : [thing('top'), thing('bottom')];
}
