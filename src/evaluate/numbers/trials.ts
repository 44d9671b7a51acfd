/** From one answer a frame to what is counted: a trial for each frame, or for each video. */
import { WhyLiveError, type Label, type Prediction, type Reader, type Verdict } from '../../protocol';
import { groupBy } from './group_by';

export type Unit = 'frame' | 'video';

/** What a spoof sample without an attack's name is counted under. */
export const UNNAMED_ATTACK = 'attack not named';

export interface Trial {
  /** The sample's id, or `set/video`: the same in every run on the same samples. */
  id: string;
  set: string;
  /** Path of the frame's file; of a video, that of its first frame. */
  file: string;
  video: string;
  label: Label;
  /** null for live; `UNNAMED_ATTACK` for spoof without a name. */
  attack: string | null;
  subject: string | null;
  /** P(spoof); the mean of the frames' for a video. null for the text reader. */
  score: number | null;
  /** What the text says; null for the other readers. */
  verdict: Verdict | null;
  /** Frames that are in it. */
  frames: number;
  /** One of the video's texts says live and another spoof. */
  contradictory: boolean;
}

export interface Trials {
  reader: Reader;
  unit: Unit;
  trials: Trial[];
  /** What was left out or combined, a sentence each. */
  notes: string[];
}

/** Names a video: two sets may have videos of one name. */
export function videoKey({ set, video }: Pick<Prediction, 'set' | 'video'>): string {
  return `${set}/${video}`;
}

/**
 * Trials in the order of the predictions. A frame that the reader said nothing of is left out, with a note.
 *
 * A video's score is the mean of its frames' scores. A video's text verdict is the same mean with live 0, undecided 1/2
 * and spoof 1: below one half it is live, above it spoof, at one half undecided. So an undecided frame leaves the word to
 * the other frame, and two frames that contradict each other are undecided; a note counts both.
 *
 * @throws WhyLiveError naming the file when a score is not a finite number.
 */
export function trialsOf(predictions: readonly Prediction[], reader: Reader, unit: Unit): Trials {
  const notes: string[] = [];
  // A sample that was scored again counts once, as it was scored last.
  const samples = [...new Map(predictions.map((prediction) => [prediction.sampleId, prediction])).values()];
  const again = predictions.length - samples.length;
  if (again > 0)
    notes.push(
      again === 1 ? '1 frame was there twice and counts once.' : `${again} frames were there twice and count once.`,
    );
  const told = samples.filter((prediction) => said(prediction, reader));
  const left = samples.length - told.length;
  if (left > 0)
    notes.push(
      `${left} of ${samples.length} frames ${left === 1 ? 'has' : 'have'} no ${NOUNS[reader]} and ${left === 1 ? 'is' : 'are'} left out.`,
    );

  const videos = groupBy(told, videoKey);
  const mixed = [...videos].filter(([, frames]) => frames.some(({ label }) => label !== frames[0]!.label));
  for (const [key] of mixed) videos.delete(key);
  if (mixed.length > 0)
    notes.push(
      mixed.length === 1
        ? `1 video has frames of both labels and is left out, ${mixed[0]![0]}: correct the labels.`
        : `${mixed.length} videos have frames of both labels and are left out, ${mixed[0]![0]} the first: correct the labels.`,
    );

  const trials = [...videos].flatMap(([key, frames]) =>
    unit === 'video' ? [trialOf(key, frames, reader)] : frames.map((frame) => trialOf(frame.sampleId, [frame], reader)),
  );
  if (unit === 'video' && reader === 'text') notes.push(...combined(trials, videos));
  return { reader, unit, trials, notes };
}

const NOUNS: Record<Reader, string> = {
  head: 'probability of the head',
  text: 'text',
  likelihood: 'likelihood of the labels',
};

function said(prediction: Prediction, reader: Reader): boolean {
  if (reader === 'text') return prediction.verdict !== null;
  const score = prediction[reader];
  if (score !== null && !Number.isFinite(score))
    throw new WhyLiveError({
      file: prediction.file,
      cause: `The ${NOUNS[reader]} is ${score}, which is no probability.`,
      remedy: 'Score the run again; if it stays so, the run has diverged.',
    });
  return score !== null;
}

function trialOf(id: string, frames: readonly Prediction[], reader: Reader): Trial {
  const [{ set, file, video, label, attack, subject }] = frames as [Prediction];
  let [sum, live, spoof] = [0, 0, 0];
  for (const frame of frames) {
    if (reader !== 'text') sum += frame[reader]!;
    else if (frame.verdict === 'live') live++;
    else if (frame.verdict === 'spoof') spoof++;
  }
  return {
    id,
    set,
    file,
    video,
    label,
    attack: label === 'live' ? null : (attack ?? UNNAMED_ATTACK),
    subject,
    score: reader === 'text' ? null : sum / frames.length,
    verdict: reader !== 'text' ? null : live > spoof ? 'live' : spoof > live ? 'spoof' : 'undecided',
    frames: frames.length,
    contradictory: live > 0 && spoof > 0,
  };
}

/** What the two frames' texts made of one another. */
function combined(trials: readonly Trial[], videos: ReadonlyMap<string, readonly Prediction[]>): string[] {
  const contradictory = trials.filter((trial) => trial.contradictory).length;
  const carried = trials.filter(
    ({ id, verdict }) => verdict !== 'undecided' && videos.get(id)!.some((frame) => frame.verdict === 'undecided'),
  ).length;
  const of = `of ${trials.length} videos`;
  return [
    ...(contradictory > 0 ? [`In ${contradictory} ${of} one text says live and another spoof.`] : []),
    ...(carried > 0 ? [`In ${carried} ${of} one text is undecided and the other frame has the word.`] : []),
  ];
}
