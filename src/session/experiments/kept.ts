/**
 * Experiments as they are kept: in the state and in the database, changed by one tab at a time. While a tab works
 * through one, its own state is the newest there is, and no other tab may change any.
 */
import { TrainingError, WhyLiveError, type Experiment } from '../../protocol';
import { loadExperiment, loadExperiments, removeExperiment, saveExperiment } from '../../store/experiments';
import type { StateHolder } from '../holder';
import { isQueueHeld, withEditLock, withQueueLock } from '../locks';
import { recovered } from '../protocols/jobs';

export class KeptExperiments {
  /** True while this tab works through one. */
  private own = false;

  constructor(
    private readonly holder: StateHolder,
    /** Tells other tabs. */
    private readonly changed: () => void,
  ) {}

  /** @throws WhyLiveError */
  of(id: string): Experiment {
    const found = this.holder.state.experiments.find((experiment) => experiment.id === id);
    if (found === undefined) throw gone(id);
    return found;
  }

  async add(experiment: Experiment): Promise<void> {
    await saveExperiment(experiment);
    this.holder.update({ experiments: [experiment, ...this.holder.state.experiments] });
    this.changed();
  }

  /**
   * Changes an experiment, here, in the database and in other tabs.
   *
   * @returns it as it was and as it is
   * @throws TrainingError where another tab works through a queue; what `edit` throws
   */
  async change(id: string, edit: (experiment: Experiment) => Experiment): Promise<[Experiment, Experiment]> {
    if (this.own) return this.write(this.of(id), edit);
    return this.free(async () => {
      // Another tab may have changed it a moment ago.
      const stored = await loadExperiment(id);
      if (stored === null) throw gone(id);
      return this.write(stored, edit);
    });
  }

  /** With its predictions. @throws TrainingError where a queue is going, here or in another tab */
  async remove(id: string): Promise<void> {
    await this.free(() => removeExperiment(id));
    this.holder.update({ experiments: this.holder.state.experiments.filter((other) => other.id !== id) });
    this.changed();
  }

  /**
   * Runs `work` as the only queue of this origin, on the experiments as they were stored last; what a crash interrupted
   * waits again.
   *
   * @throws TrainingError at once where another tab works through one
   */
  async alone(work: () => Promise<void>): Promise<void> {
    await withQueueLock(async () => {
      // After an edit that is going: whoever asks for the next one finds the queue held.
      const stored = await withEditLock(loadExperiments);
      this.holder.update({ experiments: stored.map(recovered) });
      this.own = true;
      // They may begin nothing from now on.
      this.changed();
      try {
        await work();
      } finally {
        this.own = false;
      }
    });
    // What they were refused they may do now.
    this.changed();
  }

  private async write(
    old: Experiment,
    edit: (experiment: Experiment) => Experiment,
  ): Promise<[Experiment, Experiment]> {
    const edited = { ...edit(old), updated: Date.now() };
    const { experiments } = this.holder.state;
    this.holder.update({ experiments: experiments.map((other) => (other.id === old.id ? edited : other)) });
    await saveExperiment(edited);
    this.changed();
    return [old, edited];
  }

  /** One edit after another, over all tabs, and none while a queue is going. */
  private free<T>(work: () => Promise<T>): Promise<T> {
    return withEditLock(async () => {
      if (!(await isQueueHeld())) return work();
      throw new TrainingError({
        cause: 'A queue of protocols is going, here or in another tab.',
        remedy: 'Change its experiments in the tab that works through it, or stop it first.',
      });
    });
  }
}

function gone(file: string): WhyLiveError {
  return new WhyLiveError({ cause: 'This experiment is no longer stored.', remedy: 'Reload the page.', file });
}
