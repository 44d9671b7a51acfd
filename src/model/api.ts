/**
 * What the model room offers to training, evaluation and inspection. `loadModel` in `index.ts` gives a
 * `VisionLanguageModel`; nothing else of the room needs to be known outside it.
 */
import type { Tensor } from '../ops';
import type {
  CaptionSampling,
  FeatureStore,
  Label,
  ModelFile,
  ModelInfo,
  Progress,
  RunConfig,
  WeightChoice,
} from '../protocol';
import type { ModelSizes, PlannedRun } from '../device/plan';
import type { FlatState } from './flat';

/** An upright picture: RGBA, 8 bits a channel, row by row. Alpha is ignored, as in Python's `convert('RGB')`. */
export interface RgbaImage {
  width: number;
  height: number;
  data: Uint8ClampedArray | Uint8Array;
}

/**
 * Pixels as the vision tower takes them: normalised float32 `[imageSize, imageSize, 3]`, row by row. Not changed after
 * they were given: what the tower says of them is remembered by the array.
 */
export type Pixels = Float32Array;

/** Token ids of a question with its image tokens, and of the caption that answers it (end token included). */
export interface TokenisedText {
  prompt: Int32Array;
  /** null: the sample trains the head only. */
  caption: Int32Array | null;
  /** True when the caption was cut to the limit (it then has no end token). */
  cut: boolean;
}

/** One sample of a micro-batch. */
export interface TrainingSample extends TokenisedText {
  pixels: Pixels;
  label: Label;
}

export interface LossOptions {
  /** Weight of the live/spoof cross-entropy. */
  alpha: number;
  /** Weight of the caption cross-entropy. */
  beta: number;
}

export interface ObjectiveOptions extends LossOptions {
  /** Recompute each segment in the backward pass; false keeps one tape over everything. Same numbers. */
  checkpointing: boolean;
  /** This micro-batch's part of the step: factor on its gradients. */
  share: number;
}

export interface BatchLosses {
  /** alpha * cls + beta * cap; alpha * cls when there is no caption. */
  total: number;
  /** Mean over the samples of the micro-batch. */
  cls: number;
  /** Mean over the caption tokens of the micro-batch; null when no sample has a caption. */
  cap: number | null;
  /** Caption tokens that entered `cap`. */
  captionTokens: number;
  /** All tokens that went through the decoder, padding excluded. */
  tokens: number;
}

/** `lmHead`: `full` where it is not given, as in runs that were made before there was a choice. */
export type AdapterOptions = Pick<RunConfig, 'loraRank' | 'loraAlpha' | 'loraVision' | 'seed'> &
  Partial<Pick<RunConfig, 'lmHead'>>;

/** A tensor in the layout and under the name that Python knows. */
export interface NamedArray {
  shape: number[];
  data: Float32Array<ArrayBuffer>;
}

/**
 * All trainable tensors, float32, by name. Names are those of the Python modules, e.g.
 * `model.text_model.layers.0.self_attn.q_proj.lora_A.weight`, `model.connector.modality_projection.proj.weight`,
 * `lm_head.weight` (or its adapter's), `vision_cls_head.weight`, `vision_cls_head.bias`. Here linear weights lie as `[in, out]`
 * (the transpose of Python's), which no element-wise optimiser can notice; `toPython` gives Python's layout. How they
 * lie on the device: `FlatState`.
 */
export interface TrainableState extends FlatState {
  readonly options: AdapterOptions;
  /**
   * For a PEFT folder. `adapter`: keys of `adapter_model.safetensors` (`base_model.model.` + name) in Python's
   * layout; `head`: `weight` [2, hidden] and `bias` [2], rows live and spoof; the other two: fields of
   * `adapter_config.json`.
   */
  toPython(): Promise<{
    adapter: Map<string, NamedArray>;
    head: Map<string, NamedArray>;
    targetModules: string;
    /** Last parts of the names of modules that train whole. */
    modulesToSave: string[];
    /** Whether the head's features are those after the tower's last norm. */
    normalised: boolean;
  }>;
  /** Any tensor of this layout (a moment of the optimiser, say) by name, in Python's layout. */
  readPython(flat: Tensor): Promise<Map<string, NamedArray>>;
  /** Puts in what is given, by name and in Python's layout; every other parameter keeps its value. */
  writePython(values: ReadonlyMap<string, NamedArray>): Promise<void>;
}

export interface GenerateRequest {
  pixels: readonly Pixels[];
  question: string;
  /** null: the backbone alone (no adapter, its own projector and lm_head). */
  state: TrainableState | null;
  maxTokens: number;
  /** null, or not given: the likeliest token each time. */
  sampling?: CaptionSampling | null;
  /** One for each picture, instead of the sampling's: what is drawn for one then does not depend on the others. */
  seeds?: readonly number[];
  /** Of a finished caption: the words whose likelihood is wanted, which come as its `logLikelihoods`. */
  continuations?: (caption: Pick<GeneratedCaption, 'text' | 'truncated'>) => Continuations;
  signal?: AbortSignal;
  /** After each token of each unfinished sample: its index and the whole text so far. */
  onText?: (sample: number, text: string) => void;
}

/** What a caption might go on with. */
export interface Continuations {
  /** What has been said before, as the beginning of a caption; empty: nothing. */
  after: string;
  /** Each is asked by itself; none is empty. */
  words: readonly string[];
}

export interface GeneratedCaption {
  text: string;
  /** Generated tokens, end token excluded. */
  tokens: number;
  /** True when generation stopped at the token limit instead of the end token. */
  truncated: boolean;
  /** P(spoof) by the head; null without a state. */
  headSpoofProbability: number | null;
  /** Natural logarithm of P(words | picture, question, after) for each of the asked words; null where none were. */
  logLikelihoods: number[] | null;
}

export interface VisionLanguageModel {
  readonly info: ModelInfo;
  /** Hash-free identity for adapter files: the folder's name. */
  readonly name: string;

  /** Resizes and normalises as the folder's `preprocessor_config.json` says. */
  preprocess(image: RgbaImage): Promise<Pixels>;
  /** Prompt with image tokens, and the caption cut to `maxCaptionTokens` (end token included in the count). */
  tokenise(question: string, caption: string | null, maxCaptionTokens: number): TokenisedText;

  /** What a run with these settings would hold on the device, for `device/plan`; `question` is the longest one. */
  planned(config: RunConfig, question: string, captionsTogether: number): PlannedRun;

  /** Initial trainable tensors: LoRA A seeded, B zero; what trains whole as in the backbone; head zero. */
  newState(options: AdapterOptions): TrainableState;

  /** Names and shapes of what `newState` would hold, in Python's layout. */
  trainable(options: AdapterOptions): Map<string, number[]>;

  /** The name here of a tensor or module that another version of transformers, or the published files, call otherwise. */
  ownName(name: string): string;

  /**
   * `alpha * L_cls + beta * L_cap` of one micro-batch (paper, "Objective"), whose gradients, `share` times, are added
   * into `state.gradients`.
   * @throws DeviceError when the GPU reported an error or was lost during the step.
   */
  addGradients(
    batch: readonly TrainingSample[],
    state: TrainableState,
    options: ObjectiveOptions,
  ): Promise<BatchLosses>;

  /** The losses alone, e.g. of held-out samples. @throws DeviceError as above. */
  losses(batch: readonly TrainingSample[], state: TrainableState, options: LossOptions): Promise<BatchLosses>;

  /** P(spoof) by the head for each picture, in [0, 1]. */
  classify(pixels: readonly Pixels[], state: TrainableState): Promise<Float32Array>;

  /**
   * Captions with a KV cache, greedy or drawn, all pictures at once with the same question. Vision runs once.
   * @throws CancelledError when the signal fires; DeviceError as above.
   */
  generate(request: GenerateRequest): Promise<GeneratedCaption[]>;

  dispose(): void;
}

export interface LoadOptions {
  /** True for the embedded backbone, which never saw a photograph. */
  synthetic: boolean;
  /** Where the vision tower's output of known pictures is kept across visits; none if not given. */
  features?: FeatureStore;
  /** How frozen weights are held on WebGPU; `file` (if not given): in the bits of the file. */
  packing?: WeightChoice;
  /** The hub's commit, where it came from there. */
  revision?: string | null;
  /** What will be read, before anything of it is: may throw. */
  onSizes?: (sizes: ModelSizes) => Promise<void>;
  /** Progress in bytes of weights read. */
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

/**
 * Reads a Hugging Face folder (`config.json`, safetensors, `tokenizer.json`, `preprocessor_config.json`) onto the
 * open device. @throws ModelError naming the file, the cause and the remedy.
 */
export type LoadModel = (
  name: string,
  files: readonly ModelFile[],
  options: LoadOptions,
) => Promise<VisionLanguageModel>;
