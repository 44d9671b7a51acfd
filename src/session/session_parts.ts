/** The parts that carry out what the session can do, wired to each other, and what each change means for the others. */
import { deleteStorage } from '../store/everything';
import { Backbones } from './backbones';
import { Boot } from './boot';
import { CaptionDesk } from './captions';
import { DataSet } from './data';
import { Experiments } from './experiments';
import { judgeBy } from './experiments/judge';
import { ExperimentQueue } from './experiments/queue';
import { FaceFiles } from './face_files';
import { restoreFaces } from './faces';
import { FramesPool } from './frames_pool';
import type { StateHolder } from './holder';
import { Inspector } from './inspector';
import { Models } from './models';
import { NetworkLog } from './network';
import { Occupied } from './occupied';
import { OtherModel } from './other';
import { Training } from './run';
import { RunList } from './run_list';
import { Scorings } from './scorings';
import { Tabs, type Changed } from './tabs';
import type { Threads } from './threads';
import { Usage } from './usage';

export class SessionParts {
  readonly models: Models;
  readonly backbones: Backbones;
  readonly data: DataSet;
  readonly captions: CaptionDesk;
  readonly training: Training;
  readonly scorings: Scorings;
  readonly runs: RunList;
  readonly queue: ExperimentQueue;
  readonly experiments: Experiments;
  readonly occupied: Occupied;
  readonly usage: Usage;
  readonly inspector: Inspector;
  readonly other: OtherModel;
  readonly boot: Boot;
  readonly tabs: Tabs;
  private readonly missed = new Set<Changed>();

  constructor(
    private readonly holder: StateHolder,
    threads: Threads,
  ) {
    const network = new NetworkLog(holder, threads);
    this.usage = new Usage(holder);
    this.runs = new RunList(holder, () => this.runsChanged());
    this.models = new Models(holder, threads);
    this.backbones = new Backbones(
      holder,
      threads,
      this.models,
      network,
      () => this.occupied.mayLoad(),
      this.usage,
      () => this.tabs.tell('models'),
    );
    const frames = new FramesPool(holder, threads, network, new FaceFiles(threads, network));
    this.data = new DataSet(
      holder,
      threads,
      frames,
      () => this.boot.sealed,
      () => this.dataChanged(),
    );
    this.captions = new CaptionDesk(
      holder,
      threads,
      (rows) => this.data.replace(rows),
      () => this.occupied.mayLoad(),
      () => this.tabs.tell('data'),
      () => this.tabs.tell('drafts'),
    );
    this.training = new Training(
      holder,
      threads,
      (crash) => this.boot.revive(crash),
      () => void this.usage.measure(),
      () => this.runsChanged(),
    );
    this.scorings = new Scorings(
      holder,
      threads,
      (crash) => this.boot.revive(crash),
      () => void this.usage.measure(),
    );
    const experimentsChanged = (): void => this.tabs.tell('experiments');
    this.queue = new ExperimentQueue(
      holder,
      this.training,
      judgeBy(holder, this.scorings),
      (runId) => this.runs.remove(runId),
      experimentsChanged,
    );
    this.occupied = new Occupied(this.training, this.queue, this.scorings);
    this.experiments = new Experiments(holder, this.queue, (work) => holder.guard('train', work), experimentsChanged);
    this.inspector = new Inspector(holder, threads);
    this.other = new OtherModel(holder, threads, this.models, network);
    this.boot = new Boot(
      holder,
      threads,
      this.models,
      network,
      frames,
      () => this.data.fetchEmbedded(),
      () => this.restore(),
    );
    this.tabs = new Tabs((what) => void this.otherTab(what));
    holder.addEventListener('change', () => this.catchUp());
  }

  /** Removes all that this browser keeps for the page, and tells the other tabs. */
  async deleteEverything(): Promise<void> {
    const { holder } = this;
    await this.backbones.cancel();
    // What is loaded may lie in what is deleted.
    if (this.models.loadedKey !== null) await this.models.loadEmbedded();
    if (holder.state.other.key !== null) this.other.close();
    await this.data.clear();
    await deleteStorage();
    holder.update({ runs: [], run: null, runDetail: null, probes: [], experiments: [], ownProtocols: [] });
    await this.experiments.restore();
    holder.updateInspect({ runId: null });
    holder.updateBackbone({ listing: null, failure: null, outcome: null });
    await this.backbones.refresh();
    for (const what of ['data', 'runs', 'models', 'experiments'] as const) this.tabs.tell(what);
    await this.usage.measure();
  }

  /** Brings back samples and runs. A run that was going when its tab died is marked, and says where it can go on. */
  private async restore(): Promise<void> {
    await restoreFaces(this.holder);
    await this.data.restore();
    await this.captions.restore();
    // Without the list of models the page is still whole.
    await this.backbones.refresh().catch((error: unknown) => this.holder.fail('page', error));
    await this.runs.restore();
    await this.experiments.restore();
    await this.usage.measure();
  }

  /** Another tab of this page has changed what is stored. */
  private async otherTab(what: Changed): Promise<void> {
    if (this.holder.state.boot.phase !== 'ready') return;
    // What an import or a run works with does not change under it: it is read when that is over.
    if (this.isBusyWith(what)) {
      this.missed.add(what);
      return;
    }
    if (what === 'data') {
      await this.holder.guard('page', () => this.data.restore());
      this.captions.forget();
    }
    if (what === 'drafts') await this.holder.guard('page', () => this.captions.restore());
    if (what === 'models') await this.holder.guard('page', () => this.backbones.refresh());
    if (what === 'experiments') await this.holder.guard('page', () => this.experiments.restore());
    if (what === 'runs') await this.holder.guard('page', () => this.runs.reload());
  }

  private isBusyWith(what: Changed): boolean {
    if (what === 'experiments') return this.queue.busy;
    if (what !== 'data' && what !== 'runs') return false;
    return this.occupied.engaged || (what === 'data' && this.holder.state.data.importing !== null);
  }

  /** What other tabs have changed while this one was busy. */
  private catchUp(): void {
    for (const what of [...this.missed]) {
      if (this.isBusyWith(what)) continue;
      this.missed.delete(what);
      void this.otherTab(what);
    }
  }

  private runsChanged(): void {
    this.tabs.tell('runs');
    void this.usage.measure();
  }

  private dataChanged(): void {
    this.inspector.giveBack();
    this.other.forget();
    this.captions.forget();
    const { inspect, data } = this.holder.state;
    if (inspect.sampleId !== null && !data.samples.some(({ id }) => id === inspect.sampleId)) {
      this.holder.updateInspect({ sampleId: null, on: { ...inspect.on, text: '' }, off: { ...inspect.off, text: '' } });
    }
    this.tabs.tell('data');
    void this.usage.measure();
  }
}
