/** Captions say what the facts say, in many ways, and what they say can be read back. */
import { describe, expect, test } from 'vitest';
import { captionStyle } from '../../src/data/captions';
import { Random } from '../../src/data/synthetic/random';
import { drawScene } from '../../src/data/synthetic/scenes';
import {
  ATTACK_CUES,
  ATTACKS,
  BACKDROPS,
  COLOURS,
  HAIR_COLOURS,
  HAIR_STYLES,
  LIVE_CUES,
  PLACES,
  SKIN_TONES,
  type Attack,
  type Cue,
  type Facts,
} from '../../src/data/synthetic/types';
import {
  claimsOf,
  cueHits,
  cuesNamed,
  describeScene,
  isTrue,
  reasoningCaption,
  textGames,
  vanillaCaption,
} from '../../src/data/synthetic/words';
import { CUE_PHRASES } from '../../src/data/synthetic/words/bank';
import { readVerdict } from '../../src/evaluate/verdict';
import { REASONING_STAGES } from '../../src/protocol';
import { PROMPTS } from '../../src/train/captions';

/** Facts of a frame: live where `attack` is null, else with cues of any kind. */
function factsOf(attack: Attack | null, random: Random): Facts {
  const kinds = attack === null ? LIVE_CUES : ATTACK_CUES;
  return {
    label: attack === null ? 'live' : 'spoof',
    attack,
    person: {
      skin: random.pick(SKIN_TONES),
      hair: random.pick(HAIR_COLOURS),
      hairStyle: random.pick(HAIR_STYLES),
      beard: 'none',
      age: random.unit(),
    },
    expression: random.pick(['neutral', 'smiling', 'open mouth']),
    eyewear: random.pick(['none', 'round glasses']),
    light: random.pick(['left', 'right', 'above', 'front']),
    backdrop: random.pick(BACKDROPS),
    backdropColour: random.pick(COLOURS),
    grainy: random.chance(0.5),
    freckled: random.chance(0.5),
    facing: 'front',
    cues: random
      .shuffled(kinds)
      .slice(0, random.int(3, 6))
      .map((kind) => ({ kind, place: random.pick(PLACES), strength: random.uniform(0.1, 1) })),
  };
}
const KINDS = [null, ...ATTACKS] as const;
const sample = (
  make: (facts: Facts, random: Random) => string,
  attack: Attack | null,
  count: number,
): [Facts, string][] =>
  Array.from({ length: count }, (_, i) => {
    const facts = factsOf(attack, new Random(attack ?? 'live', i));
    return [facts, make(facts, new Random('words', attack ?? 'live', i))];
  });

/** What a generated frame of each kind plausibly shows: attacks worn on a face have few cues, and always the same. */
const USUAL: Record<'live' | Attack, readonly Cue['kind'][]> = {
  live: ['pores', 'fine lines', 'rounded shading', 'soft shadow', 'natural colours', 'catch lights'],
  print: ['halftone dots', 'ink grain', 'faded colours', 'paper edge', 'paper curl', 'flat light', 'sheet glare'],
  replay: ['pixel grid', 'moire bands', 'blue cast', 'bezel', 'refresh band', 'glare streak', 'glare spot'],
  'funny-eye': ['printed eyes', 'paper rim'],
  'partial-eye': ['printed eyes', 'cut edge'],
  'partial-mouth': ['printed mouth', 'cut edge'],
  'paper-glasses': ['paper rim', 'cut edge', 'folded paper'],
  'makeup-cosmetic': ['thick makeup', 'smooth skin'],
  'makeup-impersonation': ['thick makeup', 'hard makeup line', 'painted lines'],
  'makeup-obfuscation': ['thick makeup', 'painted lines'],
  'mask-half': ['mask seam', 'plastic shine', 'rigid surface'],
  'mask-silicone': ['eye holes', 'smooth skin'],
  'mask-transparent': ['mask seam', 'plastic shine'],
  'mask-paper': ['cut edge', 'eye holes', 'folded paper'],
  mannequin: ['staring eyes', 'painted hair', 'plastic shine', 'smooth skin', 'rigid surface'],
};
const STATED = new Set<Cue['kind']>(['sheet glare', 'glare streak', 'glare spot', 'refresh band', 'soft shadow']);
/** An edge is seen on some side or all round, never in the middle. */
const EDGES = new Set<Cue['kind']>(['paper edge', 'bezel']);
const SIDES = ['left', 'right', 'top', 'bottom'] as const;
function usualFacts(attack: Attack | null, random: Random): Facts {
  const cues = USUAL[attack ?? 'live'].map((kind): Cue => ({
    kind,
    place: random.pick(
      STATED.has(kind)
        ? SIDES
        : EDGES.has(kind)
          ? ([...SIDES, 'all over'] as const)
          : (['all over', 'centre'] as const),
    ),
    strength: random.uniform(0.2, 1),
  }));
  return { ...factsOf(attack, random), cues };
}

/** Sentences of a caption but its last, without the headings of stages. */
const bodyOf = (text: string): string[] =>
  REASONING_STAGES.reduce((rest, stage) => rest.replace(`${stage}: `, ''), text)
    .split(/(?<=\.) /)
    .slice(0, -1);
const OTHERS = /reflect|resolution|pixel|lens|spectacles|\{|\}|undefined| {2}| [.,;]|\b(?:a|an|the) (?:a|an|the)\b/i;
/** Words that say or imply a class, which may stand in the verdict alone. */
const VERDICT_WORDS =
  /\b(?:live|living|spoof\w*|real|fake|genuine|print(?:s|ed|out)?|replay\w*|screens?|videos?|photos?|masks?|mannequin|attacks?|makeup|silicone|transparent)\b/i;

describe.each([
  ['vanilla', vanillaCaption, 33],
  ['reasoning', reasoningCaption, 95],
] as const)('%s captions', (style, make, longest) => {
  test.each(KINDS)('of %s: style, verdict, cues and exclusions', (attack) => {
    for (const [facts, text] of sample(make, attack, 60)) {
      expect(captionStyle(text)).toBe(style);
      expect(readVerdict(text).verdict, text).toBe(facts.label);
      const { named, present } = cueHits(text, facts);
      expect(present, text).toBe(named);
      if (attack === null) expect(named, text).toBe(0);
      // No clause ends in the air for want of a place.
      expect(text).not.toMatch(/\b(?:lies?|sits?|runs?|falls?)(?:[.,;]| and | while )/);
      expect(text).not.toMatch(OTHERS);
      expect(text.split(' ').length, text).toBeLessThanOrEqual(longest);
      expect(bodyOf(text).join(' ')).not.toMatch(VERDICT_WORDS);
      if (style === 'reasoning') {
        const at = REASONING_STAGES.map((stage) => text.indexOf(`${stage}: `));
        expect(at, text).toEqual([...at].sort((a, b) => a - b));
        expect(at[0]).toBe(0);
        expect(text).not.toMatch(/small lights?\b/);
      }
    }
  });

  test.each(KINDS)('of %s hardly repeat, in whole or by the sentence', (attack) => {
    const texts = Array.from({ length: 600 }, (_, i) =>
      make(usualFacts(attack, new Random('usual', attack ?? 'live', i)), new Random('said', attack ?? 'live', i)),
    );
    for (let i = 0; i < 600; i += 200) expect(new Set(texts.slice(i, i + 200)).size).toBeGreaterThanOrEqual(190);
    const counts = new Map<string, number>();
    for (const part of texts.flatMap(bodyOf)) counts.set(part, (counts.get(part) ?? 0) + 1);
    const [often, times] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
    expect(times / texts.length, often).toBeLessThanOrEqual(0.04);
  });
});

test('a place that is named is the place of the cue', () => {
  const signs = {
    left: /\b(?:on|at) the left\b/,
    right: /\b(?:on|at) the right\b/,
    top: /\bat the top\b/,
    bottom: /\bat the bottom\b/,
  };
  for (let i = 0; i < 400; i++) {
    const random = new Random('places', i);
    const place = random.pick(['left', 'right', 'top', 'bottom'] as const);
    const kind = random.pick(ATTACK_CUES);
    const text = vanillaCaption({ ...factsOf('print', random), cues: [{ kind, place, strength: 0.9 }] }, random);
    for (const [name, sign] of Object.entries(signs)) if (name !== place) expect(text, kind).not.toMatch(sign);
  }
});

test('a live caption denies no grain of a noisy camera and no dots of freckled skin', () => {
  const denied = (facts: Pick<Facts, 'grainy' | 'freckled'>): string =>
    [vanillaCaption, reasoningCaption]
      .flatMap((make) => sample((face, random) => make({ ...face, ...facts }, random), null, 200))
      .map(([, text]) => text)
      .join(' ');
  const clear = denied({ grainy: false, freckled: false });
  expect(clear).toMatch(/\bgrain\b/);
  expect(clear).toMatch(/\bdots\b/);
  expect(denied({ grainy: true, freckled: false })).not.toMatch(/\bgrain\b/);
  expect(denied({ grainy: false, freckled: true })).not.toMatch(/\bdots\b/);
});

test('a vanilla caption has at least two clauses before its verdict', () => {
  for (const attack of KINDS)
    for (const [, text] of sample(vanillaCaption, attack, 200)) {
      const clauses = bodyOf(text).flatMap((part) => part.split(/, | and | while |; /));
      expect(clauses.length, text).toBeGreaterThanOrEqual(2);
    }
});

test('a spoof caption names a visible cue wherever there is one', () => {
  for (const attack of ATTACKS)
    for (const [facts, text] of sample(vanillaCaption, attack, 40)) {
      const there = facts.cues.some(({ strength }) => strength > 0.35);
      expect(cueHits(text, facts).present > 0, text).toBe(there);
    }
});

test('vanilla captions leave out what is behind the face', () => {
  for (const attack of KINDS)
    for (const [, text] of sample(vanillaCaption, attack, 40)) expect(text).not.toMatch(/\b(?:wall|room|behind)\b/);
});

test('every phrase of a cue is recognised as that cue and denied with a no', () => {
  for (const [kind, phrases] of Object.entries(CUE_PHRASES))
    for (const phrase of phrases) {
      const text = phrase.replace('{on}', 'the face').replace('{where}', 'on the left');
      expect(cuesNamed(`${text}.`).flat(), text).toContain(kind);
    }
  expect(cuesNamed('No dots or bands lie over the skin.')).toEqual([]);
  expect(cuesNamed('No cut edge is seen, while a seam is seen on the left.')).toEqual([['mask seam']]);
});

describe('descriptions of scenes', () => {
  const scenes = Array.from({ length: 400 }, (_, i) => drawScene(new Random('test', i)).facts);
  const texts = scenes.map((scene, i) => describeScene(scene, new Random('told', i)).text);

  test('all they claim is true, and it can be read back', () => {
    let claims = 0;
    texts.forEach((text, i) => {
      for (const claim of claimsOf(text)) {
        claims++;
        expect(isTrue(claim, scenes[i]!), `${claim.attribute} ${claim.value}: ${text}`).toBe(true);
      }
    });
    expect(claims / texts.length).toBeGreaterThan(3.5);
  });

  test('of another scene fewer than 55 % would be true', () => {
    const judged = texts.flatMap((text, i) =>
      claimsOf(text).map((claim) => isTrue(claim, scenes[(i + 1) % scenes.length]!)),
    );
    expect(judged.filter(Boolean).length / judged.length).toBeLessThan(0.55);
  });

  test('each part of a sentence can be read back', () => {
    for (const text of texts)
      for (const part of text.replace(/[A-Z][a-z]+(?: [a-z]+)*: /g, '').split(/\.\s*|; | while |, and /))
        if (part.trim() !== '') expect(claimsOf(part).length, part).toBeGreaterThan(0);
  });

  test('at most two absences are told', () => {
    for (const text of texts) expect(text.match(/\b(?:no|not|nothing|free)\b/gi)?.length ?? 0, text).toBeLessThan(3);
  });

  test('none says or implies a verdict', () => {
    for (const text of texts) {
      expect(text).not.toMatch(VERDICT_WORDS);
      expect(text).not.toMatch(/\b(?:judg\w+|verdict|paper|natural|authentic|artifacts?|liveness|detect\w*)\b/i);
      expect(captionStyle(text)).toBe('vanilla');
      expect(readVerdict(text).verdict).toBe('undecided');
    }
  });

  test('what a faulty text denies is not claimed', () => {
    expect(claimsOf('no dots is seen the face, the no pale border')).toEqual([]);
    expect(claimsOf('face with tan skin and dots cover of the the, grid no')).toEqual([
      { attribute: 'surface', value: 'dotted' },
      { attribute: 'skin', value: 'tan' },
      { attribute: 'surface', value: 'gridded' },
    ]);
  });
});

describe('texts without pictures', () => {
  const games = Array.from({ length: 6000 }, (_, i) => textGames(new Random('games', i)));

  test('no verdict goes with what was named before it', () => {
    const judged = games
      .filter(({ question }) => !question.startsWith('Say'))
      .map(({ text }) => ({ verdict: readVerdict(text).verdict, text }))
      .filter(({ verdict }) => verdict !== 'undecided');
    const live = judged.filter(({ verdict }) => verdict === 'live');
    const spoof = judged.filter(({ verdict }) => verdict === 'spoof');
    expect(Math.abs(live.length / judged.length - 0.5)).toBeLessThan(0.04);
    const signs: [string, (text: string) => boolean][] = ATTACK_CUES.map((kind) => [
      kind,
      (text) => cuesNamed(text).some((kinds) => kinds.includes(kind)),
    ]);
    signs.push(['a denial', (text) => /\b(?:no|free of)\b/i.test(text)], ['pores', (text) => /pores/.test(text)]);
    for (const [name, has] of signs) {
      const share = (of: typeof judged): number => of.filter(({ text }) => has(text)).length / of.length;
      expect(Math.abs(share(live) - share(spoof)), name).toBeLessThan(0.05);
    }
  });

  test('all words of captions and of the questions that training asks are met, and they are few', () => {
    const words = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? [];
    const told = Array.from({ length: 2000 }, (_, i) =>
      describeScene(drawScene(new Random('met', i)).facts, new Random('met words', i)),
    );
    const met = new Map<string, number>();
    for (const { question, text } of [...games, ...told])
      for (const word of words(`${question} ${text}`)) met.set(word, (met.get(word) ?? 0) + 1);
    const needed = new Set(Object.values(PROMPTS).flatMap(words));
    for (const attack of KINDS)
      for (const make of [vanillaCaption, reasoningCaption])
        for (const [, text] of sample(make, attack, 150)) for (const word of words(text)) needed.add(word);
    expect([...needed].filter((word) => (met.get(word) ?? 0) < 5)).toEqual([]);
    expect(new Set([...met.keys(), ...needed]).size).toBeLessThan(450);
  });

  test('the questions of training are never answered', () => {
    for (const { question } of games) if (!question.startsWith('Say')) expect(question).not.toMatch(/\?$|live or/);
  });
});
