/**
 * The model as a list of segments, each a function of the hidden state before it and of its own trainable tensors.
 * What crosses a segment's border is one tensor; everything else can be computed again.
 */
import * as tf from '../device/tf';
import { crossEntropy, linear, placeRows, rmsNorm, selectRows, type Tensor } from '../ops';
import type { Backbone } from './backbone';
import type { EncodedBatch, EncodedText } from './batch';
import { CONNECTOR, connect } from './connector';
import { HEAD_BIAS, HEAD_WEIGHT, headLogits } from './heads';
import { blockAdapters, blockNames, textBlock, visionBlock, type Parameters } from './lora';
import { textLayer } from './text';
import { LM_HEAD } from './trainable';
import { visionLayer, visionOutput } from './vision';

export interface Segment {
  name: string;
  /** Its trainable tensors. */
  parameters: readonly string[];
  run(input: Tensor, parameters: Parameters): Tensor;
}

export interface SegmentOptions {
  /** LoRA's scale. */
  scale: number;
  /** Names that are trained; a segment asks for no others. */
  trained: ReadonlySet<string>;
}

/** From patch embeddings to the tower's output `[size * patches, hidden]`. */
export function visionSegments({ config, weights }: Backbone, size: number, options: SegmentOptions): Segment[] {
  const layers = weights.vision.map((w, i): Segment => ({
    name: `vision layer ${i}`,
    parameters: blockNames(visionBlock(i)).filter((name) => options.trained.has(name)),
    run: (h, p) => visionLayer(h, w, blockAdapters(p, visionBlock(i), options.scale), config.vision, size),
  }));
  return [...layers, { name: 'vision output', parameters: [], run: (h) => visionOutput(h, weights, config.vision) }];
}

/** From the tower's output to L_cls, a scalar. */
export function headSegments({ config }: Backbone, batch: EncodedBatch): Segment[] {
  return [
    {
      name: 'head loss',
      parameters: [HEAD_WEIGHT, HEAD_BIAS],
      run: (features, p) =>
        crossEntropy(
          headLogits(features, need(p, HEAD_WEIGHT), need(p, HEAD_BIAS), config.patches),
          batch.labels,
          batch.labelWeights,
        ),
    },
  ];
}

/** From the tower's output (of all samples) to L_cap, a scalar. */
export function textSegments(backbone: Backbone, text: EncodedText, options: SegmentOptions): Segment[] {
  const { config, weights } = backbone;
  const tables = backbone.sequence(text.length);
  const layers = weights.text.map((w, i): Segment => ({
    name: `text layer ${i}`,
    parameters: blockNames(textBlock(i)).filter((name) => options.trained.has(name)),
    run: (h, p) => textLayer(h, w, blockAdapters(p, textBlock(i), options.scale), config.text, text.samples, tables),
  }));
  return [
    {
      name: 'connector',
      parameters: [CONNECTOR],
      run: (features, p) => {
        const captioned = tf.slice(features, [0, 0], [text.samples * config.patches, -1]);
        const pictures = connect(captioned, need(p, CONNECTOR), config);
        return placeRows(pictures, tf.gather(weights.embedding, text.ids), text.source, text.positions);
      },
    },
    ...layers,
    {
      name: 'caption loss',
      parameters: [LM_HEAD],
      // Rows are chosen before the product, so logits exist for caption positions only.
      run: (h, p) => {
        const chosen = rmsNorm(selectRows(h, text.predicting), weights.textNorm, config.text.epsilon);
        return crossEntropy(linear(chosen, need(p, LM_HEAD)), text.targets, text.weights);
      },
    },
  ];
}

function need(parameters: Parameters, name: string): Tensor {
  const tensor = parameters(name);
  if (tensor === null) throw new Error(`The trainable tensor ${name} is missing`);
  return tensor;
}
