/** The model room: a vision-language model (SmolVLM's architecture, transformers' Idefics3) from a Hugging Face folder. */
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
export { parseSafetensors, writeSafetensors } from './safetensors';
export { loadModel } from './vlm';
