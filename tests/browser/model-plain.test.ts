/** The engine against the same model in plain tfjs operations: every gradient of a step, and 30 steps of training. */
import { describe, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import type { BackboneConfig } from '../../src/model/config';
import { randomBackbone } from '../bench/random_weights';
import { SHAPES } from '../bench/shapes';
import { BACKENDS, openBackend } from '../support/backends';
import { expectClose } from '../support/tensors';
import { Twins } from '../support/twins';

/** Two layers of odd proportions: three query heads to a key head, and sizes that fill no tile. */
const SMALL: BackboneConfig = {
  ...SHAPES.tiny,
  vision: { ...SHAPES.tiny.vision, hidden: 24, layers: 0 },
  text: {
    ...SHAPES.tiny.text,
    hidden: 48,
    layers: 2,
    heads: 6,
    kvHeads: 2,
    headDim: 8,
    intermediate: 80,
    vocabulary: 104,
  },
  patches: 16,
  imageTokens: 4,
};

function samples(count: number): { label: number; prompt: Int32Array; caption: Int32Array }[] {
  const { imageToken, imageTokens } = SMALL;
  return Array.from({ length: count }, (_, s) => {
    const prompt = Int32Array.from({ length: 9 }, (_, i) => 10 + ((s * 31 + i * 7) % 90));
    prompt.fill(imageToken, 2, 2 + imageTokens);
    return {
      label: s % 2,
      prompt,
      caption: Int32Array.from({ length: 5 + 3 * s }, (_, i) => 10 + ((s * 17 + i * 5) % 90)),
    };
  });
}

describe.each(BACKENDS)('the engine and plain tfjs on %s', { timeout: 300_000 }, (backend) => {
  test('the same gradients, recomputed or not', async () => {
    await openBackend(backend);
    const backbone = randomBackbone(SMALL);
    const twins = await Twins.make(backbone, samples(3), 4);
    const plain = await twins.plainGradients();
    for (const checkpointing of [false, true]) {
      const losses = await twins.engineGradients(checkpointing);
      expectClose([losses.cls, losses.cap], [plain.cls, plain.cap], 1e-5, 'losses');
      const gradients = await twins.state.readGradients();
      expect([...gradients.keys()]).toEqual([...plain.gradients.keys()]);
      for (const [name, { data }] of gradients) expectClose(data, await plain.gradients.get(name)!.data(), 1e-4, name);
    }
    for (const gradient of plain.gradients.values()) gradient.dispose();
    twins.dispose();
    backbone.dispose();
    checkHealth();
  });

  test('30 steps follow the same losses', async () => {
    await openBackend(backend);
    const backbone = randomBackbone(SMALL);
    const twins = await Twins.make(backbone, samples(2), 4);
    const first: number[] = [];
    for (let step = 1; step <= 30; step++) {
      const engine = await twins.engineStep(3e-3, backend === 'webgpu');
      const plain = await twins.plainTraining(step, 3e-3);
      expect(Math.abs(engine.cls / plain.cls - 1), `step ${step}, cls`).toBeLessThan(1e-3);
      expect(Math.abs(engine.cap / plain.cap - 1), `step ${step}, cap`).toBeLessThan(1e-3);
      first.push(engine.cap);
    }
    // It trained: two constant curves would agree too.
    expect(first.at(-1)!).toBeLessThan(0.7 * first[0]!);
    twins.dispose();
    backbone.dispose();
    checkHealth();
  });
});
