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

describe.each([
  ['vanilla', vanillaCaption],
  ['reasoning', reasoningCaption],
] as const)('%s captions', (style, make) => {
  test.each(KINDS)('of %s: style, verdict and cues can be read back', (attack) => {
    for (const [facts, text] of sample(make, attack, 60)) {
      expect(captionStyle(text)).toBe(style);
      expect(readVerdict(text).verdict, text).toBe(facts.label);
      const { named, present } = cueHits(text, facts);
      expect(present, text).toBe(named);
      if (attack === null) expect(named, text).toBe(0);
      expect(text).not.toMatch(/\{|\}|undefined| {2}|reflect|resolution|pixel/i);
      expect(text.split(' ').length).toBeLessThan(style === 'vanilla' ? 50 : 110);
    }
  });

  test('few captions repeat, and no sentence but the verdict is heard often', () => {
    const texts = sample(make, 'print', 200).map(([, text]) => text);
    expect(new Set(texts).size).toBeGreaterThan(190);
    const counts = new Map<string, number>();
    for (const text of texts)
      for (const part of text
        .replace(/[A-Z][a-z]+(?: [a-z]+)*: /g, '')
        .split(/(?<=\.) /)
        .slice(0, -1))
        counts.set(part, (counts.get(part) ?? 0) + 1);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(10);
  });
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

  test('none says or implies a verdict', () => {
    for (const text of texts)
      expect(text).not.toMatch(
        /\b(?:live|spoof|real|fake|genuine|print\w*|replay\w*|screen|mask|mannequin|attack|judg\w+|makeup)\b/i,
      );
  });
});

test('in texts without pictures no verdict goes with what was named before it', () => {
  const counts = { live: [0, 0], spoof: [0, 0] };
  for (let i = 0; i < 3000; i++) {
    const { text } = textGames(new Random('games', i));
    const { verdict } = readVerdict(text);
    if (verdict === 'undecided') continue;
    counts[verdict][cuesNamed(text).some((kinds) => kinds.includes('halftone dots')) ? 1 : 0]! += 1;
  }
  const share = ([without, with_]: number[]): number => with_! / (without! + with_!);
  expect(counts.live[0]! / counts.spoof[0]!).toBeGreaterThan(0.8);
  expect(counts.live[0]! / counts.spoof[0]!).toBeLessThan(1.25);
  expect(Math.abs(share(counts.live) - share(counts.spoof))).toBeLessThan(0.03);
});
