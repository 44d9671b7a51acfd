/**
 * Reads live, spoof or undecided from an explanation, by rules alone: the same text always gives the same verdict, and
 * every verdict can be traced to the words it came from. (The paper lets another language model read the text.)
 *
 * 1. A `Final judgment` stage that states something decides; otherwise the whole text is read.
 * 2. Words that state a class are mentions; negation, hedging, questions, conditions and comparisons decide what each
 *    one claims ("lacks the depth of a real face" claims spoof).
 * 3. Statements about the face outweigh talk of evidence; what holds against a concession outweighs the concession; a
 *    conclusion outweighs what led to it. What is left must agree, or the text is undecided.
 */
import { finalJudgment, type Label, type Verdict } from '../protocol';
import {
  concededTokens,
  firstImpression,
  scopeAfter,
  scopeBefore,
  sentencesOf,
  turnsBack,
  type Sentence,
} from './clauses';
import {
  CLASS_NOUNS,
  CONCLUSION,
  CUES,
  EVIDENCE_NOUNS,
  EVIDENCE_OF,
  NOT_A_CLAIM,
  OPEN_QUESTION,
  type Cue,
} from './lexicon';

/** One statement found in the text. */
export interface Mention {
  /** Offsets in the text that was read. */
  start: number;
  end: number;
  /** What it claims, negation applied. */
  meaning: Label;
  /** `claim`: about the face; `sign`: about evidence, or the denial of one kind of attack. */
  strength: 'claim' | 'sign';
  /** Granted, not claimed ("although it looks real"). */
  conceded: boolean;
  /** In a sentence that concludes. */
  conclusive: boolean;
}

export interface Reading {
  verdict: Verdict;
  /** Where the verdict was read. */
  from: 'final judgment' | 'whole text';
  /** The statements that were weighed, in the order of the text. */
  mentions: Mention[];
}

/** Reads the verdict of a caption. Never throws: unreadable text is `undecided`. */
export function readVerdict(text: string): Reading {
  const final = finalJudgment(text);
  if (final !== null) {
    const mentions = mentionsIn(final.body).map((mention) => ({
      ...mention,
      start: mention.start + final.start,
      end: mention.end + final.start,
    }));
    // A final judgment that does not speak of the question at all hands over to the rest of the text; one that
    // speaks of it and decides nothing is undecided.
    if (mentions.length > 0 || speaksOfIt(final.body))
      return { verdict: weigh(mentions), from: 'final judgment', mentions };
  }
  const mentions = mentionsIn(text);
  return { verdict: weigh(mentions), from: 'whole text', mentions };
}

/** `readVerdict(text).verdict`. */
export function verdictOf(text: string): Verdict {
  return readVerdict(text).verdict;
}

function speaksOfIt(text: string): boolean {
  return sentencesOf(text).some(
    (sentence) => findHits(sentence).length > 0 || sentence.text.search(OPEN_QUESTION) >= 0,
  );
}

function weigh(mentions: readonly Mention[]): Verdict {
  for (const strength of ['claim', 'sign'] as const) {
    const of = mentions.filter((mention) => mention.strength === strength);
    if (of.length === 0) continue;
    const standing = of.filter((mention) => !mention.conceded);
    const claims = standing.length > 0 ? standing : of;
    const verdict = unanimous(claims) ?? unanimous(claims.filter((mention) => mention.conclusive));
    return verdict ?? 'undecided';
  }
  return 'undecided';
}

function unanimous(mentions: readonly Mention[]): Label | null {
  const [first] = mentions;
  return first !== undefined && mentions.every((mention) => mention.meaning === first.meaning) ? first.meaning : null;
}

interface Hit {
  cue: Cue;
  start: number;
  end: number;
  first: number;
  last: number;
}

function mentionsIn(text: string): Mention[] {
  const mentions: Mention[] = [];
  for (const sentence of sentencesOf(text)) {
    if (turnsBack(sentence)) for (const earlier of mentions) earlier.conceded = true;
    if (!sentence.question) mentions.push(...readSentence(sentence));
  }
  return mentions;
}

function readSentence(sentence: Sentence): Mention[] {
  const { text, tokens } = sentence;
  const hits = dropAlternatives(sentence, dropSubjectsOfPictures(sentence, findHits(sentence)));
  const conceded = concededTokens(sentence);
  const impression = firstImpression(sentence);
  const conclusive = CONCLUSION.test(text);
  const open = [...text.matchAll(OPEN_QUESTION)].map((match) => match.index + match[0].length);
  const conditions = conditionRanges(sentence);

  const mentions: Mention[] = [];
  for (const hit of hits) {
    if (open.some((from) => hit.start >= from && !closed(text.slice(from, hit.start)))) continue;
    if (conditions.some(([from, to]) => hit.start >= from && hit.end <= to)) continue;
    if (impression !== null && hit.start >= impression.from && hit.end <= impression.to) continue;
    const strength = strengthOf(sentence, hit);
    if (strength === null) continue;
    const before = scopeBefore(tokens, hit.first);
    const rest = text.slice(nounEnd(sentence, hit));
    if (hit.cue.level === 'kind' && ELSEWHERE.test(rest)) continue;
    const after = scopeAfter(rest);
    if (after === 'open' || (after === 'generic' && !before.negated)) continue;
    if (before.hedged && after !== 'denied') continue;
    if (before.pretended && hit.cue.meaning === 'spoof') continue;
    const denied = before.negated !== (after === 'denied') || before.pretended;
    mentions.push({
      start: sentence.offset + hit.start,
      end: sentence.offset + hit.end,
      meaning: denied ? opposite(hit.cue.meaning) : hit.cue.meaning,
      strength: denied && hit.cue.level === 'kind' ? 'sign' : strength,
      conceded: conceded[hit.first] ?? false,
      conclusive,
    });
  }
  return mentions;
}

/** "The print on his shirt": a thing in the scene, not the face. */
const ELSEWHERE =
  /^\s+(?:on|at|against|across)\s+(?:an?|the|his|her|their)\s+(?:\w+\s+)?(?:shirt|t-shirt|sweater|jacket|bag|walls?|table|desk|shelf|door|lap|background)\b/;

function opposite(label: Label): Label {
  return label === 'live' ? 'spoof' : 'live';
}

/** All cues of the sentence that do not overlap, the longest first. */
function findHits(sentence: Sentence): Hit[] {
  const { text, tokens } = sentence;
  const taken: [number, number][] = [...text.matchAll(NOT_A_CLAIM)].map((m) => [m.index, m.index + m[0].length]);
  const found = CUES.flatMap((cue) =>
    [...text.matchAll(cue.pattern)].map((match) => ({ cue, start: match.index, end: match.index + match[0].length })),
  ).sort((a, b) => b.end - b.start - (a.end - a.start));
  const hits: Hit[] = [];
  for (const { cue, start, end } of found) {
    if (taken.some(([from, to]) => start < to && end > from)) continue;
    taken.push([start, end]);
    const first = tokens.findIndex((token) => token.end > start);
    const last = tokens.findLastIndex((token) => token.start < end);
    hits.push({ cue, start, end, first, last });
  }
  return hits.sort((a, b) => a.start - b.start);
}

/** "printed photo of a real person": what a reproduction shows says nothing of what it is. */
function dropSubjectsOfPictures(sentence: Sentence, hits: Hit[]): Hit[] {
  const spoof = hits.filter((hit) => hit.cue.meaning === 'spoof');
  return hits.filter((hit) => {
    if (hit.cue.meaning === 'spoof') return true;
    const before = sentence.text.slice(0, hit.start);
    const of = /(?:of|showing|depicting)\s+(?:an?\s+|the\s+|some\s+)?(?:[a-z-]+\s+)?$/.exec(before);
    if (of === null) return true;
    const picture =
      /\b(?:photo(?:graph)?|picture|print|copy|portrait|video|recording|poster|replay|reproduction|attack|spoof|screen|display|paper|mask)s?\s+(?:clearly\s+)?$/;
    return !(picture.test(before.slice(0, of.index)) && spoof.length > 0);
  });
}

/** "live or spoof", "real/fake", "neither real nor fake": opposites offered side by side claim neither. */
function dropAlternatives(sentence: Sentence, hits: Hit[]): Hit[] {
  const dropped = new Set<Hit>();
  hits.forEach((hit, i) => {
    const next = hits[i + 1];
    if (next === undefined || next.cue.meaning === hit.cue.meaning) return;
    const between = sentence.tokens.slice(hit.last + 1, next.first).map((token) => token.word);
    const joined = between.some((word) => /^(?:or|nor|\/|versus|vs|and\/or)$/.test(word));
    const kinds = between.length <= 6 && !between.includes(',');
    if (joined && kinds) dropped.add(hit).add(next);
  });
  return hits.filter((hit) => !dropped.has(hit));
}

/**
 * "If the dots are ink, the face is printed": neither the condition nor what would follow from it is claimed, up to a
 * semicolon or a turn. A condition on the speaker ("if I had to choose", "unless I am mistaken") and a granted one
 * ("even if") leave the consequence standing. "as if" opens no condition.
 */
function conditionRanges({ tokens, text }: Sentence): [number, number][] {
  return tokens.flatMap(({ word, start }, i): [number, number][] => {
    const [before = '', next = ''] = [tokens[i - 1]?.word, tokens[i + 1]?.word];
    const opens = CONDITION.test(word)
      ? before !== 'as'
      : INVERTED.test(word) && /^(?:it|this|the|there|an?)$/.test(next) && (i === 0 || /^[,;:]$/.test(before));
    if (!opens) return [];
    const comma = tokens.findIndex((token, k) => k > i && /^[,;]$/.test(token.word));
    const end = tokens[comma]?.start ?? text.length;
    const speaker = tokens.slice(i, comma < 0 ? undefined : comma).some((token) => SPEAKER.test(token.word));
    if (comma < 0 || tokens[comma]!.word === ';' || before === 'even' || speaker) return [[start, end]];
    const over = tokens.find((token, k) => k > comma && CONSEQUENCE_ENDS.test(token.word));
    return [[start, over?.start ?? text.length]];
  });
}

const CONDITION = /^(?:if|unless|provided|assuming|supposing|suppose)$/;
/** "were it printed", "had this been printed", "should the bands move" */
const INVERTED = /^(?:were|had|should)$/;
const SPEAKER = /^(?:i|me|my|we|us|our|you|your)$/;
const CONSEQUENCE_ENDS = /^(?:;|:|but|however|yet|so|therefore|hence)$/;

/** An open question ends at a comma, a semicolon or a turn. */
function closed(between: string): boolean {
  return /[,;:]|\b(?:but|however|yet)\b/.test(between);
}

/** Claim, sign, or null when the words are no statement at all. */
function strengthOf(sentence: Sentence, hit: Hit): Mention['strength'] | null {
  const { tokens, text } = sentence;
  const following = tokens.slice(hit.last + 1, hit.last + 5).map((token) => token.word);
  if (hit.cue.level === 'sign') return 'sign';
  if (evidenceBefore(sentence, hit)) return 'sign';
  if (hit.cue.adjective !== undefined) {
    for (const word of following) {
      // "Live faces have pores" speaks of all, as the plural of a kind of attack does.
      if (PLURALS.test(word)) return hit.first === 0 ? null : 'sign';
      if (CLASS_NOUNS.has(word)) return 'claim';
      if (EVIDENCE_NOUNS.has(word)) return 'sign';
      if (!/^[a-z-]+$/.test(word) || FUNCTION_WORD.test(word)) break;
    }
    const [next = ''] = following;
    const predicate = next === '' || !/^[a-z-]+$/.test(next) || FUNCTION_WORD.test(next);
    const bare = /^(?:actual|true)$/.test(text.slice(hit.start, hit.end));
    return predicate && !bare ? 'claim' : null;
  }
  // A hyphen is part of the token ("spoof-like"), so only the next words can make it evidence.
  if (following[0] !== undefined && EVIDENCE_NOUNS.has(following[0])) return 'sign';
  if (
    /(?:photos|photographs|pictures|images|prints|replays|screens|displays|attacks|spoofs|masks|videos)$/.test(
      text.slice(hit.start, hit.end),
    )
  ) {
    // The plural speaks of the kind in general: evidence at best, and nothing when it opens the sentence.
    return hit.first === 0 ? null : 'sign';
  }
  return 'claim';
}

const PLURALS = /^(?:faces|persons|humans|individuals|subjects|people|users|images|pictures|photos)$/;

const FUNCTION_WORD =
  /^(?:and|or|nor|but|in|on|at|to|of|from|with|without|by|for|as|than|because|since|so|is|are|was|were|has|have|that|which|who|when|while|despite|although|though|under|over|here|there|not|rather|instead|given|due|based|enough|too|throughout|across|after|before|if|looking|overall|i|it|this|the|a|an)$/;

/** "signs of a replay", "evidence that points to spoofing". */
function evidenceBefore({ tokens }: Sentence, hit: Hit): boolean {
  for (let i = hit.first - 1; i >= Math.max(0, hit.first - 4); i--) {
    const word = tokens[i]!.word;
    if (/^[,;:]$/.test(word)) return false;
    if (EVIDENCE_OF.has(word)) return /^(?:of|for|from|left)$/.test(tokens[i + 1]?.word ?? '');
  }
  return false;
}

/** End of the noun phrase that an adjective belongs to: "live [face]". */
function nounEnd(sentence: Sentence, hit: Hit): number {
  const next = sentence.tokens[hit.last + 1];
  return next !== undefined && (CLASS_NOUNS.has(next.word) || EVIDENCE_NOUNS.has(next.word)) ? next.end : hit.end;
}
