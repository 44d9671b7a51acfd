/** The vision tower's output across visits: read back from a store, the same to the last bit, for this tower only. */
import { afterAll, expect, test, vi } from 'vitest';
import { closeDevice } from '../../src/device';
import type { FeatureStore } from '../../src/protocol';
import type { Backbone } from '../../src/model/backbone';
import { FeatureMemory } from '../../src/model/features';
import * as vision from '../../src/model/vision';
import { randomBackbone } from '../bench/random_weights';
import { SHAPES } from '../bench/shapes';
import { BACKENDS, openBackend } from '../support/backends';
import { randomArray } from '../support/tensors';

vi.mock('../../src/model/vision', { spy: true });
afterAll(closeDevice);

class Shelf implements FeatureStore {
  readonly kept = new Map<string, Float32Array<ArrayBuffer>>();
  async read(key: string): Promise<Float32Array<ArrayBuffer> | null> {
    return this.kept.get(key) ?? null;
  }
  async write(key: string, values: Float32Array<ArrayBuffer>): Promise<void> {
    this.kept.set(key, values.slice());
  }
}

function small(): Backbone {
  const { vision, text } = SHAPES.tiny;
  return randomBackbone({
    ...SHAPES.tiny,
    vision: { ...vision, hidden: 32, layers: 1, heads: 2, intermediate: 48, imageSize: 32, patchSize: 8 },
    text: { ...text, layers: 0, vocabulary: 64, hidden: 32 },
    patches: 16,
    imageTokens: 4,
  });
}

const runs = (): number => {
  const count = vi.mocked(vision.embedPatches).mock.calls.length;
  vi.mocked(vision.embedPatches).mockClear();
  return count;
};

test.each(BACKENDS)('features on %s are computed once, whoever asks later', { timeout: 120_000 }, async (backend) => {
  await openBackend(backend);
  const backbone = small();
  const pictures = [1, 2].map((seed) => randomArray(32 * 32 * 3, seed));
  const store = new Shelf();
  const read = async (memory: FeatureMemory): Promise<number[]> => {
    const features = await memory.of(pictures);
    const values = [...(await features.data())];
    features.dispose();
    return values;
  };
  runs();
  const first = await read(new FeatureMemory(backbone, { store, tower: 'a' }));
  expect(runs()).toBe(1);
  expect(store.kept.size).toBe(2);
  expect(await read(new FeatureMemory(backbone, { store, tower: 'a' }))).toEqual(first);
  expect(runs()).toBe(0);
  // Another tower's features are not these.
  expect(await read(new FeatureMemory(backbone, { store, tower: 'b' }))).toEqual(first);
  expect(runs()).toBe(1);
  // What does not have this tower's size is not believed.
  for (const key of store.kept.keys()) store.kept.set(key, new Float32Array(3));
  expect(await read(new FeatureMemory(backbone, { store, tower: 'a' }))).toEqual(first);
  expect(runs()).toBe(1);
  backbone.dispose();
});
