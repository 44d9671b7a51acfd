/** Who is seen: what covers a face lends it its own colour, hair and closed mouth, and captions speak of what is seen. */
import { hex, type Rgb } from '../raster';
import { HAIR_COLOURS, SKIN_TONES, type Facts, type HairColour, type SkinTone } from '../types';
import type { WornParameters } from '../worn';

type Seen = Pick<Facts, 'person' | 'expression'>;

/** Words by the nearest of these, compared by the roots of light as an eye would. */
const SKIN: Record<SkinTone, Rgb> = {
  pale: hex('#f6ddd0'),
  light: hex('#e6b899'),
  tan: hex('#c58d63'),
  brown: hex('#8f5b3a'),
  dark: hex('#573522'),
};
const HAIR: Record<HairColour, Rgb> = {
  black: hex('#17130f'),
  brown: hex('#54341c'),
  blond: hex('#d0a85c'),
  red: hex('#a5431a'),
  grey: hex('#a9a9ab'),
};

function nearest<T extends string>(words: readonly T[], table: Readonly<Record<T, Rgb>>, colour: Rgb): T {
  const distance = (word: T): number =>
    table[word].reduce((sum, v, c) => {
      const d = Math.sqrt(v) - Math.sqrt(colour[c]!);
      return sum + d * d;
    }, 0);
  return words.reduce((best, word) => (distance(word) < distance(best) ? word : best));
}

/** The person's own words, changed where the worn thing hides what they speak of. */
export function seenUnder(worn: WornParameters | null, { person, expression }: Seen): Seen {
  if (worn?.kind === 'mask-silicone') {
    const skin = nearest(SKIN_TONES, SKIN, worn.colour);
    return { person: { ...person, skin, beard: 'none', age: 0.3 }, expression: 'neutral' };
  }
  if (worn?.kind === 'mask-paper') {
    return { person: { ...person, skin: nearest(SKIN_TONES, SKIN, worn.skin), age: 0.3 }, expression: 'neutral' };
  }
  if (worn?.kind === 'mannequin') {
    const skin = nearest(SKIN_TONES, SKIN, worn.colour);
    const hair = nearest(HAIR_COLOURS, HAIR, worn.hair);
    const hairStyle = person.hairStyle === 'bald' && worn.cap ? 'short' : person.hairStyle;
    return { person: { skin, hair, hairStyle, beard: 'none', age: 0.3 }, expression: 'neutral' };
  }
  const mouthHidden = worn?.kind === 'partial-mouth' || worn?.kind === 'mask-half';
  return { person, expression: mouthHidden ? 'neutral' : expression };
}
