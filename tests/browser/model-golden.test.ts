/** The model against PyTorch, transformers and PEFT on a random tiny model, on both backends. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryInfo, resetPeak } from '../../src/device';
import * as tf from '../../src/device/tf';
import {
  loadModel,
  type NamedArray,
  type TrainableState,
  type TrainingSample,
  type VisionLanguageModel,
} from '../../src/model';
import { parseConfig } from '../../src/model/config';
import { ModelFolder } from '../../src/model/folder';
import { TextCodec } from '../../src/model/tokenizer';
import type { CaptionSampling } from '../../src/protocol';
import { table } from '../support/backbone_goldens';
import { backboneSuite } from '../support/backbone_suite';
import { BACKENDS, openBackend } from '../support/backends';
import { GoldenTensors, goldenFolder, goldens } from '../support/golden';
import { readGolden } from '../support/golden_browser';
import { expectClose } from '../support/tensors';

/** Python's `[out, in]` as this code's `[in, out]`. */
function fromPython(shape: number[], data: Float32Array): NamedArray {
  if (shape.length === 1) return { shape, data: new Float32Array(data) };
  const [rows, columns] = shape as [number, number];
  const turned = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j]!;
  return { shape: [columns, rows], data: turned };
}

// The software adapter on a busy machine needs half a minute for a step.
describe.each(BACKENDS)('the model on %s', { timeout: 300_000 }, (backend) => {
  let model: VisionLanguageModel;
  let state: TrainableState;
  let codec: TextCodec;
  let golden: GoldenTensors;
  let samples: TrainingSample[];

  beforeAll(async () => {
    await openBackend(backend);
    golden = await GoldenTensors.open(readGolden);
    const folder = await goldenFolder(readGolden);
    model = await loadModel('tiny', folder, { synthetic: true });
    const config = parseConfig(await folder.find(({ path }) => path === 'config.json')!.blob.text());
    codec = await TextCodec.load(new ModelFolder('tiny', folder), config);
    state = model.newState({ loraRank: goldens.rank, loraAlpha: goldens.alpha, loraVision: true, seed: 1 });
    const start = new Map<string, NamedArray>();
    for (const name of golden.names('start.')) {
      start.set(name, fromPython(golden.shape(`start.${name}`), await golden.read(`start.${name}`)));
    }
    expect([...start.keys()].sort()).toEqual([...state.places.keys()].sort());
    state.write(start);
    const pixels = await golden.read('pixels');
    const each = pixels.length / 3;
    samples = [0, 1, 2].map((i) => ({
      pixels: pixels.slice(i * each, (i + 1) * each),
      label: goldens.labels[i] as 'live' | 'spoof',
      ...model.tokenise(goldens.question, goldens.captions[i] ?? null, 64),
    }));
  });

  afterAll(() => {
    state.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(0);
  });

  test('counts its parameters', () => {
    expect(model.info.parameters).toBe(goldens.parameters);
  });

  test('tokenises the prompt and captions as Python does', () => {
    expect([...samples[0]!.prompt]).toEqual(goldens.prompt);
    expect(samples.slice(0, 2).map(({ caption }) => [...caption!])).toEqual(goldens.captionIds);
  });

  test.each([false, true])(
    'losses and gradients of every trainable tensor (checkpointing %s)',
    async (checkpointing) => {
      const before = memoryInfo().tensors;
      const options = { alpha: goldens.lossAlpha, beta: goldens.lossBeta, checkpointing, share: 1 };
      state.zeroGradients();
      // Shuffled: the sample without a caption first.
      const result = await model.addGradients([samples[2]!, samples[0]!, samples[1]!], state, options);
      const expected = goldens.steps[0]!;
      expectClose(
        [result.total, result.cls, result.cap!],
        [expected.total, expected.cls, expected.cap],
        1e-5,
        'losses',
      );
      expect(result.captionTokens).toBe(goldens.captionIds.flat().length);
      for (const [name, gradient] of await state.readGradients()) {
        const { data } = fromPython(golden.shape(`gradient.${name}`), await golden.read(`gradient.${name}`));
        expectClose(gradient.data, data, 1e-3, name);
      }
      await model.addGradients(samples, state, options);
      // Tables made on first use stay; nothing else may.
      expect(memoryInfo().tensors - before).toBeLessThanOrEqual(2);
    },
  );

  test('checkpointing holds less at once', async () => {
    const peaks: number[] = [];
    for (const checkpointing of [true, false]) {
      resetPeak();
      const start = memoryInfo().bytes;
      await model.addGradients(samples, state, { alpha: 1, beta: 1, checkpointing, share: 1 });
      peaks.push(memoryInfo().peakBytes - start);
    }
    // On WebGPU the pool remembers the earlier steps' sizes; there a step may only not add to it.
    if (backend === 'wasm') expect(peaks[0]!).toBeLessThan(0.8 * peaks[1]!);
    else expect(Math.max(...peaks)).toBeLessThan(2 ** 18);
  });

  if (backend === 'webgpu')
    test('weights in 8 and 4 bits: near by, and what trains whole starts as in the file', async () => {
      const options = { loraRank: 2, loraAlpha: 2, loraVision: false, seed: 1 };
      const exact = model.newState(options);
      const start = await exact.read();
      const losses = { alpha: goldens.lossAlpha, beta: goldens.lossBeta };
      const { cls, cap } = await model.losses(samples, exact, losses);
      for (const [packing, most] of [
        ['int8', 0.01],
        ['int4', 0.2],
      ] as const) {
        const rounded = await loadModel('tiny', await goldenFolder(readGolden), { synthetic: true, packing });
        expect(rounded.info.weights).toBe(packing);
        const begun = rounded.newState(options);
        for (const [name, { data }] of await begun.read()) expect([...data], name).toEqual([...start.get(name)!.data]);
        const near = await rounded.losses(samples, begun, losses);
        expect(near.cap).not.toBe(cap);
        expect(Math.abs(near.cap! / cap! - 1)).toBeLessThan(most);
        expect(Math.abs(near.cls / cls - 1)).toBeLessThan(most);
        await rounded.addGradients(samples, begun, { ...losses, checkpointing: true, share: 1 });
        for (const [name, { data }] of await begun.readGradients())
          expect(data.every(Number.isFinite), name).toBe(true);
        begun.dispose();
        rounded.dispose();
      }
      exact.dispose();
    });

  test('a batch without captions trains the head and the vision adapters only', async () => {
    const options = { alpha: 1, beta: 1, checkpointing: false, share: 1 };
    state.zeroGradients();
    const { cap, total, cls } = await model.addGradients([samples[2]!], state, options);
    expect(cap).toBeNull();
    expect(total).toBe(cls);
    for (const [name, { data }] of await state.readGradients()) {
      const reached = name.startsWith('vision_cls_head') || name.includes('vision_model');
      const largest = Math.max(...data.map(Math.abs));
      if (reached) expect(largest, name).toBeGreaterThan(0);
      else expect(largest, name).toBe(0);
    }
  });

  test('losses alone are those of the step', async () => {
    const { total, cls, cap } = await model.losses(samples, state, {
      alpha: goldens.lossAlpha,
      beta: goldens.lossBeta,
    });
    const expected = goldens.steps[0]!;
    expectClose([total, cls, cap!], [expected.total, expected.cls, expected.cap], 1e-5, 'losses');
  });

  test('head probabilities', async () => {
    const probabilities = await model.classify(
      samples.map(({ pixels }) => pixels),
      state,
    );
    expectClose(probabilities, await golden.read('probability'), 1e-4, 'P(spoof)');
  });

  test('greedy captions, adapter on and off', async () => {
    const pixels = samples.map((sample) => sample.pixels);
    // The software adapter needs seconds a token.
    const limit = backend === 'webgpu' ? 4 : goldens.greedyLimit;
    for (const [adapter, expected, full] of [
      [state, goldens.greedyOn, goldens.greedyOnText],
      [null, goldens.greedyOff, goldens.greedyOffText],
    ] as const) {
      const before = tf.memory().numTensors;
      const streamed = ['', '', ''];
      const captions = await model.generate({
        pixels,
        question: goldens.question,
        state: adapter,
        maxTokens: limit,
        onText: (i, text) => void (streamed[i] = text),
      });
      captions.forEach((caption, i) => {
        const ids = expected[i]!.slice(0, limit);
        expect(caption.text).toBe(limit === goldens.greedyLimit ? full[i] : codec.decode(ids).trim());
        expect(caption.tokens).toBe(ids.length);
        expect(caption.truncated).toBe(ids.length === limit);
        expect(streamed[i]!.trim()).toBe(caption.text);
      });
      const head = captions.map((caption) => caption.headSpoofProbability);
      if (adapter === null) expect(head).toEqual([null, null, null]);
      else expectClose(head as number[], await golden.read('probability'), 1e-4, 'P(spoof)');
      // Rotary tables and masks made on first use stay; nothing else may.
      expect(tf.memory().numTensors - before).toBeLessThanOrEqual(7);
    }
  });

  test('drawn captions follow from their seed, and one token to draw from is the likeliest', async () => {
    const drawn = async (sampling: CaptionSampling | null): Promise<string> => {
      const [caption] = await model.generate({
        pixels: [samples[0]!.pixels],
        question: goldens.question,
        state,
        maxTokens: 6,
        sampling,
      });
      return caption!.text;
    };
    const bold: CaptionSampling = { temperature: 4, topK: 0, topP: 1, seed: 3 };
    const first = await drawn(bold);
    expect(await drawn(bold)).toBe(first);
    expect(await drawn({ ...bold, seed: 4 })).not.toBe(first);
    expect(await drawn({ ...bold, topK: 1 })).toBe(await drawn(null));
  });

  test('generation stops when told', async () => {
    const stop = new AbortController();
    let pieces = 0;
    const generating = model.generate({
      pixels: [samples[0]!.pixels],
      question: goldens.question,
      state: null,
      maxTokens: 20,
      signal: stop.signal,
      onText: () => {
        if (++pieces === 3) stop.abort();
      },
    });
    await expect(generating).rejects.toThrow('Cancelled');
    expect(pieces).toBe(3);
  });

  for (const variant of table.variants) backboneSuite(variant, backend);
});
