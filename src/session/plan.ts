/** What a new run starts with: its name, its probes, and whether it can start at all. */
import {
  TrainingError,
  mixName,
  type CaptionStyle,
  type RunConfig,
  type SampleRow,
  type SetSummary,
} from '../protocol';
import { configProblems } from './config';

/** `synthetic-C + synthetic-M, half, seed 0`; more than three sets are counted. */
export function runName(sets: readonly SetSummary[], config: RunConfig): string {
  const names = sets.map(({ name }) => name);
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names;
  return `${shown.join(' + ')}, ${mixName(config.reasoningShare)}, seed ${config.seed}`;
}

/**
 * Held-out samples whose captions stream: the kinds (label and attack) in turn, live first, and a video only once
 * while another is left. The same for the same samples.
 */
export function chooseProbes(test: readonly SampleRow[], count: number): string[] {
  const kinds = new Map<string, SampleRow[]>();
  for (const row of [...test].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const kind = `${row.label ?? ''} ${row.attack ?? ''}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
  }
  const queues = [...kinds.keys()].sort().map((kind) => kinds.get(kind) ?? []);
  const chosen: SampleRow[] = [];
  while (chosen.length < count && queues.some((queue) => queue.length > 0)) {
    for (const queue of queues) {
      if (chosen.length === count) break;
      const fresh = queue.findIndex(({ set, video }) => !chosen.some((row) => row.set === set && row.video === video));
      const [row] = queue.splice(Math.max(0, fresh), 1);
      if (row !== undefined) chosen.push(row);
    }
  }
  return chosen.map(({ id }) => id);
}

/** Samples with a caption of each style; a blank one is none. */
export function countCaptioned(samples: readonly Pick<SampleRow, 'captions'>[]): Record<CaptionStyle, number> {
  const having = (style: CaptionStyle): number =>
    samples.filter(({ captions }) => (captions[style] ?? '').trim() !== '').length;
  return { vanilla: having('vanilla'), reasoning: having('reasoning') };
}

/** Captions that a model has drafted and nobody has changed. */
export function countDrafted(samples: readonly Pick<SampleRow, 'captions' | 'captionSources'>[]): number {
  const isDraft = ({ captions, captionSources }: (typeof samples)[number], style: CaptionStyle): boolean =>
    captionSources?.[style]?.kind === 'draft' && (captions[style] ?? '').trim() !== '';
  return samples.reduce(
    (sum, row) => sum + (['vanilla', 'reasoning'] as const).filter((style) => isDraft(row, style)).length,
    0,
  );
}

/** What a plan asks of a sample. */
type Told = Pick<SampleRow, 'captions' | 'captionSources'>;

/** @throws TrainingError naming the first thing that keeps a run from starting. */
export function checkPlan(config: RunConfig, train: readonly Told[]): void {
  const [problem] = configProblems(config);
  if (problem !== undefined) {
    throw new TrainingError({ cause: `The configuration cannot be used: ${problem}`, remedy: '', file: null });
  }
  if (train.length === 0) {
    throw new TrainingError({
      cause: 'There is no labelled sample to train on.',
      remedy: 'Import files from folders named live and spoof, or with a table of labels.',
    });
  }
  if (config.alpha === 0 && !train.some(({ captions }) => Object.keys(captions).length > 0)) {
    throw new TrainingError({
      cause: 'alpha is 0 and no training sample has a caption: there would be nothing to learn.',
      remedy: 'Raise alpha, or add a captions file.',
    });
  }
  const missing = captionProblem(config, train);
  if (missing !== null) throw new TrainingError(missing);
}

const has = (row: Told, style: CaptionStyle): boolean => (row.captions[style]?.trim() ?? '') !== '';

/**
 * What keeps a run from learning the captions that it is asked to learn: there are captions, none of them in the one
 * style chosen. (Without any caption a run trains the live/spoof head, which is worth doing: see `captionRemark`.)
 */
export function captionProblem(
  { beta, reasoningShare }: Pick<RunConfig, 'beta' | 'reasoningShare'>,
  train: readonly Told[],
): { cause: string; remedy: string } | null {
  if (beta === 0 || (reasoningShare > 0 && reasoningShare < 1)) return null;
  const captions = reasoningShare === 0 ? 'vanilla' : 'reasoning';
  if (train.some((row) => has(row, captions))) return null;
  const other = captions === 'vanilla' ? 'reasoning' : 'vanilla';
  const others = train.filter((row) => has(row, other)).length;
  if (others === 0) return null;
  return {
    cause: `No training sample has a ${captions} caption; ${others} of ${train.length} ${others === 1 ? 'has' : 'have'} a ${other} one.`,
    remedy: `Choose ${other} captions, or add ${captions} ones to the data.`,
  };
}

/** What a run does otherwise than its caption setting says, or learns from, in sentences; null when there is nothing. */
export function captionRemark(
  { beta, reasoningShare }: Pick<RunConfig, 'beta' | 'reasoningShare'>,
  train: readonly Told[],
): string | null {
  if (beta === 0 || train.length === 0) return null;
  const vanilla = train.filter((row) => has(row, 'vanilla')).length;
  const reasoning = train.filter((row) => has(row, 'reasoning')).length;
  if (vanilla === 0 && reasoning === 0) {
    return 'No training sample has a caption: the run trains the live/spoof head only and learns no explanation.';
  }
  const said = [mixRemark(reasoningShare, train, vanilla, reasoning), draftRemark(reasoningShare, train)];
  return said.filter((each) => each !== null).join(' ') || null;
}

/** In a mix a sample with one caption keeps the one it has: the share of the whole may then be another. */
function mixRemark(share: number, train: readonly Told[], vanilla: number, reasoning: number): string | null {
  if (share === 0 || share === 1) return null;
  if (vanilla === 0 || reasoning === 0) {
    const [there, missing] = reasoning === 0 ? ['vanilla', 'reasoning'] : ['reasoning', 'vanilla'];
    const instead = share === 0.5 ? 'half and half' : mixName(share);
    return `No training sample has a ${missing} caption: every one learns its ${there} caption instead of ${instead}.`;
  }
  const both = train.filter((row) => has(row, 'vanilla') && has(row, 'reasoning')).length;
  const told = vanilla + reasoning - both;
  if (both === told) return null;
  const learnt = Math.floor(both * share + 1e-9) + reasoning - both;
  const single = told - both;
  return `${single} of ${told} training samples ${single === 1 ? 'has one of the two captions and learns' : 'have one of the two captions and learn'} that: ${learnt} ${learnt === 1 ? 'learns' : 'learn'} a reasoning caption, ${told - learnt} a vanilla one.`;
}

/** Training on drafts is allowed, and said. */
function draftRemark(share: number, train: readonly Told[]): string | null {
  const asked = (['vanilla', 'reasoning'] as const).filter((style) => (style === 'vanilla' ? share < 1 : share > 0));
  const drafts = train.filter((row) =>
    asked.some((style) => has(row, style) && row.captionSources?.[style]?.kind === 'draft'),
  ).length;
  if (drafts === 0) return null;
  return `${drafts} of ${train.length} training samples ${drafts === 1 ? 'has' : 'have'} captions that a model drafted and nobody has looked at: the run may learn what that model got wrong.`;
}

/** The rows of `ids`, in that order. @throws TrainingError when some are no longer in the data set. */
export function rowsOf(
  ids: readonly string[],
  samples: readonly SampleRow[],
  remedy = 'Import the same folders again, then continue the run.',
): SampleRow[] {
  const known = new Map(samples.map((row) => [row.id, row]));
  const rows = ids.map((id) => known.get(id)).filter((row) => row !== undefined);
  if (rows.length < ids.length) {
    const lost = ids.length - rows.length;
    throw new TrainingError({
      cause: `${lost} of the run's ${ids.length} samples ${lost === 1 ? 'is' : 'are'} no longer in the data set.`,
      remedy,
    });
  }
  return rows;
}
