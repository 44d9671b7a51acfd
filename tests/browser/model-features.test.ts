/** The vision tower's remembered output: the same losses and gradients to the last bit, computed once a picture. */
import { afterAll, describe, expect, test, vi } from 'vitest';
import { closeDevice } from '../../src/device';
import { loadModel, type TrainableState, type TrainingSample, type VisionLanguageModel } from '../../src/model';
import * as vision from '../../src/model/vision';
import { BACKENDS, openBackend } from '../support/backends';
import { goldenFolder, goldens } from '../support/golden';
import { readGolden } from '../support/golden_browser';
import { randomArray } from '../support/tensors';

vi.mock('../../src/model/vision', { spy: true });

const OPTIONS = { loraRank: 2, loraAlpha: 3, seed: 5 };
const OBJECTIVE = { alpha: 0.7, beta: 0.3, checkpointing: true, share: 1 };

const load = async (): Promise<VisionLanguageModel> =>
  loadModel('tiny', await goldenFolder(readGolden), { synthetic: true });

function samplesFor(model: VisionLanguageModel): TrainingSample[] {
  return [1, 2, 3].map((seed) => ({
    pixels: randomArray(model.info.imageSize ** 2 * 3, seed, 0.5),
    label: seed === 2 ? 'spoof' : 'live',
    ...model.tokenise(goldens.question, seed === 3 ? null : 'A red ball.', 16),
  }));
}

/** Losses and every gradient as plain numbers. */
async function numbers(
  model: VisionLanguageModel,
  batch: readonly TrainingSample[],
  state: TrainableState,
): Promise<Record<string, number[]>> {
  state.zeroGradients();
  const { total } = await model.addGradients(batch, state, OBJECTIVE);
  const result: Record<string, number[]> = { total: [total] };
  for (const [name, { data }] of await state.readGradients()) result[name] = [...data];
  return result;
}

/** Pictures that went into the tower since the last call. */
function pictures(): number {
  const calls = vi.mocked(vision.embedPatches).mock.calls;
  const count = calls.reduce((sum, [pixels]) => sum + pixels.shape[0], 0);
  vi.mocked(vision.embedPatches).mockClear();
  return count;
}

describe.each(BACKENDS)('features of a frozen tower on %s', (backend) => {
  afterAll(closeDevice);

  test('are computed once a picture, in whatever batch, with the same numbers', { timeout: 300_000 }, async () => {
    await openBackend(backend);
    const first = await load();
    const state = first.newState({ ...OPTIONS, loraVision: false });
    const batch = samplesFor(first);
    pictures();
    const together = await numbers(first, batch, state);
    expect(pictures()).toBe(3);

    // Another model meets the third picture alone, then the first, then all: only the second is new to it by then.
    const second = await load();
    await numbers(second, [batch[2]!], state);
    await second.classify([batch[0]!.pixels], state);
    expect(pictures()).toBe(2);
    expect(await numbers(second, batch, state)).toEqual(together);
    expect(pictures()).toBe(1);
    const [again] = await second.generate({
      pixels: [batch[1]!.pixels],
      question: goldens.question,
      state,
      maxTokens: 3,
    });
    expect(pictures()).toBe(0);
    expect(again!.headSpoofProbability).toBe((await first.classify([batch[1]!.pixels], state))[0]);

    // Where the tower has adapters nothing is remembered; as long as they are zero the losses are the same.
    const open = first.newState({ ...OPTIONS, loraVision: true });
    pictures();
    expect((await numbers(first, batch, open))['total']).toEqual(together['total']);
    await numbers(first, batch, open);
    expect(pictures()).toBe(6);
    for (const made of [state, open, first, second]) made.dispose();
  });
});
