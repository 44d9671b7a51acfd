/** The model room: a vision-language model of a known architecture (`profiles`) from a Hugging Face folder. */
export type {
  AdapterOptions,
  BatchLosses,
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
export { FlatState } from './flat';
export { backboneMemory, type BackboneMemory } from './profiles/known';
export { parseSafetensors, writeSafetensors } from './safetensors';
export { loadModel } from './vlm';
