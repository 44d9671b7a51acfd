/** The memory plan against parameter counts of the published backbones, and what is said where it does not fit. */
import { describe, expect, test } from 'vitest';
import {
  fits,
  fitSentence,
  refuseTooLarge,
  refuseTooLargeWeights,
  sizeWords,
  waysToFit,
  type Changeable,
  type MemoryOffer,
} from '../../src/device/fit';
import { frozenBytes, planMemory, weightCounts, type ModelSizes, type PlannedRun } from '../../src/device/plan';
import { DeviceError, PAPER } from '../../src/protocol';

/** SmolVLM-256M-Instruct's config.json. */
const SMALL: ModelSizes = {
  vision: { hidden: 768, layers: 12, heads: 12, intermediate: 3072, patchSize: 16 },
  text: { hidden: 576, layers: 30, heads: 9, kvHeads: 3, headDim: 64, intermediate: 1536, vocabulary: 49280 },
  connector: { all: 12288 * 576, largest: 12288 * 576 },
  tiedEmbeddings: false,
  patches: 1024,
};
/** SmolVLM-500M-Instruct's. */
const LARGE: ModelSizes = {
  ...SMALL,
  text: { hidden: 960, layers: 32, heads: 15, kvHeads: 5, headDim: 64, intermediate: 2560, vocabulary: 49280 },
  connector: { all: 12288 * 960, largest: 12288 * 960 },
};

const run = (change: Partial<PlannedRun> = {}, config: Partial<PlannedRun['config']> = {}): PlannedRun => ({
  sizes: SMALL,
  config: { ...PAPER, loraVision: false, ...config },
  weightBits: 16,
  tokens: 268,
  picturesTogether: 1,
  captionsTogether: 4,
  ...change,
});

const GB = 1e9;
const offer = (change: Partial<MemoryOffer> = {}): MemoryOffer => ({
  largestBuffer: 2 * GB,
  largestBinding: 2 * GB,
  tried: null,
  more: false,
  ...change,
});
const ALL: Changeable = { weightBits: [32, 16, 8, 4], lmHead: ['full', 'adapter', 'frozen'] };

describe('the plan', () => {
  test.each([
    ['256M', SMALL, 256_484_928],
    ['500M', LARGE, 507_482_304],
  ])('counts every weight of SmolVLM-%s', (_, sizes, parameters) => {
    const { packed, exact, uneven, plain } = weightCounts(sizes);
    expect(packed + exact + uneven + plain).toBe(parameters);
    expect(uneven).toBe(0);
  });

  test('a run of the paper’s size on SmolVLM-256M stays below 1.5 GB', () => {
    const plan = planMemory(run());
    expect(plan.total).toBeLessThanOrEqual(1.5 * GB);
    expect(plan.total).toBeGreaterThan(1.1 * GB);
    // LoRA 2.58 M, connector 7.08 M, lm_head 28.39 M, verdict 1538.
    expect(plan.trainable).toBe(2_580_480 + 7_077_888 + 28_385_280 + 1538);
    expect(plan.parts.trained).toBe(16 * plan.trainable);
    expect(plan.parts.frozen).toBeGreaterThan(2 * 256_484_928);
    expect(plan.total).toBe(Object.values(plan.parts).reduce((sum, bytes) => sum + bytes, 0));
    // The default limits of the standard suffice: 256 MiB and 128 MiB.
    expect(plan.largestBuffer).toBeLessThan(256 * 2 ** 20);
    expect(plan.largestBinding).toBeLessThan(128 * 2 ** 20);
  });

  test('each choice moves the part that it concerns, and no more than that', () => {
    const base = planMemory(run());
    const parts = (change: Partial<PlannedRun>, config: Partial<PlannedRun['config']> = {}): string[] => {
      const { parts: changed } = planMemory(run(change, config));
      return (Object.keys(changed) as (keyof typeof changed)[]).filter(
        (name) => name !== 'slack' && changed[name] !== base.parts[name],
      );
    };
    expect(parts({ weightBits: 8 })).toEqual(['frozen']);
    expect(parts({}, { lmHead: 'adapter' })).toEqual(['trained', 'loss']);
    expect(parts({}, { lmHead: 'frozen' })).toEqual(['trained', 'loss']);
    expect(parts({ picturesTogether: 0 })).toEqual(['tower']);
    expect(parts({ captionsTogether: 0 })).toEqual(['captions']);
    expect(parts({}, { gradientCheckpointing: false })).toEqual(['kept', 'segment']);
    expect(parts({}, { loraRank: 16 })).toEqual(['trained', 'segment']);
    expect(parts({}, { loraVision: true })).toEqual(['trained', 'kept', 'segment', 'tower']);
    expect(parts({ tokens: 300 })).toEqual(['kept', 'segment', 'captions']);
  });

  test('more of anything never needs less', () => {
    const total = (change: Partial<PlannedRun>, config: Partial<PlannedRun['config']> = {}): number =>
      planMemory(run(change, config)).total;
    const rising = (totals: number[]): void => expect(totals).toEqual([...totals].sort((a, b) => a - b));
    rising(([4, 8, 16, 32] as const).map((weightBits) => total({ weightBits })));
    rising(([1, 2, 3, 8] as const).map((batch) => total({}, { batch })));
    rising([65, 200, 268, 512].map((tokens) => total({ tokens })));
    rising((['frozen', 'adapter', 'full'] as const).map((lmHead) => total({}, { lmHead })));
    rising([true, false].map((gradientCheckpointing) => total({}, { gradientCheckpointing })));
    rising([SMALL, LARGE].map((sizes) => total({ sizes })));
  });

  test('without checkpointing the activations of all decoder layers are kept: about a gigabyte', () => {
    const { parts } = planMemory(run({}, { gradientCheckpointing: false }));
    expect(parts.kept).toBeGreaterThan(0.9 * GB);
    expect(parts.kept).toBeLessThan(1.3 * GB);
  });
});

describe('whether it fits', () => {
  test('the sentence says what is needed, what is offered, and what nobody knows', () => {
    const plan = { ...planMemory(run()), total: 1.31 * GB, largestBuffer: 152e6, largestBinding: 114e6 };
    expect(fitSentence(plan, offer({ tried: 4 * GB }))).toBe(
      'This run needs 1.3 GB; the GPU offers 4 GB in buffers of up to 2 GB.',
    );
    expect(fitSentence(plan, offer({ tried: 1.4 * GB, more: true }))).toContain('at least 1.4 GB');
    expect(fitSentence(plan, offer())).toBe(
      'This run needs 1.3 GB; the GPU offers memory in buffers of up to 2 GB, and no browser says how much of it is free.',
    );
    expect(fitSentence(plan, offer({ largestBuffer: 128e6, largestBinding: 64e6 }))).toBe(
      'This run needs 1.3 GB, of which 152 MB in one piece; the GPU allows pieces of up to 64 MB.',
    );
  });

  test('limits and a trial refuse; what is not known does not', () => {
    const plan = planMemory(run());
    expect(fits(plan, offer())).toBe(true);
    expect(fits(plan, offer({ tried: plan.total }))).toBe(true);
    expect(fits(plan, offer({ tried: plan.total - 1 }))).toBe(false);
    expect(fits(plan, offer({ tried: plan.total - 1, more: true }))).toBe(true);
    expect(fits(plan, offer({ largestBuffer: plan.largestBuffer - 1 }))).toBe(false);
    expect(fits(plan, offer({ largestBinding: plan.largestBinding - 1 }))).toBe(false);
  });

  test('ways out are as small as suffices, the largest saving first, with their totals', () => {
    const big = run({ weightBits: 32, picturesTogether: 4 }, { gradientCheckpointing: false });
    const ways = waysToFit(big, offer({ tried: 2.5 * GB }), ALL);
    expect(ways.map((way) => way.words).sort()).toEqual([
      'A batch of 1 instead of 4',
      'A frozen output projection',
      'Frozen weights of 4 bits',
      'Gradient checkpointing',
    ]);
    const totals = ways.map(({ total }) => total);
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
    for (const way of ways) expect(way.total).toBe(planMemory(way.run).total);
    expect(ways[0]).toMatchObject({ words: 'Gradient checkpointing', fits: true });
  });

  test('where no single one suffices they come together by name, gently or as far as it goes', () => {
    const big = run({ weightBits: 32, picturesTogether: 4 }, { gradientCheckpointing: false });
    const gently = waysToFit(big, offer({ tried: 1.3 * GB }), ALL).at(-1)!;
    expect(gently).toMatchObject({
      words:
        'Gradient checkpointing, a batch of 2 instead of 4, frozen weights of 16 bits and an adapter on the output projection instead of all of it together',
      fits: true,
    });
    // What a batch of 256 that the page allows can come down to.
    const huge = run({}, { batch: 256, loraVision: true });
    const farthest = waysToFit(huge, offer({ tried: 0.7 * GB }), ALL).at(-1)!;
    expect(farthest).toMatchObject({
      words:
        'A batch of 1 instead of 256, no adapters in the vision tower, frozen weights of 4 bits and a frozen output projection together',
      fits: true,
    });
    expect(waysToFit(huge, offer({ tried: 1e6 }), ALL).every((way) => !way.fits)).toBe(true);
  });

  test('only what the page can change is proposed', () => {
    const none: Changeable = { weightBits: [16], lmHead: ['full'] };
    const big = run({}, { batch: 1, gradientCheckpointing: false });
    const words = waysToFit(big, offer({ tried: 1 }), none).map((way) => way.words);
    expect(words).toEqual(['Gradient checkpointing']);
  });

  test('a run that fits passes; another is refused with what would fit, or that nothing does', () => {
    const big = run({}, { gradientCheckpointing: false });
    expect(() => refuseTooLarge(big, offer(), ALL)).not.toThrow();
    const refused = (limit: number): DeviceError => {
      try {
        refuseTooLarge(big, offer({ tried: limit }), ALL);
      } catch (error) {
        if (error instanceof DeviceError) return error;
        throw error;
      }
      throw new Error('It was not refused');
    };
    const soft = refused(1.9 * GB);
    expect(soft.file).toBe('WebGPU');
    expect(soft.why).toMatch(/^This run needs 2\.\d GB; the GPU offers 1\.9 GB in buffers of up to 2 GB\.$/);
    expect(soft.remedy).toMatch(/^What would fit: Gradient checkpointing: 1\.\d GB/);
    const hard = refused(0.1 * GB);
    expect(hard.remedy).toMatch(/^Smaller, but not small enough: .* together: \d.* Choose the WASM backend/);
  });

  test('weights that do not fit beside what is held are refused with the bits that would', () => {
    const file = { weightBits: 16, fileBits: 16 } as const;
    const all = frozenBytes(SMALL, 16);
    expect(all).toBeGreaterThan(2 * 256_484_928);
    const held = 0.1 * GB;
    const refused = (tried: number): string => {
      try {
        refuseTooLargeWeights(SMALL, file, held, offer({ tried }));
      } catch (error) {
        return String(error);
      }
      return '';
    };
    expect(refused(held + all)).toBe('');
    expect(() => refuseTooLargeWeights(SMALL, file, held, offer())).not.toThrow();
    expect(() => refuseTooLargeWeights(SMALL, file, held, offer({ tried: 1, more: true }))).not.toThrow();
    expect(refused(held + 0.4 * GB)).toMatch(
      /weights need 515 MB; the GPU has room for 400 MB more\. What would fit: frozen weights of 8 bits, 3\d\d MB; 4 bits, 2\d\d MB \(Settings\)/,
    );
    expect(refused(held + 1e6)).toMatch(/room for 1 MB more\. Close other programs/);
  });

  test('sizes in words', () => {
    expect([1.31e9, 4e9, 12.34e9, 999.6e6, 152.3e6, 1e6].map(sizeWords)).toEqual([
      '1.3 GB',
      '4 GB',
      '12 GB',
      '1 GB',
      '152 MB',
      '1 MB',
    ]);
  });
});
