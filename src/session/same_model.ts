/** What a run and the loaded model must share, so that the one can go on, or be judged, on the other. */
import { ModelError, type ModelInfo, type RunConfig } from '../protocol';
import type { RunRecord } from '../store/record';

/** What decides names and shapes of the trained tensors. */
export function adapterShape({ loraRank, loraAlpha, loraVision, lmHead }: RunConfig): Partial<RunConfig> {
  return { loraRank, loraAlpha, loraVision, lmHead };
}

/** @throws ModelError where another backbone is loaded than the run was made on. */
export function refuseOtherModel(loaded: ModelInfo, { model }: RunRecord): void {
  const same = loaded.name === model.name && loaded.parameters === model.parameters;
  // Runs of earlier versions have no fingerprint.
  const { fingerprint = loaded.fingerprint }: Partial<ModelInfo> = model;
  if (same && fingerprint === loaded.fingerprint) return;
  throw new ModelError({
    cause: same
      ? `The run was trained on other weights of ${model.name} than those that are loaded.`
      : `The run was trained on ${model.name}; ${loaded.name} is loaded.`,
    remedy: `Load ${model.name}, then try again.`,
  });
}

/** `in 8 bits`; runs of earlier versions do not say, and had no choice. */
export function heldAs({ weights = 'file' }: Partial<Pick<ModelInfo, 'weights'>>): string {
  return { file: 'as in their file', int8: 'in 8 bits', int4: 'in 4 bits' }[weights];
}
