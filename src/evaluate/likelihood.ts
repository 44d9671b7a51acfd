/**
 * The verdict by likelihood: after the explanation, how probable are the words of each label to the model itself? A
 * score without a threshold of its own, where the text gives a bare verdict, and without a reader who may misread.
 */
import type { Continuations } from '../model';
import { finalJudgment, type Label } from '../protocol';
import { sentencesOf } from './reading/sentences';
import { readVerdict } from './verdict';

/**
 * The words of each label: statements that captions of both styles end with, the same forms for both, without the full
 * stop, so that "a spoof, a print" counts as much as "a spoof". No statement of a label begins
 * another of it, so their probabilities may be added.
 */
export const STATEMENTS: Record<Label, readonly string[]> = {
  live: ['This is a live face', 'The face is live', 'I judge this face to be live', 'This is a real face'],
  spoof: ['This is a spoof', 'The face is a spoof', 'I judge this face to be a spoof', 'This is a fake face'],
};

/**
 * What is asked after a caption: every statement, those of live first. The caption is read up to the sentence that
 * states its verdict: after that sentence its own words would only be echoed.
 */
export function statementsAfter(caption: { text: string; truncated: boolean }): Continuations {
  return { after: untilVerdict(caption), words: [...STATEMENTS.live, ...STATEMENTS.spoof] };
}

/**
 * P(spoof) from the logarithms that belong to the words of `statementsAfter`: the probabilities of a label's statements
 * added up, normalised over the two labels. A sum, because a statement in words that the model never uses then counts
 * for nothing, where in a mean of logarithms it would drown the others. Lengths are not evened out: these are
 * probabilities of statements, and one divided by its length is none.
 */
export function spoofLikelihood(logLikelihoods: readonly number[]): number {
  const live = logSum(logLikelihoods.slice(0, STATEMENTS.live.length));
  const spoof = logSum(logLikelihoods.slice(STATEMENTS.live.length));
  return 1 / (1 + Math.exp(live - spoof));
}

/**
 * The explanation alone: up to the sentence with the first statement about the face, in the final judgment where that
 * decides. A caption without one is explanation from end to end; one that was cut off ends with its last whole sentence,
 * as half a sentence could not be followed by another.
 */
export function untilVerdict({ text, truncated }: { text: string; truncated: boolean }): string {
  const { mentions, from } = readVerdict(text);
  const claim = mentions.find(({ strength }) => strength === 'claim');
  if (claim === undefined) return (truncated ? wholeSentences(text) : text).trim();
  const sentence = sentencesOf(text).findLast(({ offset }) => offset <= claim.start)?.offset ?? 0;
  // A heading belongs to what comes before: the statement follows it as in training.
  const stage = from === 'final judgment' ? (finalJudgment(text)?.start ?? 0) : 0;
  return text.slice(0, Math.max(sentence, stage)).trim();
}

function wholeSentences(text: string): string {
  const end = /^[\s\S]*[.!?](?=["')\]]*(?:\s|$))/.exec(text)?.[0];
  return end ?? '';
}

function logSum(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
