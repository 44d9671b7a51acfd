/**
 * Texts without a picture: they give every word of the captions a trained embedding before the page trains, which
 * leaves embeddings as they are. In the six-part texts every part is drawn without regard to the others, so no cue goes
 * with a verdict.
 */
import type { Random } from '../random';
import {
  ATTACK_CUES,
  ATTACKS,
  BACKDROPS,
  COLOURS,
  EXPRESSIONS,
  HAIR_COLOURS,
  HAIR_STYLES,
  LIGHT_SIDES,
  LIVE_CUES,
  PLACES,
  SKIN_TONES,
  type Facts,
} from '../types';
import { reasoningCaption, vanillaCaption } from './explain';

/** The questions that training asks are said and spelled too, never answered: their words need embeddings as well. */
const ASKED = [
  'Is this face live or a spoof?',
  'Is the face live or a spoof?',
  'Explain briefly.',
  'Reason step by step.',
  'Explain step by step.',
  'Reason briefly.',
];

/** Facts that no generator made: each field by itself, cues of any kind under any verdict. */
function anyFacts(random: Random): Facts {
  const cue = () => ({
    kind: random.pick([...ATTACK_CUES, ...LIVE_CUES]),
    place: random.pick(PLACES),
    strength: random.uniform(0.4, 1),
  });
  return {
    // Decides whether the text denies marks, as captions of live faces do; the verdict does not follow it.
    label: random.pick(['live', 'spoof']),
    attack: random.pick(ATTACKS),
    person: {
      skin: random.pick(SKIN_TONES),
      hair: random.pick(HAIR_COLOURS),
      hairStyle: random.pick(HAIR_STYLES),
      beard: 'none',
      age: random.unit(),
    },
    expression: random.pick(EXPRESSIONS),
    eyewear: 'none',
    light: random.pick(LIGHT_SIDES),
    backdrop: random.pick(BACKDROPS),
    backdropColour: random.pick(COLOURS),
    grainy: random.chance(0.5),
    freckled: random.chance(0.5),
    facing: 'front',
    cues: Array.from({ length: random.int(2, 6) }, cue),
  };
}

export function textGames(random: Random): { question: string; text: string } {
  const facts = anyFacts(random);
  // The verdict is drawn by itself: half of the texts end as live, whatever they named.
  const judged = { attack: random.chance(0.5) ? null : random.pick(ATTACKS) };
  const caption = (): string => (random.chance(0.6) ? reasoningCaption : vanillaCaption)(facts, random, judged);
  const words = (): string[] => `${caption()} ${random.pick(ASKED)}`.toLowerCase().match(/[a-z]{2,}/g) ?? ['face'];
  switch (
    random.weighted([
      ['write', 6],
      ['spell', 1],
      ['list', 1],
      ['repeat', 3],
    ] as const)
  ) {
    case 'write':
      return { question: random.pick(['Write a text.', 'Make up a text.']), text: caption() };
    case 'spell': {
      const word = random.pick(words());
      return { question: `Spell the word ${word}.`, text: `${word}: ${[...word].join(' ')}.` };
    }
    case 'list': {
      const [a, b, c] = [random.pick(words()), random.pick(words()), random.pick(words())];
      return { question: `List the words ${c}, ${a}, ${b}.`, text: `${c}, ${a} and ${b}.` };
    }
    case 'repeat': {
      const text = random.chance(0.2)
        ? `${random.pick(ASKED)} ${random.pick(ASKED)}`
        : vanillaCaption(facts, random, judged);
      return { question: `Say this again. ${text}`, text };
    }
  }
}
