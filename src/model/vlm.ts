/** A loaded backbone behind the room's interface. */
import { checkHealth } from '../device';
import { openAdapter } from '../device/open';
import { selections } from '../device/selection';
import { onGpu } from '../ops';
import { best } from '../ops/wasm/kernels';
import * as tf from '../device/tf';
import type { PlannedRun } from '../device/plan';
import { DeviceError, type FeatureStore, type ModelFile, type ModelInfo, type RunConfig } from '../protocol';
import type {
  AdapterOptions,
  BatchLosses,
  GenerateRequest,
  GeneratedCaption,
  LoadOptions,
  LossOptions,
  ObjectiveOptions,
  Pixels,
  RgbaImage,
  TokenisedText,
  TrainableState,
  TrainingSample,
  VisionLanguageModel,
} from './api';
import { Backbone } from './backbone';
import { parseConfig, type BackboneConfig } from './config';
import { modelSizes } from './connector';
import { ModelFolder } from './folder';
import { generate } from './generate';
import { FeatureMemory } from './features';
import { textHash } from './hash';
import { answering, spoofProbabilities } from './inference';
import { addGradients, disposing, lossesOf } from './objective';
import { pixelsOf } from './pictures';
import { loadPreprocessConfig, type PreprocessConfig } from './preprocess';
import { TextCodec } from './tokenizer';
import { profileOf } from './profiles';
import { AdapterState, initialState, trainableShapes } from './trainable';
import { loadWeights } from './weights';

/**
 * Reads a Hugging Face folder onto the open device. What is small is checked first, so that a folder without a
 * tokenizer is refused before its weights are read.
 *
 * @throws ModelError naming file, cause and remedy; DeviceError; CancelledError
 */
export async function loadModel(
  name: string,
  files: readonly ModelFile[],
  options: LoadOptions,
): Promise<VisionLanguageModel> {
  const started = performance.now();
  if (!['wasm', 'webgpu'].includes(tf.getBackend())) {
    throw new DeviceError({ cause: 'No backend is open.', remedy: 'Open a device before loading a model.' });
  }
  const folder = new ModelFolder(name, files);
  const config = parseConfig(await folder.text('config.json'));
  const codec = await TextCodec.load(folder, config);
  const pictures = await loadPreprocessConfig(folder, config);
  await options.onSizes?.(modelSizes(config));
  const { weights, parameters, tower, whole } = await loadWeights(folder, config, options);
  checkHealth();
  const info: ModelInfo = {
    name,
    architecture: config.architecture,
    parameters,
    imageSize: config.vision.imageSize,
    imageTokens: config.imageTokens,
    vocabulary: config.text.vocabulary,
    visionLayers: config.vision.layers,
    textLayers: config.text.layers,
    synthetic: options.synthetic,
    fingerprint: await textHash([whole, await folder.text('config.json')]),
    revision: options.revision ?? null,
    weights: onGpu() ? (options.packing ?? 'file') : 'file',
    loadSeconds: (performance.now() - started) / 1000,
  };
  const store = options.features;
  const features =
    store === undefined || !worthKeeping(config)
      ? null
      : {
          store,
          tower: await textHash([tower, await folder.text('config.json'), options.packing ?? 'file']),
        };
  return new LoadedModel(info, new Backbone(config, weights), codec, pictures, features);
}

class LoadedModel implements VisionLanguageModel {
  private readonly features: FeatureMemory;

  constructor(
    readonly info: ModelInfo,
    private readonly backbone: Backbone,
    private readonly codec: TextCodec,
    private readonly pictures: PreprocessConfig,
    stored: { store: FeatureStore; tower: string } | null,
  ) {
    this.features = new FeatureMemory(backbone, stored, computedBy);
  }

  get name(): string {
    return this.info.name;
  }

  preprocess(image: RgbaImage): Promise<Pixels> {
    return pixelsOf(image, this.pictures);
  }

  tokenise(question: string, caption: string | null, maxCaptionTokens: number): TokenisedText {
    return this.codec.tokenise(question, caption, maxCaptionTokens);
  }

  planned(config: RunConfig, question: string, captionsTogether: number): PlannedRun {
    const { backbone } = this;
    const { weights } = backbone;
    const { prompt } = this.codec.tokenise(question, null, config.maxCaptionTokens);
    return {
      // A configuration may say tied where the files have an output projection of their own.
      sizes: { ...modelSizes(backbone.config), tiedEmbeddings: weights.lmHead.weights === weights.embedding },
      config,
      weightBits: BITS[weights.text[0]?.qkv.weights.packing ?? 'float32'],
      fileBits: FILE_BITS[weights.lmHead.weights.packing],
      tokens: backbone.bucketed(prompt.length + config.maxCaptionTokens - 1),
      picturesTogether: backbone.together,
      captionsTogether,
    };
  }

  newState(options: AdapterOptions): TrainableState {
    const state = initialState(this.backbone.config, this.backbone.weights, options);
    state.fingerprint = this.info.fingerprint;
    return state;
  }

  trainable(options: AdapterOptions): Map<string, number[]> {
    const shapes = trainableShapes(this.backbone.config, options);
    return new Map([...shapes].map(([name, shape]) => [name, [...shape].reverse()]));
  }

  ownName(name: string): string {
    const alias = profileOf(this.backbone.config).aliases.find(([, theirs]) => name.startsWith(theirs));
    return alias === undefined ? name : alias[0] + name.slice(alias[1].length);
  }

  addGradients(
    batch: readonly TrainingSample[],
    state: TrainableState,
    options: ObjectiveOptions,
  ): Promise<BatchLosses> {
    return addGradients(this.backbone, batch, own(state), options, this.features);
  }

  losses(batch: readonly TrainingSample[], state: TrainableState, options: LossOptions): Promise<BatchLosses> {
    return lossesOf(this.backbone, batch, own(state), options, this.features);
  }

  async classify(pixels: readonly Pixels[], state: TrainableState): Promise<Float32Array> {
    const result = new Float32Array(pixels.length);
    const model = answering(this.backbone, own(state));
    try {
      const { together } = this.backbone;
      for (let first = 0; first < pixels.length; first += together) {
        const part = pixels.slice(first, first + together);
        const features = await this.features.under(own(state), model, part);
        const probabilities = disposing(features, () => spoofProbabilities(this.backbone, features, own(state)));
        result.set(await probabilities.data<'float32'>(), first);
        probabilities.dispose();
        checkHealth();
      }
      return result;
    } finally {
      model.dispose();
    }
  }

  generate(request: GenerateRequest): Promise<GeneratedCaption[]> {
    return generate(this.backbone, this.codec, request, request.state && own(request.state), this.features);
  }

  dispose(): void {
    this.backbone.dispose();
  }
}

/** What decides the last bits of a result besides the numbers that go in. */
function computedBy(): string {
  if (!onGpu()) return `wasm ${best()}`;
  return ['webgpu', openAdapter(), ...selections().map((of) => `${of.operation}:${of.current()}`)].join(' ');
}

/** Small towers are computed sooner than their output is read from disk: pictures of 128 pixels take milliseconds. */
function worthKeeping({ vision }: BackboneConfig): boolean {
  return vision.imageSize >= 224;
}

const FILE_BITS = { float32: 32, bfloat16: 16, float16: 16, int8: 16, int4: 16 } as const;
const BITS = { float32: 32, bfloat16: 16, float16: 16, int8: 8, int4: 4 } as const;

/** Only this room makes states. */
function own(state: TrainableState): AdapterState {
  if (state instanceof AdapterState) return state;
  throw new TypeError('This state was not made by newState');
}
