/** Training runs: start, pause, stop, go on from a checkpoint; a crashed trainer is replaced and the run goes on. */
import {
  ModelError,
  TrainingError,
  errorFromData,
  type CaptionResult,
  type RunSummary,
  type StartRun,
} from '../protocol';
import { checkpointInfo } from '../store/checkpoints';
import type { RunRecord } from '../store/record';
import { WakeLock } from './awake';
import type { StateHolder } from './holder';
import { Ledger } from './ledger';
import { withTrainingLock } from './locks';
import { newRecord, type PlannedRun } from './new_run';
import { otherPictures, picturesOf, picturesSince } from './pictures';
import { checkPlan, rowsOf, runName } from './plan';
import { adapterShape, heldAs, refuseOtherModel } from './same_model';
import type { Threads } from './threads';

/** How often a run goes on by itself after its trainer or device was lost. */
const REVIVALS = 2;

/** Of a run whose trainer was started again, by what it was told before. */
const REVIVED = { resume: 'goes on from', pause: 'is paused at', stop: 'ends at' } as const;

export class Training {
  readonly ledger: Ledger;
  private readonly wake = new WakeLock();
  private going = false;
  /** What the run that is going was told last; null: to go on. */
  private asked: 'pause' | 'stop' | null = null;

  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
    /** A trainer that works, after its crash of this number. */
    private readonly revive: (crash: number) => Promise<void>,
    /** Called after a checkpoint: storage use has changed. */
    private readonly grown: () => void,
    /** Called when a run has begun and when it has ended: the list of runs has changed. */
    private readonly listed: () => void,
  ) {
    this.ledger = new Ledger(holder);
    const { trainer } = threads;
    trainer.on('run.state', (event) => this.ledger.state(event));
    trainer.on('run.plan', ({ words }) => this.holder.say('train', 'note', words));
    trainer.on('trainer.problem', ({ error }) => this.holder.fail('train', errorFromData(error)));
    trainer.on('device.reopened', ({ device, run }) => {
      holder.update({ device });
      if (run === null) return;
      const { lostAt, from, recovery, most } = run;
      holder.say(
        'train',
        'warning',
        `The GPU was lost${lostAt === null ? '' : ` at step ${lostAt}`}; training goes on from ${from === 0 ? 'the beginning' : `step ${from}`} on a new device (${recovery} of ${most}).`,
      );
      this.ledger.recovered(run, device);
    });
    trainer.on('run.step', (event) => this.ledger.step(event));
    trainer.on('run.evaluation', (event) => this.ledger.evaluation(event));
    trainer.on('run.caption', (result) => {
      this.ledger.caption(result);
      if (result.runId !== null) this.probe(result.step, result.sampleId, result.text, result);
    });
    trainer.on('caption.piece', (piece) => {
      if (piece.runId !== null) this.probe(piece.step, piece.sampleId, piece.text, null);
    });
    trainer.on('run.checkpoint', (event) => {
      this.ledger.checkpoint(event);
      if (event.error !== null) holder.fail('train', errorFromData(event.error));
      else this.grown();
    });
  }

  /** True while this tab has a run going, paused included. */
  get busy(): boolean {
    return this.going;
  }

  /**
   * A new run with the present data, model and configuration, from initial parameters or from those of `from`, with
   * its adapters' shape. Resolves with its record at its end.
   */
  async start(from: RunRecord | null = null): Promise<RunRecord> {
    const { model, data, config: present } = this.holder.state;
    if (from !== null && model !== null) refuseOtherModel(model, from);
    const config = from === null ? present : { ...present, ...adapterShape(from.config) };
    const name = runName(data.sets, config);
    const plan: PlannedRun = {
      runId: crypto.randomUUID(),
      name: from === null ? name : `${name}, from ${from.name}`,
      config,
      train: rowsOf(data.split.train, data.samples),
      test: rowsOf(data.split.test, data.samples),
    };
    return this.startPlanned(plan, from);
  }

  /** A new run on the samples that are named. Resolves with its record at its end. */
  async startPlanned(plan: PlannedRun, from: RunRecord | null = null): Promise<RunRecord> {
    const { device, model, data } = this.holder.state;
    if (device === null || model === null) {
      throw new ModelError({
        cause: 'No model is loaded.',
        remedy: 'Load the embedded model or a model folder first.',
      });
    }
    const { config } = plan;
    const [train, test] = [[...plan.train], [...plan.test]];
    checkPlan(config, train);
    const record = newRecord(plan, from, { device, model, rejected: data.rejected });
    const request: StartRun = {
      runId: record.id,
      config,
      train,
      test,
      probes: record.probeIds,
      resume: false,
      startFrom: from?.id ?? null,
      fingerprint: model.fingerprint,
    };
    return this.run(record, request);
  }

  /**
   * Goes on from the run's last checkpoint, to `moreSteps` after its planned end. What the record holds beyond the
   * checkpoint is dropped: it is measured again.
   */
  async continue(runId: string, moreSteps: number): Promise<RunRecord> {
    const { state } = this.holder;
    const old = state.runs.find(({ id }) => id === runId);
    if (old === undefined) {
      throw new TrainingError({ cause: 'This run is no longer stored.', remedy: 'Start a new one.' });
    }
    if (state.model === null || state.device === null) {
      throw new ModelError({ cause: 'No model is loaded.', remedy: `Load ${old.model.name}, then continue the run.` });
    }
    refuseOtherModel(state.model, old);
    if (heldAs(state.model) !== heldAs(old.model)) {
      throw new ModelError({
        cause: `The run was trained on frozen weights ${heldAs(old.model)}; they are held ${heldAs(state.model)} now.`,
        remedy: 'Choose in the settings how frozen weights are held, then continue the run.',
      });
    }
    const checkpoint = await checkpointInfo(runId);
    if (checkpoint === null) {
      throw new TrainingError({
        cause: 'This run has no checkpoint to go on from.',
        remedy: 'Start a new run; checkpoints are written every few steps.',
      });
    }
    const config = { ...old.config, steps: old.config.steps + Math.max(0, Math.round(moreSteps)) };
    // One that was cut off after its last step still has to be evaluated and to end.
    if (checkpoint.step >= config.steps && old.phase === 'finished') {
      throw new TrainingError({ cause: 'The run has done all its steps.', remedy: 'Say how many more to train.' });
    }
    const train = rowsOf(old.trainIds, state.data.samples);
    const test = rowsOf(old.testIds, state.data.samples);
    const pictures = picturesSince(old.pictures, picturesOf(train));
    const record: RunRecord = {
      ...old,
      ...(pictures !== undefined && { pictures }),
      config,
      device: state.device,
      phase: 'preparing',
      interrupted: false,
      checkpointStep: checkpoint.step,
    };
    return this.run(record, {
      runId,
      config,
      train,
      test,
      probes: old.probeIds,
      resume: true,
      fingerprint: state.model.fingerprint,
    });
  }

  async pause(): Promise<void> {
    const runId = this.runId();
    this.asked = 'pause';
    await this.threads.trainer.call('run.pause', { runId });
  }

  async resume(): Promise<void> {
    const runId = this.runId();
    this.asked = null;
    await this.threads.trainer.call('run.resume', { runId });
  }

  async stop(): Promise<void> {
    const runId = this.runId();
    this.asked = 'stop';
    await this.threads.trainer.call('run.stop', { runId });
  }

  private runId(): string {
    const { run } = this.holder.state;
    if (run === null || !this.going) {
      throw new TrainingError({ cause: 'No run is going.', remedy: 'Start one first.' });
    }
    return run.id;
  }

  private async run(record: RunRecord, request: StartRun): Promise<RunRecord> {
    if (this.going) {
      throw new TrainingError({ cause: 'A run is going.', remedy: 'Stop it first, or let it finish.' });
    }
    if (this.holder.state.scoring !== null) {
      throw new TrainingError({ cause: 'Frames are being scored.', remedy: 'Cancel that first, or let it finish.' });
    }
    this.going = true;
    this.asked = null;
    try {
      return await withTrainingLock(record.id, () => this.locked(record, request));
    } finally {
      this.going = false;
      this.wake.release();
      this.listed();
    }
  }

  private async locked(record: RunRecord, request: StartRun): Promise<RunRecord> {
    const { holder, ledger } = this;
    holder.clear('train');
    const remark = otherPictures(record.pictures);
    if (remark !== null) holder.say('train', 'warning', `${record.name}: ${remark}`);
    holder.update({ probes: [], runDetail: null });
    ledger.open(record);
    this.showAdapter(record.id);
    void ledger.flush().then(this.listed);
    if (request.resume) ledger.rollBack(record.checkpointStep ?? 0);
    this.wake.hold();
    try {
      const summary = await this.tryOn(request);
      ledger.summary(summary);
    } catch (error) {
      ledger.head({ phase: 'failed' });
      throw error;
    } finally {
      holder.update({ runDetail: null });
      await ledger.flush();
    }
    return holder.state.run ?? record;
  }

  /** Trains to the end; after a crash of the trainer, goes on from the last checkpoint a few times. */
  private async tryOn(request: StartRun): Promise<RunSummary> {
    let { resume } = request;
    const { runId } = request;
    const { trainer } = this.threads;
    for (let revivals = 0; ; revivals++) {
      const { crashes } = trainer;
      try {
        const started = trainer.call('run.start', { ...request, resume });
        // A new trainer knows nothing of what the one that was lost was told.
        const told = this.asked === null ? null : trainer.call(`run.${this.asked}`, { runId });
        return (await Promise.all([started, told]))[0];
      } catch (error) {
        const crash = trainer.crashes > crashes ? trainer.crashes : null;
        if (crash === null) throw error;
        const checkpoint = await checkpointInfo(runId).catch(() => null);
        if (checkpoint === null || revivals === REVIVALS) throw error;
        this.holder.fail('train', error);
        await this.revive(crash);
        // The lost one may have written another before it was ended.
        const { step } = (await checkpointInfo(runId)) ?? checkpoint;
        const goesOn = `the run ${REVIVED[this.asked ?? 'resume']} step ${step}.`;
        this.holder.say('train', 'note', `The trainer was started again; ${goesOn}`);
        this.ledger.rollBack(step);
        resume = true;
      }
    }
  }

  /** Inspect looks at the newest run's adapter, unless it is busy with another. */
  private showAdapter(runId: string): void {
    const { on, off } = this.holder.state.inspect;
    if (!on.busy && !off.busy) this.holder.updateInspect({ runId });
  }

  private probe(step: number, sampleId: string, text: string, result: CaptionResult | null): void {
    const { probes, run } = this.holder.state;
    if (run !== null && !run.probeIds.includes(sampleId)) return;
    const index = probes.findIndex((probe) => probe.step === step && probe.sampleId === sampleId);
    const entry = { step, sampleId, text, result };
    // A late piece must not undo a finished caption.
    if (index >= 0 && result === null && probes[index]?.result !== null) return;
    this.holder.update({ probes: index < 0 ? [...probes, entry] : probes.with(index, entry) });
  }
}
