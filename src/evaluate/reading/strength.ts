/** What a statement is about: the face, or evidence only. */
import type { Hit } from './hits';
import { CLASS_NOUNS, EVIDENCE_NOUNS, EVIDENCE_OF } from './lexicon';
import type { Sentence } from './sentences';

/** `claim`: about the face; `sign`: about evidence, or the denial of one kind of attack. */
export type Strength = 'claim' | 'sign';

/** Claim, sign, or null when the words are no statement at all. */
export function strengthOf(sentence: Sentence, hit: Hit): Strength | null {
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
export function nounEnd(sentence: Sentence, hit: Hit): number {
  const next = sentence.tokens[hit.last + 1];
  return next !== undefined && (CLASS_NOUNS.has(next.word) || EVIDENCE_NOUNS.has(next.word)) ? next.end : hit.end;
}
