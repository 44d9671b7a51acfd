/** Where a sentence claims nothing, whatever it names there: behind an open question, and in a condition. */
import { OPEN_QUESTION } from './lexicon';
import type { Sentence, Token } from './sentences';

interface Span {
  start: number;
  end: number;
}

/** Tells of a mention, by its offsets in the sentence, whether it is asked about or conditional only. */
export function unclaimed(sentence: Sentence): (mention: Span) => boolean {
  const { text } = sentence;
  const open = [...text.matchAll(OPEN_QUESTION)].map((match) => match.index + match[0].length);
  const closers =
    open.length === 0 ? [] : [...text.matchAll(CLOSER)].map(({ index, 0: { length } }) => [index, length]);
  const closings = closers.map(([at]) => at!);
  const conditions = conditionRanges(sentence);
  const opened = conditions.map(({ start }) => start);
  // Of all conditions that are open at a place the one that reaches furthest.
  let reach = 0;
  const reaches = conditions.map(({ end }) => (reach = Math.max(reach, end)));
  return ({ start, end }) => {
    const question = open[upTo(open, start) - 1];
    if (question !== undefined) {
      const [at, length] = closers[upTo(closings, question - 1)] ?? [Infinity, 0];
      if (at! + length! > start) return true;
    }
    return end <= (reaches[upTo(opened, start) - 1] ?? -1);
  };
}

const COUNTERFACTUAL =
  /\bif\b[^.;]{0,120}?\b(?:were|was|had)\b|\b(?:were|had)\s+(?:it|this|the)\b|\bwould\s+be\s+expected\b/;
/** What it would take is not there. */
const NOT_SO =
  /(?:[,;:]\s*(?:but\s+|yet\s+|and\s+|however,?\s+)?|\b(?:but|yet)\s+)(?:there\s+(?:is|are)\s+(?:none|no)\b|none\b|nothing\b|it\s+(?:is|does|has|shows)\s+(?:not|none)\b|this\s+is\s+not\b|instead\b|they\s+are\s+(?:not|absent|missing)\b|that\s+is\s+not\b)/g;

/**
 * "If this were a print, we would see dots; there are none": offset from which a condition that the facts contradict is
 * contradicted; null: none is. What is named before it is denied.
 */
export function contradictedFrom({ text }: Sentence): number | null {
  const condition = COUNTERFACTUAL.exec(text);
  if (condition === null) return null;
  const from = condition.index + condition[0].length;
  return [...text.matchAll(NOT_SO)].find(({ index }) => index >= from)?.index ?? null;
}

/** How many of the sorted numbers are not above `limit`. */
function upTo(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An open question ends at a comma, a semicolon or a turn. */
const CLOSER = /[,;:]|\b(?:but|however|yet)\b/g;

/**
 * "If the dots are ink, the face is printed": neither the condition nor what would follow from it is claimed, up to a
 * semicolon or a turn. A condition on the speaker ("if I had to choose", "unless I am mistaken") and a granted one
 * ("even if") leave the consequence standing. "as if" opens no condition.
 */
function conditionRanges({ tokens, text }: Sentence): Span[] {
  if (!tokens.some(({ word }) => CONDITION.test(word) || INVERTED.test(word))) return [];
  const [pauses, speakers, ends] = [PAUSE, SPEAKER, CONSEQUENCE_ENDS].map((words) => nextOf(tokens, words));
  const startOf = (index: number): number => tokens[index]?.start ?? text.length;
  return tokens.flatMap(({ word, start }, i): Span[] => {
    const [before = '', next = ''] = [tokens[i - 1]?.word, tokens[i + 1]?.word];
    const opens = CONDITION.test(word)
      ? before !== 'as'
      : INVERTED.test(word) && /^(?:it|this|the|there|an?)$/.test(next) && (i === 0 || /^[,;:]$/.test(before));
    if (!opens) return [];
    const pause = pauses![i]!;
    const speaker = speakers![i]! < pause;
    const alone = pause === tokens.length || tokens[pause]!.word === ';' || before === 'even' || speaker;
    return [{ start, end: startOf(alone ? pause : ends![pause]!) }];
  });
}

/** For each token the index of the next one behind it that fits; the number of tokens where there is none. */
function nextOf(tokens: readonly Token[], words: RegExp): number[] {
  const next = Array<number>(tokens.length).fill(tokens.length);
  for (let i = tokens.length - 2; i >= 0; i--) next[i] = words.test(tokens[i + 1]!.word) ? i + 1 : next[i + 1]!;
  return next;
}

const CONDITION = /^(?:if|unless|provided|assuming|supposing|suppose)$/;
/** "were it printed", "had this been printed", "should the bands move" */
const INVERTED = /^(?:were|had|should)$/;
const PAUSE = /^[,;]$/;
const SPEAKER = /^(?:i|me|my|we|us|our|you|your)$/;
const CONSEQUENCE_ENDS = /^(?:;|:|but|however|yet|so|therefore|hence)$/;
