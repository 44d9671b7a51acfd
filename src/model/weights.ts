/**
 * The backbone's weights on the device, under the names of transformers' Idefics3: `model.vision_model`,
 * `model.connector`, `model.text_model`, `lm_head`. Linear weights come as `[out, in]` and are held in both
 * orientations (see `ops/linear.ts`).
 */
import * as tf from '../device/tf';
import type { FrozenLinear, Tensor } from '../ops';
import { CancelledError, ModelError } from '../protocol';
import type { LoadOptions } from './api';
import type { BackboneConfig } from './config';
import type { ModelFolder } from './folder';
import { parseSafetensors, readFloat32, type SafetensorsFile, type TensorEntry } from './safetensors';

export interface Norm {
  scale: Tensor;
  shift: Tensor;
}

export interface AttentionWeights {
  q: FrozenLinear;
  k: FrozenLinear;
  v: FrozenLinear;
  out: FrozenLinear;
}

export interface VisionLayerWeights extends AttentionWeights {
  norm1: Norm;
  norm2: Norm;
  fc1: FrozenLinear;
  fc2: FrozenLinear;
}

export interface TextLayerWeights extends AttentionWeights {
  inputNorm: Tensor;
  postNorm: Tensor;
  gate: FrozenLinear;
  up: FrozenLinear;
  down: FrozenLinear;
}

export interface FrozenWeights {
  /** The convolution over patches as a product: `[patch * patch * 3, hidden]`, rows ordered y, x, colour. */
  patch: { weight: Tensor; bias: Tensor };
  /** `[patches, hidden]`. */
  position: Tensor;
  vision: VisionLayerWeights[];
  visionNorm: Norm;
  /** `[scale^2 * visionHidden, textHidden]`, no bias. */
  connector: Tensor;
  /** `[vocabulary, textHidden]`. */
  embedding: Tensor;
  text: TextLayerWeights[];
  textNorm: Tensor;
  /** `[textHidden, vocabulary]`, no bias. */
  lmHead: Tensor;
}

export interface LoadedWeights {
  weights: FrozenWeights;
  /** Numbers in the files' tensors that the model uses. */
  parameters: number;
}

/** Reads every tensor, one after another. @throws ModelError, CancelledError */
export async function loadWeights(
  folder: ModelFolder,
  config: BackboneConfig,
  options: LoadOptions,
): Promise<LoadedWeights> {
  const reader = await TensorReader.open(folder, options);
  const made: Tensor[] = [];
  const keep = (tensor: Tensor): Tensor => (made.push(tensor), tensor);

  const array = async (name: string, shape: number[]): Promise<Tensor> =>
    keep(tf.tensor(await reader.read(name, shape), shape));
  const norm = async (name: string, size: number): Promise<Norm> => ({
    scale: await array(`${name}.weight`, [size]),
    shift: await array(`${name}.bias`, [size]),
  });
  const linear = async (name: string, inputs: number, outputs: number, bias: boolean): Promise<FrozenLinear> => {
    const weightT = await array(`${name}.weight`, [outputs, inputs]);
    const weight = keep(tf.transpose(weightT, [1, 0]));
    return { weight, weightT, bias: bias ? await array(`${name}.bias`, [outputs]) : null };
  };
  const trainableStart = async (name: string, inputs: number, outputs: number): Promise<Tensor> => {
    const raw = tf.tensor(await reader.read(name, [outputs, inputs]), [outputs, inputs]);
    const turned = keep(tf.transpose(raw, [1, 0]));
    raw.dispose();
    return turned;
  };

  try {
    const { vision: v, text: t, scaleFactor } = config;
    const weights: FrozenWeights = {
      patch: {
        weight: keep(await patchWeights(reader, config)),
        bias: await array('model.vision_model.embeddings.patch_embedding.bias', [v.hidden]),
      },
      position: await array('model.vision_model.embeddings.position_embedding.weight', [config.patches, v.hidden]),
      vision: [],
      visionNorm: await norm('model.vision_model.post_layernorm', v.hidden),
      connector: await trainableStart(
        'model.connector.modality_projection.proj.weight',
        v.hidden * scaleFactor ** 2,
        t.hidden,
      ),
      embedding: await array('model.text_model.embed_tokens.weight', [t.vocabulary, t.hidden]),
      text: [],
      textNorm: await array('model.text_model.norm.weight', [t.hidden]),
      lmHead: await trainableStart(
        config.tiedEmbeddings && !reader.has('lm_head.weight')
          ? 'model.text_model.embed_tokens.weight'
          : 'lm_head.weight',
        t.hidden,
        t.vocabulary,
      ),
    };
    for (let i = 0; i < v.layers; i++) {
      const layer = `model.vision_model.encoder.layers.${i}`;
      weights.vision.push({
        norm1: await norm(`${layer}.layer_norm1`, v.hidden),
        q: await linear(`${layer}.self_attn.q_proj`, v.hidden, v.hidden, true),
        k: await linear(`${layer}.self_attn.k_proj`, v.hidden, v.hidden, true),
        v: await linear(`${layer}.self_attn.v_proj`, v.hidden, v.hidden, true),
        out: await linear(`${layer}.self_attn.out_proj`, v.hidden, v.hidden, true),
        norm2: await norm(`${layer}.layer_norm2`, v.hidden),
        fc1: await linear(`${layer}.mlp.fc1`, v.hidden, v.intermediate, true),
        fc2: await linear(`${layer}.mlp.fc2`, v.intermediate, v.hidden, true),
      });
    }
    for (let i = 0; i < t.layers; i++) {
      const layer = `model.text_model.layers.${i}`;
      weights.text.push({
        inputNorm: await array(`${layer}.input_layernorm.weight`, [t.hidden]),
        q: await linear(`${layer}.self_attn.q_proj`, t.hidden, t.heads * t.headDim, false),
        k: await linear(`${layer}.self_attn.k_proj`, t.hidden, t.kvHeads * t.headDim, false),
        v: await linear(`${layer}.self_attn.v_proj`, t.hidden, t.kvHeads * t.headDim, false),
        out: await linear(`${layer}.self_attn.o_proj`, t.heads * t.headDim, t.hidden, false),
        postNorm: await array(`${layer}.post_attention_layernorm.weight`, [t.hidden]),
        gate: await linear(`${layer}.mlp.gate_proj`, t.hidden, t.intermediate, false),
        up: await linear(`${layer}.mlp.up_proj`, t.hidden, t.intermediate, false),
        down: await linear(`${layer}.mlp.down_proj`, t.intermediate, t.hidden, false),
      });
    }
    return { weights, parameters: reader.parameters };
  } catch (error) {
    tf.dispose(made);
    throw error;
  }
}

/** Disposes every tensor of the weights. */
export function disposeWeights(weights: FrozenWeights): void {
  tf.dispose(weights as unknown as tf.TensorContainer);
}

/** Python's `[hidden, 3, patch, patch]` as rows ordered y, x, colour: the order in which pixels lie. */
async function patchWeights(reader: TensorReader, { vision }: BackboneConfig): Promise<Tensor> {
  const { hidden, patchSize, channels } = vision;
  const shape = [hidden, channels, patchSize, patchSize];
  const raw = await reader.read('model.vision_model.embeddings.patch_embedding.weight', shape);
  return tf.tidy(() => {
    const byPixel = tf.transpose(tf.tensor(raw, [hidden, channels, patchSize * patchSize]), [2, 1, 0]);
    return tf.reshape(byPixel, [patchSize * patchSize * channels, hidden]);
  });
}

/** Finds tensors over all weight files of a folder, and checks their shapes. */
class TensorReader {
  parameters = 0;
  private readonly counted = new Set<string>();
  private bytes = 0;
  private readonly started = performance.now();

  private constructor(
    private readonly where: ReadonlyMap<string, { file: SafetensorsFile; entry: TensorEntry }>,
    private readonly folder: string,
    private readonly total: number,
    private readonly options: LoadOptions,
  ) {}

  static async open(folder: ModelFolder, options: LoadOptions): Promise<TensorReader> {
    const where = new Map<string, { file: SafetensorsFile; entry: TensorEntry }>();
    let total = 0;
    for (const { path, blob } of folder.weights()) {
      const file = await parseSafetensors(path, blob);
      total += blob.size;
      for (const [name, entry] of file.tensors) {
        const other = where.get(name);
        if (other !== undefined) {
          throw new ModelError({
            file: path,
            cause: `Tensor ${JSON.stringify(name)} is also in ${other.file.path}.`,
            remedy: 'Choose a folder with the files of one model only.',
          });
        }
        where.set(name, { file, entry });
      }
    }
    return new TensorReader(where, folder.name, total, options);
  }

  has(name: string): boolean {
    return this.where.has(name);
  }

  async read(name: string, shape: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    if (this.options.signal?.aborted) throw new CancelledError();
    const found = this.where.get(name);
    if (found === undefined) {
      throw new ModelError({
        file: `${this.folder}/*.safetensors`,
        cause: `Tensor ${JSON.stringify(name)} is missing.`,
        remedy:
          'Choose the whole folder of a SmolVLM (Idefics3) model; adapters and other architectures do not have it.',
      });
    }
    const { file, entry } = found;
    if (entry.shape.join() !== shape.join()) {
      throw new ModelError({
        file: file.path,
        cause: `Tensor ${JSON.stringify(name)} has shape [${entry.shape.join(', ')}], but config.json asks for [${shape.join(', ')}].`,
        remedy: 'Use the config.json that was published with these weights.',
      });
    }
    const values = await readFloat32(file, entry);
    if (!this.counted.has(name)) {
      this.counted.add(name);
      this.parameters += values.length;
      this.bytes += entry.end - entry.begin;
    }
    const rate = this.bytes / Math.max(1e-3, (performance.now() - this.started) / 1000);
    this.options.onProgress?.({
      label: file.path,
      done: this.bytes,
      total: this.total,
      unit: 'bytes',
      rate,
      secondsLeft: (this.total - this.bytes) / rate,
    });
    return values;
  }
}
