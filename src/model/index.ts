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
export { FlatState, turned } from './flat';
export { parseSafetensors, readFloat32, writeSafetensors, type SafetensorsFile } from './safetensors';
export { PiecewiseHash } from './hash';
export { HEAD_BIAS, HEAD_WEIGHT } from './heads';
export { PEFT_PREFIX } from './trainable';
export { loadModel } from './vlm';
