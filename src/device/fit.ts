/**
 * Whether a planned run fits the GPU, in words: what it needs, what the GPU is known to offer, and what would make it
 * smaller. A run that does not fit is refused before anything is allocated.
 */
import { DeviceError } from '../protocol';
import { planMemory, type MemoryPlan, type PlannedRun } from './plan';

/** What is known of a GPU's memory, bytes. */
export interface MemoryOffer {
  /** `maxBufferSize`. */
  largestBuffer: number;
  /** `maxStorageBufferBindingSize`. */
  largestBinding: number;
  /** What a trial took at once (`probeMemory`), a lower bound; null without a trial. */
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

/** Single changes that make `run` smaller, the largest saving first; all of them together last, where none suffices. */
export function waysToFit(run: PlannedRun, offer: MemoryOffer, changeable: Changeable): Way[] {
  const changes = proposals(run, changeable);
  const way = (words: string, change: (run: PlannedRun) => PlannedRun): Way => {
    const changed = change(run);
    const plan = planMemory(changed);
    return { words, run: changed, total: plan.total, fits: fits(plan, offer) };
  };
  const { total } = planMemory(run);
  const ways = changes
    .map(({ words, change }) => way(words, change))
    .filter((one) => one.total < total)
    .sort((a, b) => a.total - b.total);
  if (ways.length < 2 || ways.some((one) => one.fits)) return ways;
  return [
    ...ways,
    way('All of these together', (before) => changes.reduce((changed, { change }) => change(changed), before)),
  ];
}

interface Proposal {
  words: string;
  change(run: PlannedRun): PlannedRun;
}

function proposals({ config, weightBits }: PlannedRun, changeable: Changeable): Proposal[] {
  const found: Proposal[] = [];
  const configured = (words: string, change: Partial<PlannedRun['config']>): void =>
    void found.push({ words, change: (run) => ({ ...run, config: { ...run.config, ...change } }) });
  if (!config.gradientCheckpointing) configured('Gradient checkpointing', { gradientCheckpointing: true });
  if (config.batch > 1) {
    const batch = Math.ceil(config.batch / 2);
    configured(`A batch of ${batch} instead of ${config.batch}`, { batch });
  }
  if (config.loraVision) configured('No adapters in the vision tower', { loraVision: false });
  const bits = Math.max(0, ...changeable.weightBits.filter((choice) => choice < weightBits)) as typeof weightBits;
  if (bits > 0)
    found.push({ words: `Frozen weights of ${bits} bits`, change: (run) => ({ ...run, weightBits: bits }) });
  if (config.lmHead === 'full' && changeable.lmHead.includes('adapter')) {
    configured('An adapter on the output projection instead of all of it', { lmHead: 'adapter' });
  } else if (config.lmHead !== 'frozen' && changeable.lmHead.includes('frozen')) {
    configured('A frozen output projection', { lmHead: 'frozen' });
  }
  return found;
}

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
    .map(({ words, total }, i) => `${i === 0 ? words : words[0]!.toLowerCase() + words.slice(1)}: ${sizeWords(total)}`)
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

/** `1.3 GB`, `152 MB`: decimal units, two figures below ten. */
export function sizeWords(bytes: number): string {
  const [value, unit] = bytes >= 999.5e6 ? [bytes / 1e9, 'GB'] : [bytes / 1e6, 'MB'];
  const rounded = value < 9.95 && unit === 'GB' ? Math.round(value * 10) / 10 : Math.round(value);
  return `${rounded} ${unit}`;
}
