/** Captions and drafts of samples: read, put in place, taken to the other frame, left out. Nothing here is stored. */
import { WhyLiveError, type AuditCaption, type CaptionSource, type CaptionStyle, type SampleRow } from '../protocol';
import type { PendingDraft } from './types';

export const EDITED: CaptionSource = { kind: 'edited', from: '' };

export type Caption = { text: string; source: CaptionSource | undefined };
export type Key = Pick<PendingDraft, 'sampleId' | 'style'>;

export function same(a: Key, b: Key): boolean {
  return a.sampleId === b.sampleId && a.style === b.style;
}

export function captionOf(row: SampleRow | undefined, style: CaptionStyle): Caption {
  return { text: row?.captions[style]?.trim() ?? '', source: row?.captionSources?.[style] };
}

/** A caption for the other frame. A table of our own names the frame: against its word only an edit stands. */
export function swapped({ text, source }: Caption): Caption {
  return { text, source: source?.kind === 'table' ? EDITED : source };
}

export function withCaption(row: SampleRow, style: CaptionStyle, { text, source }: Caption): SampleRow {
  const captions = { ...row.captions };
  const captionSources = { ...row.captionSources };
  if (text === '') delete captions[style];
  else captions[style] = text;
  if (source === undefined) delete captionSources[style];
  else captionSources[style] = source;
  return { ...row, captions, captionSources };
}

export function audited(row: SampleRow, style: CaptionStyle, text: string): AuditCaption {
  const { id: sampleId, set, video, label, captionSources } = row;
  return { sampleId, set, video, style, label, text, source: captionSources?.[style] ?? null };
}

/** The other frame of a video of two; null where it has not exactly two. */
export function pairOf(row: SampleRow, samples: readonly SampleRow[]): SampleRow | null {
  const others = samples.filter(({ id, set, video }) => set === row.set && video === row.video && id !== row.id);
  return others.length === 1 ? others[0]! : null;
}

export const idsOf = (keys: readonly Key[]): string[] => [...new Set(keys.map(({ sampleId }) => sampleId))];

/** @throws WhyLiveError where the sample is not stored any more */
export function rowOf(rows: ReadonlyMap<string, SampleRow>, sampleId: string): SampleRow {
  const row = rows.get(sampleId);
  if (row === undefined) throw gone();
  return row;
}

export function gone(): WhyLiveError {
  return new WhyLiveError({ cause: 'The sample is no longer in the data set.', remedy: 'Choose another.' });
}

export function changedSince(what: string): WhyLiveError {
  return new WhyLiveError({
    cause: `The ${what} cannot be taken back: what it wrote was changed since, in another tab or by an import.`,
    remedy: 'Write the caption anew where it should say something else.',
  });
}

/** The drafts that are not of these. */
export function without(these: readonly Key[]): (all: readonly PendingDraft[]) => PendingDraft[] {
  const keys = new Set(these.map(({ sampleId, style }) => `${style} ${sampleId}`));
  return (all) => all.filter(({ sampleId, style }) => !keys.has(`${style} ${sampleId}`));
}
