/**
 * The record of the run in progress: in memory for the panels, row by row in IndexedDB. Every event is stored at
 * once, so that a checkpoint is never newer than the numbers beside it by more than the write in flight.
 */
import type {
  CaptionResult,
  CheckpointEvent,
  DeviceInfo,
  Evaluation,
  RunRecovery,
  RunStateEvent,
  RunSummary,
  StepEvent,
} from '../protocol';
import { headOf, type RunRecord } from '../store/record';
import { appendCaption, appendEvaluation, appendStep, dropAfter, saveHead } from '../store/runs';
import { sampleName } from './report';
import type { StateHolder } from './holder';

export class Ledger {
  private writes: Promise<void> = Promise.resolve();
  private failed = false;

  constructor(private readonly holder: StateHolder) {}

  /** Makes `record` the run in progress and stores its head. */
  open(record: RunRecord): void {
    this.failed = false;
    this.show(record);
    this.write(() => saveHead(headOf(record)));
  }

  state(event: RunStateEvent): void {
    if (!this.concerns(event.runId)) return;
    this.holder.update({ runDetail: event.detail });
    if (this.record?.phase !== event.phase) this.head({ phase: event.phase });
  }

  step(event: StepEvent): void {
    const record = this.concerns(event.runId);
    if (!record) return;
    const last = record.steps.at(-1)?.step ?? 0;
    // The trainer went back to an older checkpoint: what was measured after it will be measured again.
    const kept = event.step > last ? record.steps : record.steps.filter(({ step }) => step < event.step);
    if (event.step <= last) this.write(() => dropAfter(event.runId, event.step - 1));
    this.show({ ...record, steps: [...kept, event], seconds: event.elapsed, updated: Date.now() });
    this.write(() => appendStep(event));
  }

  evaluation(item: Evaluation): void {
    const record = this.concerns(item.runId);
    if (!record) return;
    const same = (other: Evaluation): boolean =>
      other.step === item.step &&
      other.source === item.source &&
      other.unit === item.unit &&
      other.policy === item.policy;
    this.show({ ...record, evaluations: [...record.evaluations.filter((other) => !same(other)), item] });
    this.write(() => appendEvaluation(item));
  }

  caption(result: CaptionResult): void {
    const record = result.runId === null ? null : this.concerns(result.runId);
    if (!record) return;
    const same = (other: CaptionResult): boolean =>
      other.step === result.step &&
      other.sampleId === result.sampleId &&
      other.adapter === result.adapter &&
      other.style === result.style;
    const row = this.holder.state.data.samples.find(({ id }) => id === result.sampleId);
    const known = record.names?.[result.sampleId] !== undefined || row === undefined;
    const names = known ? (record.names ?? {}) : { ...record.names, [row.id]: sampleName(row) };
    this.show({ ...record, names, captions: [...record.captions.filter((other) => !same(other)), result] });
    this.write(() => appendCaption(result));
    if (!known) this.write(() => this.saveHead());
  }

  checkpoint(event: CheckpointEvent): void {
    if (!this.concerns(event.runId) || event.error !== null) return;
    this.head({ checkpointStep: event.step });
  }

  /** The end, or the part of the record that a summary or a failure settles. */
  head(change: Partial<RunRecord>): void {
    const { record } = this;
    if (!record) return;
    this.show({ ...record, ...change, updated: Date.now() });
    this.write(() => this.saveHead());
  }

  summary({ outcome, trainableParameters, seconds }: RunSummary): void {
    this.head({ phase: outcome, trainableParameters, seconds, interrupted: false });
  }

  /** The run goes on from an earlier step, maybe on another device. */
  recovered({ runId, from }: RunRecovery, device: DeviceInfo): void {
    if (!this.concerns(runId)) return;
    this.rollBack(from);
    this.head({ device });
  }

  /** Removes, here and in IndexedDB, what came after `step`: a resume measures it again. */
  rollBack(step: number): void {
    const { record } = this;
    if (!record) return;
    const upTo = (item: { step: number }): boolean => item.step <= step;
    this.show({
      ...record,
      steps: record.steps.filter(upTo),
      evaluations: record.evaluations.filter(upTo),
      captions: record.captions.filter(upTo),
    });
    this.write(() => dropAfter(record.id, step));
  }

  /** Resolves when everything so far is stored (or has failed and said so). */
  flush(): Promise<void> {
    return this.writes;
  }

  private get record(): RunRecord | null {
    return this.holder.state.run;
  }

  private concerns(runId: string): RunRecord | null {
    return this.record?.id === runId ? this.record : null;
  }

  /** Stores the head as it is when the write's turn comes, so a burst of changes ends with the newest. */
  private async saveHead(): Promise<void> {
    if (this.record) await saveHead(headOf(this.record));
  }

  private show(record: RunRecord): void {
    const { runs } = this.holder.state;
    const listed = runs.some(({ id }) => id === record.id);
    this.holder.update({
      run: record,
      runs: listed ? runs.map((other) => (other.id === record.id ? record : other)) : [record, ...runs],
    });
  }

  /** In order, one after another. A full disk must not end the run: it is said once, and training goes on. */
  private write(work: () => Promise<void>): void {
    this.writes = this.writes.then(work).catch((error: unknown) => {
      if (!this.failed) this.holder.fail('train', error);
      this.failed = true;
    });
  }
}
