/** A text as sentences and tokens, at the offsets that they have in it. */

export interface Token {
  word: string;
  start: number;
  end: number;
}

export interface Sentence {
  /** Lower case, typographic quotes and dashes made plain; offsets are those of the original text. */
  text: string;
  /** Offset of the sentence in the original text. */
  offset: number;
  question: boolean;
  tokens: Token[];
}

/** A gap as wide as this parts sentences as a line end does: no rule below has to look across it. */
const GAP = /\s{40,}/g;

/** Splits into sentences at `.`, `!`, `?` and line ends. Offsets survive: no character is added or removed. */
export function sentencesOf(original: string): Sentence[] {
  const text = original
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d"*#_`]/g, ' ')
    .replace(/[\u2013\u2014]/g, ';')
    .replace(GAP, (gap) => '\n'.repeat(gap.length));
  // Lower-casing may change the length of a few non-English letters; offsets then no longer match, so keep case.
  const plain = text.length === original.length ? text : original;
  const sentences: Sentence[] = [];
  for (const match of plain.matchAll(/[^.!?\n\r]+(?:\.(?=\d)[^.!?\n\r]+)*[.!?]*/g)) {
    const tokens = [...match[0].matchAll(/[a-z0-9]+(?:['-][a-z0-9]+)*|[,;:()/]|-/g)].map((token) => ({
      word: token[0],
      start: token.index,
      end: token.index + token[0].length,
    }));
    if (tokens.length > 0) {
      sentences.push({ text: match[0], offset: match.index, question: match[0].includes('?'), tokens });
    }
  }
  return sentences;
}
