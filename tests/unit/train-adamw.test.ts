import '@tensorflow/tfjs-backend-cpu';
import * as tf from '../../src/device/tf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    const shapes = Object.entries(golden.shapes);
    const parameters = new Map(
      shapes.map(([name, shape]) => [name, tf.variable(tf.tensor(golden.initial[name as 'bias'], shape))]),
    );
    const optimiser = new AdamW(parameters, CONFIG);
    const live = tf.memory().numTensors;
    for (const [index, step] of golden.steps.entries()) {
      const gradients = new Map(
        shapes.map(([name, shape]) => [name, tf.tensor(step.gradients[name as 'bias'], shape)]),
      );
      const norm = await globalNorm(gradients);
      expect(norm).toBeCloseTo(step.norm, 4);
      optimiser.update(gradients, norm, index + 1, step.learningRate);
      for (const gradient of gradients.values()) gradient.dispose();
      for (const [name, parameter] of parameters) {
        const values = await parameter.data();
        const expected = step.parameters[name as 'bias'];
        values.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-6));
      }
      expect(tf.memory().numTensors - live).toBeLessThanOrEqual(0);
    }
    optimiser.dispose();
  });

  it('shows a gradient that is not finite in the norm', async () => {
    const norm = (value: number): Promise<number> => globalNorm(new Map([['a', tf.tensor([1, value])]]));
    expect(await norm(NaN)).toBeNaN();
    expect(await norm(Infinity)).toBe(Infinity);
    expect(await norm(0)).toBe(1);
  });
});
