/** Where a sentence names a class: the cues in it, without those that name it and state nothing. */
import { CUES, NOT_A_CLAIM, type Cue } from './cues';
import type { Sentence } from './sentences';
import { isEvidential } from './speaks';

export interface Hit {
  cue: Cue;
  /** Offsets in the sentence. */
  start: number;
  end: number;
  /** Its first and last token. */
  first: number;
  last: number;
}

/** True where a cue stands in it, stated or not. */
export function namesAny(sentence: Sentence): boolean {
  return findHits(sentence).length > 0;
}

/** In the order of the text. */
export function statedIn(sentence: Sentence): Hit[] {
  return dropAlternatives(sentence, dropSubjectsOfPictures(sentence, findHits(sentence)));
}

/** All cues of the sentence that do not overlap, the longest first. */
function findHits({ text, tokens }: Sentence): Hit[] {
  // A mark for each character, so that a sentence of any length is read in a time that grows with it and no faster.
  const taken = new Uint8Array(text.length);
  for (const match of text.matchAll(NOT_A_CLAIM)) taken.fill(1, match.index, match.index + match[0].length);
  const found = CUES.flatMap((cue) =>
    [...text.matchAll(cue.pattern)].map((match) => ({ cue, start: match.index, end: match.index + match[0].length })),
  ).sort((a, b) => b.end - b.start - (a.end - a.start));
  const free = found.filter(({ start, end }) => {
    if (taken.subarray(start, end).includes(1)) return false;
    taken.fill(1, start, end);
    return true;
  });
  let [first, last] = [0, 0];
  return free
    .sort((a, b) => a.start - b.start)
    .map((hit) => {
      while (first < tokens.length - 1 && tokens[first]!.end <= hit.start) first++;
      last = Math.max(first, last);
      while (last < tokens.length - 1 && tokens[last + 1]!.start < hit.end) last++;
      return { ...hit, first, last };
    });
}

/** Characters before a mention that can make it the subject of a picture. */
const REACH = 200;
const SHOWN = /(?:of|showing|depicting)\s+(?:an?\s+|the\s+|some\s+)?(?:[a-z-]+\s+)?$/;
const PICTURE =
  /\b(?:photo(?:graph)?|picture|print|copy|portrait|video|recording|poster|replay|reproduction|attack|spoof|screen|display|paper|mask)s?\s+(?:clearly\s+)?$/;

/** "printed photo of a real person": what a reproduction shows says nothing of what it is. */
function dropSubjectsOfPictures({ text }: Sentence, hits: Hit[]): Hit[] {
  if (!hits.some((hit) => hit.cue.meaning === 'spoof')) return hits;
  return hits.filter((hit) => {
    if (hit.cue.meaning === 'spoof') return true;
    const before = text.slice(Math.max(0, hit.start - REACH), hit.start);
    const shown = SHOWN.exec(before);
    return shown === null || !PICTURE.test(before.slice(0, shown.index));
  });
}

/** "live or spoof", "real/fake", "neither real nor fake": opposites offered side by side claim neither. */
function dropAlternatives(sentence: Sentence, hits: Hit[]): Hit[] {
  const dropped = new Set<Hit>();
  hits.forEach((hit, i) => {
    const next = hits[i + 1];
    if (next === undefined || next.cue.meaning === hit.cue.meaning) return;
    const between = sentence.tokens.slice(hit.last + 1, next.first).map((token) => token.word);
    // Not "no trace of a screen or paper suggests a live face".
    const joined =
      between.some((word) => /^(?:or|nor|\/|versus|vs|and\/or)$/.test(word)) && !between.some(isEvidential);
    const kinds = between.length <= 6 && !between.includes(',');
    if (joined && kinds) dropped.add(hit).add(next);
  });
  return hits.filter((hit) => !dropped.has(hit));
}
