import { unzipSync } from 'fflate';
import { describe, expect, test, vi } from 'vitest';
import { DEMO, DeviceError, PAPER } from '../../src/protocol';
import { automate } from '../../src/session/automation';
import { requireBrowser } from '../../src/session/boot';
import { requestFor } from '../../src/session/generated';
import type { AppSession } from '../../src/session/session';
import { closeDatabase, database } from '../../src/store/database';
import { StoredFeatures } from '../../src/store/features';
import { writeCheckpoint } from '../../src/store/checkpoints';
import { readFrame } from '../../src/store/frames';
import { loadRun, saveRun } from '../../src/store/runs';
import { EMBEDDED, lossOf, rowOf, stepEvent, type FakeOptions } from '../support/fake_threads';
import { eachTestAnew, fakes, files, open, texts } from '../support/session';

/** Keeps every other transaction waiting for `milliseconds`: a transaction stays open while it has requests. */
async function holdDatabase(milliseconds: number): Promise<void> {
  const db = await database();
  const transaction = db.transaction([...db.objectStoreNames], 'readwrite');
  const store = transaction.objectStore(transaction.objectStoreNames[0] ?? 'runs');
  for (const end = performance.now() + milliseconds; performance.now() < end;) await store.count();
  await transaction.done;
}

eachTestAnew();

describe('boot', () => {
  test('proves the seal, opens the device with the WASM binaries, loads the embedded model', async () => {
    const session = await open();
    expect(session.state.boot.phase).toBe('ready');
    expect(session.state.proofs.map(({ thread, sealed }) => [thread, sealed]).sort()).toEqual([
      ['frames', true],
      ['trainer', true],
    ]);
    expect(session.state.proofs[0]?.attempts.map(({ url }) => url)).toEqual([
      `${location.origin}/probe`,
      'https://probe.invalid/',
    ]);
    expect(fakes.calls).toEqual(['device.open auto 1', 'model.load tiny']);
    expect(session.state.notices).toEqual([]);
  });

  test('without the seal no data is accepted, and the page says why', async () => {
    const session = await open({ sealed: false });
    await session.importFiles(files(EMBEDDED), { ask: false });
    expect(session.state.data.samples).toEqual([]);
    expect(texts(session)).toMatch(/trainer thread could have reached .*security headers/);
    expect(texts(session)).toMatch(/have not proven that they cannot reach the network\. No data is accepted/);
  });

  test('a model folder that cannot be used gets a sentence and leaves the model that was there', async () => {
    const session = await open();
    await session.backbones.loadFolder('mine', files(['mine/weights.bin']));
    expect(session.state.backbone.failure?.error.cause).toMatch(/no config\.json/);
    expect(session.state.model?.name).toBe('tiny');
    await session.backbones.loadFolder('mine', files(['mine/config.json']));
    expect(session.state.backbone.failure).toBeNull();
    expect(session.state.model).toMatchObject({ name: 'mine', synthetic: false });
    await session.setBackend('webgpu');
    expect(session.state.model?.name).toBe('mine');
    expect(session.state.device?.backend).toBe('webgpu');
  });

  test('kernels can be chosen on WebGPU, in the address too, and measured again', async () => {
    const session = await open();
    expect(session.state.kernels).toEqual([]);
    await session.setBackend('webgpu');
    expect(session.state.kernels).toMatchObject([{ operation: 'linear', current: 'rows', forced: false }]);
    await session.setKernel('linear', 'tiles');
    expect(session.state.kernels).toMatchObject([{ current: 'tiles', forced: true }]);
    expect(location.search).toBe('?backend=webgpu&kernels=linear%3Atiles');
    await session.measureKernels();
    expect(fakes.calls.at(-1)).toBe('kernels.prepare {"linear":"tiles"} true');
    await session.setKernel('conv', 'tiles');
    expect(session.state.notices.at(-1)?.text).toBe(
      'The kernel conv cannot be tiles: there is none of that name; there are linear. The usual one runs.',
    );
    await session.setKernel('conv', null);
    await session.setKernel('linear', null);
    expect(session.state.kernels).toMatchObject([{ current: 'rows', forced: false }]);
    expect(location.search).toBe('?backend=webgpu');
    await session.setBackend('wasm');
    expect(session.state.kernels).toEqual([]);
  });

  test.each([
    [{ isSecureContext: false, navigator }, /neither https nor localhost.*over https/],
    [{ isSecureContext: true, navigator: { storage: navigator.storage } }, /lacks the origin private file system/],
    [{ isSecureContext: true, navigator: { locks: navigator.locks, storage: {} } }, /Use a current Chrome/],
  ])('a browser that lacks what the page needs is told so: %#', (scope, sentence) => {
    expect(() => requireBrowser(scope)).toThrow(sentence);
    expect(() => requireBrowser()).not.toThrow();
  });

  test('a device that cannot be opened is a failed boot, from which another backend recovers', async () => {
    const options: FakeOptions = {
      deviceError: new DeviceError({ cause: 'No adapter.', remedy: 'Use WASM.' }),
    };
    const session = await open(options);
    expect(session.state.boot.phase).toBe('failed');
    expect(texts(session)).toContain('No adapter. Use WASM.');
    delete options.deviceError;
    await session.setBackend('wasm');
    expect(session.state.boot.phase).toBe('ready');
    expect(session.state.model?.name).toBe('tiny');
    expect(location.search).toBe('?backend=wasm');
  });
});

describe('data', () => {
  test('an import is kept, rejects are listed, and a reload brings both back', async () => {
    const session = await open();
    await session.importFiles([...files(EMBEDDED), ...files(['synthetic-C/live/empty.png'], '')], { ask: false });
    const { data } = session.state;
    expect(data.samples).toHaveLength(16);
    expect(data.sets).toEqual([
      { name: 'synthetic-C', samples: 8, live: 4, spoof: 4, unlabelled: 0 },
      { name: 'synthetic-M', samples: 8, live: 4, spoof: 4, unlabelled: 0 },
    ]);
    expect(data.rejected).toEqual([{ file: 'synthetic-C/live/empty.png', reason: 'The file is empty.' }]);
    expect(data.split.train.length + data.split.test.length).toBe(16);
    expect(data.split.problems).toEqual([]);

    const again = await open();
    expect(again.state.data.samples.map(({ id }) => id).sort()).toEqual(data.samples.map(({ id }) => id).sort());
    expect(again.state.data.rejected).toEqual(data.rejected);
    expect(await (await readFrame(rowOf(EMBEDDED[0] ?? '').frame)).text()).toBe('pixels');
    const url = await again.frameUrl(rowOf(EMBEDDED[0] ?? '').id);
    expect(await again.frameUrl(rowOf(EMBEDDED[0] ?? '').id)).toBe(url);
    expect(url).toMatch(/^blob:/);
  });

  test('the order of samples, and so the batches of a run, is that of names, not of arrival', async () => {
    const session = await open();
    await session.importFiles(files([...EMBEDDED].reverse()), { ask: false });
    const { samples, split } = session.state.data;
    const again = await open();
    expect(again.state.data.samples.map(({ id }) => id)).toEqual(samples.map(({ id }) => id));
    expect(again.state.data.split).toEqual(split);
    await again.clearData();
    await again.importFiles(files(EMBEDDED), { ask: false });
    expect(again.state.data.split).toEqual(split);
  });

  test('a cancelled import whose work is not wanted leaves nothing behind, neither rows nor frames', async () => {
    const session = await open({ importPace: 5 });
    const importing = session.importFiles(files(EMBEDDED), { ask: false });
    await vi.waitFor(() => expect(session.state.data.samples.length).toBeGreaterThan(2));
    const first = session.state.data.samples[0];
    session.cancelImport('remove');
    await importing;
    expect(session.state.data.samples).toEqual([]);
    expect(session.state.data).toMatchObject({ importing: null, unfinished: null });
    expect(session.state.notices).toEqual([]);
    await expect(readFrame(first?.frame ?? '')).rejects.toThrow(/no longer stored/);
    const db = await database();
    expect([await db.count('samples'), await db.count('imported')]).toEqual([0, 0]);
  });

  test('saying what 1 means imports the same files again and replaces the old note', async () => {
    const session = await open();
    await session.importFiles(files(EMBEDDED), { ask: false });
    expect(session.state.data.notes).toEqual(['1 was read as live.']);
    await session.setNumericOne('spoof');
    expect(session.state.data.notes).toEqual([
      '1 means spoof.',
      '16 files were there already, from an earlier import, and were not decoded again.',
    ]);
    expect(session.state.data.samples).toHaveLength(16);
  });

  test('an empty folder gets a sentence', async () => {
    const session = await open();
    await session.importFiles([]);
    expect(texts(session)).toMatch(/no file in it.*Choose a folder/);
  });

  test('clearing removes rows, frames, what was computed of them, and remarks', async () => {
    const session = await open();
    await session.importFiles(files(EMBEDDED), { ask: false });
    const features = new StoredFeatures();
    await features.write('of-a-face', new Float32Array([1, 2]));
    expect(await features.read('of-a-face')).toEqual(new Float32Array([1, 2]));
    await session.clearData();
    expect(await features.read('of-a-face')).toBeNull();
    expect(session.state.data).toMatchObject({ samples: [], rejected: [], notes: [], sets: [] });
    await expect(readFrame(rowOf(EMBEDDED[0] ?? '').frame)).rejects.toThrow();
    expect((await open()).state.data.samples).toEqual([]);
  });
});

describe('a generated set', () => {
  const request = { ...requestFor('synthetic-O'), subjects: 3 };
  const framesOfSession = (session: AppSession): string[] => session.state.data.samples.map(({ frame }) => frame);

  test('comes beside what is there, is kept, and replaces itself as a whole', async () => {
    const session = await open();
    await session.importFiles(files(EMBEDDED), { ask: false });
    await session.generate(request);
    expect(session.state.data.sets.map(({ name, samples }) => [name, samples])).toEqual([
      ['synthetic-C', 8],
      ['synthetic-M', 8],
      ['synthetic-O', 9],
    ]);
    expect(session.state.data.importing).toBeNull();
    const old = session.state.data.samples.find(({ set }) => set === 'synthetic-O');

    await session.generate({ ...request, subjects: 2, seed: 1 });
    const rows = session.state.data.samples.filter(({ set }) => set === 'synthetic-O');
    expect(rows).toHaveLength(6);
    expect(await (await readFrame(rows[0]?.frame ?? '')).text()).toBe('seed 1');
    await expect(readFrame(old?.frame ?? '')).rejects.toThrow(/no longer stored/);
    const again = await open();
    expect(framesOfSession(again)).toEqual(framesOfSession(session));
    expect(session.state.notices).toEqual([]);
  });

  test.each([0, 1])('cancelled half way, the set that it would have replaced is whole (seed %i)', async (seed) => {
    const options: FakeOptions = {};
    const session = await open(options);
    await session.generate(request);
    const { samples } = session.state.data;
    options.importPace = 5;
    const going = session.generate({ ...request, subjects: 40, seed });
    await vi.waitFor(() => expect(session.state.data.samples.length).toBeGreaterThan(11));
    // While it comes, its rows stand alone: the old ones are other people under the same names.
    const shown = framesOfSession(session);
    session.cancelImport();
    await going;
    expect(session.state.data.samples).toEqual(samples);
    expect(session.state.notices).toEqual([]);
    for (const { frame } of samples) expect(await (await readFrame(frame)).text()).toBe('seed 0');
    for (const frame of shown.filter((one) => !framesOfSession(session).includes(one)))
      await expect(readFrame(frame)).rejects.toThrow(/no longer stored/);
    expect(framesOfSession(await open())).toEqual(framesOfSession(session));
  });

  test('that cannot be made gets a sentence, and nothing changes', async () => {
    const session = await open();
    await session.generate({ ...request, liveClips: 0, attacks: [] });
    expect(texts(session)).toMatch(/synthetic-O: The request asks for no clip at all\. Ask for/);
    await session.generate({ ...request, subjects: 1.5 });
    expect(texts(session)).toMatch(/number of persons is 1\.5/);
    expect(session.state.data.samples).toEqual([]);
    const unsealed = await open({ sealed: false });
    await unsealed.generate(request);
    expect(texts(unsealed)).toMatch(/No data is accepted/);
    expect(unsealed.state.data.samples).toEqual([]);
  });

  test('is not replaced while a run may be reading it; another one is made', async () => {
    const session = await open({ pace: 5 });
    await session.generate(request);
    session.setConfig({ ...DEMO, steps: 400 });
    const run = session.startRun();
    await vi.waitFor(() => expect(session.state.run?.phase).toBe('training'));
    await session.generate({ ...request, seed: 1 });
    expect(texts(session)).toMatch(/synthetic-O: A run is going.* Stop the run first, or generate another set\./);
    await session.generate({ ...request, domain: 'synthetic-C' });
    expect(session.state.data.sets.map(({ name }) => name)).toEqual(['synthetic-C', 'synthetic-O']);
    await session.stopRun();
    await run;
  });

  test('automation fills in what is left out, and rejects', async () => {
    const session = await open();
    const { generate } = automate(session);
    expect(await generate({ domain: 'synthetic-W', subjects: 1 })).toMatchObject({ samples: 15 });
    await expect(generate({ domain: 'synthetic-X' })).rejects.toThrow(/no generated set named 'synthetic-X'/);
    const misspelt = { domain: 'synthetic-W', persons: 3 } as never;
    await expect(generate(misspelt)).rejects.toThrow(/synthetic-W: 'persons' is no part of a request/);
    const bare = { domain: 'synthetic-W', attacks: 'print' } as never;
    await expect(generate(bare)).rejects.toThrow(/The attacks are 'print'\. Give a list/);
  });
});

describe('a run', () => {
  const config = { ...DEMO, steps: 7, checkpointEvery: 3, probes: 2 };

  test('demo in one call: imports, trains, and makes a whole report without a request', async () => {
    const session = await open();
    session.setConfig(config);
    await session.startDemo();
    expect(texts(session)).toBe('');
    const run = session.state.run;
    expect(run).toMatchObject({
      phase: 'finished',
      checkpointStep: 7,
      trainableParameters: 7,
      seconds: 7,
      name: 'synthetic-C + synthetic-M, half, seed 0',
    });
    const report = session.report(run?.id ?? '');
    expect(report).toMatchObject({
      schema: 1,
      model: { name: 'tiny', parameters: 100, trainable: 7, weights: 'file' },
      backend: { name: 'wasm', adapter: 'test' },
      seed: 0,
      train: { steps: 7, seconds: 7, samplesPerSecond: 4, peakBytes: 27 },
      network: [],
    });
    expect(report.train.loss.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(report.data.train + report.data.test).toBe(16);
    expect(report.data.sets.map(({ name }) => name)).toEqual(['synthetic-C', 'synthetic-M']);
    expect(report.evaluations.map(({ step }) => step)).toEqual([0, 7]);
    expect(report.captions).toHaveLength(4);
    expect(report.captions[0]).toMatchObject({ sample: expect.stringMatching(/^synthetic-[CM]\/live\//) as string });
    expect(session.state.probes.every(({ result }) => result !== null)).toBe(true);
    expect(await loadRun(run?.id ?? '')).toEqual(run);
  });

  test('its zip holds the adapter and the four files', async () => {
    const session = await open();
    session.setConfig(config);
    await session.startDemo();
    const zip = await session.exportRun(session.state.run?.id ?? '');
    const entries = unzipSync(new Uint8Array(await zip.arrayBuffer()));
    expect(Object.keys(entries)).toEqual([
      'adapter/adapter_config.json',
      'adapter/adapter_model.safetensors',
      'metrics.csv',
      'captions.jsonl',
      'config.json',
      'report.json',
    ]);
    const weights = entries['adapter/adapter_model.safetensors'];
    expect(weights?.length).toBe(3_000_000);
    expect(weights?.every((byte) => byte === 5)).toBe(true);
    const text = (name: string): string => new TextDecoder().decode(entries[name]);
    expect(text('metrics.csv').split('\r\n')).toHaveLength(1 + 7 + 2 + 1);
    expect(text('captions.jsonl').trim().split('\n')).toHaveLength(4);
    expect(JSON.parse(text('report.json'))).toEqual(session.report(session.state.run?.id ?? ''));
    expect(JSON.parse(text('config.json'))).toMatchObject({
      config: { steps: 7 },
      provenance: { alpha: 'paper', loraAlpha: 'not stated in the paper', steps: 'differs from the paper' },
    });
  });

  test('an adapter folder becomes a run that is kept, inspected and begun from', async () => {
    const session = await open();
    session.setConfig(config);
    await session.importEmbedded();
    const own = { config: { ...session.state.config, loraRank: 5, lmHead: 'frozen' } };
    const folder = [
      ...files(['mine/adapter_config.json', 'mine/adapter_model.safetensors']),
      ...files(['mine/run.json'], JSON.stringify(own)),
    ];
    await session.loadAdapterFolder('mine', folder);
    const [loaded] = session.state.runs;
    expect(loaded).toMatchObject({
      name: 'mine',
      adapter: { folder: 'mine', notes: [] },
      checkpointStep: 0,
      steps: [],
    });
    expect(loaded?.config).toMatchObject({ loraRank: 5, lmHead: 'frozen' });
    expect(session.state.inspect.runId).toBe(loaded?.id);
    expect(await loadRun(loaded?.id ?? '')).toEqual(loaded);

    await session.startFrom(loaded?.id ?? '');
    expect(fakes.started.at(-1)).toMatchObject({ startFrom: loaded?.id, resume: false, config: { loraRank: 5 } });
    const { run } = session.state;
    expect(run).toMatchObject({ phase: 'finished', startedFrom: { id: loaded?.id, name: 'mine' } });
    expect(run?.name).toMatch(/, from mine$/);
    // What was chosen in Train stays as it was.
    expect(session.state.config.loraRank).toBe(config.loraRank ?? DEMO.loraRank);

    await closeDatabase();
    const again = await open();
    expect(again.state.runs.map(({ id }) => id)).toEqual([run?.id, loaded?.id]);
    await again.loadAdapterFolder('mine', []);
    expect(texts(again)).toMatch(/mine: The folder is empty/);
  });

  test('a bundle has the frames where they were asked for, and can be cancelled', async () => {
    const session = await open();
    session.setConfig(config);
    await session.startDemo();
    const id = session.state.run?.id ?? '';
    const names = async (frames: boolean): Promise<string[]> => {
      const zip = await session.exportBundle(id, { frames });
      return Object.keys(unzipSync(new Uint8Array(await zip.arrayBuffer())));
    };
    expect(await names(false)).toEqual(['run.json']);
    const run = session.state.run!;
    const rows = [...run.trainIds, ...run.testIds].map((row) =>
      session.state.data.samples.find(({ id }) => id === row)!,
    );
    expect(await names(true)).toEqual([
      'run.json',
      ...rows.map(({ frame }) => `frames/${frame.slice(frame.lastIndexOf('/') + 1)}`),
    ]);
    const stop = new AbortController();
    const making = session.exportBundle(id, { frames: true, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(making).rejects.toThrow(/Cancelled/);
    await session.clearData();
    await expect(session.exportBundle(id, { frames: false })).rejects.toThrow(/no longer in the data set/);
  });

  test('pause, resume and stop reach the trainer; a stopped run goes on to its end', async () => {
    const session = await open({ pace: 10 });
    session.setConfig({ ...config, steps: 30 });
    const going = session.startDemo();
    await vi.waitFor(() => expect(session.state.run?.steps.length).toBeGreaterThan(1));
    await session.setBackend('webgpu');
    expect(texts(session)).toMatch(/cannot be changed while a run is going/);
    await session.pauseRun();
    await vi.waitFor(() => expect(session.state.run?.phase).toBe('paused'));
    const at = session.state.run?.steps.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(session.state.run?.steps.length ?? 0).toBeLessThanOrEqual(at + 1);
    await session.resumeRun();
    await vi.waitFor(() => expect(session.state.run?.steps.length).toBeGreaterThan(at + 2));
    await session.stopRun();
    await going;
    const stopped = session.state.run;
    expect(stopped?.phase).toBe('stopped');
    // Other base weights would go on as another model.
    await session.setWeights('int8');
    await session.continueRun(stopped?.id ?? '', 2);
    expect(texts(session)).toMatch(/trained on frozen weights as in their file; they are held in 8 bits now/);
    await session.setWeights('file');
    await session.continueRun(stopped?.id ?? '', 2);
    expect(session.state.run?.phase).toBe('finished');
    expect(session.state.run?.config.steps).toBe(32);
    expect(session.state.run?.steps.map(({ step }) => step)).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
  });

  test('a run whose tab died is shown as interrupted and goes on from its checkpoint, each step once', async () => {
    const first = await open();
    first.setConfig(config);
    await first.startDemo();
    const record = first.state.run;
    if (record === null) throw new Error('no run');
    // As a killed tab leaves it: the phase still says training, and the numbers run ahead of the checkpoint.
    const steps = [1, 2, 3, 4, 5].map((step) => ({
      ...stepEvent(record.id, step, 7),
      loss: { total: step > 3 ? 99 : lossOf(step), cls: 0, cap: null },
    }));
    await saveRun({ ...record, phase: 'training', steps, checkpointStep: null });
    await writeCheckpoint(record.id, 3, new Uint8Array(64).fill(3));

    const session = await open();
    expect(session.state.run).toMatchObject({ phase: 'stopped', interrupted: true, checkpointStep: 3 });
    expect(texts(session)).toMatch(/interrupted at step 5 of 7\. It can continue from step 3\./);
    await session.continueRun(record.id, 0);
    expect(fakes.started.at(-1)?.resume).toBe(true);
    const whole = await loadRun(record.id);
    expect(whole?.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(whole?.steps.map(({ loss }) => loss.total)).toEqual([1, 2, 3, 4, 5, 6, 7].map(lossOf));
    expect(whole).toMatchObject({ phase: 'finished', interrupted: false });
    expect(whole?.evaluations.map(({ step }) => step)).toEqual([0, 7]);
  });

  test('a trainer that crashes is replaced and the run goes on from its checkpoint', async () => {
    let crashed = false;
    const session = await open({
      pace: 5,
      beforeStep: (step) => {
        if (step !== 5 || crashed) return;
        crashed = true;
        fakes.trainerPorts.at(-1)?.crash('out of memory');
      },
    });
    session.setConfig(config);
    await session.startDemo();
    expect(fakes.trainerPorts).toHaveLength(2);
    expect(session.state.run?.phase).toBe('finished');
    expect(session.state.run?.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(texts(session)).toMatch(/trainer thread stopped: out of memory/);
    expect(texts(session)).toMatch(/goes on from step 3/);
    expect(session.state.proofs).toHaveLength(2);
  });

  test('a run that is paused when its trainer crashes stays paused', async () => {
    const session = await open({ pace: 5 });
    session.setConfig({ ...config, steps: 20 });
    const going = session.startDemo();
    await vi.waitFor(() => expect(session.state.run?.checkpointStep).toBeGreaterThan(0));
    await session.pauseRun();
    await vi.waitFor(() => expect(session.state.run?.phase).toBe('paused'));
    // The step that was going is over, with its checkpoint.
    await new Promise((resolve) => setTimeout(resolve, 60));
    fakes.trainerPorts.at(-1)?.crash('out of memory');
    await vi.waitFor(() => expect(texts(session)).toMatch(/started again; the run is paused at step \d+\./));
    await vi.waitFor(() => expect(fakes.trainerPorts).toHaveLength(2));
    await vi.waitFor(() => expect(session.state.run?.phase).toBe('paused'));
    const at = session.state.run?.steps.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(session.state.run?.steps.length ?? 0).toBeLessThanOrEqual(at + 1);
    expect(session.state.run?.phase).toBe('paused');
    await session.resumeRun();
    await going;
    expect(session.state.run?.phase).toBe('finished');
    expect(session.state.run?.steps).toHaveLength(20);
  });

  test('a run that is stopped while its trainer is started again ends', async () => {
    const session = await open({ pace: 5 });
    session.setConfig({ ...config, steps: 200 });
    const going = session.startDemo();
    await vi.waitFor(() => expect(session.state.run?.checkpointStep).toBeGreaterThan(0));
    fakes.trainerPorts.at(-1)?.crash('out of memory');
    await session.stopRun();
    await going;
    expect(session.state.run?.phase).toBe('stopped');
    expect(fakes.trainerPorts).toHaveLength(2);
  });

  test('a device that the trainer replaced is named, and the run’s numbers go back to where it goes on', async () => {
    const session = await open({ lostAt: { step: 5, from: 3 } });
    session.setConfig(config);
    await session.startDemo();
    expect(fakes.trainerPorts).toHaveLength(1);
    expect(session.state.run?.phase).toBe('finished');
    expect(session.state.run?.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(texts(session)).toContain(
      'The GPU was lost at step 5; training goes on from step 3 on a new device (1 of 2).',
    );
    expect(session.state.device?.adapter).toBe('new');
    expect(session.state.run?.device.adapter).toBe('new');
  });

  test('a crash that was mended before the run read its checkpoint starts no third trainer', async () => {
    let crashed = false;
    const session = await open({
      pace: 5,
      beforeStep: (step) => {
        if (step !== 5 || crashed) return;
        crashed = true;
        void holdDatabase(500);
        fakes.trainerPorts.at(-1)?.crash('out of memory');
      },
    });
    session.setConfig(config);
    await session.startDemo();
    expect(fakes.trainerPorts).toHaveLength(2);
    expect(session.state.run?.phase).toBe('finished');
  });

  test('a second tab is told that the first is training', async () => {
    const session = await open();
    await session.importEmbedded();
    let release = (): void => undefined;
    const held = navigator.locks.request('whylive-train', () => new Promise<void>((resolve) => (release = resolve)));
    await session.startRun();
    await session.clearData();
    expect(texts(session)).toMatch(/cannot be cleared while a run or a queue is going, here or in another tab/);
    expect(session.state.data.samples).toHaveLength(16);
    expect(texts(session)).toMatch(/Another tab of this page is training/);
    expect(session.state.runs).toEqual([]);
    release();
    await held;
    await session.startRun();
    expect(session.state.run?.phase).toBe('finished');
  });

  test('refuses what cannot train, with a sentence', async () => {
    const session = await open();
    await session.startRun();
    expect(texts(session)).toMatch(/no labelled sample to train on/);
    await session.importEmbedded();
    session.setConfig({ steps: 0 });
    await session.startRun();
    expect(texts(session)).toMatch(/steps is 0\. Give a whole number from 1/);
  });

  test('rename and delete are kept', async () => {
    const session = await open();
    session.setConfig(config);
    await session.startDemo();
    const id = session.state.run?.id ?? '';
    await session.renameRun(id, '  First light ');
    expect((await loadRun(id))?.name).toBe('First light');
    expect((await loadRun(id))?.steps).toHaveLength(7);
    await session.deleteRun(id);
    expect(session.state.runs).toEqual([]);
    expect(session.state.run).toBeNull();
    expect(await loadRun(id)).toBeNull();
  });
});

describe('inspection', () => {
  test('streams both columns, then settles both results', async () => {
    const session = await open({ pace: 5 });
    session.setConfig({ ...DEMO, steps: 2, checkpointEvery: 1, probes: 0 });
    await session.startDemo();
    const sampleId = session.state.data.samples[0]?.id ?? '';
    session.selectSample(sampleId);
    expect(session.state.inspect.runId).toBe(session.state.run?.id); // the newest run's adapter, without asking
    const streamed = new Set<string>();
    session.addEventListener('change', () => {
      const { on, off } = session.state.inspect;
      if (on.busy) streamed.add(`on ${on.text}`);
      if (off.busy) streamed.add(`off ${off.text}`);
    });
    await session.explain();
    const { on, off } = session.state.inspect;
    expect(on.result?.adapter).toBe('on');
    expect(off.result?.adapter).toBe('off');
    expect(on.busy || off.busy).toBe(false);
    expect(streamed.size).toBeGreaterThan(2);
  });

  test('without a run only the backbone speaks; cancelling leaves no error', async () => {
    const session = await open({ pace: 20 });
    await session.importEmbedded();
    await session.explain();
    expect(texts(session)).toMatch(/No frame is chosen/);
    session.selectSample(session.state.data.samples[0]?.id ?? '');
    const explaining = session.explain();
    await vi.waitFor(() => expect(session.state.inspect.off.text).not.toBe(''));
    expect(session.state.inspect.on.busy).toBe(false);
    session.cancelExplain();
    await explaining;
    expect(session.state.inspect.off).toMatchObject({ busy: false, result: null });
    expect(texts(session)).toBe('');
  });
});

describe('announcements and the script’s way in', () => {
  test('many updates make one change event a frame', async () => {
    const session = await open();
    await new Promise((resolve) => setTimeout(resolve, 400));
    let events = 0;
    session.addEventListener('change', () => events++);
    for (let i = 0; i < 100; i++) session.setConfig({ seed: i });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(events).toBe(1);
    expect(session.state.config.seed).toBe(99);
  });

  test('inputs, configuration, run, progress and files through window.whylive', async () => {
    const session = await open();
    const whylive = automate(session);
    expect(await whylive.ready()).toMatchObject({ device: { backend: 'wasm' }, model: { name: 'tiny' } });
    whylive.createInput('data-0', false);
    const transfer = new DataTransfer();
    for (const path of EMBEDDED) transfer.items.add(new File(['pixels'], path));
    const input = document.getElementById('data-0') as HTMLInputElement;
    input.files = transfer.files;
    expect(await whylive.importFromInput('data-0')).toMatchObject({ samples: 16, rejected: [], problems: [] });
    expect(() => whylive.configure({ steps: -1 })).toThrow(/steps is -1/);
    expect(() => whylive.configure({ stepz: 1 } as never)).toThrow(/stepz is no setting of a run/);
    const exported = { schema: 1, config: { ...PAPER, steps: 9 }, provenance: { steps: 'paper' }, steps: 4, seed: 3 };
    expect(whylive.configure(exported)).toEqual({ ...PAPER, steps: 4, seed: 3 });
    const report = await whylive.start();
    expect(report.train.steps).toBe(4);
    expect(report.config).toMatchObject({ accumulation: 16, seed: 3 });
    expect(whylive.progress()).toMatchObject({
      phase: 'finished',
      step: 4,
      steps: 4,
      hter: { head: 0.25, text: null },
    });
    const files = await whylive.exportFiles();
    const written = files.find(({ path }) => path === 'report.json');
    expect(JSON.parse(atob(written?.base64 ?? ''))).toEqual(report);
    input.remove();
  });

  test('a script’s run rejects where a panel would show a notice', async () => {
    const session = await open();
    await expect(automate(session).start()).rejects.toThrow(/no labelled sample/);
  });
});
