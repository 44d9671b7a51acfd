/**
 * Scorings: frames judged with a run's last checkpoint, kept as they come. One that was cut off, by the user, a crash or
 * a closed tab, goes on with the frames that are left.
 */
import {
  CancelledError,
  ModelError,
  TrainingError,
  type FailedFrame,
  type Prediction,
  type SampleRow,
  type ScoringRecord,
} from '../protocol';
import { appendPredictions, loadScoring, predictedIds, saveScoring } from '../store/scorings';
import type { RunRecord } from '../store/record';
import { WakeLock } from './awake';
import type { StateHolder } from './holder';
import { withTrainingLock } from './locks';
import { refuseOtherModel } from './same_model';
import type { Threads } from './threads';
import type { ScoreOptions } from './types';

/** How often a scoring goes on by itself after its trainer was lost. */
const REVIVALS = 2;

export class Scorings {
  private readonly wake = new WakeLock();
  private controller: AbortController | null = null;
  /** The scoring that is going: where its events go. */
  private going: Going | null = null;

  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
    /** A trainer that works, after its crash of this number. */
    private readonly revive: (crash: number) => Promise<void>,
    /** Called at the end: storage use has changed. */
    private readonly grown: () => void,
  ) {
    threads.trainer.on('scoring.predictions', ({ scoringId, predictions, failed }) => {
      if (scoringId === this.going?.record.id) this.going.take(predictions, failed);
    });
  }

  /** True while this tab is scoring. */
  get busy(): boolean {
    return this.controller !== null;
  }

  cancel(): void {
    this.controller?.abort();
  }

  /**
   * Judges samples with a run's last checkpoint. With the id of a scoring that is there it goes on with that one: frames
   * that have a prediction are not judged again.
   *
   * @returns the record at the end; frames that could not be read are named in it
   * @throws ModelError where another backbone is loaded; TrainingError where a run or another scoring is going, or
   *   none of the frames is among the data; StorageError; CancelledError. What was predicted before is kept.
   */
  async score(run: RunRecord, sampleIds: readonly string[], options: ScoreOptions): Promise<ScoringRecord> {
    const { model } = this.holder.state;
    if (this.busy) {
      throw new TrainingError({ cause: 'Frames are being scored.', remedy: 'Wait until that is done, or cancel it.' });
    }
    if (model === null) {
      throw new ModelError({ cause: 'No model is loaded.', remedy: `Load ${run.model.name}, then try again.` });
    }
    refuseOtherModel(model, run);
    const controller = new AbortController();
    this.controller = controller;
    try {
      return await withTrainingLock(run.id, () =>
        this.locked(run, sampleIds, options, model.fingerprint, controller.signal),
      );
    } finally {
      this.controller = null;
      this.going = null;
      this.wake.release();
      this.holder.update({ scoring: null });
      this.grown();
    }
  }

  private async locked(
    run: RunRecord,
    sampleIds: readonly string[],
    options: ScoreOptions,
    fingerprint: string,
    signal: AbortSignal,
  ): Promise<ScoringRecord> {
    const { scoringId = crypto.randomUUID(), experimentId = null, test, failed: lacking = [] } = options;
    const known = await loadScoring(scoringId);
    if (known !== null && known.runId !== run.id) {
      throw new TrainingError({
        cause: `This scoring was begun with the run ${known.runName}.`,
        remedy: 'Go on with that run, or begin a new scoring.',
      });
    }
    const setting = known === null ? options.setting : known.setting;
    const there = known === null ? new Set<string>() : await predictedIds(scoringId);
    const wanted = [...new Set(sampleIds)].filter((id) => !there.has(id));
    const byId = new Map(this.holder.state.data.samples.map((sample) => [sample.id, sample]));
    const left = wanted.map((id) => byId.get(id)).filter((sample): sample is SampleRow => sample !== undefined);
    if (left.length === 0 && there.size === 0) {
      throw new TrainingError({
        file: test,
        cause: 'None of the frames that were to be scored is among the data.',
        remedy: 'Import the set again.',
      });
    }
    const record: ScoringRecord = {
      ...{ id: scoringId, experimentId, runId: run.id, runName: run.name, test },
      created: known?.created ?? Date.now(),
      frames: there.size + wanted.length + lacking.length,
      whole: false,
      seconds: known?.seconds ?? 0,
      failed: [],
      ...(setting !== undefined && { setting }),
    };
    await saveScoring(record);
    this.wake.hold();
    const going = new Going(record, there, () => this.controller?.abort());
    for (const frame of lacking) going.failed.set(frame.sampleId, frame);
    for (const sampleId of wanted) if (!byId.has(sampleId)) going.failed.set(sampleId, goneFrom(test, sampleId));
    this.going = going;
    this.show(going, null);
    const began = performance.now();
    let whole = false;
    try {
      await this.toEnd(going, left, options, fingerprint, signal);
      await going.kept;
      whole = true;
    } catch (error) {
      // A failing store is why it was cancelled, and the better sentence.
      await going.kept;
      throw error;
    } finally {
      const seconds = record.seconds + (performance.now() - began) / 1000;
      going.record = { ...record, whole, seconds, failed: [...going.failed.values()] };
      await saveScoring(going.record);
    }
    return going.record;
  }

  /** After a crash of the trainer it goes on with the frames that are left, a few times. */
  private async toEnd(
    going: Going,
    samples: readonly SampleRow[],
    { readers, style = null, maxTokens = null }: ScoreOptions,
    fingerprint: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { trainer } = this.threads;
    const { id: scoringId, runId } = going.record;
    for (let revivals = 0; ; revivals++) {
      const left = samples.filter(({ id }) => !going.predicted.has(id) && !going.failed.has(id));
      if (left.length === 0) return;
      const { crashes } = trainer;
      try {
        const request = { scoringId, runId, samples: left, readers, style, maxTokens, fingerprint };
        await trainer.call('scoring.run', request, { signal, onProgress: (progress) => this.show(going, progress) });
        return;
      } catch (error) {
        const crash = trainer.crashes > crashes ? trainer.crashes : null;
        if (crash === null || revivals === REVIVALS) throw error;
        if (signal.aborted) throw new CancelledError();
        await this.revive(crash);
        this.holder.say('runs', 'note', 'The trainer was started again; the scoring goes on with the frames left.');
      }
    }
  }

  private show({ record, predicted, failed }: Going, progress: { rate: number | null } | null): void {
    const done = predicted.size + failed.size;
    const rate = progress?.rate ?? null;
    const secondsLeft = rate === null || rate <= 0 ? null : (record.frames - done) / rate;
    this.holder.update({
      scoring: {
        ...{ id: record.id, runId: record.runId, runName: record.runName, test: record.test },
        progress: { label: 'Scoring frames', unit: 'frames', done, total: record.frames, rate, secondsLeft },
      },
    });
  }
}

function goneFrom(test: string, sampleId: string): FailedFrame {
  return { sampleId, file: `${test}: ${sampleId}`, reason: 'It is no longer among the data. Import its set again.' };
}

/** One scoring while it goes: what came, and what of it is stored. */
class Going {
  readonly failed = new Map<string, FailedFrame>();
  /** Rejects with the first failure of the store. */
  kept: Promise<void> = Promise.resolve();

  constructor(
    public record: ScoringRecord,
    /** Ids of frames with a prediction, of earlier times too. */
    readonly predicted: Set<string>,
    /** Called when the store fails: there is no point in going on. */
    private readonly stop: () => void,
  ) {}

  take(predictions: readonly Prediction[], failed: readonly FailedFrame[]): void {
    for (const { sampleId } of predictions) this.predicted.add(sampleId);
    for (const frame of failed) this.failed.set(frame.sampleId, frame);
    // In order, one transaction a batch.
    this.kept = this.kept.then(() => appendPredictions(this.record.id, predictions));
    this.kept.catch(() => this.stop());
  }
}
