/**
 * Captions of the face set from a frame's facts: vanilla and six-stage reasoning (paper, "Proposed Datasets").
 *
 * Only cues that can be seen are named. Neither style speaks of mirrors in glasses or of resolution; vanilla leaves out
 * what is behind the face (the paper's exclusions). What an attack is called stands in the verdict alone. Clauses are
 * paired into sentences, so that even an attack with a single cue is told in many ways.
 */
import type { Random } from '../random';
import { ATTACK_CUES, type Cue, type Facts } from '../types';
import { CUE_PHRASES, LIVE_PHRASES } from './bank';
import { REASONING_STAGES } from '../../../protocol';
import { fill, sentence, sentences, whereWords } from './grammar';
import { alone, behind, clean, lamp, little, look, opening, shallow } from './neutral';
import { verdict, type Judged } from './verdicts';

/** A caption may name a cue that is stronger than this. */
export const VISIBLE = 0.35;
/** Longest vanilla caption, words; further clauses are dropped. */
export const VANILLA_WORDS = 33;
/** Longest reasoning caption, words, its headings among them. */
export const REASONING_WORDS = 95;

/** One to three sentences on the face alone, the verdict last. */
export function vanillaCaption(facts: Facts, random: Random, judged: Judged = facts): string {
  const told = cuesIn(facts, random)
    .filter(({ kind }) => kind !== 'catch lights' || facts.eyewear === 'none')
    .slice(0, random.int(2, 3));
  const words = (parts: readonly string[]): number => parts.join(' ').split(' ').length + parts.length - 2;
  for (;;) {
    const clauses = told.map((cue) => phrase(cue, random));
    // Second, so that the word limit takes another clause: how long the verdict is shall not decide what is denied.
    if (facts.label === 'live') clauses.splice(1, clauses.length > 2 ? 1 : 0, clean(facts, random));
    else if (clauses.length === 0) clauses.push(little(random));
    // Never one clause alone: those would be heard again and again. A lamp says nothing where the light was told.
    if (clauses.length < 2)
      clauses.push(told.some(({ kind }) => LIGHT_CUES.has(kind)) ? look(facts, random)[0]! : lamp(facts, random));
    const end = verdict(judged, random);
    while (clauses.length > 2 && words([...clauses, end]) > VANILLA_WORDS) clauses.pop();
    // Two clauses that are too long together are worded anew: every kind has phrases short enough.
    if (words([...clauses, end]) > VANILLA_WORDS) continue;
    return `${sentences(random.shuffled(clauses), random, 0.85)} ${end}`;
  }
}

/** The six stages in order; nothing before the last says which class it is. */
export function reasoningCaption(facts: Facts, random: Random, judged: Judged = facts): string {
  // Mirrors of the lamp in the eyes are left out of this style (the paper's exclusions).
  const left = cuesIn(facts, random).filter(({ kind }) => kind !== 'catch lights');
  /** Takes up to `count` of the cues that no stage has told, of the first group before the next, and words them. */
  const chosen = (count: number, ...groups: ReadonlySet<Cue['kind']>[]): Cue[] => {
    const cues = groups.flatMap((group) => left.filter(({ kind }) => group.has(kind))).slice(0, count);
    for (const cue of cues) left.splice(left.indexOf(cue), 1);
    return cues;
  };
  const take = (count: number, ...groups: ReadonlySet<Cue['kind']>[]): string[] =>
    chosen(count, ...groups).map((cue) => phrase(cue, random));
  const spoof = facts.label === 'spoof';
  const flat = left.some(({ kind }) => kind === 'flat light');
  // What an attack shows is named where a reader looks for it: a frame or a light where the surface shows too little.
  const signs = spoof ? chosen(2, SURFACE_CUES, ATTACKED_SKIN, FRAME_CUES, ATTACKED_LIGHT) : [];
  const found = spoof ? signs.map((cue) => phrase(cue, random)) : [clean(facts, random)];
  const frame = take(1, FRAME_CUES);
  const light = [...take(2, LIGHT_CUES), flat ? shallow(random) : lamp(facts, random)];
  const features = [...take(1, SKIN_CUES, SURFACE_CUES), ...look(facts, random)].slice(0, 2);
  const stages = [
    [opening(facts, random)],
    found.length === 0 ? [little(random)] : signs.length === 1 ? [...found, alone(signs[0]!.place, random)] : found,
    random.shuffled(features),
    light.slice(0, 2),
    [...frame, behind(facts, frame.length > 0, random)],
  ].map((clauses, i) => clauses.slice(0, random.chance(PAIRED[i]!) ? 2 : 1));
  const end = verdict(judged, random);
  const words = (): number =>
    [...REASONING_STAGES, ...stages.map((c) => c.join(' and ')), end].join(' ').split(' ').length;
  while (words() > REASONING_WORDS) stages.findLast(({ length }) => length > 1)!.pop();
  const bodies = [...stages.map((clauses) => sentence(clauses, random)), end];
  return REASONING_STAGES.map((stage, i) => `${stage}: ${bodies[i]!}`).join(' ');
}
/** How often each of the first five stages has two clauses, where it could. */
const PAIRED = [0, 0.92, 0.9, 0.88, 0.7];

const LIGHT_CUES: ReadonlySet<Cue['kind']> = new Set([
  'flat light',
  'sheet glare',
  'glare streak',
  'glare spot',
  'plastic shine',
  'rounded shading',
  'soft shadow',
  'catch lights',
  'refresh band',
] as const);
const SKIN_CUES: ReadonlySet<Cue['kind']> = new Set([
  'pores',
  'fine lines',
  'natural colours',
  'smooth skin',
  'faded colours',
  'blue cast',
  'thick makeup',
] as const);
/** Their phrases do not stand without a place. */
const PLACED_CUES: ReadonlySet<Cue['kind']> = new Set([
  'sheet glare',
  'glare streak',
  'glare spot',
  'soft shadow',
  'paper edge',
  'bezel',
] as const);
const FRAME_CUES: ReadonlySet<Cue['kind']> = new Set(['paper edge', 'bezel'] as const);
const attacked = (kinds: ReadonlySet<Cue['kind']>): ReadonlySet<Cue['kind']> =>
  new Set(ATTACK_CUES.filter((kind) => kinds.has(kind)));
const ATTACKED_SKIN = attacked(SKIN_CUES);
const ATTACKED_LIGHT = attacked(LIGHT_CUES);
const SURFACE_CUES: ReadonlySet<Cue['kind']> = new Set(
  ATTACK_CUES.filter((kind) => !LIGHT_CUES.has(kind) && !SKIN_CUES.has(kind) && !FRAME_CUES.has(kind)),
);

/** Cues that can be seen, the plainer ones likelier first, each kind once. */
function cuesIn(facts: Facts, random: Random): Cue[] {
  const ranked = facts.cues
    .filter(({ strength }) => strength > VISIBLE)
    .map((cue) => ({ cue, rank: cue.strength + random.uniform(0, 0.5) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ cue }) => cue);
  return ranked.filter(({ kind }, i) => ranked.findIndex((other) => other.kind === kind) === i);
}

function phrase({ kind, place }: Cue, random: Random): string {
  const options: readonly string[] =
    kind in CUE_PHRASES
      ? CUE_PHRASES[kind as keyof typeof CUE_PHRASES]
      : LIVE_PHRASES[kind as keyof typeof LIVE_PHRASES];
  // Eyes, mouths and painted cheeks are where they are: a place is said of them only at times.
  const placed = place !== 'all over' && (place !== 'centre' || PLACED_CUES.has(kind) || random.chance(0.5));
  const needed = placed && (PLACED_CUES.has(kind) || random.chance(0.7));
  const on = random.pick(['the face', 'the skin', 'the face', 'this face']);
  const where = placed ? whereWords(place, random) : FRAME_CUES.has(kind) ? random.pick(AROUND) : '';
  const fitting = options.filter((option) =>
    needed ? option.includes('{where}') : where !== '' || !HANGING.test(option),
  );
  return fill(random.pick(fitting.length > 0 ? fitting : options), { on, where });
}
const AROUND = ['around it', 'around the face'];
/** Without a place these end in the air: "a bar of shade lies". */
const HANGING = /\b(?:lies?|sits?|runs?|falls?) \{where\}$/;
