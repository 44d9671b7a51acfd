/** What a broad scene shows, in plain sentences: the captions that a backbone is pretrained on. No verdict of any kind. */
import type { Random } from '../random';
import { skinShows } from '../scenes/shows';
import type { SceneFacts } from '../types';
import {
  BANDS,
  BENT,
  BLUISH,
  DOTS,
  FADED,
  FLAT,
  GRAIN,
  GRID,
  LINES,
  PLASTIC,
  PORES,
  ROUND,
  SMOOTH,
  SPOT,
  STREAK,
  DARK_BORDER,
  PALE_BORDER,
} from './bank';
import { fill, sentences, WHERE } from './grammar';

/** A clause about one thing, and which part of the picture it belongs to. */
interface Clause {
  text: string;
  group: Group;
  /** Says that something is not there. */
  absence: boolean;
}
export const GROUPS = ['subject', 'surface', 'light', 'colour', 'surroundings'] as const;
type Group = (typeof GROUPS)[number];

const QUESTIONS = [
  'Describe the picture.',
  'What does the picture show?',
  'Describe what you see.',
  'Look at the picture and describe it.',
];
const ABOUT: Record<Group, readonly string[]> = {
  subject: ['Who or what is in the picture?', 'Describe the subject.'],
  surface: ['What is on the surface?', 'Describe the surface.'],
  light: ['How does the light fall?', 'Describe light and depth.'],
  colour: ['Describe the colours and edges.', 'How sharp and how strong is the picture?'],
  surroundings: ['What is around it?', 'Describe the surroundings.'],
};
const HEADINGS: Record<Group, readonly string[]> = {
  subject: ['Subject', 'Overview'],
  surface: ['Surface', 'Texture'],
  light: ['Light', 'Light and depth'],
  colour: ['Colours', 'Tone'],
  surroundings: ['Surroundings', 'Place'],
};

export function describeScene(scene: SceneFacts, random: Random): { question: string; text: string } {
  const all = clausesOf(scene, random);
  const style = random.weighted([
    ['plain', 5],
    ['headed', 3],
    ['asked', 2],
  ] as const);
  if (style === 'asked') {
    const group = random.pick(GROUPS);
    const about = all.filter((clause) => clause.group === group);
    const answer = about.length > 0 ? about : all.filter(({ group: g }) => g === 'subject');
    return {
      question: random.pick(ABOUT[about.length > 0 ? group : 'subject']),
      text: sentences(limited(answer, 5, random), random),
    };
  }
  const chosen = new Set(limited(all, random.int(4, 8), random));
  const subject = all.find(({ group }) => group === 'subject')!.text;
  chosen.add(subject);
  const told = GROUPS.map((group) => ({
    group,
    clauses: all.filter((c) => c.group === group && chosen.has(c.text)).map(({ text }) => text),
  })).filter(({ clauses }) => clauses.length > 0);
  const text =
    style === 'plain'
      ? sentences([...told[0]!.clauses, ...random.shuffled(told.slice(1).flatMap(({ clauses }) => clauses))], random)
      : told
          .map(({ group, clauses }) => `${random.pick(HEADINGS[group])}: ${sentences(clauses, random, 0.9)}`)
          .join(' ');
  return { question: random.pick(QUESTIONS), text };
}

/** At most `count` clauses and at most one absence, drawn without order. */
function limited(clauses: readonly Clause[], count: number, random: Random): string[] {
  let absences = 0;
  return random
    .shuffled(clauses)
    .filter(({ absence }) => !absence || ++absences <= 1)
    .slice(0, count)
    .map(({ text }) => text);
}

/** Marks a clause that says what is not there. */
const ABSENT = /\b(?:no|not|nothing|free)\b/;

function clausesOf(scene: SceneFacts, random: Random): Clause[] {
  const out: Clause[] = [];
  const on =
    scene.face === null
      ? random.pick(['the picture', 'the picture', 'the surface'])
      : random.pick(['the face', 'the skin', 'the picture']);
  const add = (group: Group, options: readonly string[], slots: Record<string, string> = {}): void => {
    // "Seen on a picture" would be read as a verdict (evaluate/lexicon.ts).
    const text = fill(random.pick(options), { on, where: '', ...slots }).replace(
      'seen on the picture',
      'seen in the picture',
    );
    out.push({ group, text, absence: ABSENT.test(text) });
  };
  if (scene.face === null) things(scene, add);
  else head(scene.face, skinShows(scene), add);

  const surface = { plain: null, dotted: DOTS, grainy: GRAIN, gridded: GRID, banded: BANDS }[scene.surface];
  if (surface === null)
    add('surface', ['no pattern lies over {on}', '{on} is free of any pattern', 'nothing is spread over {on}']);
  else add('surface', surface);
  if (scene.marks !== null) {
    const lines =
      scene.marks.kind === 'lines'
        ? LINES.filter((phrase) => phrase.includes('{where}'))
        : ['rows of writing stand {where}', 'there is writing {where}', 'small writing is seen {where}'];
    add('surface', lines, { where: WHERE[scene.marks.place] });
  }
  if (scene.patch !== null) {
    const { outline, colour, place } = scene.patch;
    const slots = { colour, where: WHERE[place] };
    if (outline === 'round')
      add('surface', ['a round {colour} piece lies {where}', 'there is a round {colour} piece {where}'], slots);
    else if (outline === 'straight')
      add(
        'surface',
        ['a {colour} piece with cut edges lies {where}', 'there is a {colour} piece with cut edges {where}'],
        slots,
      );
    else
      add(
        'surface',
        ['a {colour} piece with torn edges lies {where}', 'there is a {colour} piece with torn edges {where}'],
        slots,
      );
  }
  if (scene.sheet === 'bent') add('surface', BENT);
  if (scene.highlight === null) add('light', ['no glare is seen', '{on} is free of glare']);
  else
    add(
      'light',
      (scene.highlight.kind === 'streak' ? STREAK : SPOT).filter((phrase) => phrase.includes('{where}')),
      { where: WHERE[scene.highlight.place] },
    );

  if (scene.cast === 'bluish') add('colour', BLUISH);
  else if (scene.cast !== 'none')
    add('colour', ['the colours have a {cast} cast', 'a {cast} cast lies over {on}', '{on} has a {cast} tint'], {
      cast: scene.cast,
    });
  if (scene.focus === 'blurred')
    add('colour', ['the details are blurred', 'edges are soft and blurred', '{on} is blurred']);
  else add('colour', ['edges are crisp', 'the details are crisp', '{on} is crisp']);
  if (scene.contrast === 'faded') add('colour', FADED);
  else add('colour', ['the colours are strong', 'the colours look full and strong']);
  if (scene.tones === 'stepped') add('colour', ['the tones fall into steps', 'shades break into coarse steps']);

  const { border, backdrop, backdropColour: wall } = scene;
  if (border === 'none') add('surroundings', ['no border is seen', 'there is no border around it']);
  else if (border === 'coloured')
    add('surroundings', ['a coloured border runs around it', 'it sits inside a coloured border']);
  else add('surroundings', border === 'pale' ? PALE_BORDER : DARK_BORDER, { where: 'around it' });
  const walls = {
    plain: ['a plain {wall} wall is behind it', 'behind it is a plain {wall} wall'],
    gradient: ['a shaded {wall} wall is behind it', 'behind it is a shaded {wall} wall'],
    striped: ['a striped {wall} wall is behind it', 'behind it is a striped {wall} wall'],
    spotted: ['a spotted {wall} wall is behind it', 'behind it is a spotted {wall} wall'],
    tiled: ['a tiled {wall} wall is behind it', 'behind it is a tiled {wall} wall'],
    room: ['a {wall} room with furniture is behind it', 'behind it is a {wall} room with furniture'],
  }[backdrop];
  add('surroundings', walls, { wall });
  return out;
}

type Add = (group: Group, options: readonly string[], slots?: Record<string, string>) => void;

function things({ objects }: SceneFacts, add: Add): void {
  const [first, second] = objects.map(({ shape, colour, place }) => `a ${colour} ${shape} ${WHERE[place]}`);
  if (second === undefined)
    add('subject', ['this is {first}', 'the picture shows {first}', 'we see {first}'], { first: first! });
  else
    add(
      'subject',
      ['the picture shows {first} and {second}', 'we see {first} and {second}', 'there is {first} and {second}'],
      { first: first!, second },
    );
}

/** Hair in words: `short black hair`, `no hair`. */
export function hairWords(face: { hair: string; hairStyle: string }): string {
  if (face.hairStyle === 'bald') return 'no hair';
  return face.hairStyle === 'bun' ? `${face.hair} hair in a bun` : `${face.hairStyle} ${face.hair} hair`;
}

function head(face: NonNullable<SceneFacts['face']>, textureShows: boolean, add: Add): void {
  const hair = hairWords(face);
  const age = face.old ? 'old' : 'young';
  add(
    'subject',
    [
      'this is a {age} person with {skin} skin and {hair}',
      'we see a face with {skin} skin and {hair}',
      'the picture shows a {age} face with {skin} skin and {hair}',
      'a person with {skin} skin and {hair} is seen',
    ],
    { age, skin: face.skin, hair },
  );
  if (face.eyewear !== 'none')
    add('subject', ['the person wears {eyewear}', 'there are {eyewear} before the eyes'], { eyewear: face.eyewear });
  else add('subject', ['there are no glasses', 'no glasses are worn']);
  if (face.beard !== 'none') add('subject', ['there is a {beard}', 'the face has a {beard}'], { beard: face.beard });
  const mouth = {
    smiling: ['the face smiles', 'the mouth smiles'],
    'open mouth': ['the mouth is open', 'the face has an open mouth'],
    neutral: ['the mouth is closed', 'the lips are closed'],
  }[face.expression];
  add('subject', mouth);
  if (face.facing === 'front') add('subject', ['the head looks straight ahead', 'the head is not turned']);
  else add('subject', ['the head is turned to the {side}', 'the nose points to the {side}'], { side: face.facing });
  if (face.old) add('surface', ['fine lines mark the skin', 'the skin has fine lines of age']);
  if (textureShows) add('surface', face.texture === 'smooth' ? SMOOTH : PORES);
  if (face.finish === 'shiny') add('light', PLASTIC);
  else add('light', ['the skin is matte', 'the skin does not shine']);
  add('light', face.shading === 'flat' ? FLAT : ROUND, { on: 'the face' });
  if (face.light !== null) {
    const from = { left: 'from the left', right: 'from the right', above: 'from above', front: 'from the front' }[
      face.light
    ];
    add('light', ['light comes {from}', 'the light falls {from}', 'the lamp shines {from}'], { from });
  }
}
