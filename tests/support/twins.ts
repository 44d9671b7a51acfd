/**
 * One small training step twice: by the engine, and in plain tfjs operations from the same weights, adapters, features
 * and samples. What the engine must agree with over many steps, and what it is timed against.
 */
import * as tf from '../../src/device/tf';
import type { Backbone } from '../../src/model/backbone';
import { encodeBatch } from '../../src/model/batch';
import { differentiateAtOnce, differentiateBySegments, type Tree } from '../../src/model/differentiate';
import { headSegments, textSegments } from '../../src/model/segments';
import { initialState, type AdapterState } from '../../src/model/trainable';
import { addInto, spanTensor, unpackWeights, type FrozenLinear } from '../../src/ops';
import { AdamW, globalNorm } from '../../src/train/adamw';
import { numbers } from '../bench/numbers';
import { plainStep, type PlainSample } from './plain_step';

export interface StepLosses {
  cls: number;
  cap: number;
}

const OBJECTIVE = { alpha: 0.7, beta: 0.3 };
const OPTIMISER = { adamBeta1: 0.9, adamBeta2: 0.999, adamEpsilon: 1e-8, weightDecay: 0.01, gradientClip: 1 };

export class Twins {
  readonly state: AdapterState;
  /** The plain side's trainable tensors and their moments, by name. */
  private readonly plain = new Map<string, { value: tf.Variable; first: tf.Variable; second: tf.Variable }>();
  private readonly optimiser: AdamW;
  private steps = 0;

  private constructor(
    private readonly backbone: Backbone,
    private readonly frozen: ReadonlyMap<string, tf.Tensor>,
    private readonly features: tf.Tensor,
    private readonly samples: readonly PlainSample[],
    rank: number,
  ) {
    const options = { loraRank: rank, loraAlpha: rank, loraVision: false, seed: 3 };
    this.state = initialState(backbone.config, backbone.weights, options);
    for (const [name, { shape, length }] of this.state.places) {
      const span = this.state.span(name);
      tf.tidy(() => {
        // B and the head start at zero, where half of the gradients vanish: move everything a little.
        addInto(span, tf.tensor1d(numbers(name, length, 0.05)));
        const value = tf.variable(spanTensor(span, shape), false);
        const zero = (): tf.Variable => tf.variable(tf.zeros([...shape]), false);
        this.plain.set(name, { value, first: zero(), second: zero() });
      });
    }
    this.optimiser = new AdamW(this.state, OPTIMISER);
  }

  static async make(backbone: Backbone, samples: readonly PlainSample[], rank: number): Promise<Twins> {
    const { patches, vision } = backbone.config;
    const rows = samples.length * patches;
    const features = tf.tensor2d(numbers('features', rows * vision.hidden, 1), [rows, vision.hidden]);
    return new Twins(backbone, await plainWeights(backbone), features, samples, rank);
  }

  /** The engine's losses, its gradients added into the state's, which are zeroed first. */
  async engineGradients(checkpointing: boolean): Promise<StepLosses> {
    const { backbone, state, features } = this;
    state.zeroGradients();
    const samples = this.samples.map(({ label, prompt, caption }) => ({
      pixels: new Float32Array(0),
      label: label === 0 ? ('live' as const) : ('spoof' as const),
      prompt,
      caption,
      cut: false,
    }));
    const batch = encodeBatch(samples, backbone);
    const tree: Tree = {
      input: features,
      trunk: [],
      branches: [
        headSegments(backbone, batch, state, OBJECTIVE.alpha),
        textSegments(backbone, batch.text!, state, OBJECTIVE.beta),
      ],
    };
    const losses = checkpointing ? await differentiateBySegments(tree) : tf.tidy(() => differentiateAtOnce(tree));
    const [cls = NaN] = await losses[0]!.data();
    const [cap = NaN] = await losses[1]!.data();
    tf.dispose([losses, batch] as unknown as tf.TensorContainer);
    return { cls, cap };
  }

  async engineStep(learningRate: number, checkpointing = false): Promise<StepLosses> {
    const losses = await this.engineGradients(checkpointing);
    this.optimiser.update(await globalNorm(this.state.gradients), ++this.steps, learningRate);
    return losses;
  }

  /** The plain side's losses and gradients by name; the caller disposes the gradients. */
  async plainGradients(): Promise<StepLosses & { gradients: Map<string, tf.Tensor> }> {
    const { text, scaleFactor, imageToken } = this.backbone.config;
    const trained = new Map([...this.plain].map(([name, { value }]) => [name, value as tf.Tensor]));
    const shape = { ...text, scaleFactor, imageToken };
    const step = plainStep(this.frozen, trained, this.features, this.samples, shape, { scale: 1, ...OBJECTIVE });
    const [cls = NaN] = await step.cls.data();
    const [cap = NaN] = await step.cap.data();
    tf.dispose([step.cls, step.cap]);
    return { cls, cap, gradients: step.gradients };
  }

  /** `step`: 1-based. */
  async plainTraining(step: number, learningRate: number): Promise<StepLosses> {
    const { cls, cap, gradients } = await this.plainGradients();
    const { adamBeta1: b1, adamBeta2: b2, adamEpsilon: epsilon, weightDecay, gradientClip } = OPTIMISER;
    // Not tf.addN: its WebGPU kernel binds all terms at once, and sixteen are more than a stage may have.
    const squares = tf.tidy(() =>
      [...gradients.values()].map((g) => tf.sum(tf.square(g))).reduce((a, b) => tf.add(a, b)),
    );
    const norm = Math.sqrt((await squares.data())[0]!);
    squares.dispose();
    const clip = Math.min(1, gradientClip / (norm + 1e-6));
    for (const [name, { value, first, second }] of this.plain) {
      tf.tidy(() => {
        const g = tf.mul(gradients.get(name)!, clip);
        first.assign(tf.add(tf.mul(first, b1), tf.mul(g, 1 - b1)));
        second.assign(tf.add(tf.mul(second, b2), tf.mul(tf.square(g), 1 - b2)));
        const root = tf.sqrt(tf.div(second, 1 - b2 ** step));
        const direction = tf.div(tf.div(first, 1 - b1 ** step), tf.add(root, epsilon));
        const decayed = tf.mul(value, 1 - learningRate * weightDecay);
        value.assign(tf.sub(decayed, tf.mul(direction, learningRate)));
      });
    }
    tf.dispose([...gradients.values()]);
    return { cls, cap };
  }

  dispose(): void {
    this.optimiser.dispose();
    this.state.dispose();
    this.features.dispose();
    tf.dispose([...this.frozen.values()]);
    for (const { value, first, second } of this.plain.values()) tf.dispose([value, first, second]);
  }
}

/** The text decoder's weights by Python's names, linear ones `[in, out]`, as plain tensors of their own. */
async function plainWeights({ weights, config }: Backbone): Promise<Map<string, tf.Tensor>> {
  const { heads, kvHeads, headDim, hidden, vocabulary, intermediate } = config.text;
  const all = new Map<string, tf.Tensor>();
  const turned = async ({ weights: w }: FrozenLinear, inputs: number, parts: Record<string, number>): Promise<void> => {
    const outputs = Object.values(parts).reduce((a, b) => a + b, 0);
    const values = await unpackWeights(w);
    const split = tf.tidy(() => {
      const whole = tf.transpose(tf.tensor2d(values, [outputs, inputs]));
      return tf.split<tf.Tensor>(whole, Object.values(parts), 1);
    });
    Object.keys(parts).forEach((name, i) => all.set(`${name}.weight`, split[i]!));
  };
  const table = await unpackWeights(weights.embedding);
  all.set('model.text_model.embed_tokens.weight', tf.tensor2d(table, [vocabulary, hidden]));
  all.set('model.text_model.norm.weight', tf.clone(weights.textNorm));
  for (const [i, w] of weights.text.entries()) {
    const layer = `model.text_model.layers.${i}`;
    const keys = kvHeads * headDim;
    all.set(`${layer}.input_layernorm.weight`, tf.clone(w.inputNorm));
    all.set(`${layer}.post_attention_layernorm.weight`, tf.clone(w.postNorm));
    await turned(w.qkv, hidden, {
      [`${layer}.self_attn.q_proj`]: heads * headDim,
      [`${layer}.self_attn.k_proj`]: keys,
      [`${layer}.self_attn.v_proj`]: keys,
    });
    await turned(w.out, heads * headDim, { [`${layer}.self_attn.o_proj`]: hidden });
    await turned(w.gateUp, hidden, {
      [`${layer}.mlp.gate_proj`]: intermediate,
      [`${layer}.mlp.up_proj`]: intermediate,
    });
    await turned(w.down, intermediate, { [`${layer}.mlp.down_proj`]: hidden });
  }
  return all;
}
