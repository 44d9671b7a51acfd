/**
 * The model as a list of segments, each a function of the hidden state before it. What crosses a segment's border is
 * one tensor; everything else can be computed again. Gradients of trainable numbers are added into the state by the
 * operations themselves.
 */
import * as tf from '../device/tf';
import {
  adaptedCaptionLoss,
  captionLoss,
  classLoss,
  embed,
  linear,
  placeRows,
  rmsNorm,
  selectRows,
  type Tensor,
} from '../ops';
import type { Backbone } from './backbone';
import type { EncodedBatch, EncodedText } from './batch';
import { CONNECTOR, connect } from './connector';
import { headLogits } from './heads';
import { textBlock, visionBlock } from './lora';
import { textLayer } from './text';
import { LM_HEAD, type AdapterState } from './trainable';
import { visionLayer, visionOutput } from './vision';

export interface Segment {
  name: string;
  /** Whether it, by itself, trains anything. */
  trains: boolean;
  run(input: Tensor): Tensor;
}

/** From patch embeddings to the tower's output `[size * patches, hidden]`. */
export function visionSegments({ config, weights }: Backbone, size: number, state: AdapterState): Segment[] {
  const layers = weights.vision.map((w, i): Segment => {
    const lora = state.lora(visionBlock(i));
    return {
      name: `vision layer ${i}`,
      trains: lora !== null,
      run: (h) => visionLayer(h, w, lora, config.vision, size),
    };
  });
  return [...layers, { name: 'vision output', trains: false, run: (h) => visionOutput(h, weights, config.vision) }];
}

/** From the tower's output to L_cls, a scalar. `scale` of its gradients; null: none are wanted. */
export function headSegments(
  { config }: Backbone,
  { labels, labelWeights }: EncodedBatch,
  state: AdapterState,
  scale: number | null,
): Segment[] {
  return [
    {
      name: 'head loss',
      trains: true,
      run: (features) => classLoss(headLogits(features, state, config.patches), labels, labelWeights, scale),
    },
  ];
}

/** From the tower's output (of all samples) to L_cap, a scalar. `scale` as above. */
export function textSegments(
  backbone: Backbone,
  text: EncodedText,
  state: AdapterState,
  scale: number | null,
): Segment[] {
  const { config, weights } = backbone;
  const rope = backbone.rope(text.length);
  const connector = state.matrix(CONNECTOR);
  const layers = weights.text.map((w, i): Segment => {
    const lora = state.lora(textBlock(i));
    return {
      name: `text layer ${i}`,
      trains: lora !== null,
      run: (h) => textLayer(h, w, lora, config.text, text.samples, rope),
    };
  });
  return [
    {
      name: 'connector',
      trains: true,
      run: (features) => {
        const captioned = tf.slice(features, [0, 0], [text.samples * config.patches, -1]);
        const pictures = connect(captioned, (x) => linear(x, connector), config);
        return placeRows(pictures, embed(text.ids, weights.embedding), text.source, text.positions);
      },
    },
    ...layers,
    {
      name: 'caption loss',
      trains: true,
      // Rows are chosen before the product, so logits exist for caption positions only.
      run: (h) => {
        const chosen = rmsNorm(selectRows(h, text.predicting), weights.textNorm, config.text.epsilon);
        return state.has(LM_HEAD)
          ? captionLoss(chosen, state.matrix(LM_HEAD), text.targets, text.weights, scale)
          : adaptedCaptionLoss(chosen, weights.lmHead, state.headLora(), text.targets, text.weights, scale);
      },
    },
  ];
}
