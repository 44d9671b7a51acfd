/**
 * Whether a planned run fits the GPU, in words: what it needs, what the GPU is known to offer, and what would make it
 * smaller. A run that does not fit is refused before anything is allocated.
 */
import { DeviceError } from '../protocol';
import { frozenBytes, planMemory, type MemoryPlan, type ModelSizes, type PlannedRun } from './plan';

/** What is known of a GPU's memory, bytes. */
export interface MemoryOffer {
  /** `maxBufferSize`. */
  largestBuffer: number;
  /** `maxStorageBufferBindingSize`. */
  largestBinding: number;
  /** What was held together at a trial (`probeMemory`), a lower bound; null without a trial. */
  tried: number | null;
  /** True when the trial took all that it asked for: there may be more. */
  more: boolean;
}

/** One change of a run that makes it smaller. */
export interface Way {
  /** What to do, as the start of a sentence: `Gradient checkpointing`. */
  words: string;
  run: PlannedRun;
  /** Bytes of the changed run. */
  total: number;
  fits: boolean;
}

/** Which changes the page can make; the rest is not proposed. */
export interface Changeable {
  weightBits: readonly PlannedRun['weightBits'][];
  lmHead: readonly PlannedRun['config']['lmHead'][];
}

/** Every total above what a trial took, and every buffer above a limit, does not fit; the unknown is let pass. */
export function fits(plan: MemoryPlan, offer: MemoryOffer): boolean {
  return (
    plan.largestBuffer <= offer.largestBuffer &&
    plan.largestBinding <= offer.largestBinding &&
    (offer.tried === null || offer.more || plan.total <= offer.tried)
  );
}

/** `This run needs 1.3 GB; the GPU offers 4 GB in buffers of up to 2 GB.` */
export function fitSentence(plan: MemoryPlan, offer: MemoryOffer): string {
  const buffers = `in buffers of up to ${sizeWords(offer.largestBuffer)}`;
  const need = `This run needs ${sizeWords(plan.total)}`;
  if (plan.largestBuffer > offer.largestBuffer || plan.largestBinding > offer.largestBinding) {
    const single = Math.max(plan.largestBuffer, plan.largestBinding);
    const limit = Math.min(offer.largestBuffer, offer.largestBinding);
    return `${need}, of which ${sizeWords(single)} in one piece; the GPU allows pieces of up to ${sizeWords(limit)}.`;
  }
  if (offer.tried === null) {
    return `${need}; the GPU offers memory ${buffers}, and no browser says how much of it is free.`;
  }
  return `${need}; the GPU offers ${offer.more ? 'at least ' : ''}${sizeWords(offer.tried)} ${buffers}.`;
}

/**
 * Changes that make `run` smaller, each as small as suffices, the largest saving first; where none suffices, all of them
 * together at last.
 */
export function waysToFit(run: PlannedRun, offer: MemoryOffer, changeable: Changeable): Way[] {
  const way = (steps: readonly Step[]): Way => {
    const changed = steps.reduce((before, { change }) => change(before), run);
    const plan = planMemory(changed);
    return { words: together(steps), run: changed, total: plan.total, fits: fits(plan, offer) };
  };
  const { total } = planMemory(run);
  const ladders = laddersOf(run, changeable);
  const ways = ladders
    .map((ladder) => {
      const rungs = ladder.map((step) => way([step]));
      return rungs.find((one) => one.fits) ?? rungs.at(-1)!;
    })
    .filter((one) => one.total < total)
    .sort((a, b) => a.total - b.total);
  if (ladders.length < 2 || ways.some((one) => one.fits)) return ways;
  const gently = way(ladders.map((ladder) => ladder[0]!));
  return [...ways, gently.fits ? gently : way(ladders.map((ladder) => ladder.at(-1)!))];
}

/** A change, and what to call it. */
interface Step {
  words: string;
  change(run: PlannedRun): PlannedRun;
}

/** What can be changed, each from the smallest change to the largest. */
function laddersOf({ config, weightBits }: PlannedRun, changeable: Changeable): Step[][] {
  const configured = (words: string, change: Partial<PlannedRun['config']>): Step => ({
    words,
    change: (run) => ({ ...run, config: { ...run.config, ...change } }),
  });
  const halves: number[] = [];
  for (let batch = config.batch; batch > 1; halves.push(batch)) batch = Math.ceil(batch / 2);
  const heads = (['adapter', 'frozen'] as const).slice(['full', 'adapter', 'frozen'].indexOf(config.lmHead));
  return [
    config.gradientCheckpointing ? [] : [configured('Gradient checkpointing', { gradientCheckpointing: true })],
    halves.map((batch) => configured(`A batch of ${batch} instead of ${config.batch}`, { batch })),
    config.loraVision ? [configured('No adapters in the vision tower', { loraVision: false })] : [],
    changeable.weightBits
      .filter((bits) => bits < weightBits)
      .sort((a, b) => b - a)
      .map((bits) => ({
        words: `Frozen weights of ${bits} bits`,
        change: (run: PlannedRun) => ({ ...run, weightBits: bits }),
      })),
    heads
      .filter((head) => changeable.lmHead.includes(head))
      .map((lmHead) => configured(HEAD_WORDS[lmHead], { lmHead })),
  ].filter((ladder) => ladder.length > 0);
}

const HEAD_WORDS = {
  adapter: 'An adapter on the output projection instead of all of it',
  frozen: 'A frozen output projection',
} as const;

/** `A`; `A, b and c together`. */
function together(steps: readonly Step[]): string {
  const words = steps.map(({ words }, i) => (i === 0 ? words : lower(words)));
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)} together`;
}

const lower = (words: string): string => words[0]!.toLowerCase() + words.slice(1);

/**
 * Call before a run's first allocation.
 * @throws DeviceError saying what it needs, what there is, and what would fit.
 */
export function refuseTooLarge(run: PlannedRun, offer: MemoryOffer, changeable: Changeable): void {
  const plan = planMemory(run);
  if (fits(plan, offer)) return;
  const ways = waysToFit(run, offer, changeable);
  const helpful = ways.filter((way) => way.fits);
  const list = (helpful.length > 0 ? helpful : ways)
    .map(({ words, total }, i) => `${i === 0 ? words : lower(words)}: ${sizeWords(total)}`)
    .join('; ');
  throw new DeviceError({
    file: 'WebGPU',
    cause: fitSentence(plan, offer),
    remedy:
      helpful.length > 0
        ? `What would fit: ${list}.`
        : `${list === '' ? 'Nothing in its settings makes it smaller' : `Smaller, but not small enough: ${list}`}. Choose the WASM backend or a smaller model.`,
  });
}

/**
 * Call before a model's weights are read.
 *
 * @param held bytes that are on the GPU already
 * @throws DeviceError saying what they need, what there is, and in how many bits they would fit.
 */
export function refuseTooLargeWeights(
  sizes: ModelSizes,
  { weightBits, fileBits }: Required<Pick<PlannedRun, 'weightBits' | 'fileBits'>>,
  held: number,
  offer: MemoryOffer,
): void {
  const bytes = (bits: PlannedRun['weightBits']): number => frozenBytes(sizes, bits, fileBits);
  const free = offer.tried === null || offer.more ? Infinity : offer.tried - held;
  if (bytes(weightBits) <= free) return;
  const smaller = ([8, 4] as const).filter((bits) => bits < weightBits && bytes(bits) <= free);
  throw new DeviceError({
    file: 'WebGPU',
    cause: `The model's weights need ${sizeWords(bytes(weightBits))}; the GPU has room for ${sizeWords(free)} more.`,
    remedy:
      smaller.length > 0
        ? `What would fit: frozen weights of ${smaller.map((bits) => `${bits} bits, ${sizeWords(bytes(bits))}`).join('; ')} (Settings).`
        : 'Close other programs and tabs that use the GPU, or choose the WASM backend or a smaller model.',
  });
}

/** `1.3 GB`, `152 MB`: decimal units, two figures below ten. */
export function sizeWords(bytes: number): string {
  const [value, unit] = bytes >= 999.5e6 ? [bytes / 1e9, 'GB'] : [bytes / 1e6, 'MB'];
  const rounded = value < 9.95 && unit === 'GB' ? Math.round(value * 10) / 10 : Math.round(value);
  return `${rounded} ${unit}`;
}
