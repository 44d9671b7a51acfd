/**
 * The backbone's weights on the device, under the module names of its profile. Linear weights come as `[out, in]`. On
 * WebGPU they stay so, in the bits of the file (or rounded further); on WASM they become float32.
 */
import * as tf from '../device/tf';
import { Uploads } from '../device/upload';
import {
  onGpu,
  packBytes,
  packingMultiple,
  packWeights,
  type FrozenLinear,
  type PackedWeights,
  type Tensor,
} from '../ops';
import type { LoadOptions } from './api';
import type { BackboneConfig } from './config';
import { connectorLayers } from './connector';
import type { ModelFolder } from './folder';
import { profileOf } from './profiles';
import { toFloat32 } from './safetensors';
import { TensorReader, type RawTensor } from './tensor_reader';

export interface Norm {
  scale: Tensor;
  shift: Tensor;
}

export interface AttentionWeights {
  /** q, k and v side by side: `[in, (heads + 2 kvHeads) d]`. */
  qkv: FrozenLinear;
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
  /** Gate and up side by side. */
  gateUp: FrozenLinear;
  down: FrozenLinear;
}

export interface FrozenWeights {
  /** The convolution over patches as a product from `patch * patch * 3` pixels, ordered y, x, colour, to `hidden`. */
  patch: FrozenLinear;
  /** `[patches, hidden]`. */
  position: Tensor;
  vision: VisionLayerWeights[];
  /** null: the features are the last layer's output itself. */
  visionNorm: Norm | null;
  /** The layers of `connectorLayers`. */
  connector: FrozenLinear[];
  /** `[textHidden]`, behind each picture's tokens; null: none. */
  newline: Tensor | null;
  /** `[vocabulary, textHidden]`. */
  embedding: PackedWeights;
  text: TextLayerWeights[];
  textNorm: Tensor;
  /** From `textHidden` to `vocabulary`, no bias; the embedding's own tensors where they are tied. */
  lmHead: FrozenLinear;
}

export interface LoadedWeights {
  weights: FrozenWeights;
  /** Numbers in the files' tensors that the model uses. */
  parameters: number;
  /** Hash of the vision tower's tensors, as they lie in the files. */
  tower: string;
  /** Hash of all tensors, as they lie in the files. */
  whole: string;
}

/** Reads every tensor, one after another. @throws ModelError, CancelledError */
export async function loadWeights(
  folder: ModelFolder,
  config: BackboneConfig,
  options: LoadOptions,
): Promise<LoadedWeights> {
  const profile = profileOf(config);
  const { names } = profile;
  const reader = await TensorReader.open(folder, profile, options);
  const made: Tensor[] = [];
  const uploads = new Uploads();
  const keep = (tensor: Tensor): Tensor => (made.push(tensor), uploads.add(tensor), tensor);

  const array = async (name: string, shape: number[]): Promise<Tensor> =>
    keep(tf.tensor(await reader.float32(name, shape), shape));
  const norm = async (name: string, size: number): Promise<Norm> => ({
    scale: await array(`${name}.weight`, [size]),
    shift: await array(`${name}.bias`, [size]),
  });
  const packed = (weights: PackedWeights): PackedWeights => {
    keep(weights.words);
    if (weights.scales !== null) keep(weights.scales);
    return weights;
  };
  const floats = (
    values: Float32Array,
    outputs: number,
    inputs: number,
    bias: Tensor | null,
    asked: LoadOptions = options,
  ): FrozenLinear => {
    const packing = onGpu() ? packingOf(asked, 'F32', inputs) : 'float32';
    return { weights: packed(packWeights(values, outputs, inputs, packing)), bias };
  };
  /** Matrices `[outputs_i, inputs]` one below the other as one layer. */
  const joined = async (
    parts: readonly { name: string; outputs: number }[],
    inputs: number,
    withBias: boolean,
    asked: LoadOptions = options,
  ): Promise<FrozenLinear> => {
    await uploads.settle();
    const total = parts.reduce((sum, { outputs }) => sum + outputs, 0);
    const raw: RawTensor[] = [];
    for (const { name, outputs } of parts) raw.push(await reader.raw(`${name}.weight`, [outputs, inputs]));
    let bias: Tensor | null = null;
    if (withBias) {
      const values: Float32Array<ArrayBuffer>[] = [];
      for (const { name, outputs } of parts) values.push(await reader.float32(`${name}.bias`, [outputs]));
      bias = keep(tf.tensor1d(concatenated(values)));
    }
    const dtype = raw[0]!.dtype;
    const asItIs =
      onGpu() && packingOf(asked, dtype, inputs) === FILE_PACKING[dtype] && raw.every((r) => r.dtype === dtype);
    if (asItIs) return { weights: packed(packBytes(joinedBytes(raw), dtype as 'F32', total, inputs)), bias };
    return floats(
      concatenated(raw.map(({ name, file, dtype, bytes }) => toFloat32(file, dtype, bytes, name))),
      total,
      inputs,
      bias,
      asked,
    );
  };
  const linear = (name: string, inputs: number, outputs: number, bias: boolean): Promise<FrozenLinear> =>
    joined([{ name, outputs }], inputs, bias);
  // What trains whole starts from here: rounded further, training would start from another model.
  const exact = (name: string, inputs: number, outputs: number, bias: boolean): Promise<FrozenLinear> =>
    joined([{ name, outputs }], inputs, bias, { ...options, packing: 'file' });

  try {
    const { vision: v, text: t } = config;
    const embeddings = `${names.vision}.embeddings`;
    const tied = config.tiedEmbeddings && !reader.has('lm_head.weight');
    const table = (await (tied ? exact : linear)(`${names.text}.embed_tokens`, t.hidden, t.vocabulary, false)).weights;
    const weights: FrozenWeights = {
      patch: floats(
        await patchWeights(reader, `${embeddings}.patch_embedding.weight`, config),
        v.hidden,
        v.patchSize ** 2 * v.channels,
        await array(`${embeddings}.patch_embedding.bias`, [v.hidden]),
      ),
      position: await array(`${embeddings}.position_embedding.weight`, [config.patches, v.hidden]),
      vision: [],
      visionNorm: profile.visionNorm ? await norm(`${names.vision}.post_layernorm`, v.hidden) : null,
      connector: [],
      newline: names.newline === null ? null : await array(names.newline, [t.hidden]),
      embedding: table,
      text: [],
      textNorm: await array(`${names.text}.norm.weight`, [t.hidden]),
      lmHead: tied ? { weights: table, bias: null } : await exact('lm_head', t.hidden, t.vocabulary, false),
    };
    for (const { name, inputs, outputs, bias } of connectorLayers(config)) {
      weights.connector.push(await exact(name, inputs, outputs, bias));
    }
    for (let i = 0; i < v.layers; i++) {
      const layer = `${names.vision}.encoder.layers.${i}`;
      weights.vision.push({
        norm1: await norm(`${layer}.layer_norm1`, v.hidden),
        qkv: await joined(
          ['q', 'k', 'v'].map((part) => ({ name: `${layer}.self_attn.${part}_proj`, outputs: v.hidden })),
          v.hidden,
          true,
        ),
        out: await linear(`${layer}.self_attn.out_proj`, v.hidden, v.hidden, true),
        norm2: await norm(`${layer}.layer_norm2`, v.hidden),
        fc1: await linear(`${layer}.mlp.fc1`, v.hidden, v.intermediate, true),
        fc2: await linear(`${layer}.mlp.fc2`, v.intermediate, v.hidden, true),
      });
    }
    for (let i = 0; i < t.layers; i++) {
      const layer = `${names.text}.layers.${i}`;
      const [queries, keys] = [t.heads * t.headDim, t.kvHeads * t.headDim];
      weights.text.push({
        inputNorm: await array(`${layer}.input_layernorm.weight`, [t.hidden]),
        qkv: await joined(
          [
            { name: `${layer}.self_attn.q_proj`, outputs: queries },
            { name: `${layer}.self_attn.k_proj`, outputs: keys },
            { name: `${layer}.self_attn.v_proj`, outputs: keys },
          ],
          t.hidden,
          profile.textBias,
        ),
        out: await linear(`${layer}.self_attn.o_proj`, queries, t.hidden, false),
        postNorm: await array(`${layer}.post_attention_layernorm.weight`, [t.hidden]),
        gateUp: await joined(
          ['gate', 'up'].map((part) => ({ name: `${layer}.mlp.${part}_proj`, outputs: t.intermediate })),
          t.hidden,
          false,
        ),
        down: await linear(`${layer}.mlp.down_proj`, t.intermediate, t.hidden, false),
      });
    }
    return { weights, parameters: reader.parameters, tower: reader.tower.hex, whole: reader.whole.hex };
  } catch (error) {
    tf.dispose(made);
    throw error;
  }
}

/** Disposes every tensor of the weights. */
export function disposeWeights(weights: FrozenWeights): void {
  tf.dispose(weights as unknown as tf.TensorContainer);
}

const FILE_PACKING: Readonly<Record<string, PackedWeights['packing']>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

/** As the file has it, unless another packing was asked for and rows of `inputs` divide into its groups. */
function packingOf({ packing = 'file' }: LoadOptions, dtype: string, inputs: number): PackedWeights['packing'] {
  const divides = packing !== 'file' && inputs % packingMultiple(packing) === 0;
  return divides ? packing : (FILE_PACKING[dtype] ?? 'float32');
}

function concatenated(parts: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0]!;
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function joinedBytes(parts: readonly RawTensor[]): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0]!.bytes;
  const all = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of parts) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}

/** Python's `[hidden, 3, patch, patch]` with each row in the order in which pixels lie: y, x, colour. */
async function patchWeights(
  reader: TensorReader,
  name: string,
  { vision }: BackboneConfig,
): Promise<Float32Array<ArrayBuffer>> {
  const { hidden, patchSize, channels } = vision;
  const shape = [hidden, channels, patchSize, patchSize];
  const raw = await reader.float32(name, shape);
  const area = patchSize * patchSize;
  const byPixel = new Float32Array(raw.length);
  for (let h = 0; h < hidden; h++) {
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < area; i++) byPixel[(h * area + i) * channels + c] = raw[(h * channels + c) * area + i]!;
    }
  }
  return byPixel;
}
