/**
 * Where evidence speaks for a statement: "the absence of depth indicates a spoof". What is absent is denied, and what its
 * absence speaks for is claimed.
 */
import type { Label } from '../../protocol';
import type { Token } from './sentences';

const VERB =
  /^(?:indicat(?:es?|ed)|suggest(?:s|ed)?|confirm(?:s|ed)?|support(?:s|ed)?|impl(?:y|ies|ied)|means?|meant|reveal(?:s|ed)?|prov(?:es?|ed)|demonstrat(?:es?|ed)|signal(?:s|led)?|signif(?:y|ies|ied)|expos(?:es?|ed)|betray(?:s|ed)?|points?|pointed|leads?|led|speaks?|marks?|makes?|reinforc(?:es?|ed)|strengthen(?:s|ed)?|favou?rs?|establish(?:es)?|argues?|identif(?:y|ies)|shows?|showed|aligns?|aligned|corresponds?|fits?|match(?:es)?|contribut(?:es?|ed)|characteri[sz](?:es?|ed))$/;
const ADJECTIVE =
  /^(?:consistent|typical|characteristic|indicative|suggestive|diagnostic|evidence|proof|signs?|hallmarks?|indications?|indicators?)$/;
const SIGN = /^(?:signs?|hallmarks?|indications?|indicators?|evidence|proof|hints?|marks?)$/;
const IS = /^(?:is|are|was|were|remains?)$/;
/** Before a noun: "absence of marks". */
const NOUN = /^(?:of|any|no|such|the|these|those|some|visible|clear)$/;
/** What the verb depends on, so that it is no statement of the sentence: "that suggests", "to suggest", "may suggest". */
const BOUND = /^(?:that|which|who|to|can|could|may|might|would|should|must|will|what)$/;
const REPORT = /^(?:that|which|say|saying|think|believe|claim|conclude|agree|argue|true|correct|case|mean)$/;
/** A subject of its own behind what is absent: "due to the lack of texture the image is ...". */
const SUBJECT = /^(?:the|this|it|he|she)$/;

/** "suggests", "points" */
export function isEvidential(word: string): boolean {
  return VERB.test(word);
}

/** `loose`: it may be what is denied that speaks, not its absence: "no moire, a sign of a replay". */
export type Speaking = 'firm' | 'loose';

/** Whether the subject before token `index` speaks there for what follows. */
export function speaksAt(tokens: readonly Token[], index: number): Speaking | null {
  if (speaksFirmly(tokens, index)) return 'firm';
  const word = tokens[index]?.word ?? '';
  const at = (back: number): string => tokens[index - back]?.word ?? '';
  // "There is no moire which suggests that"
  if (isEvidential(word) && at(1) === 'which') return 'loose';
  // "The eyes have no highlights, a clear sign of": beside what is said, not part of it.
  const article = SIGN.test(word) ? [1, 2, 3].find((back) => /^(?:an?|the)$/.test(at(back))) : undefined;
  return article !== undefined && at(article + 1) === ',' ? 'loose' : null;
}

function speaksFirmly(tokens: readonly Token[], index: number): boolean {
  const word = tokens[index]?.word ?? '';
  const at = (back: number): string => tokens[index - back]?.word ?? '';
  if (isEvidential(word)) {
    let back = 1;
    while (/^(?:\w+ly|also|itself|alone)$/.test(at(back))) back++;
    return at(back) !== '' && !BOUND.test(at(back)) && !NOUN.test(at(back));
  }
  if (ADJECTIVE.test(word)) {
    // Not "there is no clear sign of".
    const is = [1, 2, 3].find((back) => IS.test(at(back)) || /^(?:no|not)$/.test(at(back)));
    return is !== undefined && IS.test(at(is)) && !BOUND.test(at(is + 1)) && at(is + 1) !== 'there';
  }
  if (!SUBJECT.test(word) || REPORT.test(at(1)) || BOUND.test(at(1))) return false;
  return [1, 2].some((ahead) => /^(?:is|was|looks|appears|seems)$/.test(tokens[index + ahead]?.word ?? ''));
}

const ABSENT =
  /^(?:lack(?:s|ed|ing)?|absen(?:ce|t)|missing|devoid|free|without|inconsistent|deviat\w*|fail(?:s|ed|ure)?)$/;
/** Evidence of a spoof, whose absence speaks for live, and the reverse. */
const EVIDENCE: Record<Label, RegExp> = {
  spoof:
    /^(?:moire|moiré|artefacts?|artifacts?|pixel\w*|glare|borders?|bezels?|grids?|halftone|dots?|distortions?|flicker\w*|banding|scan|lines?|seams?|creases?|folds?|blur\w*|anomal\w*|irregular\w*|inconsisten\w*|unnatural\w*|abnormal\w*|unusual|artificial|suspicious|flatness|flat|cut-?outs?|tamper\w*|manipulat\w*|loss|degradation|defects?|flaws?|edges?|mismatch\w*|discontinu\w*|repetition\w*|spoof\w*|print\w*|screens?|replay\w*|masks?|attacks?)$/,
  live: /^(?:depth|pores?|textures?|micro-?textures?|blink\w*|movements?|motion|relief|shadows?|shading|volume|natural\w*|skin|highlights?|three-dimensional\w*|3d|curvature|contours?|life\w*|real\w*|genuine\w*|liveness|catchlights?)$/,
};

/**
 * True where a negation at token `index` is spent before token `at`, where evidence speaks for the mention: always for
 * what is absent; for "no" only where the missing evidence is of the other class ("no moire indicates a live face", but
 * "no artefact suggests a spoof"); for "not" only in "the fact that it is not flat suggests" and "what is not present
 * suggests".
 */
export function endsNegation(
  tokens: readonly Token[],
  index: number,
  { at, speaking }: { at: number; speaking: Speaking },
  meaning: Label,
): boolean {
  const { word } = tokens[index]!;
  const between = tokens.slice(index + 1, tokens[at - 1]?.word === 'which' ? at - 1 : at).map((token) => token.word);
  if (between.some((other) => REPORT.test(other) || other === 'anything')) return false;
  const absent = ABSENT.test(word);
  if (absent && speaking === 'firm') return true;
  if (word === 'not' || word.endsWith("n't")) {
    if (between.length === 1 && /^(?:present|visible|seen|found|there|detectable)$/.test(between[0]!)) return true;
    return tokens.slice(Math.max(0, index - 8), index).some((token) => token.word === 'fact');
  }
  if (!absent && !/^(?:no|hardly|barely|scarcely)$/.test(word)) return false;
  // "No unnatural texture": what is wrong with it counts.
  const ofSpoof = between.some((one) => EVIDENCE.spoof.test(one));
  return meaning === 'live' ? ofSpoof : !ofSpoof && between.some((one) => EVIDENCE.live.test(one));
}
