/** What protocols would train on what, before anything is trained. */
import type { RunRecord } from '../../store/record';
import { CLS_TRAINS_HEAD_ALONE } from '../../evaluate/report/index';
import type { DeviceInfo, Experiment, ModelInfo, Protocol, SampleRow, ScoreJob } from '../../protocol';
import { configOf, expand, protocolOfScoring, sourceOf } from '../protocols/expand';
import { DEVELOPMENT, readersOn } from '../protocols/readers';
import { select, type Problem, type Selection } from '../protocols/select';
import { attacksWithoutText, chooseTextFrames } from '../protocols/text_frames';
import { resolveSet } from '../protocols/roles';
import { turn } from '../slices';
import { develops } from './development';
import type { ExperimentRequest, Preview, ProtocolPreview, SideCount } from './types';
import type { ScoringSize, Sizes } from './work';

type Asked = Omit<ExperimentRequest, 'name'>;

/** Selections by protocol, made once for the same samples. */
export class Selections {
  private readonly made = new Map<string, Selection>();

  constructor(
    readonly asked: Asked,
    readonly samples: readonly SampleRow[],
  ) {}

  of(protocolId: string): Selection {
    const known = this.made.get(protocolId);
    if (known !== undefined) return known;
    const { protocols, sets, config } = this.asked;
    const protocol = protocols.find(({ id }) => id === protocolId);
    if (protocol === undefined) throw new RangeError(`There is no protocol ${protocolId}`);
    const selection = select(protocol, sets, this.samples, config.seed);
    this.made.set(protocolId, selection);
    return selection;
  }

  /** What a scoring judges; null: nothing that is loaded. */
  rowsOf(
    experiment: Pick<Experiment, 'protocols' | 'trainings' | 'config' | 'sets'>,
    job: ScoreJob,
  ): SampleRow[] | null {
    const protocol = protocolOfScoring(experiment, job);
    if (protocol === null) return null;
    const selection = this.of(protocol.id);
    return job.test === DEVELOPMENT ? selection.development : (selection.tests.get(job.test) ?? null);
  }

  /** All of them, in turns with the page: selecting among ten thousands of samples takes tens of milliseconds. */
  async all(): Promise<void> {
    for (const { id } of this.asked.protocols) {
      if (this.made.has(id)) continue;
      this.of(id);
      await turn();
    }
  }
}

/** What every job comes to. Call after `selections.all()`. */
export function sizesOf(asked: Asked, jobs: ReturnType<typeof expand>, selections: Selections): Sizes {
  const { protocols, config, textFrames, readers } = asked;
  const steps = new Map<string, number>();
  const scorings = new Map<string, ScoringSize>();
  for (const training of jobs.trainings) {
    const [protocol, variant] = sourceOf({ protocols }, training);
    if (protocol === undefined || variant === undefined) continue;
    const own = configOf(config, variant);
    // What cannot be trained takes no time, nor does what would judge it.
    const idle = training.phase !== 'done' && selections.of(protocol.id).problem !== null;
    steps.set(training.id, idle ? 0 : own.steps);
    for (const job of jobs.scorings.filter((scoring) => scoring.training === training.id)) {
      const rows = idle ? [] : (selections.rowsOf({ ...asked, ...jobs }, job) ?? []);
      const { head, words } = readersOn(job.test, readers, own);
      const text = words.length > 0 ? Math.min(rows.length, textFrames ?? rows.length) : 0;
      scorings.set(job.id, { frames: head ? rows.length : text, text });
    }
  }
  return { steps, scorings };
}

export async function previewOf(
  asked: Asked,
  samples: readonly SampleRow[],
  machine: { runs: readonly RunRecord[]; model: ModelInfo | null; device: DeviceInfo | null },
): Promise<Preview> {
  const selections = new Selections(asked, samples);
  await selections.all();
  const all = expand(asked.protocols, asked, ({ id }) => develops(selections.of(id)));
  const jobs = runnable(asked, all, selections);
  const sizes = sizesOf(asked, jobs, selections);
  const described = asked.readers.some((reader) => reader !== 'head');
  const loaded = new Set(samples.map(({ set }) => set));
  const protocols = asked.protocols.map((protocol): ProtocolPreview => {
    const selection = selections.of(protocol.id);
    return {
      id: protocol.id,
      train: protocol.train.map((name) => ({ name, set: resolveSet(name, asked.sets, loaded) })),
      trainCount: countOf(selection.train),
      developmentCount: countOf(selection.development),
      tests: protocol.tests.map((name) => {
        const rows = selection.tests.get(name) ?? [];
        const chosen = described ? chooseTextFrames(rows, asked.textFrames, asked.config.seed) : null;
        return {
          name,
          set: resolveSet(name, asked.sets, loaded),
          count: countOf(rows),
          text: chosen?.size ?? 0,
          textless: chosen === null ? [] : attacksWithoutText(rows, chosen),
          problem: words(selection.testProblems.get(name) ?? null),
        };
      }),
      problem: words(selection.problem),
      notes: [...selection.notes, ...(described && ablatesHeadAlone(protocol, asked) ? [CLS_TRAINS_HEAD_ALONE] : [])],
    };
  });
  const total = [...sizes.scorings.values()];
  const frames = total.reduce((sum, size) => sum + size.frames, 0);
  const text = total.reduce((sum, size) => sum + size.text, 0);
  const steps = [...sizes.steps.values()].reduce((sum, count) => sum + count, 0);
  const rates = earlierRates(asked, machine, text > 0);
  const seconds = rates === null ? null : steps * rates.step + text * rates.text;
  const [trainings, scorings] = [jobs.trainings.length, jobs.scorings.length];
  const left = all.trainings.length - trainings + all.scorings.length - scorings;
  return { protocols, trainings, scorings, steps, frames, text, left, seconds };
}

type Jobs = ReturnType<typeof expand>;

/** Without the jobs that lack what they train or judge on. */
function runnable(asked: Asked, all: Jobs, selections: Selections): Jobs {
  const trainings = all.trainings.filter((training) => {
    const [protocol] = sourceOf(asked, training);
    return protocol !== undefined && selections.of(protocol.id).problem === null;
  });
  const trained = new Set(trainings.map(({ id }) => id));
  const scorings = all.scorings.filter(
    (job) => trained.has(job.training) && (selections.rowsOf({ ...asked, ...all }, job)?.length ?? 0) > 0,
  );
  return { trainings, scorings };
}

/** True where variants with and without L_cls are to be compared, and one of them gives it nothing but the head to train. */
function ablatesHeadAlone({ variants }: Protocol, { config }: Asked): boolean {
  const configs = variants.map((variant) => configOf(config, variant));
  return (
    configs.some(({ alpha }) => alpha === 0) && configs.some(({ alpha, loraVision }) => alpha !== 0 && !loraVision)
  );
}

const words = (problem: Problem | null): string | null =>
  problem === null ? null : `${problem.cause} ${problem.remedy}`;

function countOf(rows: readonly SampleRow[]): SideCount {
  const live = rows.filter(({ label }) => label === 'live').length;
  const videos = new Set(rows.map(({ set, video }) => `${set}\0${video}`)).size;
  return { frames: rows.length, live, spoof: rows.length - live, videos };
}

/** What the newest run with this model on this device took for a step and, where asked, for a text; null: there is none. */
function earlierRates(
  { config }: Asked,
  { runs, model, device }: { runs: readonly RunRecord[]; model: ModelInfo | null; device: DeviceInfo | null },
  writes: boolean,
): { step: number; text: number } | null {
  const run = runs.find(
    (record) =>
      record.model.fingerprint === model?.fingerprint &&
      record.device.adapter === device?.adapter &&
      record.device.backend === device.backend &&
      record.steps.length > 0 &&
      (record.captions.length > 0 || !writes),
  );
  const last = run?.steps.at(-1);
  if (run === undefined || last === undefined || last.samplesPerSecond <= 0) return null;
  const step = (config.batch * config.accumulation) / last.samplesPerSecond;
  const text = run.captions.reduce((sum, { seconds }) => sum + seconds, 0) / Math.max(1, run.captions.length);
  return { step, text };
}
