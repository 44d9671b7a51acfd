/** Turns of an argument: what of a sentence is granted, answered back to, or a first impression only. */
import { CONCESSION, FIRST_IMPRESSION, TURN } from './lexicon';
import type { Sentence, Token } from './sentences';

/**
 * Which tokens are granted rather than claimed: a clause opened by "although", "despite" up to its comma or to the
 * sentence's end, and everything before a "but".
 */
export function concededTokens(sentence: Sentence): boolean[] {
  const { tokens } = sentence;
  const conceded = tokens.map(() => false);
  let inside = false;
  tokens.forEach(({ word }, i) => {
    if (CONCESSION.has(word)) inside = true;
    else if (inside && word === ',') inside = false;
    conceded[i] = inside;
  });
  const turn = tokens.findIndex(({ word }, i) => i > 0 && TURN.has(word) && isTurn(tokens, i));
  for (let i = 0; i < turn; i++) conceded[i] = true;
  return conceded;
}

/** "rather than" and "instead of" are negations, "still photo" is a noun: none of them turns the argument. */
function isTurn(tokens: readonly Token[], index: number): boolean {
  const word = tokens[index]!.word;
  const before = tokens[index - 1]?.word ?? '';
  const next = tokens[index + 1]?.word ?? '';
  if (word === 'rather') return /^[,;]$/.test(before) && next !== 'than';
  if (word === 'instead') return /^[,;]$/.test(before) && next !== 'of';
  if (word === 'still') return before === ',';
  if (word === 'but') return !/^(?:nothing|anything|all|everything)$/.test(before);
  return true;
}

/** True when the sentence as a whole answers back to what was said before ("However, ..."). */
export function turnsBack(sentence: Sentence): boolean {
  const [first, second] = sentence.tokens;
  if (first === undefined) return false;
  return (
    /^(?:but|however|yet|nevertheless|nonetheless)$/.test(first.word) ||
    (/^(?:still|instead|rather)$/.test(first.word) && second?.word === ',')
  );
}

/** Offset from which first-impression words colour the sentence up to a turn, or null. */
export function firstImpression(sentence: Sentence): { from: number; to: number } | null {
  FIRST_IMPRESSION.lastIndex = 0;
  const match = FIRST_IMPRESSION.exec(sentence.text);
  if (match === null) return null;
  const turn = sentence.tokens.findIndex(
    ({ word, start }, i) => start > match.index && TURN.has(word) && isTurn(sentence.tokens, i),
  );
  return { from: 0, to: turn < 0 ? sentence.text.length : sentence.tokens[turn]!.start };
}
