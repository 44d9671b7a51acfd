/** Operations of the vision tower, of one picture, and what makes its pixels. */
import * as tf from '../../src/device/tf';
import { gpuFacts } from '../../src/device/webgpu';
import type { BackboneConfig } from '../../src/model/config';
import { preprocess, type PreprocessConfig } from '../../src/model/preprocess';
import * as ops from '../../src/ops';
import { bothWays, collecting, input, type Compared } from './compared';
import { hashAt } from './numbers';

/** A photograph, scaled down to the tower's square. */
const [WIDTH, HEIGHT] = [640, 480];

/** Makes each case's tensors when asked. */
export function visionCases({ vision, patches }: BackboneConfig): Map<string, () => Compared> {
  const { hidden, heads, intermediate, imageSize, epsilon } = vision;
  const { cases, add } = collecting();

  add('layer norm, both ways', () => {
    const [scale, shift] = [input('scale', hidden), input('shift', hidden)];
    const [x, dy] = [input('x', patches, hidden), input('dy', patches, hidden)];
    return {
      own: () => bothWays((x) => ops.layerNorm(x, scale, shift, epsilon), [x], dy),
      plain: () => bothWays((x) => ops.layerNormReference(x, scale, shift, epsilon), [x], dy),
    };
  });

  add('GELU by tanh, both ways', () => {
    const [x, dy] = [input('x', patches, intermediate), input('dy', patches, intermediate)];
    return {
      own: () => bothWays(ops.geluTanh, [x], dy),
      plain: () => bothWays(ops.geluTanhReference, [x], dy),
    };
  });

  add(`full attention, ${patches} patches, both ways`, () => {
    const headDim = hidden / heads;
    const shape: ops.AttentionShape = { batch: 1, tokens: patches, heads, kvHeads: heads, headDim, causal: false };
    const [qkv, dy] = [input('qkv', patches, 3 * hidden), input('dy', patches, hidden)];
    return {
      // Forward 2 products, backward 5.
      gflop: (14 * heads * patches * patches * headDim) / 1e9,
      own: () => bothWays((x) => ops.selfAttention(x, shape, null), [qkv], dy),
      plain: () => bothWays((x) => ops.selfAttentionReference(x, shape, null), [qkv], dy),
    };
  });

  add(`resize ${WIDTH} x ${HEIGHT} to ${imageSize} x ${imageSize} and normalise`, () => {
    const data = Uint8ClampedArray.from({ length: 4 * WIDTH * HEIGHT }, (_, i) => hashAt(i, 0) & 255);
    const half = [0.5, 0.5, 0.5] as const;
    const config: PreprocessConfig = {
      ...{ imageSize, fit: 'squeezed', longestEdge: imageSize, filter: 'lanczos', scale: 1 / 255 },
      ...{ mean: half, std: half },
    };
    const rgba = tf.tensor1d(new Int32Array(data.buffer), 'int32');
    const rgb = tf.tensor3d(
      Float32Array.from(data).filter((_, i) => i % 4 < 3),
      [HEIGHT, WIDTH, 3],
    );
    return {
      own: () => {
        // On software adapters `model/pictures` leaves it to the processor by default.
        if (ops.onGpu() && !gpuFacts().software)
          return [ops.resizeNormalise(rgba, WIDTH, HEIGHT, imageSize, 'lanczos', half, half)];
        preprocess({ data, width: WIDTH, height: HEIGHT }, config);
        return [];
      },
      // All that tfjs has: two pixels each way, no antialiasing, so less work and other pixels than Pillow's.
      plain: () => tf.tidy(() => [tf.sub(tf.div(tf.image.resizeBilinear(rgb, [imageSize, imageSize]), 127.5), 1)]),
    };
  });
  return cases;
}
