/** Answers to given frames, as a scoring would give them. */
import type { Label, Prediction, Verdict } from '../../src/protocol';

let made = 0;

/** A spoof or live frame of a video of its own, unless said otherwise. */
export function prediction(label: Label, fields: Partial<Prediction> = {}): Prediction {
  const id = fields.sampleId ?? `frame ${made++}`;
  return {
    sampleId: id,
    set: 'set',
    file: `${id}.png`,
    video: id,
    role: 'early',
    label,
    attack: label === 'spoof' ? 'print' : null,
    subject: null,
    head: null,
    text: null,
    truncated: false,
    verdict: null,
    likelihood: null,
    ...fields,
  };
}

/** One frame for each score of the head. */
export function byHead(live: readonly number[], spoof: readonly number[]): Prediction[] {
  return [...live.map((head) => prediction('live', { head })), ...spoof.map((head) => prediction('spoof', { head }))];
}

/** One frame for each verdict of the text. */
export function byText(live: readonly Verdict[], spoof: readonly Verdict[]): Prediction[] {
  return [
    ...live.map((verdict) => prediction('live', { verdict, text: verdict })),
    ...spoof.map((verdict) => prediction('spoof', { verdict, text: verdict })),
  ];
}
