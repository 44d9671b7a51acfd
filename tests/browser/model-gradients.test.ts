/**
 * Gradients of every trainable tensor against finite differences, on both backends: the derivative of the objective
 * along one direction per tensor. The direction is half the gradient's own and half random, so that the derivative is
 * neither lost in float32 noise nor blind to a wrong entry.
 */
import { describe, expect, test } from 'vitest';
import { loadModel, type NamedArray, type TrainingSample } from '../../src/model';
import type { ModelFile } from '../../src/protocol';
import { BACKENDS, openBackend } from '../support/backends';
import { goldenFolder, goldens } from '../support/golden';
import { readGolden } from '../support/golden_browser';
import { directionalDerivative, randomArray } from '../support/tensors';

/** One layer in each tower: the file's other layers are not read. */
async function oneLayerFolder(): Promise<ModelFile[]> {
  const folder = await goldenFolder(readGolden);
  return Promise.all(
    folder.map(async ({ path, blob }) => {
      if (path !== 'config.json') return { path, blob };
      const config = JSON.parse(await blob.text()) as Record<'vision_config' | 'text_config', object>;
      Object.assign(config.vision_config, { num_hidden_layers: 1 });
      Object.assign(config.text_config, { num_hidden_layers: 1 });
      return { path, blob: new Blob([JSON.stringify(config)]) };
    }),
  );
}

function unit(values: Float32Array): Float32Array {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

describe.each(BACKENDS)('gradients by finite differences on %s', (backend) => {
  const whole = { loraRank: 2, loraAlpha: 3, loraVision: true, lmHead: 'full', seed: 5 } as const;
  test.each([
    { ...whole, tensors: 16, looked: /./ },
    { ...whole, loraVision: false, lmHead: 'adapter', tensors: 11, looked: /lm_head/ },
    { ...whole, loraVision: false, lmHead: 'frozen', tensors: 9, looked: /connector/ },
  ] as const)(
    'every trainable tensor, lm_head $lmHead',
    { timeout: 600_000 },
    async ({ tensors, looked, ...options }) => {
      await openBackend(backend);
      const model = await loadModel('tiny', await oneLayerFolder(), { synthetic: true });
      const state = model.newState(options);
      // LoRA B and the head start at zero, where half of the gradients vanish: move everything.
      const values = await state.read();
      let seed = 10;
      for (const [name, { data }] of values) {
        const noise = randomArray(data.length, seed++, name.endsWith('lm_head.weight') ? 0.02 : 0.3);
        data.forEach((value, i) => (data[i] = value + noise[i]!));
      }
      state.write(values);
      const pixelCount = model.info.imageSize ** 2 * 3;
      const samples: TrainingSample[] = [
        {
          pixels: randomArray(pixelCount, 1, 0.5),
          label: 'live',
          ...model.tokenise(goldens.question, 'A red ball.', 16),
        },
        { pixels: randomArray(pixelCount, 2, 0.5), label: 'spoof', ...model.tokenise(goldens.question, null, 16) },
      ];
      const objective = { alpha: 0.7, beta: 0.3 };
      // Twice a quarter of twice the weights, one way and the other: what two micro-batches add up to.
      const weights = { alpha: 1.4, beta: 0.6 };
      await model.addGradients(samples, state, { ...weights, checkpointing: backend === 'webgpu', share: 0.25 });
      await model.addGradients(samples, state, { ...weights, checkpointing: false, share: 0.25 });
      const gradients = await state.readGradients();
      expect([...gradients.keys()]).toEqual([...values.keys()]);
      expect(gradients.size).toBe(tensors);

      for (const [name, value] of values) {
        if (!looked.test(name)) continue;
        const gradient = gradients.get(name)!.data;
        const random = unit(randomArray(gradient.length, seed++));
        const along = unit(unit(gradient).map((g, i) => g + random[i]!));
        const expected = gradient.reduce((sum, g, i) => sum + g * along[i]!, 0);
        const loss = async (moved: Float32Array): Promise<number> => {
          const changed = new Map<string, NamedArray>(values);
          changed.set(name, { shape: value.shape, data: new Float32Array(moved) });
          state.write(changed);
          return (await model.losses(samples, state, objective)).total;
        };
        const measured = await directionalDerivative(loss, value.data, along, 0.02);
        expect(Math.abs(expected), `${name}: the derivative is large enough to measure`).toBeGreaterThan(1e-4);
        expect(
          Math.abs(measured / expected - 1),
          `${name}: ${measured} by differences, ${expected} by gradient`,
        ).toBeLessThan(1e-2);
      }
      state.dispose();
      model.dispose();
    },
  );
});
