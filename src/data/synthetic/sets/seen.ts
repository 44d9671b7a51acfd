/** Who is seen: what covers a face lends it its own colour, hair and closed mouth, and captions speak of what is seen. */
import { HAIR, SKIN } from '../face/person';
import { hex, type Rgb } from '../raster';
import { HAIR_COLOURS, SKIN_TONES, type Facts, type Person } from '../types';
import { paintedTone, type WornParameters } from '../worn';

type Seen = Pick<Facts, 'person' | 'expression'>;

/** The word whose colour is nearest, compared by the roots of light as an eye would. */
function nearest<T extends string>(words: readonly T[], table: Readonly<Record<T, string>>, colour: Rgb): T {
  const distance = (word: T): number =>
    hex(table[word]).reduce((sum, v, c) => {
      const d = Math.sqrt(v) - Math.sqrt(colour[c]!);
      return sum + d * d;
    }, 0);
  return words.reduce((best, word) => (distance(word) < distance(best) ? word : best));
}

/** The person's own words, changed where the worn thing hides what they speak of. `skin` is the person's own. */
export function seenUnder(worn: WornParameters | null, { person, expression }: Seen, skin: Person['skinAlbedo']): Seen {
  if (worn === null) return { person, expression };
  switch (worn.kind) {
    case 'mask-silicone':
      return { person: { ...person, ...toned(worn.colour), beard: 'none', age: 0.3 }, expression: 'neutral' };
    case 'mask-paper':
      return { person: { ...person, ...toned(worn.skin), age: 0.3 }, expression: 'neutral' };
    case 'mannequin': {
      const hair = nearest(HAIR_COLOURS, HAIR, worn.hair);
      const hairStyle = person.hairStyle === 'bald' && worn.cap ? 'short' : person.hairStyle;
      return { person: { ...toned(worn.colour), hair, hairStyle, beard: 'none', age: 0.3 }, expression: 'neutral' };
    }
    case 'makeup-impersonation':
      return { person: { ...person, ...toned(paintedTone(worn, skin)) }, expression };
    case 'mask-half':
      return { person, expression: worn.half === 'lower' ? null : expression };
    case 'partial-mouth':
      // What is printed there may smile or show teeth; captions call it drawn and leave it at that.
      return { person, expression: null };
    case 'funny-eye':
    case 'partial-eye':
    case 'paper-glasses':
    case 'makeup-cosmetic':
    case 'makeup-obfuscation':
    case 'mask-transparent':
      return { person, expression };
  }
}

const toned = (colour: Rgb): Pick<Facts['person'], 'skin'> => ({ skin: nearest(SKIN_TONES, SKIN, colour) });
