/** A run whose GPU is lost goes on from its last checkpoint on a new device, twice, and then stops with a sentence. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDevice } from '../../src/device';
import { openedGpu } from '../../src/device/webgpu';
import { DEMO, DeviceError, type RunConfig, type StartRun, type TrainerEvents } from '../../src/protocol';
import { deleteCheckpoints } from '../../src/store/checkpoints';
import { randomBackbone } from '../support/random_backbone';
import { expectClose } from '../support/tensors';
import { trainingSamples } from '../support/train_samples';
import { call, phases, recording, storePictures, type Recorded, type Recording } from '../support/trainer';

const CONFIG: RunConfig = {
  ...DEMO,
  // The head alone: every new device compiles its kernels anew, and those of the decoder are many.
  alpha: 1,
  beta: 0,
  loraRank: 2,
  learningRate: 5e-3,
  batch: 1,
  accumulation: 1,
  steps: 5,
  maxCaptionTokens: 8,
  evaluateEvery: 100,
  evaluateTextSamples: 0,
  checkpointEvery: 2,
  seed: 3,
};
const TRAIN = trainingSamples('loss-train', 4);
const TEST = trainingSamples('loss-test', 2);

const start = (runId: string): StartRun => ({
  runId,
  config: CONFIG,
  train: TRAIN,
  test: [],
  probes: [],
  resume: false,
});

const watchers: ((event: keyof TrainerEvents) => void)[] = [];

/** A service on WebGPU; the device is destroyed when one of `losses` steps (in order) is reached. */
async function opened(losses: number[] = []): Promise<Recording> {
  const left = [...losses];
  const made = recording(([event, payload]) => {
    for (const watcher of watchers) watcher(event);
    if (event === 'run.step' && payload.step === left[0]) {
      left.shift();
      openedGpu()!.destroy();
    }
  });
  await made.service['device.open']({ backend: 'webgpu', wasm: [] });
  await made.service['model.load'](
    { name: 'random', files: await randomBackbone(), synthetic: true, weights: 'file' },
    call(),
  );
  return made;
}

const steps = (events: Recorded[]): TrainerEvents['run.step'][] =>
  events.flatMap(([name, payload]) => (name === 'run.step' ? [payload] : []));
const reopened = (events: Recorded[]): TrainerEvents['device.reopened'][] =>
  events.flatMap(([name, payload]) => (name === 'device.reopened' ? [payload] : []));

beforeAll(async () => {
  await storePictures([...TRAIN, ...TEST]);
  await deleteCheckpoints('lost');
});
afterAll(closeDevice);

test('a lost device costs the steps since the last checkpoint, twice; then the run stops and can be continued', async () => {
  // Before the first checkpoint, after one, and once too often.
  const { service, events } = await opened([1, 3, 3]);
  const error = await service['run.start'](start('lost'), call()).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(reopened(events).map(({ run }) => run)).toEqual([
    { runId: 'lost', lostAt: 2, from: 0, recovery: 1, most: 2 },
    { runId: 'lost', lostAt: 4, from: 2, recovery: 2, most: 2 },
  ]);
  expect(reopened(events)[0]!.device).toMatchObject({ backend: 'webgpu' });
  expect(error).toBeInstanceOf(DeviceError);
  expect((error as DeviceError).why).toBe(
    'The GPU was lost 3 times in this run, the last time in step 4, so it was stopped.',
  );
  expect((error as DeviceError).remedy).toMatch(/^The checkpoint of step 2 is kept/);
  // What a recovery catches is no failure to the page.
  expect(phases(events).filter((phase) => phase === 'failed')).toHaveLength(1);
  expect(phases(events).at(-1)).toBe('failed');

  const request = { requestId: 'q', sample: TEST[0]!, style: 'vanilla' as const, runId: 'lost', maxTokens: 1 };
  const caption = await service['caption.explain']({ ...request, adapter: 'on' }, call());
  expect(caption.step).toBe(2);
  expect(reopened(events).at(-1)!.run).toBeNull();

  const rest = await service['run.start']({ ...start('lost'), resume: true }, call());
  expect(rest).toMatchObject({ outcome: 'finished', step: 5 });
  expect(steps(events).map(({ step }) => step)).toEqual([1, 1, 2, 3, 3, 3, 4, 5]);
  // The same step from the same state on another device: the same number.
  const losses = steps(events).map(({ loss }) => loss.total);
  expectClose([losses[1]!, losses[4]!, losses[5]!], [losses[0]!, losses[3]!, losses[3]!], 1e-6, 'repeated steps');
});

test('scoring goes on where it was when the device is lost between two batches', async () => {
  const { service, events } = await opened();
  await service['run.start']({ ...start('lost'), config: { ...CONFIG, steps: 1 } }, call());
  const samples = Array.from({ length: 40 }, (_, i) => ({ ...TEST[i % 2]!, id: `many${i}` }));
  const readers = { head: true, text: false, likelihood: false };
  watchers.push((event) => {
    if (event !== 'scoring.predictions') return;
    watchers.length = 0;
    openedGpu()!.destroy();
  });
  const request = { scoringId: 's', runId: 'lost', samples, readers, style: null, maxTokens: null };
  expect(await service['scoring.run'](request, call())).toMatchObject({ scored: 40, failed: [], recoveries: 1 });
  expect(reopened(events).map(({ run }) => run)).toEqual([null]);
  const predictions = events.flatMap(([name, payload]) => (name === 'scoring.predictions' ? payload.predictions : []));
  expect(predictions.map(({ sampleId }) => sampleId)).toEqual(samples.map(({ id }) => id));
  const heads = predictions.map(({ head }) => head!);
  expectClose(heads.slice(32), heads.slice(0, 8), 1e-6, 'the same frames before and after');
});
