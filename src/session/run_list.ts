/** The runs that are kept: brought back at start, found, renamed, removed. */
import { WhyLiveError } from '../protocol';
import { checkpointInfo, deleteCheckpoints } from '../store/checkpoints';
import { headOf, type RunRecord } from '../store/record';
import { loadRuns, removeRun, saveHead } from '../store/runs';
import { removeScoringsOfRun } from '../store/scorings';
import type { StateHolder } from './holder';
import { isRunHeld } from './locks';

const GOING: readonly string[] = ['preparing', 'evaluating', 'training', 'paused'];

export class RunList {
  constructor(
    private readonly holder: StateHolder,
    /** The list has changed: other tabs and the line about storage want to know. */
    private readonly changed: () => void,
  ) {}

  /** @throws WhyLiveError */
  record(runId: string): RunRecord {
    const record = this.holder.state.runs.find(({ id }) => id === runId);
    if (record === undefined) {
      throw new WhyLiveError({ cause: 'This run is no longer stored.', remedy: 'Reload the page.', file: runId });
    }
    return record;
  }

  /** Puts a new record before the others. */
  add(record: RunRecord): void {
    this.holder.update({ runs: [record, ...this.holder.state.runs] });
    this.changed();
  }

  async rename(runId: string, name: string): Promise<void> {
    const trimmed = name.trim();
    if (trimmed === '') return;
    const record = { ...this.record(runId), name: trimmed, updated: Date.now() };
    const { runs, run } = this.holder.state;
    this.holder.update({
      runs: runs.map((other) => (other.id === runId ? record : other)),
      run: run?.id === runId ? record : run,
    });
    await saveHead(headOf(record));
    this.changed();
  }

  /** With its checkpoints, and with the scorings that would stand nowhere without it. */
  async remove(runId: string): Promise<void> {
    await removeRun(runId);
    await deleteCheckpoints(runId);
    await removeScoringsOfRun(runId);
    const { runs, run, inspect } = this.holder.state;
    this.holder.update({
      runs: runs.filter(({ id }) => id !== runId),
      run: run?.id === runId ? null : run,
      inspect: inspect.runId === runId ? { ...inspect, runId: null } : inspect,
    });
    this.changed();
  }

  /** As another tab left them. */
  async reload(): Promise<void> {
    const runs = await loadRuns();
    this.holder.update({ runs, run: runs.find(({ id }) => id === this.holder.state.run?.id) ?? null });
  }

  /** At start. A run that was going when its tab died is marked, and says where it can go on. */
  async restore(): Promise<void> {
    const runs: RunRecord[] = [];
    for (const record of await loadRuns()) {
      const going = GOING.includes(record.phase) && !(await isRunHeld(record.id));
      runs.push(going ? await this.interrupted(record) : record);
    }
    this.holder.update({
      runs,
      run: runs.find(({ phase, adapter }) => !GOING.includes(phase) && adapter === undefined) ?? null,
    });
    const trained = runs.find(({ checkpointStep }) => checkpointStep !== null);
    this.holder.updateInspect({ runId: trained?.id ?? null });
  }

  private async interrupted(record: RunRecord): Promise<RunRecord> {
    const checkpointStep = (await checkpointInfo(record.id))?.step ?? null;
    const interrupted: RunRecord = { ...record, phase: 'stopped', interrupted: true, checkpointStep };
    await saveHead(headOf(interrupted));
    const at = record.steps.at(-1)?.step ?? 0;
    this.holder.say(
      'train',
      'warning',
      `“${record.name}” was interrupted at step ${at} of ${record.config.steps}. ` +
        (checkpointStep === null
          ? 'It had no checkpoint yet: start it again.'
          : `It can continue from step ${checkpointStep}.`),
    );
    return interrupted;
  }
}
