import '@tensorflow/tfjs-backend-cpu';
import * as tf from '../../src/device/tf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlatState, type NamedArray } from '../../src/model';
import { AdamW, globalNorm } from '../../src/train/adamw';
import golden from '../golden/adamw.json';

const CONFIG = {
  adamBeta1: golden.config.beta1,
  adamBeta2: golden.config.beta2,
  adamEpsilon: golden.config.epsilon,
  weightDecay: golden.config.weightDecay,
  gradientClip: golden.config.clip,
};

describe('AdamW', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });
  afterAll(() => tf.disposeVariables());

  it('follows PyTorch through clipping, a changing rate and a zero gradient', async () => {
    const shapes = new Map<string, number[]>(Object.entries(golden.shapes));
    const named = (values: Record<string, number[]>): Map<string, NamedArray> =>
      new Map([...shapes].map(([name, shape]) => [name, { shape, data: Float32Array.from(values[name]!) }]));
    const state = new FlatState(shapes);
    state.write(named(golden.initial));
    const optimiser = new AdamW(state, CONFIG);
    const live = tf.memory().numTensors;
    for (const [index, step] of golden.steps.entries()) {
      state.writeInto(state.gradients, named(step.gradients));
      const norm = await globalNorm(state.gradients);
      expect(norm).toBeCloseTo(step.norm, 4);
      optimiser.update(norm, index + 1, step.learningRate);
      for (const [name, { data }] of await state.read()) {
        const expected = step.parameters[name as 'bias'];
        data.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-6));
      }
      expect(tf.memory().numTensors - live).toBeLessThanOrEqual(0);
    }
    optimiser.dispose();
    state.dispose();
  });

  it('shows a gradient that is not finite in the norm', async () => {
    const norm = (value: number): Promise<number> => globalNorm(tf.tensor([1, value]));
    expect(await norm(NaN)).toBeNaN();
    expect(await norm(Infinity)).toBe(Infinity);
    expect(await norm(0)).toBe(1);
  });
});
