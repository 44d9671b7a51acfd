/** What became of captions on their way to samples, counted with examples and put into sentences. */
import type { FaceSet } from '../protocol';
import { SET_NAMES } from './caption_set';

/** Captions from which on it is no accident that most of them do not fit. */
const FEW = 3;
/** Examples that a sentence names. */
const EXAMPLES = 3;

interface Count {
  /** Things counted: captions, or what `times` says. */
  n: number;
  /** Calls: videos or files. */
  cases: number;
  examples: string[];
}

export class MatchCounts {
  private readonly counts = new Map<string, Count>();

  add(what: string, example: string, n = 1): void {
    const count = this.counts.get(what) ?? { n: 0, cases: 0, examples: [] };
    count.n += n;
    count.cases++;
    if (count.examples.length < EXAMPLES && !count.examples.includes(example)) count.examples.push(example);
    this.counts.set(what, count);
  }

  notes(): string[] {
    const notes: string[] = [];
    const say = (what: string, words: (count: Count, examples: string) => string): void => {
      const count = this.counts.get(what);
      if (count !== undefined) notes.push(words(count, count.examples.join(', ')));
    };
    const { examples: styles = [], n = 0 } = this.counts.get('found') ?? {};
    if (n > 0)
      notes.push(`${captions(n)} (${styles.join(' and ')}) found ${n === 1 ? 'its sample' : 'their samples'}.`);
    say(
      'pairs',
      ({ cases }) =>
        `${cases === 1 ? 'Once' : `${cases} times`} two captions fit a video with two frames, and the caption set does not say which belongs to which: the first was given to the earlier frame. The caption editor shows both and can swap them.`,
    );
    say(
      'one caption',
      ({ cases }, such) =>
        `${videos(cases)} ${cases === 1 ? 'has' : 'have'} fewer captions of a style than frames (${such}): which frame they belong to is not known, and the others got none.`,
    );
    say(
      'left over',
      (count, such) =>
        `${captions(count.n)} more than there are frames of the video ${count.n === 1 ? 'was' : 'were'} not used (${such}).`,
    );
    for (const [what, count] of this.counts) {
      if (what.startsWith('absent ')) {
        const name = SET_NAMES[what.slice('absent '.length) as FaceSet];
        notes.push(
          `${captions(count.n)} of ${videos(count.cases)} of ${name} found no sample, such as ${count.examples.join(', ')}. Add the videos, then drop the caption file again.`,
        );
      }
    }
    say(
      'label differs',
      (count, such) =>
        `${captions(count.n)} ${count.n === 1 ? 'was' : 'were'} left out, as the table and the data disagree whether it is live or spoof: ${such}.${count.n >= FEW && count.n > n ? ` ${n === 0 ? 'No caption fits' : 'Most do not fit'}: the table may mean the opposite by its numbers; a column named live or spoof says what 1 is.` : ''}`,
    );
    say(
      'contradicted',
      (count, such) =>
        `${captions(count.n)} ${count.n === 1 ? 'was' : 'were'} left out, as an earlier row gives the same frame another one: ${such}. Add a frame column (early, middle) to give each frame its own.`,
    );
    say(
      'several videos',
      (count, such) =>
        `${captions(count.n)} ${count.n === 1 ? 'fits more than one video of a set and was' : 'fit more than one video of a set and were'} left out: ${such}.`,
    );
    say(
      'attack differs',
      (count, such) =>
        `${captions(count.n)} ${count.n === 1 ? 'names' : 'name'} another kind of attack than the data: ${such}.`,
    );
    say(
      'superseded',
      (count, such) =>
        `${captions(count.n)} of ${such} ${count.n === 1 ? 'differs' : 'differ'} from those that an earlier table has for the same videos; the earlier ones stand.`,
    );
    say(
      'file absent',
      (count, such) =>
        `${captions(count.n)} ${count.n === 1 ? 'is of a file that is' : 'are of files that are'} not among the data: ${such}. Add ${count.n === 1 ? 'the file' : 'the files'} first.`,
    );
    say(
      'still not taken',
      (count, such) =>
        `${captions(count.n)} ${count.n === 1 ? 'is of a still that is not one of those that were taken of its video' : 'are of stills that are not the ones that were taken of their videos'}: ${such}. Import the folder and the table together: stills that have captions go before the others.`,
    );
    say(
      'file ambiguous',
      (count, such) =>
        `${captions(count.n)} ${count.n === 1 ? 'fits' : 'fit'} more than one file: ${such}. Write more of the path, or the set.`,
    );
    say(
      'edited kept',
      (count, such) =>
        `${captions(count.n)} that you edited ${count.n === 1 ? 'was' : 'were'} kept, though a table says otherwise: ${such}.`,
    );
    say(
      'own kept',
      (count, such) =>
        `${captions(count.n)} of your own tables ${count.n === 1 ? 'was kept instead of that' : 'were kept instead of those'} of the caption set: ${such}.`,
    );
    say(
      'drafts replaced',
      (count, such) =>
        `${count.n} drafted ${count.n === 1 ? 'caption was replaced by that' : 'captions were replaced by those'} of a table: ${such}.`,
    );
    say(
      'replaced',
      (count, such) => `${captions(count.n)} of an earlier table ${count.n === 1 ? 'was' : 'were'} replaced: ${such}.`,
    );
    return notes;
  }
}

const captions = (n: number): string => `${n} ${n === 1 ? 'caption' : 'captions'}`;
const videos = (n: number): string => `${n} ${n === 1 ? 'video' : 'videos'}`;
