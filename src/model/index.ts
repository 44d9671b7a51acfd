/** The model room: a vision-language model of a known architecture (`profiles`) from a Hugging Face folder. */
export type {
  AdapterOptions,
  BatchLosses,
  Continuations,
  GenerateRequest,
  GeneratedCaption,
  LoadModel,
  LoadOptions,
  LossOptions,
  NamedArray,
  ObjectiveOptions,
  Pixels,
  RgbaImage,
  TokenisedText,
  TrainableState,
  TrainingSample,
  VisionLanguageModel,
} from './api';
export { FlatState, turned } from './flat';
export { highest } from './folder';
export { backboneMemory } from './profiles/known';
export { parseSafetensors, readFloat32, writeSafetensors, type SafetensorsFile } from './safetensors';
export { PiecewiseHash } from './hash';
export { HEAD_BIAS, HEAD_WEIGHT } from './heads';
export { LM_HEAD, PEFT_PREFIX } from './trainable';
export { loadModel } from './vlm';
