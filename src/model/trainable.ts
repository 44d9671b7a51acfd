/**
 * The trainable tensors: LoRA on q, k, v of the text decoder (and of the vision tower by a switch), the projector,
 * `lm_head` (whole or by an adapter) and the live/spoof head; names, initial values, and Python's layout.
 */
import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import * as tf from '../device/tf';
import { addInto, addWeights, type LoraBlock, type Span, type Tensor } from '../ops';
import type { AdapterOptions, NamedArray, TrainableState } from './api';
import type { BackboneConfig } from './config';
import { connectorLayers } from './connector';
import { FlatState, turned } from './flat';
import { CLASSES, HEAD_BIAS, HEAD_WEIGHT } from './heads';
import { PROJECTIONS, loraNames, targetModules, textBlock, visionBlock, type Projection } from './lora';
import { profileOf } from './profiles';
import type { FrozenWeights } from './weights';

export const LM_HEAD = 'lm_head.weight';

const HEAD_LORA = { a: 'lm_head.lora_A.weight', b: 'lm_head.lora_B.weight' };

/** PEFT puts this before every module's name. */
export const PEFT_PREFIX = 'base_model.model.';

export class AdapterState extends FlatState implements TrainableState {
  constructor(
    readonly options: AdapterOptions,
    shapes: ReadonlyMap<string, readonly number[]>,
    readonly architecture: string,
  ) {
    super(shapes);
  }

  /** Adapters of one attention block; null where it has none. */
  lora(block: string): LoraBlock | null {
    return this.adapters(PROJECTIONS.map((projection) => loraNames(block, projection)));
  }

  /** The adapter of the output projection; null where that trains whole or not at all. */
  headLora(): LoraBlock | null {
    return this.adapters([HEAD_LORA]);
  }

  private adapters(names: readonly { a: string; b: string }[]): LoraBlock | null {
    if (!this.has(names[0]!.a)) return null;
    const start = this.span(names[0]!.a).offset;
    const last = this.span(names.at(-1)!.b);
    const whole: Span = { tensor: this.values, offset: start, length: last.offset + last.length - start };
    const { loraRank, loraAlpha } = this.options;
    return {
      values: whole,
      gradients: { ...whole, tensor: this.gradients },
      rank: loraRank,
      scale: loraAlpha / loraRank,
      parts: names.map(({ a, b }) => ({
        a: this.span(a).offset - start,
        b: this.span(b).offset - start,
        outputs: this.span(b).length / loraRank,
      })),
    };
  }

  async readPython(flat: Tensor): Promise<Map<string, NamedArray>> {
    return new Map([...(await this.readFrom(flat))].map(([name, value]) => [name, turned(value)]));
  }

  async writePython(values: ReadonlyMap<string, NamedArray>): Promise<void> {
    const all = await this.read();
    for (const [name, value] of values) all.set(name, turned(value));
    this.write(all);
  }

  async toPython(): ReturnType<TrainableState['toPython']> {
    const adapter = new Map<string, NamedArray>();
    const head = new Map<string, NamedArray>();
    for (const [name, value] of await this.readPython(this.values)) {
      if (name === HEAD_WEIGHT) head.set('weight', value);
      else if (name === HEAD_BIAS) head.set('bias', value);
      else adapter.set(PEFT_PREFIX + name, value);
    }
    return {
      adapter,
      head,
      targetModules: targetModules(this, this.options),
      modulesToSave: [...(this.has(LM_HEAD) ? ['lm_head'] : []), profileOf(this).names.projector],
      normalised: profileOf(this).visionNorm,
    };
  }
}

/** Names and shapes of everything that trains, in order. Linear weights lie as `[in, out]`. */
export function trainableShapes(
  config: BackboneConfig,
  options: Pick<AdapterOptions, 'loraRank' | 'loraVision' | 'lmHead'>,
): Map<string, number[]> {
  const { vision, text } = config;
  const shapes = new Map<string, number[]>();
  const addBlock = (block: string, inputs: number, outputs: Record<Projection, number>): void => {
    for (const projection of PROJECTIONS) {
      const { a, b } = loraNames(block, projection);
      shapes.set(a, [inputs, options.loraRank]);
      shapes.set(b, [options.loraRank, outputs[projection]]);
    }
  };
  if (options.loraVision) {
    for (let i = 0; i < vision.layers; i++) {
      addBlock(visionBlock(config, i), vision.hidden, { q: vision.hidden, k: vision.hidden, v: vision.hidden });
    }
  }
  const keys = text.kvHeads * text.headDim;
  for (let i = 0; i < text.layers; i++) {
    addBlock(textBlock(config, i), text.hidden, { q: text.heads * text.headDim, k: keys, v: keys });
  }
  for (const { name, inputs, outputs, bias } of connectorLayers(config)) {
    shapes.set(`${name}.weight`, [inputs, outputs]);
    if (bias) shapes.set(`${name}.bias`, [outputs]);
  }
  const { lmHead = 'full' } = options;
  if (lmHead === 'full') shapes.set(LM_HEAD, [text.hidden, text.vocabulary]);
  if (lmHead === 'adapter') {
    shapes.set(HEAD_LORA.a, [text.hidden, options.loraRank]);
    shapes.set(HEAD_LORA.b, [options.loraRank, text.vocabulary]);
  }
  shapes.set(HEAD_WEIGHT, [vision.hidden, CLASSES.length]);
  shapes.set(HEAD_BIAS, [CLASSES.length]);
  return shapes;
}

/**
 * Initial state. LoRA A as in PEFT: uniform in +-1/sqrt(in) (Kaiming with a = sqrt 5), from the seed and the tensor's
 * name; B zero, so training starts from the backbone's own outputs; the head zero, so it starts undecided.
 */
export function initialState(config: BackboneConfig, weights: FrozenWeights, options: AdapterOptions): AdapterState {
  const state = new AdapterState(options, trainableShapes(config, options), config.architecture);
  for (const [name, { shape }] of state.places) {
    if (!name.endsWith('lora_A.weight')) continue;
    const inputs = shape[0]!;
    tf.tidy(() =>
      addInto(state.span(name), tf.tensor1d(uniform(inputs * options.loraRank, inputs ** -0.5, options.seed, name))),
    );
  }
  connectorLayers(config).forEach(({ name }, i) => {
    const layer = weights.connector[i]!;
    addWeights(state.span(`${name}.weight`), layer);
    if (layer.bias !== null) addInto(state.span(`${name}.bias`), layer.bias);
  });
  if (state.has(LM_HEAD)) addWeights(state.span(LM_HEAD), weights.lmHead);
  return state;
}

function uniform(size: number, bound: number, seed: number, name: string): Float32Array {
  const random = xoroshiro128plus(mix(seed, name));
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = (2 * uniformFloat32(random) - 1) * bound;
  return values;
}

/** A 32-bit number from seed and name (FNV-1a, then MurmurHash3's finaliser): every tensor its own stream. */
function mix(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
