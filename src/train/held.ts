/** The trainable tensors that the trainer thread holds: those of the present run, and those of one that is looked at. */
import { allocating } from '../device/scopes';
import type { TrainableState, VisionLanguageModel } from '../model';
import { TrainingError, type RunConfig, type StartRun } from '../protocol';
import { readCheckpoint } from '../store/checkpoints';
import { unpackCheckpoint } from './checkpoint';
import { plannedState } from './plan';

export interface Adapter {
  runId: string;
  config: RunConfig;
  state: TrainableState;
  /** Optimiser steps that it has seen. */
  step: number;
}

export class HeldAdapters {
  /** The run in progress, or the last one. */
  private current: Adapter | null = null;
  /** Another run, restored from its checkpoint to be looked at or exported. */
  private visited: Adapter | null = null;

  /** Initial parameters of a run that begins; what was held goes. @throws DeviceError where they do not fit. */
  async begin(model: VisionLanguageModel, { runId, config }: StartRun): Promise<Adapter> {
    this.forget();
    const state = await freshState(model, config);
    this.current = { runId, config, state, step: 0 };
    return this.current;
  }

  /** Takes an adapter that came from elsewhere, to be looked at; what was held goes. */
  take(adapter: Adapter): void {
    this.forget();
    this.visited = adapter;
  }

  /** The adapter of `runId`: in memory, or restored from its last checkpoint. @throws TrainingError without one */
  async of(runId: string | null, model: VisionLanguageModel): Promise<Adapter> {
    if (runId === null) {
      throw new TrainingError({
        file: null,
        cause: 'No run is chosen whose adapter could be used.',
        remedy: 'Choose a run, or look at the backbone alone.',
      });
    }
    if (this.current?.runId === runId) return this.current;
    if (this.visited?.runId === runId) return this.visited;
    const stored = await readCheckpoint(runId);
    if (stored === null) throw noCheckpoint();
    const { config, progress } = await unpackCheckpoint(stored.bytes);
    this.forgetVisited();
    const state = await restoredState(model, config, stored.bytes);
    this.visited = { runId, config, state, step: progress.step };
    return this.visited;
  }

  forgetCurrent(): void {
    this.current?.state.dispose();
    this.current = null;
  }

  forget(): void {
    this.forgetCurrent();
    this.forgetVisited();
  }

  private forgetVisited(): void {
    this.visited?.state.dispose();
    this.visited = null;
  }
}

/** Initial parameters. @throws DeviceError where they do not fit. */
export function freshState(model: VisionLanguageModel, config: RunConfig): Promise<TrainableState> {
  return allocating(
    'what is trained and its gradients',
    plannedState(model, config),
    () => model.newState(config),
    (made) => made.dispose(),
  );
}

/** A checkpoint's parameters in a state of their own. */
export async function restoredState(
  model: VisionLanguageModel,
  config: RunConfig,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<TrainableState> {
  const { restoreParameters } = await unpackCheckpoint(bytes);
  const state = await freshState(model, config);
  try {
    await restoreParameters(state);
    return state;
  } catch (error) {
    state.dispose();
    throw error;
  }
}

export function noCheckpoint(): TrainingError {
  return new TrainingError({
    file: 'run',
    cause: 'It has no checkpoint in this browser, so its adapter is gone.',
    remedy: 'Train it again.',
  });
}
