/** A run as files: metrics.csv, captions.jsonl, config.json. See docs/formats.md for the columns. */
import { provenance, type Report, type RunConfig } from '../protocol';
import { toCsv, type Field } from './csv';
import type { RunRecord } from './record';

const COLUMNS = [
  'kind',
  'step',
  'loss_total',
  'loss_cls',
  'loss_cap',
  'learning_rate',
  'gradient_norm',
  'samples_per_second',
  'tokens_per_second',
  'bytes',
  'peak_bytes',
  'elapsed_seconds',
  'source',
  'policy',
  'unit',
  'n',
  'hter',
  'far',
  'frr',
  'accuracy',
  'live_as_live',
  'live_as_spoof',
  'live_undecided',
  'spoof_as_live',
  'spoof_as_spoof',
  'spoof_undecided',
  'undecided',
  'note',
] as const;

type Row = Partial<Record<(typeof COLUMNS)[number], Field>>;

/**
 * One row a training step (`kind` = `train`) and one an evaluation (`kind` = `evaluation`), in the order of steps.
 * Losses in nats, rates as shares in [0, 1], memory in bytes; a field that does not apply is empty.
 */
export function metricsCsv(record: RunRecord): string {
  const rows: Row[] = [];
  for (const event of record.steps) {
    rows.push({
      kind: 'train',
      step: event.step,
      loss_total: event.loss.total,
      loss_cls: event.loss.cls,
      loss_cap: event.loss.cap,
      learning_rate: event.learningRate,
      gradient_norm: event.gradientNorm,
      samples_per_second: event.samplesPerSecond,
      tokens_per_second: event.tokensPerSecond,
      bytes: event.memory.bytes,
      peak_bytes: event.memory.peakBytes,
      elapsed_seconds: event.elapsed,
    });
  }
  for (const item of record.evaluations) {
    rows.push({
      kind: 'evaluation',
      step: item.step,
      source: item.source,
      policy: item.policy,
      unit: item.unit,
      n: item.n,
      hter: item.hter,
      far: item.far,
      frr: item.frr,
      accuracy: item.accuracy,
      live_as_live: item.confusion.liveAsLive,
      live_as_spoof: item.confusion.liveAsSpoof,
      live_undecided: item.confusion.liveUndecided,
      spoof_as_live: item.confusion.spoofAsLive,
      spoof_as_spoof: item.confusion.spoofAsSpoof,
      spoof_undecided: item.confusion.spoofUndecided,
      undecided: item.undecided,
      note: item.note,
    });
  }
  // A stable sort: at the same step, the training row comes first because the evaluation follows the update.
  rows.sort((a, b) => Number(a.step) - Number(b.step));
  return toCsv(
    COLUMNS,
    rows.map((row) => COLUMNS.map((column) => row[column] ?? null)),
  );
}

/** One JSON object a line: the report's captions. */
export function captionsJsonl(captions: Report['captions']): string {
  return captions.map((caption) => JSON.stringify(caption) + '\n').join('');
}

/** The configuration as used, with where each value comes from: the paper, this page, or nobody stated it. */
export function configJson(config: RunConfig): string {
  const keys = Object.keys(config) as (keyof RunConfig)[];
  const origins = Object.fromEntries(keys.map((key) => [key, provenance(config, key)]));
  return JSON.stringify({ schema: 1, config, provenance: origins }, null, 2) + '\n';
}
