/**
 * Captions of the face set from a frame's facts: vanilla and six-stage reasoning (paper, "Proposed Datasets").
 *
 * Only cues that can be seen are named. Neither style speaks of mirrors in glasses or of resolution; vanilla leaves out
 * what is behind the face (the paper's exclusions). What an attack is called stands in the verdict alone.
 */
import type { Random } from '../random';
import type { Attack, Cue, Facts } from '../types';
import { CUE_PHRASES, LIVE_PHRASES } from './bank';
import { hairWords } from './describe';
import { fill, sentence, sentences, WHERE } from './grammar';

/** Strength from which a caption may name a cue. */
export const VISIBLE = 0.35;

const KIND: Record<Attack, readonly string[]> = {
  print: ['a print', 'a printed photo', 'a photo on paper'],
  replay: ['a replay', 'a replayed video', 'a video on a screen'],
  'funny-eye': ['funny-eye glasses', 'comic glasses'],
  'partial-eye': ['a partial attack on the eyes', 'a paper piece over the eyes'],
  'partial-mouth': ['a partial attack on the mouth', 'a paper piece over the mouth'],
  'paper-glasses': ['paper glasses', 'glasses cut from paper'],
  'makeup-cosmetic': ['makeup', 'cosmetic makeup'],
  'makeup-impersonation': ['makeup', 'makeup of another person'],
  'makeup-obfuscation': ['makeup', 'makeup that hides the face'],
  'mask-half': ['a half mask', 'a mask over half of the face'],
  'mask-silicone': ['a silicone mask', 'a mask of silicone'],
  'mask-transparent': ['a transparent mask', 'a clear mask'],
  'mask-paper': ['a paper mask', 'a mask of paper'],
  mannequin: ['a mannequin', 'a mannequin head'],
};
const LIVE_VERDICTS = [
  'This is a live face.',
  'So this is a live face.',
  'The face is live.',
  'I judge this face to be live.',
  'It is a genuine live face.',
];
const SPOOF_VERDICTS = [
  'This is a spoof, {kind}.',
  'So this is a spoof: {kind}.',
  'The face is a spoof, {kind}.',
  'I judge this face to be a spoof, {kind}.',
  'It is a spoof made with {kind}.',
];
/** What is not there, said of live faces. */
const CLEAN = [
  'no dots or bands lie over the skin',
  'no pattern lies over the face',
  'no grid or grain is seen',
  'nothing lies over the face',
  'the skin is free of any pattern',
  'no cut edge or seam is seen',
  'no border or frame is seen',
  'the face is free of dots and bands',
  'no glare or grid is seen on the skin',
  'no border lies around the face',
  'no grain or dots cover the skin',
  'the skin has no seam and no fold',
];

/** What the verdict is about: the frame's own facts, but for texts that train words alone. */
type Judged = Pick<Facts, 'attack'>;

/** One to three sentences on the face alone, the verdict last. */
export function vanillaCaption(facts: Facts, random: Random, judged: Judged = facts): string {
  const clauses = (facts.label === 'spoof' ? spoofClauses(facts, random, 3) : liveClauses(facts, random, 3)).slice(
    0,
    random.int(2, 3),
  );
  return `${sentences(random.shuffled(clauses), random, 0.6)} ${verdict(judged, random)}`;
}

/** The six stages in order; nothing before the last says which class it is. */
export function reasoningCaption(facts: Facts, random: Random, judged: Judged = facts): string {
  const { label } = facts;
  const spoof = label === 'spoof';
  const said = new Set<string>();
  const tell = (kinds: (cue: Cue) => boolean, fallback: readonly string[], count = 1): string => {
    const chosen = visible(facts, random)
      .filter((cue) => kinds(cue) && !said.has(cue.kind))
      .slice(0, count);
    for (const { kind } of chosen) said.add(kind);
    return sentence(chosen.length > 0 ? chosen.map((cue) => phrase(cue, random)) : [random.pick(fallback)], random);
  };
  const surface = (cue: Cue): boolean => !LIGHT_CUES.has(cue.kind) && !SKIN_CUES.has(cue.kind);
  const person = fill(random.pick(OPENINGS), {
    skin: facts.person.skin,
    hair: hairWords(facts.person),
    age: facts.person.age > 0.6 ? 'old' : 'young',
  });
  const artifact = spoof ? tell(surface, NEUTRAL_ARTIFACT, 2) : sentence([random.pick(CLEAN)], random);
  const feature = tell(
    (cue) => SKIN_CUES.has(cue.kind) || (spoof && surface(cue)),
    MOUTH[facts.expression],
    random.chance(0.4) ? 2 : 1,
  );
  const light = tell((cue) => LIGHT_CUES.has(cue.kind), LAMP[facts.light], random.chance(0.4) ? 2 : 1);
  return [
    `Initial observation: ${person}`,
    `Artifact detection: ${artifact}`,
    `Feature analysis: ${feature}`,
    `Lighting and shadows: ${light}`,
    `Context: ${context(facts, random)}`,
    `Final judgment: ${verdict(judged, random)}`,
  ].join(' ');
}

const OPENINGS = [
  'This is a {age} person with {skin} skin and {hair}.',
  'We see a face with {skin} skin and {hair}.',
  'A {age} face with {skin} skin and {hair} looks at us.',
  'The picture shows a person with {skin} skin and {hair}.',
  'A person with {skin} skin and {hair} is seen.',
];
const NEUTRAL_ARTIFACT = [
  'little is seen on the surface',
  'the surface shows little',
  'no strong pattern is seen',
  'few signs are seen on the face',
  'little lies over the face',
  'the face shows few signs',
];
const MOUTH: Record<Facts['expression'], readonly string[]> = {
  smiling: [
    'the face smiles',
    'the mouth smiles',
    'the lips smile',
    'a smile is seen on the face',
    'the mouth is wide in a smile',
  ],
  'open mouth': [
    'the mouth is open',
    'the face has an open mouth',
    'the lips are open',
    'an open mouth is seen',
    'the mouth stands open',
  ],
  neutral: [
    'the mouth is closed',
    'the lips are closed',
    'a closed mouth is seen',
    'the face has a closed mouth',
    'the lips lie closed',
  ],
};
const LAMP: Record<Facts['light'], readonly string[]> = {
  left: [
    'light comes from the left',
    'the light falls from the left',
    'the lamp shines from the left',
    'the face is lit from the left',
    'light falls on the face from the left',
  ],
  right: [
    'light comes from the right',
    'the light falls from the right',
    'the lamp shines from the right',
    'the face is lit from the right',
    'light falls on the face from the right',
  ],
  above: [
    'light comes from above',
    'the light falls from above',
    'the lamp shines from above',
    'the face is lit from above',
    'light falls on the face from above',
  ],
  front: [
    'light comes from the front',
    'the light falls from the front',
    'the lamp shines from the front',
    'the face is lit from the front',
    'light falls on the face from the front',
  ],
};
const LIGHT_CUES: ReadonlySet<Cue['kind']> = new Set([
  'flat light',
  'sheet glare',
  'screen glare',
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
const FRAME_CUES: ReadonlySet<Cue['kind']> = new Set(['paper edge', 'bezel'] as const);

function context(facts: Facts, random: Random): string {
  const frame = facts.cues.find((cue) => FRAME_CUES.has(cue.kind) && cue.strength > VISIBLE);
  if (frame !== undefined) return sentence([phrase(frame, random)], random);
  const wall = facts.backdrop === 'room' ? `${facts.backdropColour} room` : `${facts.backdropColour} wall`;
  return sentence(
    [
      fill(
        random.pick([
          'a {wall} is behind the face',
          'behind it is a {wall}',
          'the face is before a {wall}',
          'we see a {wall} behind it',
          'the face stands before a {wall}',
          'a {wall} is seen behind it',
        ]),
        { wall },
      ),
    ],
    random,
  );
}

function verdict(facts: Judged, random: Random): string {
  if (facts.attack === null) return random.pick(LIVE_VERDICTS);
  return fill(random.pick(SPOOF_VERDICTS), { kind: random.pick(KIND[facts.attack]) });
}

/** Cues that can be seen, the plainer ones likelier first. */
function visible(facts: Facts, random: Random): Cue[] {
  return facts.cues
    .filter(({ strength }) => strength > VISIBLE)
    .map((cue) => ({ cue, rank: cue.strength + random.uniform(0, 0.5) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ cue }) => cue);
}

function phrase({ kind, place }: Cue, random: Random): string {
  const options: readonly string[] =
    kind in CUE_PHRASES
      ? CUE_PHRASES[kind as keyof typeof CUE_PHRASES]
      : LIVE_PHRASES[kind as keyof typeof LIVE_PHRASES];
  const whole = place === 'all over';
  const fitting = options.filter((option) => option.includes('{where}') !== whole);
  const template = random.pick(fitting.length > 0 ? fitting : options);
  // `all over` goes without saying.
  return fill(template, { on: random.pick(['the face', 'the skin', 'the face']), where: whole ? '' : WHERE[place] });
}

function spoofClauses(facts: Facts, random: Random, count: number): string[] {
  const chosen = visible(facts, random)
    .slice(0, count)
    .map((cue) => phrase(cue, random));
  return chosen.length > 0 ? chosen : [random.pick(NEUTRAL_ARTIFACT)];
}

function liveClauses(facts: Facts, random: Random, count: number): string[] {
  const chosen = visible(facts, random)
    .slice(0, count - 1)
    .map((cue) => phrase(cue, random));
  return [random.pick(CLEAN), ...(chosen.length > 0 ? chosen : [random.pick(MOUTH[facts.expression])])];
}
