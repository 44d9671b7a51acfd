/**
 * What the engine promises of a training step, counted: dispatches at SmolVLM-256M's depth, which widths hardly change,
 * and bytes against the plan that a run is let in by.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDevice, openDevice } from '../../src/device';
import { choose, forgetChoices } from '../../src/device/selection';
import { planMemory, type MemoryPlan } from '../../src/device/plan';
import { emptyPool } from '../../src/device/webgpu';
import type { BackboneConfig } from '../../src/model/config';
import { modelSizes } from '../../src/model/connector';
import type { RunConfig } from '../../src/protocol';
import { SHAPES } from '../bench/shapes';
import { wholeStep, type StepFigures, type StepSizes } from '../bench/step_case';

const { vision, text, ...rest } = SHAPES['smolvlm-256m'];

/** As deep as SmolVLM-256M and narrow; the vocabulary is wide enough for several parts of the loss and for real bytes. */
const DEEP: BackboneConfig = {
  ...rest,
  vision: { ...vision, hidden: 64, heads: 4, intermediate: 128, imageSize: 128 },
  text: { ...text, hidden: 128, heads: 4, kvHeads: 2, headDim: 32, intermediate: 256, vocabulary: 16_384 },
  scaleFactor: 2,
  imageToken: 6,
  patches: 64,
  imageTokens: 16,
};
const SIZES: StepSizes = { batch: 2, tokens: 40, prompt: 24, rank: 8 };
const BITS = { bfloat16: 16, int8: 8 } as const;

const planOf = (packing: keyof typeof BITS, lmHead: RunConfig['lmHead'] = 'full'): MemoryPlan =>
  planMemory({
    sizes: modelSizes(DEEP),
    config: {
      loraRank: SIZES.rank,
      loraVision: false,
      lmHead,
      batch: SIZES.batch,
      gradientCheckpointing: true,
      maxCaptionTokens: SIZES.tokens - SIZES.prompt,
    },
    weightBits: BITS[packing],
    tokens: SIZES.tokens,
    picturesTogether: 0,
    captionsTogether: 0,
  });

beforeAll(async () => {
  expect((await openDevice('webgpu', [])).backend).toBe('webgpu');
  // Every variant takes the same dispatches and bytes; these are compiled fastest.
  const variant = 'registers';
  choose({ linear: variant, 'linear-gradient': variant, 'weight-gradient': variant, 'loss-products': variant });
});
afterAll(forgetChoices);
afterAll(closeDevice);

const measured = new Map<string, StepFigures>();

describe.each(['bfloat16', 'int8'] as const)('a step of 30 decoder layers with %s weights', (packing) => {
  beforeAll(async () => {
    expect(DEEP.text.layers).toBe(30);
    // Freed buffers of what ran before would count.
    await emptyPool();
    measured.set(packing, await wholeStep(DEEP, packing, 0, SIZES));
  }, 120_000);

  test('gives both losses, and every trained number a gradient', () => {
    const { losses, gradients } = measured.get(packing)!;
    // Random weights know nothing: about the logarithms of two classes and of the vocabulary.
    expect(losses.cls).toBeGreaterThan(0);
    expect(losses.cap).toBeGreaterThan(Math.log(DEEP.text.vocabulary) / 2);
    for (const [name, { data }] of gradients) {
      expect(data.every(Number.isFinite), name).toBe(true);
      expect(
        data.some((x) => x !== 0),
        name,
      ).toBe(true);
    }
  });

  test('takes at most 450 dispatches forward and 1,500 in all', () => {
    const { forwardDispatches, stepDispatches } = measured.get(packing)!;
    expect(forwardDispatches).toBeLessThanOrEqual(450);
    expect(stepDispatches).toBeLessThanOrEqual(1500);
    // A decoder layer is more than one dispatch: a count that stood still would pass otherwise.
    expect(forwardDispatches).toBeGreaterThan(DEEP.text.layers);
    expect(stepDispatches).toBeGreaterThan(2 * forwardDispatches);
  });

  test('holds no more bytes than its plan', () => {
    const { peakBytes } = measured.get(packing)!;
    const plan = planOf(packing);
    expect(peakBytes).toBeLessThanOrEqual(plan.total);
    // The plan's allowance is for sequences that differ in length; here none does, and its parts must be true by themselves.
    expect(peakBytes).toBeLessThanOrEqual(1.05 * (plan.total - plan.parts.slack));
    expect(peakBytes).toBeGreaterThan(plan.parts.frozen + plan.parts.trained);
  });
});

test.each(['adapter', 'frozen'] as const)(
  'a step with the output projection %s holds no more than its plan',
  async (lmHead) => {
    await emptyPool();
    const { peakBytes } = await wholeStep(DEEP, 'bfloat16', 0, { ...SIZES, lmHead });
    const { total, parts } = planOf('bfloat16', lmHead);
    expect(peakBytes).toBeLessThanOrEqual(1.05 * (total - parts.slack));
    expect(peakBytes).toBeGreaterThan(parts.frozen + parts.trained);
  },
  120_000,
);

test('int8 weights hold less than bfloat16, by plan and by measurement', () => {
  expect(measured.get('int8')!.peakBytes).toBeLessThan(measured.get('bfloat16')!.peakBytes);
  expect(planOf('int8').total).toBeLessThan(planOf('bfloat16').total);
});
