/** `report.json` of a run, from its record. */
import type { Report, SampleRow } from '../protocol';
import type { RunRecord, SampleName } from '../store/record';

/**
 * @param samples  The present data set, to name captioned frames that the record does not name itself.
 * @param network  Requests since the page finished loading.
 */
export function buildReport(record: RunRecord, samples: readonly SampleRow[], network: Report['network']): Report {
  const rows = new Map(samples.map((row) => [row.id, row]));
  const nameOf = (id: string): SampleName => {
    const row = rows.get(id);
    return record.names?.[id] ?? (row ? sampleName(row) : { sample: id, label: null, attack: null });
  };
  return {
    schema: 1,
    model: {
      name: record.model.name,
      parameters: record.model.parameters,
      trainable: record.trainableParameters,
      weights: record.model.weights,
    },
    backend: { name: record.device.backend, adapter: record.device.adapter },
    config: record.config,
    seed: record.config.seed,
    ...(record.startedFrom && { startedFrom: record.startedFrom.name }),
    data: {
      train: record.trainIds.length,
      test: record.testIds.length,
      sets: record.sets.map(({ name, samples: count, live, spoof, seed }) => ({
        name,
        samples: count,
        live,
        spoof,
        ...(seed === undefined ? {} : { seed }),
      })),
      rejected: record.rejected,
    },
    train: {
      steps: record.steps.at(-1)?.step ?? 0,
      seconds: record.seconds,
      samplesPerSecond: meanRate(record.steps.map(({ samplesPerSecond }) => samplesPerSecond)),
      peakBytes: record.steps.reduce((peak, { memory }) => Math.max(peak, memory.peakBytes), 0),
      loss: record.steps.map(({ step, loss }) => ({ step, total: loss.total, cls: loss.cls, cap: loss.cap })),
    },
    evaluations: record.evaluations.map((item) => ({
      step: item.step,
      source: item.source,
      policy: item.policy,
      unit: item.unit,
      n: item.n,
      hter: item.hter,
      far: item.far,
      frr: item.frr,
      accuracy: item.accuracy,
      confusion: item.confusion,
      undecided: item.undecided,
    })),
    // In an order of their own: captions that were read back from the store come by row ids, fresh ones as they ended.
    captions: record.captions
      .map((caption) => ({
        step: caption.step,
        ...nameOf(caption.sampleId),
        text: caption.text,
        verdict: caption.verdict,
        headProbability: caption.headSpoofProbability,
      }))
      .sort((a, b) => a.step - b.step || compare(a.sample, b.sample) || compare(a.text, b.text)),
    network,
  };
}

/** By code units, so that the order is the same in every language setting. */
const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** Set and path of a frame as the user knows it; for a video, which frame. */
export function sampleName(row: SampleRow): SampleName {
  const frame = row.role === 'image' ? '' : `#${row.role}`;
  return { sample: `${row.set}/${row.file}${frame}`, label: row.label, attack: row.attack };
}

/** Mean rate over steps of equal work: the harmonic mean, since times add up and rates do not. */
export function meanRate(rates: readonly number[]): number {
  const used = rates.filter((rate) => rate > 0);
  return used.length === 0 ? 0 : used.length / used.reduce((seconds, rate) => seconds + 1 / rate, 0);
}
