/**
 * One architecture against transformers and PEFT on the open backend. In a file of its own each suite would compile
 * every shader again, half a minute on a software adapter: call it inside another suite's `describe`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryInfo } from '../../src/device';
import * as tf from '../../src/device/tf';
import { loadModel, type TrainingSample, type VisionLanguageModel } from '../../src/model';
import { Backbone } from '../../src/model/backbone';
import { parseConfig } from '../../src/model/config';
import { ModelFolder } from '../../src/model/folder';
import { profileOf } from '../../src/model/profiles';
import { initialState, type AdapterState } from '../../src/model/trainable';
import { loadWeights } from '../../src/model/weights';
import { AdamW, globalNorm } from '../../src/train/adamw';
import { Goldens, forward, greedy, table, variantFolder, type Variant } from './backbone_goldens';
import type { Backend } from './backends';
import { readGolden } from './golden_browser';
import { expectClose } from './tensors';

export function backboneSuite(variant: Variant, backend: Backend): void {
  describe(variant.name, () => {
    let model: VisionLanguageModel;
    /** The same weights again, for what the room's interface does not show. */
    let backbone: Backbone;
    let state: AdapterState;
    let golden: Goldens;
    let samples: TrainingSample[];
    let before: number;

    beforeAll(async () => {
      before = tf.memory().numTensors;
      golden = await Goldens.open(readGolden, variant.name);
      const folder = await variantFolder(readGolden, variant);
      model = await loadModel(variant.name, folder, { synthetic: true });
      const config = parseConfig(await folder.find(({ path }) => path === 'config.json')!.blob.text());
      const { weights } = await loadWeights(new ModelFolder(variant.name, folder), config, { synthetic: true });
      backbone = new Backbone(config, weights);
      state = start();
      const { data } = await (await Goldens.open(readGolden, 'pictures')).array(`pixels.${variant.folder}`);
      const each = data.length / 3;
      samples = [0, 1, 2].map((i) => ({
        pixels: data.slice(i * each, (i + 1) * each),
        label: table.labels[i] as 'live' | 'spoof',
        ...model.tokenise(table.question, table.captions[i] ?? null, 64),
      }));
      state.write(await golden.group('start.'));
    });

    afterAll(() => {
      state.dispose();
      backbone.dispose();
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    const start = (): AdapterState =>
      initialState(backbone.config, backbone.weights, {
        loraRank: table.rank,
        loraAlpha: table.alpha,
        loraVision: variant.loraVision,
        seed: 1,
      });

    test("counts its parameters, and names what trains as Python's modules are named", async () => {
      expect(model.info.parameters + unusedParameters(backbone)).toBe(variant.parameters);
      expect([...(await golden.group('start.')).keys()].sort()).toEqual([...state.places.keys()].sort());
      const { targetModules, modulesToSave } = await state.toPython();
      expect({ targetModules, modulesToSave }).toEqual({
        targetModules: variant.targetModules,
        modulesToSave: variant.modulesToSave,
      });
    });

    test('vision features and logits of the backbone and of the adapted model', async () => {
      const fresh = start();
      const base = await forward(backbone, fresh, samples);
      fresh.dispose();
      expectClose(base.features, (await golden.array('features.base')).data, 1e-4, 'features');
      expectClose(base.logits, (await golden.array('logits.base')).data, 1e-4, 'logits');
      const adapted = await forward(backbone, state, samples);
      const features = variant.loraVision ? 'features.adapted' : 'features.base';
      expectClose(adapted.features, (await golden.array(features)).data, 1e-4, 'adapted features');
      expectClose(adapted.logits, (await golden.array('logits.adapted')).data, 1e-4, 'adapted logits');
      const pixels = samples.map((sample) => sample.pixels);
      expectClose(await model.classify(pixels, state), variant.probability, 1e-4, 'P(spoof)');
    });

    test.each(backend === 'wasm' ? [false, true] : [true])(
      'losses and gradients of every trainable tensor (checkpointing %s)',
      async (checkpointing) => {
        const live = memoryInfo().tensors;
        state.zeroGradients();
        // Shuffled: the sample without a caption first.
        const shuffled = [samples[2]!, samples[0]!, samples[1]!];
        const losses = await model.addGradients(shuffled, state, { ...weights, checkpointing, share: 1 });
        const expected = variant.steps[0]!;
        // Each against its own size: the caption's loss is several times the verdict's.
        for (const part of ['cls', 'cap', 'total'] as const) expectClose([losses[part]!], [expected[part]], 1e-5, part);
        const gradients = await golden.group('gradient.');
        for (const [name, { data }] of await state.readGradients())
          expectClose(data, gradients.get(name)!.data, 1e-3, name);
        // Tables made on first use stay; nothing else may.
        expect(memoryInfo().tensors - live).toBeLessThanOrEqual(2);
      },
    );

    test('likelihood of words after a text: from the logits of transformers, and from the loss without a batch', async () => {
      const { shape, data } = await golden.array('logits.adapted');
      const [, vocabulary = 0] = shape;
      const captions = samples.slice(0, 2).map(({ caption }) => caption!);
      const captioned = samples.slice(0, 2).map(({ pixels }) => pixels);
      // Few words: the software adapter needs seconds a token.
      const cuts = ['A paper print,', table.captions[1]!.slice(0, table.captions[1]!.indexOf(' it is live'))];
      const asked = cuts.map((after, i) => ({
        after,
        words: [table.captions[i]!.slice(after.length), 'Live'],
      }));
      let next = 0;
      const told = await model.generate({
        pixels: captioned,
        question: table.question,
        state,
        maxTokens: 1,
        continuations: () => asked[next++]!,
      });
      const begun = await losses(captions.map((_, i) => ({ ...samples[i]!, caption: first(cuts[i]!) })));
      let row = 0;
      for (const [i, caption] of captions.entries()) {
        const before = first(cuts[i]!).length;
        let expected = 0;
        // The last is the end token, which is not among the words.
        for (let t = before; t < caption.length - 1; t++) {
          const logits = data.subarray((row + t) * vocabulary, (row + t + 1) * vocabulary);
          expected += logits[caption[t]!]! - logSum(logits);
        }
        row += caption.length;
        const likely = told[i]!.logLikelihoods!;
        expectClose([likely[0]!], [expected], 1e-4, `words of caption ${i}`);
        for (const [k, words] of asked[i]!.words.entries()) {
          const whole = first(`${cuts[i]!} ${words.trim()}`);
          const [sum] = await losses([{ ...samples[i]!, caption: whole }]);
          expectClose([likely[k]!], [begun[i]! - sum!], 1e-4, `${words} after caption ${i}`);
        }
      }

      /** Ids without the end token. */
      function first(text: string): Int32Array {
        return model.tokenise(table.question, text, 64).caption!.slice(0, -1);
      }
      /** Summed caption loss of each sample, one at a time. */
      async function losses(of: readonly TrainingSample[]): Promise<number[]> {
        const sums: number[] = [];
        for (const sample of of) {
          const { cap, captionTokens } = await model.losses([sample], state, weights);
          sums.push(cap! * captionTokens);
        }
        return sums;
      }
    });

    test('64 greedy tokens, adapter on and off', async () => {
      // The last token of a caption that trains is the end.
      const end = samples[0]!.caption!.at(-1)!;
      const two = samples.slice(0, 2);
      expect(await greedy(backbone, state, two, end, 64)).toEqual(variant.greedyOn);
      expect(await greedy(backbone, null, two, end, 64)).toEqual(variant.greedyOff);
    });

    test('parameters after 10 AdamW steps', async () => {
      const optimiser = new AdamW(state, {
        adamBeta1: 0.9,
        adamBeta2: 0.999,
        adamEpsilon: 1e-8,
        weightDecay: table.optimiser.weightDecay,
        gradientClip: table.optimiser.clip,
      });
      for (const [i, expected] of variant.steps.entries()) {
        state.zeroGradients();
        const losses = await model.addGradients(samples, state, { ...weights, checkpointing: false, share: 1 });
        expectClose([losses.total], [expected.total], 1e-5, `L at step ${i}`);
        const norm = await globalNorm(state.gradients);
        expectClose([norm], [expected.gradientNorm], 1e-4, `norm at step ${i}`);
        optimiser.update(norm, i + 1, table.optimiser.learningRate);
      }
      const after = await golden.group('after.');
      for (const [name, { data }] of await state.read()) expectClose(data, after.get(name)!.data, 1e-4, name);
      optimiser.dispose();
    });
  });
}

function logSum(logits: Float32Array): number {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return most + Math.log(logits.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

const weights = { alpha: table.lossAlpha, beta: table.lossBeta };

/** What transformers' model has and nothing reads: the last norm of a tower whose features are taken before it. */
function unusedParameters({ config }: Backbone): number {
  return profileOf(config).visionNorm ? 0 : 2 * config.vision.hidden;
}
