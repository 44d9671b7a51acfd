/** The engine outside a browser: tfjs's WASM backend and a backbone from files that the caller read. */
import { openDevice, type WasmBinary } from '../device';
import { loadModel, type VisionLanguageModel } from '../model';
import type { ModelFile } from '../protocol';
import { FramesInMemory } from './frames';
import type { StudyScale, Trial } from './plan';
import { runTrial, type TrialResult } from './trial';

export class StudyEngine {
  private readonly frames: FramesInMemory;

  private constructor(private readonly model: VisionLanguageModel) {
    this.frames = new FramesInMemory(model);
  }

  /** @throws DeviceError, ModelError */
  static async open(binaries: readonly WasmBinary[], files: readonly ModelFile[]): Promise<StudyEngine> {
    await openDevice('wasm', binaries);
    return new StudyEngine(await loadModel('embedded', files, { synthetic: true }));
  }

  run(trial: Trial, scale: StudyScale, progress: (step: number, steps: number) => void): Promise<TrialResult> {
    return runTrial(trial, scale, this.model, this.frames, progress);
  }
}
