/** Checks that a run's report is whole: the shape of schema 1, and that it tells of a run that came to its end. */
import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const text = v.pipe(v.string(), v.nonEmpty());
const label = v.picklist(['live', 'spoof']);

/** `report.json`, schema 1 (src/protocol/report.ts). */
const SCHEMA = v.object({
  schema: v.literal(1),
  model: v.object({
    name: text,
    parameters: v.pipe(count, v.minValue(1)),
    trainable: v.pipe(count, v.minValue(1)),
    weights: v.optional(v.picklist(['file', 'int8', 'int4'])),
  }),
  backend: v.object({ name: v.picklist(['webgpu', 'wasm']), adapter: text }),
  config: v.looseObject({ steps: v.pipe(count, v.minValue(1)), probes: count, reasoningShare: v.number() }),
  seed: v.pipe(v.number(), v.integer()),
  startedFrom: v.optional(text),
  data: v.object({
    train: v.pipe(count, v.minValue(1)),
    test: count,
    sets: v.pipe(
      v.array(v.object({ name: v.string(), samples: count, live: count, spoof: count, seed: v.optional(v.number()) })),
      v.minLength(1),
    ),
    rejected: v.array(v.object({ file: v.string(), reason: text })),
  }),
  train: v.object({
    steps: count,
    seconds: v.pipe(finite, v.minValue(0)),
    samplesPerSecond: v.pipe(finite, v.minValue(0)),
    peakBytes: v.pipe(count, v.minValue(1)),
    loss: v.array(v.object({ step: count, total: finite, cls: finite, cap: v.nullable(finite) })),
  }),
  evaluations: v.array(
    v.object({
      step: count,
      source: v.picklist(['head', 'text']),
      policy: text,
      unit: v.picklist(['frame', 'video']),
      n: count,
      hter: v.nullable(share),
      far: v.nullable(share),
      frr: v.nullable(share),
      accuracy: v.nullable(share),
      confusion: v.object({
        liveAsLive: count,
        liveAsSpoof: count,
        liveUndecided: count,
        spoofAsLive: count,
        spoofAsSpoof: count,
        spoofUndecided: count,
      }),
      undecided: count,
    }),
  ),
  captions: v.array(
    v.object({
      step: count,
      sample: text,
      label: v.nullable(label),
      attack: v.nullable(v.string()),
      text: v.string(),
      verdict: v.picklist(['live', 'spoof', 'undecided']),
      headProbability: v.nullable(share),
    }),
  ),
  network: v.array(
    v.object({ url: v.string(), thread: v.string(), seconds: v.number(), asked: v.optional(v.string()) }),
  ),
});

/**
 * What is wrong with a report, as sentences; none when it is whole.
 *
 * @param {unknown} report
 * @returns {string[]}
 */
export function faultsOfReport(report) {
  const parsed = v.safeParse(SCHEMA, report);
  if (!parsed.success)
    return parsed.issues.map(
      (issue) => `${issue.path?.map((part) => String(part.key)).join('.') ?? 'report'}: ${issue.message}.`,
    );
  const { config, train, evaluations, captions, data } = parsed.output;
  /** @type {string[]} */
  const faults = [];
  if (train.steps !== config.steps) faults.push(`The run made ${train.steps} of ${config.steps} steps.`);
  if (train.loss.length !== train.steps || train.loss.some((loss, i) => loss.step !== i + 1))
    faults.push(`The losses of ${train.steps} steps are not all there (${train.loss.length} are).`);
  if (data.test > 0) {
    for (const step of [0, train.steps])
      if (!evaluations.some((evaluation) => evaluation.step === step && evaluation.source === 'head'))
        faults.push(`There is no evaluation at step ${step}.`);
    if (config.probes > 0 && !captions.some((caption) => caption.step === train.steps))
      faults.push('There is no caption after the last step.');
  }
  for (const evaluation of evaluations) {
    const sum = Object.values(evaluation.confusion).reduce((a, b) => a + b, 0);
    if (sum !== evaluation.n)
      faults.push(
        `The confusion matrix (${evaluation.source}, step ${evaluation.step}) holds ${sum} of ${evaluation.n} samples.`,
      );
  }
  return faults;
}
