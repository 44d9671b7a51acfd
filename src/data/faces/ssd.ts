/**
 * face-api's SSD on MobileNet v1, on tfjs's WASM backend, in a thread that can fetch nothing: weights and backend come
 * as bytes. Kept in a chunk of its own, which is loaded when faces are first asked for.
 *
 * The library is given tensors only: its own way from pictures to tensors needs elements of a page.
 */
// Two operations that face-api calls on a tensor itself.
import '@tensorflow/tfjs-core/dist/public/chained_ops/as3d';
import '@tensorflow/tfjs-core/dist/public/chained_ops/as4d';
import { NetInput, SsdMobilenetv1 } from '@vladmandic/face-api/dist/face-api.esm-nobundle.js';
import manifest from '@vladmandic/face-api/model/ssd_mobilenetv1_model-weights_manifest.json';
import { openWasm, type WasmBinary } from '../../device/wasm';
import * as tf from '../../device/tf';
import { ModelError } from '../../protocol';
import { SQUARE } from './looks';

export interface Network {
  /**
   * @param pixels  RGB 0 .. 255 [SQUARE, SQUARE, 3]
   * @returns boxes [boxes, 4] as top, left, bottom, right in shares of the square; scores [boxes]
   */
  run(pixels: Float32Array): { boxes: Float32Array; scores: Float32Array };
  close(): void;
}

type Answer = { boxes: tf.Tensor2D[]; scores: tf.Tensor1D[] };

/**
 * @param weights  the bytes of `ssd_mobilenetv1_model.bin`
 * @throws ModelError when the weights are not those; DeviceError when WASM cannot start
 */
export async function openNetwork(weights: ArrayBuffer, wasm: readonly WasmBinary[]): Promise<Network> {
  const specs = manifest.flatMap((group) => group.weights) as tf.io.WeightsManifestEntry[];
  // A weight is a byte where it is quantised, and four where it is not.
  const stated = specs.reduce(
    (bytes, { shape, quantization }) => bytes + shape.reduce((a, b) => a * b, quantization === undefined ? 4 : 1),
    0,
  );
  if (weights.byteLength !== stated) {
    throw new ModelError({
      file: 'ssd_mobilenetv1_model.bin',
      cause: `The face detector's weights have ${weights.byteLength} bytes instead of ${stated}.`,
      remedy: 'Reload the page without its cache.',
    });
  }
  await openWasm(wasm);
  const net = new SsdMobilenetv1();
  net.loadFromWeightMap(tf.io.decodeWeights(weights, specs) as never);
  return {
    run: (pixels) => {
      const picture = tf.tensor3d(pixels, [SQUARE, SQUARE, 3]);
      // Its types, made for a page, have tensors of their own.
      const input = new NetInput([picture as never]);
      const answer = net.forwardInput(input) as unknown as Answer;
      const all = [picture, ...answer.boxes, ...answer.scores];
      try {
        const [boxes, scores] = [answer.boxes[0], answer.scores[0]];
        if (boxes === undefined || scores === undefined) throw new RangeError('The face detector gave no answer');
        return { boxes: boxes.dataSync<'float32'>().slice(), scores: scores.dataSync<'float32'>().slice() };
      } finally {
        tf.dispose(all);
      }
    },
    close: () => net.dispose(false),
  };
}
