/**
 * Reads back what a description claims of a scene, clause by clause, also where a model wrote it with faults. The signs
 * are words that the phrases of the bank have and no other phrase has.
 */
import {
  BACKDROPS,
  BEARDS,
  CASTS,
  COLOURS,
  HAIR_COLOURS,
  SHAPES,
  SKIN_TONES,
  type Place,
  type SceneFacts,
} from '../types';

export interface Claim {
  attribute: string;
  value: string;
}

const one = (words: readonly string[]): string => `(${words.join('|')})`;
const PLACE: [RegExp, Place][] = [
  [/\bon the left\b/, 'left'],
  [/\bon the right\b/, 'right'],
  [/\bat the top\b/, 'top'],
  [/\bat the bottom\b/, 'bottom'],
  [/\bin the middle\b/, 'centre'],
];
const placeIn = (clause: string): Place | null => PLACE.find(([sign]) => sign.test(clause))?.[1] ?? null;

/** A sign whose value is fixed. */
const FIXED: [RegExp, string, string][] = [
  [/\bno pattern\b|free of any pattern|\bnothing is spread\b/, 'surface', 'plain'],
  [/\bdots\b/, 'surface', 'dotted'],
  [/\bgrain\b/, 'surface', 'grainy'],
  [/\bgrid\b|\bcells\b/, 'surface', 'gridded'],
  [/\bwavy\b/, 'surface', 'banded'],
  [/\bpale border\b/, 'border', 'pale'],
  [/\bdark frame\b/, 'border', 'dark'],
  [/\bcoloured border\b/, 'border', 'coloured'],
  [/\bno border\b/, 'border', 'none'],
  [/\bblurred\b/, 'focus', 'blurred'],
  [/\bcrisp\b/, 'focus', 'sharp'],
  [/\bfaded\b/, 'contrast', 'faded'],
  [/\bcolours (?:are|look full and) strong\b/, 'contrast', 'strong'],
  [/\bsteps\b/, 'tones', 'stepped'],
  [/\b(?:bent|bends?)\b/, 'sheet', 'bent'],
  [/\bno glasses\b/, 'eyewear', 'none'],
  [/\bround glasses\b/, 'eyewear', 'round glasses'],
  [/\bsquare glasses\b/, 'eyewear', 'square glasses'],
  [/\bsunglasses\b/, 'eyewear', 'sunglasses'],
  [/\bsmiles\b/, 'expression', 'smiling'],
  [/\bmouth is open\b|\bopen mouth\b/, 'expression', 'open mouth'],
  [/\b(?:mouth is|lips are) closed\b/, 'expression', 'neutral'],
  [/\bstraight ahead\b|\bnot turned\b/, 'facing', 'front'],
  [/\b(?:turned|points) to the left\b/, 'facing', 'left'],
  [/\b(?:turned|points) to the right\b/, 'facing', 'right'],
  [/\bfine lines\b/, 'old', 'true'],
  [/\bold (?:person|face)\b/, 'old', 'true'],
  [/\byoung (?:person|face)\b/, 'old', 'false'],
  [/\bsmooth\b/, 'texture', 'smooth'],
  [/\bpores\b/, 'texture', 'fine pores'],
  [/\bplastic\b/, 'finish', 'shiny'],
  [/\bmatte\b|\bdoes not shine\b/, 'finish', 'matte'],
  [/\bflat\b/, 'shading', 'flat'],
  [/\blooks? round\b|\bgives? the (?:face|head) depth\b|\bstands? out in depth\b/, 'shading', 'round'],
  [/\b(?:comes|falls|shines) from the left\b/, 'light', 'left'],
  [/\b(?:comes|falls|shines) from the right\b/, 'light', 'right'],
  [/\b(?:comes|falls|shines) from above\b/, 'light', 'above'],
  [/\b(?:comes|falls|shines) from the front\b/, 'light', 'front'],
  [/\bno glare\b|\bfree of glare\b/, 'highlight', 'none'],
  [/\bstreak of glare\b/, 'highlight', 'streak'],
  [/\bspot of glare\b/, 'highlight', 'spot'],
  [/\bwriting\b/, 'marks', 'writing'],
  [/\bpainted lines\b/, 'marks', 'lines'],
];
/** A sign whose first group is the value. */
const NAMED: [RegExp, string][] = [
  [new RegExp(`\\b${one(SKIN_TONES)} skin\\b`), 'skin'],
  [new RegExp(`\\b(?:short|curly|long) ${one(HAIR_COLOURS)} hair\\b`), 'hair'],
  [new RegExp(`\\b${one(HAIR_COLOURS)} hair in\\b`), 'hair'],
  [/\b(short|curly|long) \w+ hair\b/, 'hairStyle'],
  [new RegExp(`\\b${one(BEARDS.slice(1))}\\b`), 'beard'],
  [new RegExp(`\\b${one(CASTS.slice(1))} (?:cast|tint)\\b`), 'cast'],
  [new RegExp(`\\b${one(COLOURS)} (?:wall|room)\\b`), 'backdropColour'],
  [new RegExp(`\\b${one(BACKDROPS)} \\w+ wall\\b`), 'backdrop'],
  [new RegExp(`\\b${one(COLOURS)} piece\\b`), 'patchColour'],
];
const OBJECT = new RegExp(
  `\\b${one(COLOURS)} ${one(SHAPES)}\\b( on the left| on the right| at the top| at the bottom| in the middle)?`,
  'g',
);

/** "no dots", "free of fine lines": said of nothing, so nothing is claimed. Absences that are claims are in FIXED. */
const DENIED =
  /\b(?:no|without|free of|not) (?:(?!and\b)\w+ ){0,2}?(?:dots|grain|grid|cells|bands|(?:pale|dark|coloured) border|frame|streak|spot|piece|writing|lines|pores|blurred|faded|smooth|bent|flat)\b/g;

export function claimsOf(text: string): Claim[] {
  const found = new Map<string, Claim>();
  const claim = (attribute: string, value: string): void =>
    void found.set(`${attribute} ${value}`, { attribute, value });
  for (const said of text.toLowerCase().split(/[.;:,]|\bwhile\b/)) {
    const clause = said.replace(DENIED, '');
    for (const [sign, attribute, value] of FIXED) if (sign.test(clause)) claim(attribute, value);
    for (const [sign, attribute] of NAMED) {
      const value = sign.exec(clause)?.[1];
      if (value !== undefined) claim(attribute, value);
    }
    if (/\bno hair\b/.test(clause)) claim('hairStyle', 'bald');
    if (/\bin a bun\b/.test(clause)) claim('hairStyle', 'bun');
    if (/\bshaded \w+ wall\b/.test(clause)) claim('backdrop', 'gradient');
    if (/\bfurniture\b/.test(clause)) claim('backdrop', 'room');
    if (/\bround \w+ piece\b/.test(clause)) claim('patch', 'round');
    if (/\bpiece with cut edges\b/.test(clause)) claim('patch', 'straight');
    if (/\bpiece with torn edges\b/.test(clause)) claim('patch', 'torn');
    for (const part of clause.split(/\band\b/)) {
      const place = placeIn(part);
      if (place === null) continue;
      if (/\bpiece\b/.test(part)) claim('patchPlace', place);
      else if (/\bglare\b/.test(part)) claim('highlightPlace', place);
      else if (/\bwriting\b|\bpainted lines\b/.test(part)) claim('marksPlace', place);
    }
    for (const [, colour, shape, where] of clause.matchAll(OBJECT)) {
      claim('object', `${colour} ${shape}`);
      const place = placeIn(where ?? '');
      if (place !== null) claim('objectPlace', `${colour} ${shape} ${place}`);
    }
  }
  return [...found.values()];
}

/** Whether the scene is as the claim says; a claim about a face is false of a scene without one. */
export function isTrue({ attribute, value }: Claim, scene: SceneFacts): boolean {
  const { face, patch, highlight, marks, objects } = scene;
  switch (attribute) {
    case 'patch':
      return patch?.outline === value;
    case 'patchColour':
      return patch?.colour === value;
    case 'patchPlace':
      return patch?.place === value;
    case 'highlight':
      return (highlight?.kind ?? 'none') === value;
    case 'highlightPlace':
      return highlight?.place === value;
    case 'marks':
      return marks?.kind === value;
    case 'marksPlace':
      return marks?.place === value;
    case 'object':
      return objects.some(({ colour, shape }) => `${colour} ${shape}` === value);
    case 'objectPlace':
      return objects.some(({ colour, shape, place }) => `${colour} ${shape} ${place}` === value);
    case 'old':
      return face !== null && String(face.old) === value;
    case 'backdrop':
    case 'backdropColour':
    case 'surface':
    case 'border':
    case 'cast':
    case 'focus':
    case 'contrast':
    case 'tones':
    case 'sheet':
      return scene[attribute] === value;
    case 'hair':
      return face !== null && face.hairStyle !== 'bald' && face.hair === value;
    case 'skin':
    case 'hairStyle':
    case 'beard':
    case 'expression':
    case 'eyewear':
    case 'facing':
    case 'shading':
    case 'light':
    case 'texture':
    case 'finish':
      return face !== null && face[attribute] === value;
    default:
      throw new RangeError(`There is no attribute ${attribute}`);
  }
}
