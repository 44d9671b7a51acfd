/** Draws people: every word of the types is about as likely as the next, and clearly apart from it. */
import type { Random } from '../random';
import { hex, type Rgb } from '../raster';
import { BEARDS, HAIR_COLOURS, HAIR_STYLES, SKIN_TONES, type HairColour, type Person, type SkinTone } from '../types';

/** Albedo of the cheek by tone: five steps of nearly the same ratio, so that light cannot turn one into the next. */
export const SKIN: Readonly<Record<SkinTone, string>> = {
  pale: '#f6ddd0',
  light: '#e6b899',
  tan: '#c58d63',
  brown: '#8f5b3a',
  dark: '#573522',
};
export const HAIR: Readonly<Record<HairColour, string>> = {
  black: '#17130f',
  brown: '#54341c',
  blond: '#d0a85c',
  red: '#a5431a',
  grey: '#a9a9ab',
};
const EYES = ['#5b3a20', '#3d2a1a', '#5f7f9c', '#5d7a4a', '#777f86'] as const;

export function drawPerson(random: Random): Person {
  const skin = random.pick(SKIN_TONES);
  const age = random.unit();
  const hair = age > 0.75 && random.chance(0.5) ? 'grey' : random.pick(HAIR_COLOURS);
  const hairStyle = random.pick(HAIR_STYLES);
  const beard = random.weighted(BEARDS.map((word) => [word, word === 'none' ? 2 : 1] as const));
  const skinAlbedo = jitter(hex(SKIN[skin]), random, 0.05);
  return {
    skin,
    skinAlbedo,
    hair,
    hairAlbedo: jitter(hex(HAIR[hair]), random, 0.1),
    hairStyle,
    beard,
    age,
    eyeAlbedo: hex(random.pick(EYES)),
    lipAlbedo: lipsOf(skinAlbedo, random.uniform(0.75, 1.1)),
    faceWidth: random.uniform(-1, 1),
    jawWidth: random.uniform(-1, 1),
    faceLength: random.uniform(-1, 1),
    noseLength: random.uniform(-1, 1),
    noseWidth: random.uniform(-1, 1),
    eyeSize: random.uniform(-1, 1),
    eyeDistance: random.uniform(-1, 1),
    browThickness: random.uniform(-1, 1),
    lipFullness: random.uniform(-1, 1),
    mouthWidth: random.uniform(-1, 1),
    freckles: random.chance(0.25) && (skin === 'pale' || skin === 'light') ? random.uniform(0.4, 1) : 0,
    seed: random.seed(),
  };
}

function jitter([r, g, b]: Rgb, random: Random, amount: number): Rgb {
  const all = 1 + random.uniform(-amount, amount);
  return [r * all * (1 + random.uniform(-0.02, 0.02)), g * all, b * all * (1 + random.uniform(-0.02, 0.02))];
}

/** Blood shows through the thin skin of lips: less green and blue come back. */
function lipsOf([r, g, b]: Rgb, strength: number): Rgb {
  return [r * (1.02 - 0.12 * strength), g * (1 - 0.42 * strength), b * (1 - 0.34 * strength)];
}
