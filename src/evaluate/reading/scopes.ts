/** How far a negation, a hedge or a denial reaches: what the words before a mention make of it. */
import type { Label } from '../../protocol';
import { HEDGES, LEXICAL_NEGATOR, NEGATORS, PRETENCE } from './lexicon';
import type { Token } from './sentences';
import { endsNegation, isEvidential, speaksAt, type Speaking } from './speaks';

const CLAUSE_BREAK = new Set(
  '; : ( ) but however yet although though while whereas because since so therefore thus hence'.split(' '),
);
/** After a comma, these begin a statement of their own: "no grid, indicating a live face". */
const AFTER_COMMA =
  /^(?:it|it's|this|that|these|those|the|there|he|she|they|i|we|which|who|where|indicating|suggesting|supporting|confirming|proving|making|showing|revealing|pointing|meaning|implying|consistent|as|typical|and|just|like)$/;
const AFTER_AND =
  /^(?:it|it's|this|that|these|the|there|is|are|was|has|shows?|looks?|appears?|seems?|therefore|so|thus|i|we|everything|all|both|suggests?|indicates?|points?|supports?|confirms?)$/;
const SEEN = /^(?:visible|seen|present|found|detected|observed|evident|apparent|noticeable|detectable)$/;

/** True when a scope that starts before token `index` ends there. */
function breaksAt(tokens: readonly Token[], index: number): boolean {
  const word = tokens[index]?.word ?? '';
  const next = tokens[index + 1]?.word ?? '';
  if (CLAUSE_BREAK.has(word)) return !(word === 'but' && tokens[index - 1]?.word === 'anything');
  // "The shading, not seen in prints, indicates": behind what was said between commas.
  if (word === ',' && isEvidential(next) && next.endsWith('s')) return true;
  if (word === ',')
    return AFTER_COMMA.test(next) && !(next === 'and' && !AFTER_AND.test(tokens[index + 2]?.word ?? ''));
  if (word === 'and') return AFTER_AND.test(next);
  // "No border is visible in this live face": the negation is spent; "nothing visible that suggests a spoof": it is not.
  const before = tokens[index - 1]?.word ?? '';
  if (/^(?:seldom|rarely)$/.test(before)) return false;
  return SEEN.test(word) && !/^(?:that|which|to)$/.test(next) && !isNegator(tokens, index - 1);
}

function isNegator(tokens: readonly Token[], index: number): boolean {
  const word = tokens[index]?.word ?? '';
  const next = tokens[index + 1]?.word ?? '';
  // "No, it is a print" answers what was said before.
  if (index === 0 && word === 'no' && next === ',') return false;
  if (/^(?:no|without|beyond|not)$/.test(word) && /^(?:only|just|doubt|question|merely|a)$/.test(next)) {
    // "not only a print", "no doubt", "without a doubt"; but "not a print" and "without a screen" negate.
    if (next !== 'a') return false;
    return !/^(?:doubt|question)$/.test(tokens[index + 2]?.word ?? '');
  }
  return NEGATORS.has(word) || word.endsWith("n't") || word === 'cant' || word === 'isnt';
}

function isLexicalNegator(tokens: readonly Token[], index: number): boolean {
  const word = tokens[index]?.word ?? '';
  const next = tokens[index + 1]?.word ?? '';
  // "hard to reproduce in a print"
  if (/^(?:reproduce|replicate|recreate|achieve|obtain)$/.test(word) && tokens[index - 1]?.word === 'to') {
    return /^(?:hard|difficult|impossible)$/.test(tokens[index - 2]?.word ?? '');
  }
  if (!LEXICAL_NEGATOR.test(word)) return false;
  if (/^(?:reduc|lower|decreas|diminish)/.test(word)) {
    return [1, 2].some((ahead) => CHANCE.test(tokens[index + ahead]?.word ?? ''));
  }
  switch (word) {
    case 'far':
      return next === 'from';
    case 'free':
      return next === 'of' || next === 'from';
    case 'instead':
      return next === 'of';
    case 'doubt':
      return !/^(?:no|without|beyond|a)$/.test(tokens[index - 1]?.word ?? '');
    case 'contrast':
    case 'compared':
      return next === 'to' || next === 'with';
    case 'false':
    case 'wrong':
    case 'incorrect':
    case 'mistaken':
    case 'untrue':
      return next === 'to' || next === 'that';
    case 'odds':
      return next === 'with';
    case 'away':
      return next === 'from' && /^point/.test(tokens[index - 1]?.word ?? '');
    case 'seldom':
    case 'rarely':
      return /^(?:seen|found|observed|present|visible)$/.test(next);
    case 'little':
      return next === 'to' || /^(?:evidence|reason|sign|indication|support)$/.test(next);
    case 'insufficient':
      return /^(?:to|for)$/.test(next);
    case 'too':
      // "too smooth for a live face", "too detailed to be a print"
      return tokens.slice(index + 2, index + 5).some(({ word: other }) => /^(?:for|to)$/.test(other));
    case 'rule':
    case 'rules':
    case 'ruled':
    case 'ruling':
      return next === 'out';
    case 'absent':
    case 'missing':
    case 'impossible':
    case 'questionable':
    case 'doubtful':
      return next !== '' && !/^(?:[,;:()]|and|but)$/.test(next);
    default:
      return true;
  }
}

const CHANCE = /^(?:likelihood|probability|chances?|risk|odds|possibility|suspicion)$/;
/** What they deny is the possibility: denied again it is open, not certain. */
const POSSIBLE = /^(?:exclud\w*|rul(?:e|es|ed|ing)|impossible|unlikely|improbable|doubt\w*)$/;
/** "hard to rule out" */
const HARD = /^(?:impossible|hard|difficult|unable)$/;
/** Words between a denial and a statement that it denies as a whole: "not say that", "nothing that". */
const REPORT = /^(?:that|which|who|say|saying|think|believe|claim|claiming|conclude|agree|argue|true|correct|case)$/;

/** "I would not say that it is not live": a denial before the denial at `index`, of the same statement. */
function isDeniedDenial(tokens: readonly Token[], index: number): boolean {
  let reported = false;
  for (let i = index - 1; i >= Math.max(0, index - 10); i--) {
    const { word } = tokens[i]!;
    // "not not live"
    if (isNegator(tokens, i)) return reported || i === index - 1;
    if (breaksAt(tokens, i)) return false;
    reported ||= REPORT.test(word);
  }
  return false;
}

/** "Instead of a print, a live face is seen": a comparison that opens the sentence ends at its comma. */
function isFronted(tokens: readonly Token[], index: number, first: number): boolean {
  if (!/^(?:instead|unlike|contrast|compared|contrary|opposed)$/.test(tokens[index]!.word)) return false;
  if (index > 1 && !/^[,;:]$/.test(tokens[index - 1]!.word)) return false;
  return tokens.slice(index, first).some(({ word }) => /^(?:,|we|i|there|it)$/.test(word));
}

/** "No human, a mannequin": in a list that `no` opens nothing has an article, so what has one is claimed. */
function beginsAnew(tokens: readonly Token[], index: number, first: number): boolean {
  return tokens.slice(index, first).some(({ word }, i, between) => {
    const next = between[i + 1] ?? tokens[first];
    return word === ',' && /^(?:an?)$/.test(next?.word ?? '');
  });
}

export interface Scope {
  /** The mention is denied. */
  negated: boolean;
  /** The mention is only possible. */
  hedged: boolean;
  /** The mention is what something imitates. */
  pretended: boolean;
}

/** Reads backwards from token `first` (exclusive) for what governs it; `meaning` is what the mention says. */
export function scopeBefore(tokens: readonly Token[], first: number, meaning: Label): Scope {
  /** Nearest token at which evidence speaks for the mention; null: none does. */
  let spoken: { at: number; speaking: Speaking } | null = null;
  /** "in fact", "actually": from there back it is told what only seems so. */
  let real = false;
  const scope: Scope = { negated: false, hedged: false, pretended: false };
  for (let i = first - 1; i >= Math.max(0, first - 16); i--) {
    const word = tokens[i]!.word;
    const speaking = speaksAt(tokens, i);
    if (speaking !== null && !isNegated(tokens, i)) spoken ??= { at: i, speaking };
    if (spoken !== null && spoken.at > i && endsNegation(tokens, i, spoken, meaning)) return scope;
    if (isLexicalNegator(tokens, i)) {
      // "Far from real", not "far from the camera, a live person".
      if (word === 'far' && first - i > 4) continue;
      if (word === 'than' && first - i > 5) continue;
      if (isFronted(tokens, i, first)) continue;
      const reach = /^doubt/.test(word) ? 7 : 3;
      const cancelled = Array.from({ length: reach }, (_, k) => i - 1 - k).some(
        (at) => isNegator(tokens, at) && !breaksAt(tokens, at),
      );
      const kept = [1, 2, 3].some((back) => HARD.test(tokens[i - back]?.word ?? ''));
      scope.negated = !cancelled && !kept;
      // "Cannot exclude", "hard to rule out", "not impossible" leave it open; "cannot deny" affirms.
      if (kept || (cancelled && POSSIBLE.test(word))) scope.hedged = true;
      return scope;
    }
    if (isNegator(tokens, i) || (word === 'anything' && tokens[i + 1]?.word === 'but')) {
      if (word === 'no' && beginsAnew(tokens, i, first)) continue;
      scope.negated = !isDeniedDenial(tokens, i);
      // "no pattern that could suggest a spoof" denies; "may not be live" stays a possibility.
      scope.hedged = HEDGES.has(tokens[i - 1]?.word ?? '');
      return scope;
    }
    real ||= /^(?:fact|actually|really|reality|indeed)$/.test(word);
    if (isPretence(tokens, i, real)) scope.pretended = true;
    // "It would be a spoof": if something else were so.
    if (HEDGES.has(word) || (word === 'would' && /^(?:be|have)$/.test(tokens[i + 1]?.word ?? ''))) scope.hedged = true;
    if (isEvenChance(tokens, i)) scope.hedged = true;
    if (breaksAt(tokens, i)) return scope;
  }
  return scope;
}

/** "passes as a live face", "only appears live", "what seems to be a live face" */
function isPretence(tokens: readonly Token[], index: number, real: boolean): boolean {
  const { word } = tokens[index]!;
  const [before, next] = [tokens[index - 1]?.word ?? '', tokens[index + 1]?.word ?? ''];
  if (/^pass(?:ing)?$/.test(word)) return /^(?:as|for|itself|themselves)$/.test(next);
  if (/^(?:appears?|seems?|looks?)$/.test(word)) {
    if (before === 'what') return !real;
    return /^(?:only|merely|just)$/.test(before) && !/^(?:like|a|an)$/.test(next);
  }
  return PRETENCE.test(word);
}

/** "does not clearly indicate": the verb itself is denied. */
function isNegated(tokens: readonly Token[], index: number): boolean {
  let before = index - 1;
  while (/^(?:\w+ly|also|even|itself|alone)$/.test(tokens[before]?.word ?? '') && !isNegator(tokens, before)) before--;
  return before >= 0 && isNegator(tokens, before);
}

/** "a 50 % chance", "fifty-fifty" */
function isEvenChance(tokens: readonly Token[], index: number): boolean {
  const { word } = tokens[index]!;
  if (/^(?:fifty-fifty|50-50)$/.test(word)) return true;
  if (!/^(?:chances?|odds|probability|likelihood)$/.test(word)) return false;
  return [1, 2].some((back) => /^(?:50|fifty|even|equal)$/.test(tokens[index - back]?.word ?? ''));
}
