/** Changes of captions that can be taken back, and which of them still can after an import. Pure. */
import type { SampleRow } from '../protocol';
import { captionOf, type Caption, type Key } from './caption_rows';

/** One step back: what stood where, and what it was changed into. */
export interface Step {
  what: string;
  before: (Key & Caption)[];
  /** The text that was written, and the picture that it was written for. */
  after: (Key & Pick<Caption, 'text'> & Pick<SampleRow, 'frame'>)[];
}

/**
 * The steps whose samples are there, with the same pictures, and say what the step left them saying, once the later
 * ones are taken back. To take back another would put an old caption over one that it does not know.
 */
export function standing(steps: readonly Step[], samples: readonly SampleRow[]): Step[] {
  const rows = new Map(samples.map((row) => [row.id, row]));
  const taken = new Map<string, string>();
  const keyOf = ({ sampleId, style }: Key): string => `${style} ${sampleId}`;
  const kept: Step[] = [];
  for (const step of [...steps].reverse()) {
    const stands = step.after.every((key) => {
      const row = rows.get(key.sampleId);
      const text = taken.get(keyOf(key)) ?? captionOf(row, key.style).text;
      return row?.frame === key.frame && text === key.text;
    });
    if (!stands) continue;
    for (const key of step.before) taken.set(keyOf(key), key.text);
    kept.unshift(step);
  }
  return kept;
}
