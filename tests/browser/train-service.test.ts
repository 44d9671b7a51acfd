/** The trainer thread's commands, called as the server calls them, on the real store and a random backbone. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeDevice } from '../../src/device';
import { parseSafetensors } from '../../src/model';
import {
  CancelledError,
  DEMO,
  ModelError,
  TrainingError,
  type RunConfig,
  type SampleRow,
  type StartRun,
  type TrainerEvents,
} from '../../src/protocol';
import { checkpointInfo, deleteCheckpoints } from '../../src/store/checkpoints';
import { randomBackbone } from '../support/random_backbone';
import { trainingSamples, wasmBinaries } from '../support/train_samples';
import { call, phases, recording, storePictures, type Recorded, type Recording } from '../support/trainer';

const CONFIG: RunConfig = {
  ...DEMO,
  loraRank: 4,
  learningRate: 5e-3,
  batch: 2,
  accumulation: 2,
  steps: 6,
  maxCaptionTokens: 16,
  evaluateEvery: 100,
  evaluateTextSamples: 2,
  checkpointEvery: 2,
  seed: 3,
};
const TRAIN = trainingSamples('service-train', 6);
const TEST = trainingSamples('service-test', 4);

const start = (runId: string, change: Partial<StartRun> = {}): StartRun => ({
  runId,
  config: CONFIG,
  train: TRAIN,
  test: TEST,
  probes: [TEST[0]!.id],
  resume: false,
  ...change,
});

const explainRequest = (runId: string | null, adapter: 'on' | 'off', sample: SampleRow = TEST[1]!) => ({
  requestId: `q-${adapter}`,
  sample,
  style: 'vanilla' as const,
  adapter,
  runId,
  maxTokens: 8,
});

const stepLosses = (events: Recorded[]): unknown[] =>
  events.flatMap(([name, payload]) =>
    name === 'run.step' ? [[payload.step, payload.loss, payload.gradientNorm]] : [],
  );

async function opened(): Promise<Recording> {
  const made = recording();
  await made.service['device.open']({ backend: 'wasm', wasm: await wasmBinaries() });
  await made.service['model.load'](
    { name: 'random', files: await randomBackbone(), synthetic: true, weights: 'file' },
    call(),
  );
  return made;
}

beforeAll(async () => {
  await storePictures([...TRAIN, ...TEST]);
});
beforeEach(async () => {
  for (const runId of ['one', 'two', 'whole']) await deleteCheckpoints(runId);
});
afterAll(() => closeDevice());

describe('trainer service', () => {
  test('runs to the end, streams, explains and exports; another service restores it from its checkpoint', async () => {
    const { service, events } = await opened();
    const summary = await service['run.start'](start('one'), call());
    expect(summary).toMatchObject({ runId: 'one', outcome: 'finished', step: 6 });
    expect(summary.peakBytes).toBeGreaterThan(0);
    expect(stepLosses(events)).toHaveLength(6);
    expect(phases(events)[0]).toBe('preparing');
    expect(phases(events).at(-1)).toBe('finished');
    const evaluations = events.flatMap(([name, payload]) =>
      name === 'run.evaluation' ? [`${payload.step} ${payload.source} ${payload.n}`] : [],
    );
    expect(evaluations).toEqual(['0 head 4', '0 text 2', '6 head 4', '6 text 2']);
    const pieces = events.flatMap(([name, payload]) => (name === 'caption.piece' ? [payload] : []));
    expect(new Set(pieces.map(({ sampleId }) => sampleId))).toEqual(new Set([TEST[0]!.id]));
    const probe = events.findLast(([name, payload]) => name === 'run.caption' && payload.sampleId === TEST[0]!.id)!;
    expect(pieces.at(-1)!.text).toBe((probe[1] as TrainerEvents['run.caption']).text);

    const on = await service['caption.explain'](explainRequest('one', 'on'), call());
    const off = await service['caption.explain'](explainRequest('one', 'off'), call());
    expect(on).toMatchObject({ runId: 'one', step: 6, adapter: 'on' });
    expect(on.headSpoofProbability).toBeGreaterThan(0);
    expect(off).toMatchObject({ runId: null, step: 0, headSpoofProbability: null, agrees: null });

    const files = await service['adapter.export']({ runId: 'one', config: CONFIG }, call());
    expect(files.map(({ path }) => path).sort()).toEqual([
      'README.md',
      'adapter_config.json',
      'adapter_model.safetensors',
      'classifier.json',
      'classifier.safetensors',
      'live_spoof.py',
      'run.json',
    ]);
    const adapter = files.find(({ path }) => path === 'adapter_model.safetensors')!;
    const { tensors } = await parseSafetensors('adapter', new Blob([adapter.bytes]));
    const prefix = 'base_model.model.model.';
    expect(tensors.get(`${prefix}text_model.layers.1.self_attn.q_proj.lora_A.weight`)?.shape).toEqual([4, 16]);
    expect(tensors.get(`${prefix}text_model.layers.0.self_attn.k_proj.lora_B.weight`)?.shape).toEqual([8, 4]);
    expect(tensors.has(`${prefix}connector.modality_projection.proj.weight`)).toBe(true);
    expect(tensors.has('base_model.model.lm_head.weight')).toBe(true);
    const settings = files.find(({ path }) => path === 'adapter_config.json')!;
    const { target_modules: targets } = JSON.parse(new TextDecoder().decode(settings.bytes)) as {
      target_modules: string;
    };
    const adapted = [...tensors.keys()]
      .filter((key) => key.endsWith('lora_A.weight'))
      .map((key) => key.replace(/^base_model\.model\./, '').replace('.lora_A.weight', ''));
    for (const module of adapted) expect(module).toMatch(new RegExp(`^(?:${targets})$`));

    const other = await opened();
    expect(await other.service['caption.explain'](explainRequest('one', 'on'), call())).toMatchObject({
      text: on.text,
      step: 6,
      headSpoofProbability: on.headSpoofProbability,
    });
    const again = await other.service['adapter.export']({ runId: 'one', config: CONFIG }, call());
    expect(again.find(({ path }) => path === 'adapter_model.safetensors')!.bytes).toEqual(adapter.bytes);
  });

  test('an adapter is not used on other weights than it was made on, whatever their name', async () => {
    const { service } = await opened();
    await service['run.start'](start('one', { config: { ...CONFIG, steps: 2 } }), call());
    const other = {
      name: 'random',
      files: await randomBackbone({ seed: 2 }),
      synthetic: true,
      weights: 'file',
    } as const;
    const info = await service['model.load'](other, call());
    const refused = /checkpoint: .*made on other backbone weights/;
    await expect(service['caption.explain'](explainRequest('one', 'on'), call())).rejects.toThrow(refused);
    await expect(service['adapter.export']({ runId: 'one', config: CONFIG }, call())).rejects.toThrow(refused);
    await expect(service['run.start'](start('one', { resume: true }), call())).rejects.toThrow(refused);
    const asked = start('two', { fingerprint: 'of the backbone that was there' });
    await expect(service['run.start'](asked, call())).rejects.toThrow(/Another backbone, random, was loaded meanwhile/);
    expect((await service['caption.explain'](explainRequest(null, 'off'), call())).tokens).toBeGreaterThan(0);
    const again = await service['model.load']({ ...other, files: await randomBackbone({ seed: 2 }) }, call());
    expect(again.fingerprint).toBe(info.fingerprint);
  });

  test('pauses between micro-batches, explains meanwhile, and goes on as if nothing had happened', async () => {
    const whole = await opened();
    await whole.service['run.start'](start('whole'), call());

    const { service, events, until } = await opened();
    const ending = service['run.start'](start('one'), call());
    await until(([name, payload]) => name === 'run.step' && payload.step === 2);
    service['run.pause']({ runId: 'one' });
    await until(([name, payload]) => name === 'run.state' && payload.phase === 'paused');
    const before = stepLosses(events).length;
    const explained = await service['caption.explain'](explainRequest('one', 'on'), call());
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(stepLosses(events)).toHaveLength(before);
    expect(explained.step).toBe(2);
    service['run.resume']({ runId: 'one' });
    expect((await ending).outcome).toBe('finished');
    expect(stepLosses(events)).toEqual(stepLosses(whole.events));
  });

  test('stops, also out of a pause, and resumes from the checkpoint it wrote', async () => {
    const whole = await opened();
    await whole.service['run.start'](start('whole'), call());

    const { service, events, until } = await opened();
    const ending = service['run.start'](start('one'), call());
    await until(([name, payload]) => name === 'run.step' && payload.step === 3);
    service['run.pause']({ runId: 'one' });
    await until(([name, payload]) => name === 'run.state' && payload.phase === 'paused');
    service['run.stop']({ runId: 'one' });
    expect(await ending).toMatchObject({ outcome: 'stopped', step: 3 });
    expect(phases(events).at(-1)).toBe('stopped');
    const rest = await opened();
    expect((await rest.service['run.start'](start('one', { resume: true }), call())).outcome).toBe('finished');
    expect([...stepLosses(events), ...stepLosses(rest.events)]).toEqual(stepLosses(whole.events));
  });

  test('explains while a run is going, without changing it', async () => {
    const whole = await opened();
    await whole.service['run.start'](start('whole'), call());
    const { service, events, until } = await opened();
    const ending = service['run.start'](start('one'), call());
    await until(([name, payload]) => name === 'run.step' && payload.step === 1);
    await service['caption.explain'](explainRequest('one', 'on'), call());
    expect(phases(events)).not.toContain('finished');
    await service['caption.explain'](explainRequest(null, 'off'), call());
    await ending;
    expect(stepLosses(events)).toEqual(stepLosses(whole.events));
  });

  test('refuses what cannot be done, with a sentence, and goes on', async () => {
    const bare = recording().service;
    await expect(bare['caption.explain'](explainRequest(null, 'off'), call())).rejects.toThrow(ModelError);
    const { service, until, events } = await opened();
    await expect(service['caption.explain'](explainRequest(null, 'on'), call())).rejects.toThrow(TrainingError);
    await expect(service['adapter.export']({ runId: 'two', config: CONFIG }, call())).rejects.toThrow(/no checkpoint/);
    await expect(service['run.start'](start('two', { train: [] }), call())).rejects.toThrow(
      /training set: It is empty/,
    );
    expect(phases(events).at(-1)).toBe('failed');
    const controller = new AbortController();
    const ending = service['run.start'](start('one'), call(controller.signal));
    await until(([name]) => name === 'run.step');
    await expect(service['run.start'](start('two'), call())).rejects.toThrow(/while a run is going/);
    controller.abort();
    expect((await ending).outcome).toBe('stopped');
    const missing = { ...TEST[0]!, frame: 'train-tests/missing.png' };
    await expect(service['caption.explain'](explainRequest(null, 'off', missing), call())).rejects.toThrow(
      /missing\.png/,
    );
  });

  test('an adapter goes out as a folder and comes in again, to be looked at and begun from', async () => {
    const { service, events } = await opened();
    await service['run.start'](start('one'), call());
    const files = (await service['adapter.export']({ runId: 'one', config: CONFIG }, call())).map(
      ({ path, bytes }) => ({
        path,
        blob: new Blob([bytes]),
      }),
    );
    const request = { runId: 'loaded', name: 'mine', files, config: { ...CONFIG, loraRank: 9 } };
    const stopped = new AbortController();
    stopped.abort();
    await expect(service['adapter.import'](request, call(stopped.signal))).rejects.toThrow(CancelledError);
    expect(await checkpointInfo('loaded')).toBeNull();
    const loaded = await service['adapter.import'](request, call());
    const { loraRank, loraAlpha, loraVision, lmHead } = CONFIG;
    expect(loaded).toMatchObject({ config: { loraRank, loraAlpha, loraVision, lmHead }, head: true, notes: [] });
    const [first, again] = [
      await service['caption.explain'](explainRequest('one', 'on'), call()),
      await service['caption.explain'](explainRequest('loaded', 'on'), call()),
    ];
    expect(again).toMatchObject({ text: first.text, headSpoofProbability: first.headSpoofProbability, step: 0 });

    // Another service knows it by its checkpoint only; a run that begins with it is one that begins with the first.
    const losses: unknown[] = [];
    for (const startFrom of ['one', 'loaded', null]) {
      const other = await opened();
      await other.service['run.start'](start('two', { config: { ...CONFIG, steps: 2 }, startFrom }), call());
      losses.push(stepLosses(other.events));
    }
    expect(losses[1]).toEqual(losses[0]);
    expect(losses[2]).not.toEqual(losses[0]);
    expect(losses[2]).toEqual(stepLosses(events).slice(0, 2));
    await deleteCheckpoints('loaded');
  });

  test('a bundle holds what another program needs to go on, and no picture', async () => {
    const { service } = await opened();
    const config = { ...CONFIG, reasoningShare: 0.5 };
    await service['run.start'](start('one', { config }), call());
    const probes = [TEST[0]!.id];
    const progress: number[] = [];
    const files = await service['run.bundle'](
      { runId: 'one', config, train: TRAIN, test: TEST, probes },
      { ...call(), progress: ({ done, total }) => void progress.push(done / total) },
    );
    expect(progress.at(-1)).toBe(1);
    const text = (name: string): string => new TextDecoder().decode(files.find(({ path }) => path === name)!.bytes);
    const run = JSON.parse(text('run.json')) as Record<string, unknown> & { backbone: { sha256: string } };
    expect(run).toMatchObject({
      format: 'whylive-run-1',
      run: 'one',
      step: 6,
      config,
      backbone: { weights: 'file' },
    });
    expect(run['history']).toHaveLength(6);
    expect(run.backbone.sha256).toMatch(/^[0-9a-f]{64}$/);
    type Line = { split: string; id: string; style: string; caption: string; caption_ids: number[]; frame: string };
    const lines = text('samples.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(lines.map(({ split, id }) => [split, id])).toEqual([
      ...TRAIN.map(({ id }) => ['train', id]),
      ...TEST.map(({ id }) => ['test', id]),
    ]);
    const trained = lines.filter(({ split }) => split === 'train');
    expect(trained.filter(({ style }) => style === 'reasoning')).toHaveLength(3);
    for (const { caption_ids, frame } of trained) {
      expect(caption_ids.length).toBeGreaterThan(0);
      expect(frame).toMatch(/^frames\/service-train\d\.png$/);
    }
    const moments = await parseSafetensors(
      'o',
      new Blob([files.find(({ path }) => path === 'optimiser.safetensors')!.bytes]),
    );
    const adapter = await parseSafetensors(
      'a',
      new Blob([files.find(({ path }) => path === 'adapter/adapter_model.safetensors')!.bytes]),
    );
    for (const [name, { shape }] of adapter.tensors) {
      for (const kind of ['first', 'second'])
        expect(moments.tensors.get(`${kind}.${name.replace('base_model.model.', '')}`)?.shape).toEqual(shape);
    }
    expect(moments.tensors.has('first.vision_cls_head.bias')).toBe(true);
    expect(files.some(({ path }) => /\.(png|jpe?g|webp)$/.test(path))).toBe(false);
    for (const { bytes } of files) expect(String.fromCharCode(...bytes.subarray(1, 4))).not.toBe('PNG');
    await expect(
      service['run.bundle']({ runId: 'none', config, train: [], test: [], probes: [] }, call()),
    ).rejects.toThrow(/no checkpoint/);
  });
});
