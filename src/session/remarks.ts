/** Remarks on the samples that are there now: which have no label, and which no caption. */
import type { CaptionStyle, SampleRow } from '../protocol';

/** Names in a sentence; the rest are counted. */
const NAMED = 3;
const STYLES: readonly CaptionStyle[] = ['vanilla', 'reasoning'];

interface Gap {
  frames: number;
  examples: string[];
  /** Frames outside the training parts. */
  outside: number;
}

/** What is missing in a set. */
interface Missing {
  samples: number;
  unlabelled: number;
  labelled: number;
  /** Labelled samples without any caption. */
  mute: number;
  /** Styles in which the paper's caption set has captions of this set, with the frames that got none. */
  styles: Map<CaptionStyle, Gap>;
}

/** Sentences about the samples as a whole; one pass over them, and one more over sets with captions of the caption set. */
export function remarks(samples: readonly SampleRow[]): string[] {
  const sets = new Map<string, Missing>();
  for (const { set, label, captions, captionSources } of samples) {
    let found = sets.get(set);
    if (found === undefined) {
      found = { samples: 0, unlabelled: 0, labelled: 0, mute: 0, styles: new Map() };
      sets.set(set, found);
    }
    found.samples++;
    if (label === null) found.unlabelled++;
    else {
      found.labelled++;
      if (STYLES.every((style) => isEmpty(captions[style]))) found.mute++;
    }
    for (const style of STYLES) {
      if (captionSources?.[style]?.kind !== 'public set' || found.styles.has(style)) continue;
      found.styles.set(style, { frames: 0, examples: [], outside: 0 });
    }
  }
  if ([...sets.values()].some(({ styles }) => styles.size > 0)) countGaps(samples, sets);
  const list = [...sets].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...mute(list), ...gaps(list), ...unlabelled(list)];
}

const isEmpty = (caption: string | undefined): boolean => (caption?.trim() ?? '') === '';

function countGaps(samples: readonly SampleRow[], sets: ReadonlyMap<string, Missing>): void {
  for (const { set, file, label, part, captions } of samples) {
    const found = sets.get(set);
    if (label === null || found === undefined) continue;
    for (const [style, gap] of found.styles) {
      if (!isEmpty(captions[style])) continue;
      if (part !== undefined && part !== 'train') gap.outside++;
      else {
        gap.frames++;
        if (gap.examples.length < NAMED && !gap.examples.includes(file)) gap.examples.push(file);
      }
    }
  }
}

type Sets = readonly (readonly [name: string, Missing])[];

function mute(sets: Sets): string[] {
  const some = sets.filter(([, found]) => found.mute > 0);
  const n = sum(some, ({ mute }) => mute);
  if (n === 0) return [];
  const where = sets.length === 1 ? '' : ` (${listed(some.map(([name, found]) => `${name} ${found.mute}`))})`;
  return [
    `${n} of ${sum(sets, ({ labelled }) => labelled)} labelled samples ${n === 1 ? 'has' : 'have'} no caption${where}: ${n === 1 ? 'it trains' : 'they train'} the live/spoof head only.`,
  ];
}

function gaps(sets: Sets): string[] {
  const sentences: string[] = [];
  for (const [name, { styles }] of sets) {
    for (const [style, { frames, examples }] of styles) {
      if (frames === 0) continue;
      sentences.push(
        `${frames} labelled ${frames === 1 ? 'frame' : 'frames'} of ${name} ${frames === 1 ? 'is' : 'are'} left without a ${style} caption, such as ${examples.join(', ')}.`,
      );
    }
  }
  for (const style of STYLES) {
    const outside = sum(sets, ({ styles }) => styles.get(style)?.outside ?? 0);
    if (outside === 0) continue;
    sentences.push(
      `${outside} ${outside === 1 ? 'frame' : 'frames'} outside the training parts ${outside === 1 ? 'has' : 'have'} no ${style} caption: the caption set does not cover these parts.`,
    );
  }
  return sentences;
}

function unlabelled(sets: Sets): string[] {
  const some = sets.filter(([, found]) => found.unlabelled > 0);
  const [first] = some;
  if (first === undefined) return [];
  const use = 'such samples can be inspected, but not trained or evaluated on.';
  if (some.length > 1) {
    const parts = some.map(([name, found]) => `${name} ${found.unlabelled} of ${found.samples}`);
    return [`${sum(some, (found) => found.unlabelled)} samples have no label (${listed(parts)}): ${use}`];
  }
  const [name, found] = first;
  return [
    found.unlabelled === found.samples
      ? `No sample of the set ${name} has a label: ${use}`
      : `${found.unlabelled} of ${found.samples} samples of the set ${name} ${found.unlabelled === 1 ? 'has' : 'have'} no label: ${use}`,
  ];
}

const sum = (sets: Sets, of: (missing: Missing) => number): number => sets.reduce((n, [, found]) => n + of(found), 0);

function listed(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
