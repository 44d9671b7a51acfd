/**
 * The trainable tensors: LoRA on q, k, v of the text decoder (and of the vision tower by a switch), the projector,
 * `lm_head` and the live/spoof head; names, initial values, and Python's layout.
 */
import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import * as tf from '../device/tf';
import type { Tensor } from '../ops';
import { ModelError } from '../protocol';
import type { AdapterOptions, NamedArray, TrainableState } from './api';
import type { BackboneConfig } from './config';
import { CONNECTOR } from './connector';
import { CLASSES, HEAD_BIAS, HEAD_WEIGHT } from './heads';
import { PROJECTIONS, loraNames, textBlock, visionBlock } from './lora';
import type { FrozenWeights } from './weights';

export const LM_HEAD = 'lm_head.weight';

/** PEFT puts this before every module's name. */
const PEFT_PREFIX = 'base_model.model.';

export class AdapterState implements TrainableState {
  readonly count: number;

  constructor(
    readonly options: AdapterOptions,
    readonly parameters: ReadonlyMap<string, tf.Variable>,
  ) {
    this.count = [...parameters.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** LoRA's scale. */
  get scale(): number {
    return this.options.loraAlpha / this.options.loraRank;
  }

  get(name: string): tf.Variable | null {
    return this.parameters.get(name) ?? null;
  }

  async read(): Promise<Map<string, NamedArray>> {
    const entries = await Promise.all(
      [...this.parameters].map(async ([name, variable]): Promise<[string, NamedArray]> => {
        const data = new Float32Array(await variable.data<'float32'>());
        return [name, { shape: [...variable.shape], data }];
      }),
    );
    return new Map(entries);
  }

  write(values: ReadonlyMap<string, NamedArray>): void {
    for (const [name, variable] of this.parameters) {
      const value = values.get(name);
      if (value === undefined || value.shape.join() !== variable.shape.join() || value.data.length !== variable.size) {
        throw new ModelError({
          file: 'adapter',
          cause: `Tensor ${name} ${value === undefined ? 'is missing' : `has shape [${value.shape.join(', ')}] instead of [${variable.shape.join(', ')}]`}.`,
          remedy: 'Use an adapter made for this backbone with the same rank and switches.',
        });
      }
    }
    for (const [name, variable] of this.parameters) {
      const { shape, data } = values.get(name)!;
      tf.tidy(() => variable.assign(tf.tensor(data.slice(), shape)));
    }
  }

  async toPython(): Promise<{
    adapter: Map<string, NamedArray>;
    head: Map<string, NamedArray>;
    targetModules: string;
  }> {
    const adapter = new Map<string, NamedArray>();
    const head = new Map<string, NamedArray>();
    for (const [name, value] of await this.read()) {
      if (name === HEAD_WEIGHT) head.set('weight', turned(value));
      else if (name === HEAD_BIAS) head.set('bias', value);
      else adapter.set(PEFT_PREFIX + name, turned(value));
    }
    return {
      adapter,
      head,
      // A plain ["q_proj", ...] would match the vision tower too, by suffix.
      targetModules: this.options.loraVision
        ? '.*(text_model|vision_model\\.encoder)\\.layers\\.\\d+\\.self_attn\\.(q|k|v)_proj'
        : '.*text_model\\.layers\\.\\d+\\.self_attn\\.(q|k|v)_proj',
    };
  }

  dispose(): void {
    for (const variable of this.parameters.values()) variable.dispose();
  }
}

/**
 * Initial state. LoRA A as in PEFT: uniform in +-1/sqrt(in) (Kaiming with a = sqrt 5), from the seed and the tensor's
 * name; B zero, so training starts from the backbone's own outputs; the head zero, so it starts undecided.
 */
export function initialState(config: BackboneConfig, weights: FrozenWeights, options: AdapterOptions): AdapterState {
  const parameters = new Map<string, tf.Variable>();
  const add = (name: string, make: () => Tensor): void =>
    void parameters.set(
      name,
      tf.tidy(() => tf.variable(make(), true, undefined, 'float32')),
    );
  const addBlock = (block: string, inputs: number, outputs: Record<(typeof PROJECTIONS)[number], number>): void => {
    for (const projection of PROJECTIONS) {
      const { a, b } = loraNames(block, projection);
      add(a, () => uniform([inputs, options.loraRank], inputs ** -0.5, options.seed, a));
      add(b, () => tf.zeros([options.loraRank, outputs[projection]]));
    }
  };
  const { vision, text } = config;
  if (options.loraVision) {
    for (let i = 0; i < vision.layers; i++) {
      addBlock(visionBlock(i), vision.hidden, { q: vision.hidden, k: vision.hidden, v: vision.hidden });
    }
  }
  const keys = text.kvHeads * text.headDim;
  for (let i = 0; i < text.layers; i++) {
    addBlock(textBlock(i), text.hidden, { q: text.heads * text.headDim, k: keys, v: keys });
  }
  add(CONNECTOR, () => tf.clone(weights.connector));
  add(LM_HEAD, () => tf.clone(weights.lmHead));
  add(HEAD_WEIGHT, () => tf.zeros([vision.hidden, CLASSES.length]));
  add(HEAD_BIAS, () => tf.zeros([CLASSES.length]));
  return new AdapterState(options, parameters);
}

function uniform(shape: [number, number], bound: number, seed: number, name: string): Tensor {
  const random = xoroshiro128plus(mix(seed, name));
  const values = new Float32Array(shape[0] * shape[1]);
  for (let i = 0; i < values.length; i++) values[i] = (2 * uniformFloat32(random) - 1) * bound;
  return tf.tensor2d(values, shape);
}

/** A 32-bit number from seed and name (FNV-1a, then MurmurHash3's finaliser): every tensor its own stream. */
function mix(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** `[in, out]` to `[out, in]`. */
function turned({ shape, data }: NamedArray): NamedArray {
  const [rows, columns] = shape as [number, number];
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j]!;
  return { shape: [columns, rows], data: out };
}
