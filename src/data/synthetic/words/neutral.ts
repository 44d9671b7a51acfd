/** What a caption says of a face besides its cues: who it is, how it looks, where the lamp stands, what is behind it. */
import type { Random } from '../random';
import type { Expression, Facts, Place } from '../types';
import { hairWords } from './describe';
import { fill } from './grammar';

const OPENINGS = [
  'this is a {age} person with {skin} skin and {hair}',
  'this is a {age} face with {skin} skin and {hair}',
  'we see a face with {skin} skin and {hair}',
  'we see a {age} person with {skin} skin and {hair}',
  'a {age} face with {skin} skin and {hair} looks at us',
  'the picture shows a person with {skin} skin and {hair}',
  'the picture shows a {age} face with {skin} skin and {hair}',
  'a person with {skin} skin and {hair} is seen',
  'there is a {age} face with {hair} and {skin} skin',
  'there is a person with {hair} and {skin} skin',
  'a {age} head with {hair} and {skin} skin is seen',
  'a person with {hair} and {skin} skin looks at us',
];

export function opening({ person }: Facts, random: Random): string {
  return fill(random.pick(OPENINGS), {
    skin: person.skin,
    hair: hairWords(person),
    age: person.age > 0.6 ? 'old' : 'young',
  });
}

/**
 * Named in pairs as what a live face does not show; `lines` and `glare` are left out, as skin has some of both. Where the
 * camera's noise or freckles show, GRAIN and DOTS are left out too.
 */
const SINGLE = ['grid', 'grain', 'seam', 'pattern', 'piece', 'cut edge', 'bar of shade', 'hard line'];
const PLURAL = ['dots', 'wavy bands', 'folds', 'holes', 'cut edges', 'specks of grain', 'painted lines'];
// Begun in many ways: a greedy decoder that is in doubt would otherwise always begin with the "no" of all live faces.
const ABSENT_SINGLE = [
  'no {a} or {b} is seen on the {skin}',
  'no {a} or {b} lies over the {skin}',
  'there is no {a} and no {b} on the {skin}',
  'we see no {a} and no {b} on the {skin}',
  'the {skin} has no {a} and no {b}',
  'the {skin} shows no {a} and no {b}',
];
const ABSENT_PLURAL = [
  'no {a} or {b} are seen on the {skin}',
  'no {a} or {b} lie over the {skin}',
  'there are no {a} and no {b} on the {skin}',
  'we see no {a} and no {b} on the {skin}',
  'the {skin} is free of {a} or {b}',
  'the {skin} shows no {a} and no {b}',
];

const GRAIN = /\bgrain\b/;
const DOTS = /\bdots\b/;

/** That there is nothing to find, said of live faces. Every part of it has its own `no`, or shares one by `or`. */
export function clean({ grainy, freckled }: Facts, random: Random): string {
  const plural = random.chance(0.5);
  const [a, b] = random
    .shuffled(plural ? PLURAL : SINGLE)
    .filter((mark) => !(grainy && GRAIN.test(mark)) && !(freckled && DOTS.test(mark)));
  return fill(random.pick(plural ? ABSENT_PLURAL : ABSENT_SINGLE), {
    a: a!,
    b: b!,
    skin: random.pick(['skin', 'face']),
  });
}

const LITTLE = [
  'little is seen on {on}',
  '{on} shows little',
  'no strong pattern is seen on {on}',
  'few signs are seen on {on}',
  'little lies over {on}',
  '{on} shows few signs',
  'there are few signs on {on}',
  'there is no strong pattern on {on}',
];
/** What is left to say of the surface of an attack that shows nothing plain. */
export const little = (random: Random): string =>
  fill(random.pick(LITTLE), { on: random.pick(['the surface', 'the face', 'the skin']) });

const ALONE = [
  'little is seen around {it}',
  'there is little around {it}',
  'few signs are seen around {it}',
  'there are few signs around {it}',
  'little lies around {it}',
];
const ALONE_THERE = ['the skin around it shows little', 'the face around it shows few signs'];
/** That a single sign stands by itself: on the face where it has a place there, else around the whole face. */
export const alone = (place: Place, random: Random): string =>
  place === 'all over'
    ? fill(random.pick(ALONE), { it: random.pick(['the face', 'the head']) })
    : fill(random.pick([...ALONE, ...ALONE_THERE]), { it: 'it' });

const MOUTH: Record<Expression, readonly string[]> = {
  smiling: [
    'the face smiles',
    'the mouth smiles',
    'the lips smile',
    'a smile is seen on the face',
    'the mouth is wide in a smile',
    'there is a smile on the lips',
  ],
  'open mouth': [
    'the mouth is open',
    'the face has an open mouth',
    'the lips are open',
    'an open mouth is seen',
    'the mouth stands open',
    'there is an open mouth',
  ],
  neutral: [
    'the mouth is closed',
    'the lips are closed',
    'a closed mouth is seen',
    'the face has a closed mouth',
    'the lips lie closed',
    'there is a closed mouth',
  ],
};
const FACING: Record<Facts['facing'], readonly string[]> = {
  left: [
    'the head is turned to the left',
    'the nose points to the left',
    'the face looks to the left',
    'the head looks to the left',
  ],
  right: [
    'the head is turned to the right',
    'the nose points to the right',
    'the face looks to the right',
    'the head looks to the right',
  ],
  front: [
    'the head looks straight ahead',
    'the head is not turned',
    'the face looks straight ahead',
    'the nose points straight ahead',
  ],
};
/** Statements on the look of the face in any order: its mouth, where that is seen, and where it turns. */
export function look({ expression, facing }: Facts, random: Random): string[] {
  const turned = random.pick(FACING[facing]);
  return expression === null ? [turned] : random.shuffled([random.pick(MOUTH[expression]), turned]);
}

const FROM: Record<Facts['light'], string> = {
  left: 'from the left',
  right: 'from the right',
  above: 'from above',
  front: 'from the front',
};
const LAMP = [
  'light {goes} {from}',
  'the light {goes} {from}',
  'the light on {on} {goes} {from}',
  'light falls on {on} {from}',
  '{a} lamp shines {from}',
  '{a} lamp shines {from} on {on}',
  '{a} lamp shines on {on} {from}',
  '{on} is lit {from}',
  '{on} is lit by a lamp {from}',
];
export const lamp = ({ light }: Facts, random: Random): string =>
  fill(random.pick(LAMP), {
    from: FROM[light],
    a: random.pick(['a', 'the']),
    goes: random.pick(['comes', 'falls']),
    on: random.pick(['the face', 'the head', 'the skin']),
  });

const LITTLE_DEPTH = [
  '{on} shows little depth',
  'there is little depth in {on}',
  'little shade is seen on {on}',
  'there is little shade on {on}',
  'little depth is seen in {on}',
  '{on} has little depth',
];
/** What flat light does, in place of a side that it comes from. */
export const shallow = (random: Random): string =>
  fill(random.pick(LITTLE_DEPTH), { on: random.pick(['the face', 'the head', 'the nose']) });

const BEHIND = [
  '{wall} is behind the face',
  'behind it is {wall}',
  'the face is before {wall}',
  'we see {wall} behind it',
  'the face stands before {wall}',
  '{wall} is seen behind it',
  'there is {wall} behind the face',
  'behind the face stands {wall}',
  'there is {wall} behind the head',
  'the head is before {wall}',
];
const WALL: Record<Facts['backdrop'], readonly string[]> = {
  plain: ['a {wall} wall', 'a plain {wall} wall'],
  gradient: ['a {wall} wall', 'a shaded {wall} wall'],
  striped: ['a {wall} wall', 'a striped {wall} wall'],
  spotted: ['a {wall} wall', 'a spotted {wall} wall'],
  tiled: ['a {wall} wall', 'a tiled {wall} wall'],
  room: ['a {wall} room', 'a {wall} room with furniture'],
};
/** `framed`: a frame or border was just told, so "it" would not be the face. */
export function behind({ backdrop, backdropColour }: Facts, framed: boolean, random: Random): string {
  return fill(random.pick(framed ? BEHIND.filter((phrase) => !/\bit\b/.test(phrase)) : BEHIND), {
    wall: fill(random.pick(WALL[backdrop]), { wall: backdropColour }),
  });
}
