/** Scoring and drafting on the embedded backbone: the numbers are those of the run's own evaluation, whole or in parts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDevice } from '../../src/device';
import {
  CancelledError,
  DEMO,
  type CaptionDraft,
  type CaptionResult,
  type DraftRequest,
  type FailedFrame,
  type ModelFile,
  type Prediction,
  type Progress,
  type RunConfig,
  type SampleRow,
  type ScoringRequest,
  type StartRun,
} from '../../src/protocol';
import { deleteCheckpoints } from '../../src/store/checkpoints';
import { writeFrame } from '../../src/store/frames';
import { trainingSamples, wasmBinaries } from '../support/train_samples';
import { call, recording, storePictures, type Recorded } from '../support/trainer';

const CONFIG: RunConfig = {
  ...DEMO,
  loraRank: 4,
  batch: 2,
  accumulation: 1,
  steps: 3,
  maxCaptionTokens: 24,
  evaluateEvery: 100,
  evaluateTextSamples: 6,
  checkpointEvery: 100,
  seed: 5,
};
const TRAIN = trainingSamples('scoring-train', 4);
const TEST = trainingSamples('scoring-test', 6);
const ALL = { head: true, text: true, likelihood: true };
const HEAD = { head: true, text: false, likelihood: false };
/** Many samples of few frames: several batches that take no time. */
const MANY = Array.from({ length: 70 }, (_, i): SampleRow => ({ ...TEST[i % TEST.length]!, id: `many${i}` }));

let tiny: ModelFile[];

async function opened(onEvent: (event: Recorded) => void = () => undefined) {
  const { service, events } = recording(onEvent);
  await service['device.open']({ backend: 'wasm', wasm: await wasmBinaries() });
  const model = await service['model.load']({ name: 'tiny', files: tiny, synthetic: true, weights: 'file' }, call());
  return { service, events, model };
}

const start = (runId: string, change: Partial<RunConfig> = {}): StartRun => ({
  runId,
  config: { ...CONFIG, ...change },
  train: TRAIN,
  test: TEST,
  probes: [],
  resume: false,
});

const scoring = (samples: SampleRow[], change: Partial<ScoringRequest> = {}): ScoringRequest => ({
  scoringId: 's',
  runId: 'scored',
  samples,
  readers: ALL,
  style: null,
  maxTokens: null,
  ...change,
});

const predicted = (events: Recorded[]): Prediction[] =>
  events.flatMap(([name, payload]) => (name === 'scoring.predictions' ? payload.predictions : []));
const drafts = (events: Recorded[]): CaptionDraft[] =>
  events.flatMap(([name, payload]) => (name === 'caption.draft' ? [payload] : []));

beforeAll(async () => {
  const { files } = (await (await fetch('/models/tiny/manifest.json')).json()) as { files: { path: string }[] };
  tiny = await Promise.all(
    files.map(async ({ path }) => ({ path, blob: await (await fetch(`/models/tiny/${path}`)).blob() })),
  );
  await storePictures([...TRAIN, ...TEST]);
});
afterAll(async () => {
  for (const runId of ['scored', 'headless']) await deleteCheckpoints(runId);
  closeDevice();
});

describe('scoring', () => {
  let own: CaptionResult[];
  let whole: Prediction[];

  test('says of each frame what the last evaluation of the run said, and how likely either label is', async () => {
    const { service, events, model } = await opened();
    await service['run.start'](start('scored'), call());
    own = events.flatMap(([name, payload]) => (name === 'run.caption' && payload.step === 3 ? [payload] : []));
    expect(own).toHaveLength(6);
    const progress: Progress[] = [];
    const request = scoring(TEST, { fingerprint: model.fingerprint });
    const summary = await service['scoring.run'](
      request,
      call(undefined, (of) => void progress.push(of)),
    );
    expect(summary).toMatchObject({ scored: 6, failed: [], recoveries: 0 });
    whole = predicted(events);
    expect(whole.map(({ sampleId }) => sampleId)).toEqual(TEST.map(({ id }) => id));
    for (const prediction of whole) {
      const evaluated = own.find(({ sampleId }) => sampleId === prediction.sampleId)!;
      const { text, verdict, truncated, headSpoofProbability: head } = evaluated;
      expect(prediction).toMatchObject({ text, verdict, truncated, head });
      expect(prediction.likelihood).toBeGreaterThan(0);
      expect(prediction.likelihood).toBeLessThan(1);
    }
    expect(new Set(whole.map(({ likelihood }) => likelihood)).size).toBeGreaterThan(1);
    expect(progress.map(({ done, total, unit }) => [done, total, unit])).toEqual([
      [0, 6, 'frames'],
      [6, 6, 'frames'],
    ]);
    expect(progress[1]!.rate).toBeGreaterThan(0);

    const other = scoring(TEST, { fingerprint: 'of another backbone' });
    await expect(service['scoring.run'](other, call())).rejects.toThrow(/Another backbone, tiny, was loaded meanwhile/);
    await expect(service['scoring.run'](scoring(TEST, { runId: 'none' }), call())).rejects.toThrow(/no checkpoint/);
  });

  test('goes on with the samples that are left, from the checkpoint, to the same numbers', async () => {
    const { service, events } = await opened();
    await service['scoring.run'](scoring(TEST.slice(2)), call());
    for (const [i, { likelihood, ...said }] of predicted(events).entries()) {
      const { likelihood: expected, ...before } = whole[i + 2]!;
      expect(said).toEqual(before);
      expect(likelihood).toBeCloseTo(expected!, 6);
    }
    expect(predicted(events)).toHaveLength(4);
  });

  test('costs a frame that cannot be read its own answer', async () => {
    const { service, events } = await opened();
    const gone: SampleRow = { ...TEST[1]!, id: 'gone', file: 'spoof/gone.png', frame: 'train-tests/gone.png' };
    const torn: SampleRow = { ...TEST[1]!, id: 'torn', file: 'spoof/torn.png', frame: 'train-tests/torn.png' };
    await writeFrame(torn.frame, new Blob(['no picture']));
    const { scored, failed } = await service['scoring.run'](
      scoring([gone, TEST[0]!, torn, TEST[3]!], { readers: HEAD }),
      call(),
    );
    expect(scored).toBe(2);
    expect(predicted(events).map(({ sampleId, head }) => [sampleId, head])).toEqual(
      [0, 3].map((i) => [TEST[i]!.id, whole[i]!.head]),
    );
    expect(failed.map(({ sampleId, file }) => [sampleId, file])).toEqual([
      ['gone', 'scoring-test/spoof/gone.png'],
      ['torn', 'scoring-test/spoof/torn.png'],
    ]);
    expect(failed.map(({ reason }: FailedFrame) => reason)).toEqual([
      expect.stringMatching(/no longer stored in this browser/),
      expect.stringMatching(/does not decode .* Import the file again/),
    ]);
  });

  test('lets explanations in between, refuses what would change the model under it, and stops when told', async () => {
    const stop = new AbortController();
    let first = (): void => undefined;
    const begun = new Promise<void>((resolve) => (first = resolve));
    const log: string[] = [];
    const { service, events } = await opened(([name, payload]) => {
      if (name !== 'scoring.predictions') return;
      log.push(`scored ${payload.predictions.length}`);
      first();
    });
    await service['run.start'](start('headless', { alpha: 0, evaluateTextSamples: 0 }), call());
    const going = service['scoring.run'](scoring(MANY, { readers: HEAD }), call());
    await begun;
    const refused = /cannot.* while frames are being scored/;
    await expect(service['run.start'](start('headless'), call())).rejects.toThrow(refused);
    await expect(service['scoring.run'](scoring(TEST), call())).rejects.toThrow(refused);
    // Of another run, whose adapter takes the place of the one that scores.
    const explained = await service['caption.explain'](
      { requestId: 'q', sample: TEST[0]!, style: 'vanilla', adapter: 'on', runId: 'headless', maxTokens: 2 },
      call(),
    );
    log.push(`explained ${explained.tokens}`);
    await going;
    expect(log).toEqual(['scored 32', 'explained 2', 'scored 32', 'scored 6']);
    expect(predicted(events).map(({ sampleId }) => sampleId)).toEqual(MANY.map(({ id }) => id));
    expect(predicted(events).map(({ head }) => head)).toEqual(MANY.map((_, i) => whole[i % 6]!.head));

    events.length = 0;
    const cut = service['scoring.run'](scoring(MANY, { scoringId: 'cut' }), call(stop.signal));
    setTimeout(() => stop.abort(), 50);
    await expect(cut).rejects.toThrow(CancelledError);
    expect(predicted(events).length).toBeLessThan(70);

    events.length = 0;
    await service['scoring.run'](scoring(TEST.slice(0, 2), { runId: 'headless', readers: HEAD }), call());
    expect(predicted(events).map(({ head }) => head)).toEqual([null, null]);
  });
});

describe('drafts', () => {
  const request = (samples: SampleRow[], change: Partial<DraftRequest> = {}): DraftRequest => ({
    samples,
    style: 'vanilla',
    instruction: 'The face is {label}, {attack}. Why?',
    maxTokens: 10,
    sampling: { temperature: 1.5, topP: 0.9, seed: 8 },
    runId: null,
    ...change,
  });

  test('are the same for the same frame and seed, alone or among others; another seed draws others', async () => {
    const { service, events } = await opened();
    const told = async (of: DraftRequest): Promise<Map<string, string>> => {
      events.length = 0;
      const { drafted } = await service['caption.drafts'](of, call());
      expect(drafted).toBe(of.samples.length);
      return new Map(drafts(events).map(({ sampleId, text }) => [sampleId, text]));
    };
    const all = await told(request(TEST));
    expect([...all.keys()].sort()).toEqual(TEST.map(({ id }) => id).sort());
    const alone = await told(request([TEST[4]!]));
    expect(alone.get(TEST[4]!.id)).toBe(all.get(TEST[4]!.id));
    const again = await told(request(TEST, { sampling: { temperature: 1.5, topP: 0.9, seed: 9 } }));
    expect([...again]).not.toEqual([...all]);
    // The likeliest words know no seed, and an adapter chooses others.
    const greedy = await told(request(TEST, { sampling: null }));
    expect(await told(request(TEST, { sampling: null }))).toEqual(greedy);
    expect(await told(request(TEST, { sampling: null, runId: 'scored' }))).not.toEqual(greedy);
  });

  test('answer what was asked: the instruction, told the label, is the question', async () => {
    const { service, events } = await opened();
    const live = TEST[0]!;
    const mislabelled: SampleRow = { ...live, id: 'other', label: 'spoof', attack: 'print' };
    await service['caption.drafts'](request([live, mislabelled], { sampling: null, maxTokens: 24 }), call());
    const [first, second] = drafts(events);
    // The same picture: only the words of the question differ.
    expect(first!.text).not.toBe(second!.text);
    const unlabelled: SampleRow = { ...live, id: 'unlabelled', label: null };
    const gone: SampleRow = { ...live, id: 'gone', frame: 'train-tests/gone.png' };
    const { drafted, failed } = await service['caption.drafts'](request([unlabelled, gone, live]), call());
    expect(drafted).toBe(1);
    expect(failed.map(({ sampleId }) => sampleId)).toEqual(['unlabelled', 'gone']);
    expect(drafts(events).at(-1)).toMatchObject({ sampleId: live.id, style: 'vanilla' });
  });

  test('stop when told', async () => {
    const { service } = await opened();
    const stop = new AbortController();
    const going = service['caption.drafts'](request(MANY, { maxTokens: 100 }), call(stop.signal));
    setTimeout(() => stop.abort(), 50);
    await expect(going).rejects.toThrow(CancelledError);
    // The engine is free: the next may begin.
    expect(await service['caption.drafts'](request([TEST[0]!]), call())).toMatchObject({ drafted: 1 });
  });
});
