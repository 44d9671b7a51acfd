/**
 * Samples that an earlier import made of a file and this one does not: by another recipe no face may be found in it, or
 * another still stands for the video. They go, but for those with a caption that a person wrote: these stay as they are.
 */
import type { EarlierSamples, FrameOptions, SampleRow } from '../protocol';

/** True where a person wrote, changed or cleared one of the sample's captions. */
function wasEdited({ captionSources = {} }: SampleRow): boolean {
  return Object.values(captionSources).some(({ kind }) => kind === 'edited');
}

/**
 * @param earlier  the file's samples as they are stored, and the recipe that they are of
 * @param made     ids that this import gives
 * @returns rows that stay, with their recipe, and ids of those that go
 */
export function sortEarlier(
  earlier: { rows: readonly SampleRow[]; recipe: string },
  made: readonly string[],
): { stay: SampleRow[]; gone: string[]; told: EarlierSamples | null } {
  const others = earlier.rows.filter(({ id }) => !made.includes(id));
  const stay = others.filter(wasEdited).map((row) => ({ ...row, recipe: row.recipe ?? earlier.recipe }));
  const recipe = others[0]?.recipe ?? earlier.recipe;
  return {
    stay,
    gone: others.filter((row) => !wasEdited(row)).map(({ id }) => id),
    told: others.length === 0 ? null : { recipe, gone: others.length - stay.length, stay: stay.length },
  };
}

const CROPS: Record<FrameOptions['crop'], string> = {
  none: 'whole frames',
  margin: 'faces with a margin',
  tight: 'tight faces',
};

/** Counts samples of earlier imports by their recipe, with the files that they are of. */
export class EarlierLog {
  private readonly counts = new Map<string, { samples: number; files: string[] }>();

  add(file: string, { recipe, gone, stay }: EarlierSamples): void {
    for (const [what, samples] of Object.entries({ gone, stay })) {
      if (samples === 0) continue;
      const key = `${what} ${recipe}`;
      const count = this.counts.get(key) ?? { samples: 0, files: [] };
      this.counts.set(key, { samples: count.samples + samples, files: [...count.files, file] });
    }
  }

  notes(): string[] {
    return [...this.counts].map(([key, { samples, files }]) => {
      const [what = '', recipe = ''] = key.split(' ');
      const [rule = '', crop = ''] = recipe.split('/');
      const how = `${CROPS[crop as FrameOptions['crop']] ?? crop}, the ${rule === 'authors' ? 'authors’' : 'paper’s'} rule`;
      const such = `${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length === 4 ? '1 more file' : `${files.length - 3} more files`}` : ''}`;
      const one = samples === 1;
      return what === 'gone'
        ? `${samples} ${one ? 'sample' : 'samples'} of an earlier import (${how}) ${one ? 'is' : 'are'} gone, as this one takes no such frame of ${such}.`
        : `${samples} ${one ? 'sample stays' : 'samples stay'} as an earlier import (${how}) made ${one ? 'it' : 'them'}: this one takes no such frame of ${such}, and you edited ${one ? 'its caption' : 'their captions'}.`;
    });
  }
}
