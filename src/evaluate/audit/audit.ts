/**
 * The audit of captions: are they what supervision by explanation needs? Stages whole and in order, no verdict before
 * the last one, nothing that the instructions forbid, no text that many samples share, no contradiction to the label.
 *
 * It measures the text alone. Captions that a model wrote while it knew the label may be flawless here and still not be
 * true of the picture.
 */
import {
  AUDIT_KINDS,
  type AuditCaption,
  type AuditFinding,
  type AuditGroup,
  type AuditKind,
  type AuditReport,
  type AuditRequest,
  type CaptionMark,
} from '../../protocol';
import { checkCaption, countWords } from './checks';
import { Repeats } from './repeats';

/** Yields after each caption, so that whoever drives it can give way, tell and stop; returns the report. */
export function* auditing({ captions, longWords }: AuditRequest): Generator<number, AuditReport> {
  const began = performance.now();
  const repeats = new Repeats(captions);
  const marks: CaptionMark[][] = [];
  for (const [index, caption] of captions.entries()) {
    marks.push(checkCaption(caption, longWords));
    repeats.add(index);
    yield index + 1;
  }
  const { identical, template, within } = repeats.shared();
  for (const [index, own] of marks.entries()) {
    const same = identical.get(index) ?? 0;
    const alike = template.get(index) ?? 0;
    if (same > 0) own.push({ kind: 'identical', start: 0, end: 0, words: others(same) });
    const both = within.get(index) ?? 0;
    if (both > 0) own.push({ kind: 'both frames', start: 0, end: 0, words: others(both) });
    // What is identical is of one template as well: it is told once.
    if (alike > same) own.push({ kind: 'template', start: 0, end: 0, words: others(alike) });
  }
  const findings = captions.flatMap(({ sampleId, style }, index): AuditFinding[] =>
    marks[index]!.length > 0 ? [{ sampleId, style, marks: marks[index]! }] : [],
  );
  return {
    captions: captions.length,
    seconds: (performance.now() - began) / 1000,
    longWords,
    counts: countKinds(marks),
    groups: groupsOf(captions, marks),
    findings,
    templates: repeats.mostCommonTemplates(),
    sentences: repeats.mostCommonSentences(),
    fiveWords: repeats.fiveWords(),
  };
}

/** The whole audit at once. */
export function audit(request: AuditRequest): AuditReport {
  const steps = auditing(request);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function others(n: number): string {
  return `${n} other ${n === 1 ? 'caption' : 'captions'}`;
}

/** Captions with at least one mark of each kind. */
function countKinds(marks: readonly (readonly CaptionMark[])[]): Partial<Record<AuditKind, number>> {
  const counts: Partial<Record<AuditKind, number>> = {};
  for (const own of marks) {
    for (const kind of new Set(own.map((mark) => mark.kind))) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const kinds = Object.keys(AUDIT_KINDS) as AuditKind[];
  return Object.fromEntries(kinds.flatMap((kind) => (counts[kind] === undefined ? [] : [[kind, counts[kind]]])));
}

function groupsOf(captions: readonly AuditCaption[], marks: readonly CaptionMark[][]): AuditGroup[] {
  const groups = new Map<string, number[]>();
  captions.forEach(({ set, style, source }, index) => {
    const key = JSON.stringify([set, style, source?.kind ?? 'unknown', source?.from ?? '']);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  });
  return [...groups.keys()].sort().map((key) => {
    const indices = groups.get(key)!;
    const { set, style, source } = captions[indices[0]!]!;
    const words = indices.map((index) => countWords(captions[index]!.text)).sort((a, b) => a - b);
    return {
      set,
      style,
      source: source?.kind ?? 'unknown',
      from: source?.from ?? '',
      captions: indices.length,
      counts: countKinds(indices.map((index) => marks[index]!)),
      words: { least: words[0]!, median: words[words.length >> 1]!, most: words.at(-1)! },
    };
  });
}
