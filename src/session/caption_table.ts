/** Captions and their audit as files: our own table, which an import reads back, and the audit's findings. */
import type { AuditReport, CaptionStyle, SampleRow } from '../protocol';
import { toCsv } from '../store/csv';

const STYLES: readonly CaptionStyle[] = ['vanilla', 'reasoning'];

/**
 * One JSON object a line and sample that has a caption, or had one that the user cleared: of that, the line says where
 * it is from alone (`vanilla_kind` edited, without a `caption_vanilla`).
 */
export function captionTable(samples: readonly SampleRow[]): string {
  return samples
    .filter((sample) => STYLES.some((style) => (sample.captions[style] ?? '') !== '' || isCleared(sample, style)))
    .map(({ set, file, role, label, attack, subject, captions, captionSources }) => {
      const line: Record<string, string | number> = { set, file, frame: role };
      if (label !== null) line['label'] = label;
      if (attack !== null) line['attack'] = attack;
      if (subject !== null) line['subject'] = subject;
      for (const style of STYLES) {
        const text = captions[style] ?? '';
        const source = captionSources?.[style];
        if (text !== '') line[`caption_${style}`] = text;
        else if (source?.kind !== 'edited') continue;
        if (source === undefined) continue;
        line[`${style}_kind`] = source.kind;
        line[`${style}_from`] = source.from;
        if (source.candidates !== undefined) line[`${style}_candidates`] = source.candidates;
      }
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
}

/** An empty caption that has a source was cleared by the user, which no table may undo. */
function isCleared({ captions, captionSources }: SampleRow, style: CaptionStyle): boolean {
  return (captions[style] ?? '') === '' && captionSources?.[style]?.kind === 'edited';
}

/** The whole report, with each finding's set, file and frame. */
export function auditJson(report: AuditReport, samples: readonly SampleRow[]): string {
  const places = placesOf(samples);
  const findings = report.findings.map((finding) => ({ ...places.get(finding.sampleId), ...finding }));
  return `${JSON.stringify({ schema: 1, ...report, findings }, null, 1)}\n`;
}

/** One line a mark. */
export function auditCsv(report: AuditReport, samples: readonly SampleRow[]): string {
  const places = placesOf(samples);
  const rows = report.findings.flatMap(({ sampleId, style, marks }) => {
    const { set = '', file = '', frame = '' } = places.get(sampleId) ?? {};
    return marks.map(({ kind, start, words }) => [set, file, frame, style, kind, start, words]);
  });
  return toCsv(['set', 'file', 'frame', 'style', 'kind', 'at', 'words'], rows);
}

function placesOf(samples: readonly SampleRow[]): Map<string, { set: string; file: string; frame: string }> {
  return new Map(samples.map(({ id, set, file, role }) => [id, { set, file, frame: role }]));
}
