/** Which of the readers that were asked for judge a run on one of its tests. */
import type { Reader, RunConfig } from '../../protocol';

/** The test that stands for the sources' development data. */
export const DEVELOPMENT = 'development';

export interface ReadersOn {
  head: boolean;
  /** Those that need the frame described in words. */
  words: Reader[];
}

/**
 * A run without the classification loss has no head that could judge. Development data set thresholds, and only a score
 * has one: what a text says of them would be read by nobody. The likelihood is such a score, and it is read after the
 * text, so with it the text is generated there too.
 */
export function readersOn(test: string, asked: readonly Reader[], { alpha }: Pick<RunConfig, 'alpha'>): ReadersOn {
  return {
    head: asked.includes('head') && alpha > 0,
    words: asked.filter((reader) => reader === 'likelihood' || (reader === 'text' && test !== DEVELOPMENT)),
  };
}
