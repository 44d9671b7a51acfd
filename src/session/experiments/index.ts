/** Experiments as the panels see them: kept, previewed, worked through. */
import {
  measuresTable,
  paperTable,
  writeTables,
  type Format,
  type Table,
  type TableNumber,
} from '../../evaluate/report/index';
import { WhyLiveError, type Experiment, type Protocol, type Reader, type TrainJob } from '../../protocol';
import { loadExperiments } from '../../store/experiments';
import { loadSetting, saveSetting } from '../../store/settings';
import { zipFiles, type ZipFile } from '../../store/zip';
import type { StateHolder } from '../holder';
import { isQueueHeld, withEditLock } from '../locks';
import { expand } from '../protocols/expand';
import { assigned } from '../protocols/assigned';
import { givenUpRuns, putBack, recovered, retried } from '../protocols/jobs';
import { experimentFile, predictionsFile, tableFiles } from './files';
import { develops } from './development';
import { previewOf, Selections } from './preview';
import type { ExperimentQueue } from './queue';
import { EXPORT_WAYS, Results, type Grounds } from './results';
import type { ExperimentActions, ExperimentRequest, Preview, ResultDetail, Way } from './types';

/** Between two looks at whether another tab's queue is over, milliseconds. */
const LOOK = 2000;

export class Experiments implements ExperimentActions {
  private readonly results = new Results();
  private awaiting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly holder: StateHolder,
    private readonly queue: ExperimentQueue,
    /** Turns a rejection into a notice. */
    private readonly guard: (work: () => Promise<void>) => Promise<void>,
    /** Tells other tabs. */
    private readonly changed: () => void,
  ) {}

  /** At start, and after another tab's change: what this browser keeps. */
  async restore(): Promise<void> {
    if (this.queue.busy) return;
    const [stored, own, elsewhere] = await Promise.all([loadExperiments(), loadSetting('protocols'), isQueueHeld()]);
    if (this.queue.busy) return;
    const experiments = elsewhere ? stored : stored.map(recovered);
    const { queue } = this.holder.state;
    const known = experiments.find(({ id }) => id === queue.experimentId);
    // Going in another tab, or cut off while it was.
    const going = stored.find(hasJob(isGoing));
    const shown = going ?? known ?? experiments.find(hasJob(isOpen)) ?? experiments[0];
    const cutOff = !elsewhere && going !== undefined;
    this.holder.update({
      experiments,
      ownProtocols: own ?? [],
      queue: {
        ...queue,
        experimentId: shown?.id ?? null,
        elsewhere,
        // Measured here, of what this tab worked on.
        progress: elsewhere || shown?.id !== queue.experimentId ? null : queue.progress,
        note: cutOff ? 'It was interrupted, and can go on from where it was.' : queue.note,
      },
    });
    if (elsewhere) this.watchElsewhere();
  }

  /** A tab that dies tells nobody that its queue is over. */
  private watchElsewhere(): void {
    clearTimeout(this.awaiting);
    this.awaiting = setTimeout(() => {
      void this.guard(async () => {
        if (await isQueueHeld()) this.watchElsewhere();
        else await this.restore();
      });
    }, LOOK);
  }

  show(experimentId: string): void {
    const { queue } = this.holder.state;
    if (this.queue.busy || queue.experimentId === experimentId) return;
    this.holder.update({ queue: { ...queue, experimentId, progress: null, note: null } });
  }

  preview(request: Omit<ExperimentRequest, 'name'>): Promise<Preview> {
    const { data, runs, model, device } = this.holder.state;
    return previewOf(request, data.samples, { runs, model, device });
  }

  start(request: ExperimentRequest): Promise<void> {
    return this.guard(async () => void (await this.begin(request)));
  }

  /**
   * Stores a new experiment and works through it.
   *
   * @returns its id
   * @throws as `ExperimentQueue.run`, and WhyLiveError where there is nothing to do; nothing is stored then
   */
  begin(request: ExperimentRequest): Promise<string> {
    return this.queue.run(() => this.create(request));
  }

  /** Stores a new experiment, whose jobs wait. @returns its id @throws WhyLiveError where there is nothing to do */
  async create({ name, protocols, sets, config, readers, textFrames }: ExperimentRequest): Promise<string> {
    const twice = protocols.find(({ id }, index) => protocols.findIndex((other) => other.id === id) < index);
    if (protocols.length === 0 || twice !== undefined) {
      throw new WhyLiveError({
        cause: twice === undefined ? 'No protocol is chosen.' : `Two protocols are named ${twice.id}.`,
        remedy: twice === undefined ? 'Choose at least one.' : 'Rename one of them.',
      });
    }
    if (readers.length === 0) {
      throw new WhyLiveError({ cause: 'No reader is chosen.', remedy: 'Let the head, the text or both judge.' });
    }
    const now = Date.now();
    const setting = { protocols: structuredClone(protocols), sets: { ...sets }, config: { ...config } };
    const selections = new Selections({ ...setting, readers, textFrames }, this.holder.state.data.samples);
    await selections.all();
    const experiment: Experiment = {
      id: crypto.randomUUID(),
      name: unlike(
        name.trim() || 'Experiment',
        this.holder.state.experiments.map((other) => other.name),
      ),
      created: now,
      updated: now,
      ...setting,
      readers: [...readers],
      textFrames,
      ...expand(setting.protocols, { ...setting, readers }, ({ id }) => develops(selections.of(id))),
    };
    await this.queue.kept.add(experiment);
    return experiment.id;
  }

  /** Gives a role or a name another data set; refused where a job that is done, or is going, has used the present one. */
  assign(experimentId: string, name: string, set: string): Promise<void> {
    return this.guard(() =>
      this.edit(experimentId, (experiment) => {
        const sets = { ...experiment.sets, [name]: set };
        const selections = new Selections({ ...experiment, sets }, this.holder.state.data.samples);
        return assigned(experiment, name, set, ({ id }) => develops(selections.of(id)));
      }),
    );
  }

  goOn(experimentId: string): Promise<void> {
    return this.guard(async () => void (await this.run(experimentId)));
  }

  /** Works through what is left, with what a crash interrupted. */
  run(experimentId: string): Promise<string> {
    return this.queue.run(experimentId);
  }

  pause(): Promise<void> {
    return this.guard(() => this.queue.pause());
  }

  resume(): Promise<void> {
    return this.guard(() => this.queue.resume());
  }

  stop(): Promise<void> {
    return this.guard(() => this.queue.stop());
  }

  skip(experimentId: string, jobId: string): Promise<void> {
    return this.guard(() => this.queue.skip(experimentId, jobId));
  }

  putBack(experimentId: string, jobId: string): Promise<void> {
    return this.guard(() => this.edit(experimentId, (experiment) => putBack(experiment, jobId)));
  }

  retry(experimentId: string): Promise<void> {
    return this.guard(() => this.edit(experimentId, retried));
  }

  /** With a training that begins anew its failed run goes: it is no result, and nothing would go on from it. */
  private async edit(experimentId: string, change: (experiment: Experiment) => Experiment): Promise<void> {
    const [before, after] = await this.queue.kept.change(experimentId, change);
    for (const runId of givenUpRuns(before, after)) await this.queue.forgetFailed(runId);
  }

  rename(experimentId: string, name: string): Promise<void> {
    const trimmed = name.trim();
    if (trimmed === '') return Promise.resolve();
    return this.guard(() => this.edit(experimentId, (experiment) => ({ ...experiment, name: trimmed })));
  }

  remove(experimentId: string): Promise<void> {
    return this.guard(async () => {
      await this.queue.kept.remove(experimentId);
      const { experiments, queue } = this.holder.state;
      const shown = queue.experimentId === experimentId ? (experiments[0]?.id ?? null) : queue.experimentId;
      this.holder.update({ queue: { ...queue, experimentId: shown, progress: null, note: null } });
    });
  }

  async table(experimentId: string, number: TableNumber | null, way: Way, signal?: AbortSignal): Promise<Table> {
    const experiment = this.queue.kept.of(experimentId);
    const results = await this.results.all(experiment, [way], this.grounds(), { ...(signal && { signal }) });
    return number === null ? measuresTable(results) : paperTable(number, results);
  }

  detail(experimentId: string, protocol: string, test: string, way: Way): Promise<ResultDetail> {
    return this.results.detail(this.queue.kept.of(experimentId), protocol, test, way, this.grounds());
  }

  readers(experimentId: string): Promise<Reader[]> {
    return this.results.readers(this.queue.kept.of(experimentId), this.grounds());
  }

  exportTable(table: Table, format: Format): Blob {
    return new Blob([writeTables([table], format)], { type: 'text/plain' });
  }

  async exportAll(experimentId: string, onProgress?: (done: number, total: number) => void): Promise<Blob> {
    return zipFiles(await this.files(experimentId, onProgress));
  }

  /** tables.{md,tex,csv,json}, {measures,attacks,confusion,readers,variants}.csv, experiment.json, predictions.csv */
  async files(experimentId: string, onProgress?: (done: number, total: number) => void): Promise<ZipFile[]> {
    const experiment = this.queue.kept.of(experimentId);
    const results = await this.results.all(experiment, EXPORT_WAYS, this.grounds(), {
      ...(onProgress && { onProgress }),
    });
    const comparisons = await this.results.comparisons(experiment, EXPORT_WAYS, this.grounds());
    return [
      ...tableFiles(results, comparisons),
      experimentFile(experiment, this.grounds()),
      predictionsFile(experiment),
    ];
  }

  private grounds(): Grounds {
    const { runs, data } = this.holder.state;
    return { runs, samples: data.samples };
  }

  saveProtocols(own: Protocol[]): Promise<void> {
    return this.guard(async () => {
      const before = this.holder.state.ownProtocols;
      const all = await withEditLock(async () => {
        // Another tab may have kept some that this one has not heard of.
        const now = withChanges((await loadSetting('protocols')) ?? [], before, own);
        await saveSetting('protocols', now);
        return now;
      });
      this.holder.update({ ownProtocols: all });
      this.changed();
    });
  }
}

/** `stored` with what makes `after` of `before`: protocols that are new, changed or removed. */
function withChanges(stored: readonly Protocol[], before: readonly Protocol[], after: readonly Protocol[]): Protocol[] {
  const ids = new Set(after.map(({ id }) => id));
  const removed = new Set(before.filter(({ id }) => !ids.has(id)).map(({ id }) => id));
  const changed = new Map(after.filter((one) => !before.includes(one)).map((one) => [one.id, one]));
  const kept = stored.filter(({ id }) => !removed.has(id)).map((one) => changed.get(one.id) ?? one);
  const known = new Set(kept.map(({ id }) => id));
  return [...kept, ...[...changed.values()].filter(({ id }) => !known.has(id))];
}

/** Two of one minute would be one name. */
function unlike(name: string, others: readonly string[]): string {
  let free = name;
  for (let n = 2; others.includes(free); n++) free = `${name} (${n})`;
  return free;
}

type Phase = Pick<TrainJob, 'phase'>;

const hasJob =
  (is: (job: Phase) => boolean) =>
  ({ trainings, scorings }: Experiment): boolean =>
    trainings.some(is) || scorings.some(is);
const isOpen = ({ phase }: Phase): boolean => phase === 'waiting' || phase === 'going';
const isGoing = ({ phase }: Phase): boolean => phase === 'going';
