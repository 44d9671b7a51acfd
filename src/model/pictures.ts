/** Pictures as the vision tower takes them, made by the processor or by the GPU, whichever was faster here. */
import { checkHealth } from '../device';
import { select, type Trial } from '../device/selection';
import * as tf from '../device/tf';
import { onGpu, resizeNormalise } from '../ops';
import type { Pixels, RgbaImage } from './api';
import { preprocess, type PreprocessConfig } from './preprocess';

const selection = select(
  'picture',
  [
    { name: 'processor', available: () => true },
    { name: 'gpu', available: () => true },
  ],
  ({ software }) => (software ? 'processor' : 'gpu'),
  trial,
);

/** `preprocess` wherever it is done. @throws DeviceError when the GPU reported an error or was lost. */
export async function pixelsOf(image: RgbaImage, config: PreprocessConfig): Promise<Pixels> {
  // The kernel makes the square in one go, which is right where no other size comes first.
  const fits = config.fit === 'squeezed' && config.longestEdge === config.imageSize;
  if (!onGpu() || !fits || selection.current() === 'processor') return preprocess(image, config);
  return throughDevice(image, config);
}

async function throughDevice(image: RgbaImage, config: PreprocessConfig): Promise<Pixels> {
  const pixels = onDevice(image, config);
  try {
    const values = await pixels.data<'float32'>();
    checkHealth();
    return values;
  } finally {
    pixels.dispose();
  }
}

function onDevice({ data, width, height }: RgbaImage, config: PreprocessConfig): tf.Tensor {
  const { imageSize, filter, scale, mean, std } = config;
  // The kernel takes bytes as parts of 255: another scale is one of mean and spread.
  const scaled = ([r, g, b]: PreprocessConfig['mean']): [number, number, number] => [
    r / (255 * scale),
    g / (255 * scale),
    b / (255 * scale),
  ];
  return tf.tidy(() => {
    const words = new Int32Array(data.buffer, data.byteOffset, width * height);
    return resizeNormalise(tf.tensor1d(words, 'int32'), width, height, imageSize, filter, scaled(mean), scaled(std));
  });
}

/** A photograph's size down to that of SmolVLM. */
function trial(): Trial {
  const [width, height] = [640, 480];
  const image = { width, height, data: new Uint8ClampedArray(4 * width * height).fill(99) };
  const half = [0.5, 0.5, 0.5] as const;
  const config: PreprocessConfig = {
    ...{ imageSize: 512, fit: 'squeezed', longestEdge: 512, filter: 'lanczos', scale: 1 / 255 },
    ...{ mean: half, std: half },
  };
  return {
    // To the numbers in memory, both ways: a picture's numbers are kept there for every epoch.
    run: async () => {
      if (selection.current() === 'processor') preprocess(image, config);
      else await throughDevice(image, config);
    },
    dispose: () => undefined,
  };
}
