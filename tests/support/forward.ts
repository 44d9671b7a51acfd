/** The model's logits where captions are predicted, for comparison with Python's. */
import * as tf from '../../src/device/tf';
import { type TrainableState, type TrainingSample, type VisionLanguageModel } from '../../src/model';
import type { Backbone } from '../../src/model/backbone';
import { encodeBatch } from '../../src/model/batch';
import { chain } from '../../src/model/chain';
import { answering, visionFeatures } from '../../src/model/inference';
import { textSegments } from '../../src/model/segments';
import { AdapterState } from '../../src/model/trainable';
import { rmsNorm, selectRows } from '../../src/ops';

/** `[caption tokens of all samples, vocabulary]`, samples in order; each must have a caption. */
export async function captionLogits(
  model: VisionLanguageModel,
  state: TrainableState,
  samples: readonly TrainingSample[],
): Promise<Float32Array> {
  if (!(state instanceof AdapterState)) throw new TypeError('A state of newState is needed');
  const { backbone } = model as unknown as { backbone: Backbone };
  const answer = answering(backbone, state);
  const batch = encodeBatch(samples, backbone);
  const text = batch.text!;
  const logits = tf.tidy(() => {
    const pictures = samples.map(({ pixels }) => pixels);
    const layers = textSegments(backbone, text, state, null).slice(0, -1);
    const last = chain(
      visionFeatures(backbone, answer.vision, pictures),
      layers.map((segment) => (x) => segment.run(x)),
    );
    const chosen = rmsNorm(selectRows(last, text.predicting), backbone.weights.textNorm, backbone.config.text.epsilon);
    return tf.slice(answer.lmHead(chosen), [0, 0], [text.captionTokens, -1]);
  });
  const values = new Float32Array(await logits.data<'float32'>());
  logits.dispose();
  tf.dispose(batch as unknown as tf.TensorContainer);
  answer.dispose();
  return values;
}

/** Pixels that Python makes alike: a pattern of 256 steps from -1 to 1. `[size, size, 3]` */
export function pattern(size: number, factor: number): Float32Array {
  return Float32Array.from({ length: size * size * 3 }, (_, i) => ((i * factor) % 256) / 127.5 - 1);
}
