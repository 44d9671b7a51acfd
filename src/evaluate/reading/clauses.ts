/** Turns of an argument: what of a sentence is granted, answered back to, or a first impression only. */
import { CONCESSION, FIRST_IMPRESSION, TURN } from './lexicon';
import type { Sentence, Token } from './sentences';

/** "Some cues suggest a live face, while others suggest a spoof": neither side is granted. */
const BOTH_SIDES =
  /\b(?:some|parts?|certain|several|one)\b[^.;]*\b(?:while|whereas|but|though|although|yet)\b[^.;]*\b(?:others?|some|the\s+rest|another|other\s+parts?)\b/;

/** "I remain undecided": what the writer says of the whole. */
const UNDECIDED =
  /\b(?:i|we)\s+(?:am|are|remain|stay)\s+(?:still\s+)?(?:undecided|unsure|uncertain|not\s+sure)\b|\bremains?\s+undecided\b|\bno\s+(?:verdict|decision|conclusion)\s+(?:is|can\s+be)\b|\bi\s+(?:cannot|can't|can\s+not)\s+(?:decide|tell|say)\b/;

/** True where the sentence takes back what was said before it, and in it. */
export function leavesOpen({ text }: Sentence): boolean {
  return UNDECIDED.test(text);
}

/**
 * Which tokens are granted rather than claimed: a clause opened by "although", "despite" up to its comma or to the
 * sentence's end, and everything before a "but".
 */
export function concededTokens(sentence: Sentence): boolean[] {
  const { tokens, text } = sentence;
  if (BOTH_SIDES.test(text)) return tokens.map(() => false);
  const conceded = grantedTokens(tokens);
  const turn = tokens.findIndex(({ word }, i) => i > 0 && TURN.has(word) && isTurn(tokens, i));
  for (let i = 0; i < turn; i++) conceded[i] = true;
  return conceded;
}

function grantedTokens(tokens: readonly Token[]): boolean[] {
  let inside = false;
  return tokens.map(({ word }) => {
    if (CONCESSION.has(word)) inside = true;
    else if (inside && word === ',') inside = false;
    return inside;
  });
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

/**
 * Offsets between which the sentence tells a first impression, or null: the granted clause that speaks of it ("although
 * it looks real at first glance"); else all up to a turn or such a clause.
 */
export function firstImpression({ text, tokens }: Sentence): { from: number; to: number } | null {
  FIRST_IMPRESSION.lastIndex = 0;
  const match = FIRST_IMPRESSION.exec(text);
  if (match === null) return null;
  const granted = grantedTokens(tokens);
  const at = tokens.findIndex(({ end }) => end > match.index);
  if (granted[at]) {
    const [first, after] = [granted.lastIndexOf(false, at) + 1, granted.indexOf(false, at)];
    return { from: tokens[first]!.start, to: after < 0 ? text.length : tokens[after]!.start };
  }
  const turn = tokens.findIndex(
    ({ word, start }, i) => start > match.index && (granted[i] || (TURN.has(word) && isTurn(tokens, i))),
  );
  return { from: 0, to: turn < 0 ? text.length : tokens[turn]!.start };
}
