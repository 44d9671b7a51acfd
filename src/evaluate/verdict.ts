/**
 * Reads live, spoof or undecided from an explanation, by rules alone: the same text always gives the same verdict, and
 * every verdict can be traced to the words it came from. (The paper lets another language model read the text.)
 *
 * 1. A `Final judgment` stage that speaks of the question is read alone; otherwise the whole text is.
 * 2. Words that state a class are mentions; negation, hedging, questions, conditions and comparisons decide what each
 *    one claims ("lacks the depth of a real face" claims spoof).
 * 3. Statements about the face outweigh talk of evidence; what holds against a concession outweighs the concession; a
 *    conclusion outweighs what led to it. What is left must agree, or the text is undecided.
 */
import { finalJudgment, type Label, type Verdict } from '../protocol';
import { concededTokens, firstImpression, turnsBack, leavesOpen } from './reading/clauses';
import { contradictedFrom, unclaimed } from './reading/conditions';
import { namesAny, statedIn } from './reading/hits';
import { CONCLUSION, OPEN_QUESTION } from './reading/lexicon';
import { isElsewhere, scopeAfter } from './reading/after';
import { scopeBefore } from './reading/scopes';
import { sentencesOf, type Sentence } from './reading/sentences';
import { nounEnd, strengthOf, type Strength } from './reading/strength';

/** One statement found in the text. */
export interface Mention {
  /** Offsets in the text that was read. */
  start: number;
  end: number;
  /** What it claims, negation applied. */
  meaning: Label;
  strength: Strength;
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
  return sentencesOf(text).some((sentence) => namesAny(sentence) || sentence.text.search(OPEN_QUESTION) >= 0);
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

function mentionsIn(text: string): Mention[] {
  const mentions: Mention[] = [];
  let turned = 0;
  const sentences = sentencesOf(text);
  for (const [index, sentence] of sentences.entries()) {
    if (turnsBack(sentence)) for (; turned < mentions.length; turned++) mentions[turned]!.conceded = true;
    if (leavesOpen(sentence)) {
      // What comes later may decide all the same.
      mentions.length = turned = 0;
      continue;
    }
    if (!sentence.question) mentions.push(...readSentence(sentence));
    else mentions.push(...answered(sentence, sentences[index + 1]));
  }
  return mentions;
}

/** "Is it live? No.": what a short answer makes of a question that names one class. */
function answered(question: Sentence, answer: Sentence | undefined): Mention[] {
  const said = /^\s*(?<answer>yes|no)\b\W*$/.exec(answer?.text ?? '')?.groups?.['answer'];
  const hits = statedIn(question);
  if (said === undefined || hits.length === 0 || hits.some(({ cue }) => cue.meaning !== hits[0]!.cue.meaning))
    return [];
  return hits.map(({ cue, start, end }) => ({
    ...{ start: question.offset + start, end: question.offset + end },
    meaning: said === 'yes' ? cue.meaning : opposite(cue.meaning),
    ...{ strength: cue.level === 'sign' ? 'sign' : 'claim', conceded: false, conclusive: false },
  }));
}

function readSentence(sentence: Sentence): Mention[] {
  const { text, tokens } = sentence;
  const conceded = concededTokens(sentence);
  const impression = firstImpression(sentence);
  const conclusive = CONCLUSION.test(text);
  const isUnclaimed = unclaimed(sentence);
  const contradicted = contradictedFrom(sentence);

  const mentions: Mention[] = [];
  for (const hit of statedIn(sentence)) {
    if (contradicted !== null && hit.end <= contradicted) {
      mentions.push({
        ...{ start: sentence.offset + hit.start, end: sentence.offset + hit.end, meaning: opposite(hit.cue.meaning) },
        ...{ strength: hit.cue.level === 'sign' ? 'sign' : 'claim', conceded: false, conclusive },
      });
      continue;
    }
    if (isUnclaimed(hit)) continue;
    if (impression !== null && hit.start >= impression.from && hit.end <= impression.to) continue;
    const strength = strengthOf(sentence, hit);
    if (strength === null) continue;
    const before = scopeBefore(tokens, hit.first, hit.cue.meaning);
    const end = nounEnd(sentence, hit);
    if (hit.cue.level === 'kind' && isElsewhere(sentence, end)) continue;
    const after = scopeAfter(sentence, hit.start, end);
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

function opposite(label: Label): Label {
  return label === 'live' ? 'spoof' : 'live';
}
