/** Samples for training tests: plain drawn pictures, dark for live and bright with stripes for spoof. */
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import type { Label, SampleRow } from '../../src/protocol';
import type { WasmBinary } from '../../src/device';

/** tfjs's WASM binary, as the page would hand it to the trainer. */
export async function wasmBinaries(): Promise<WasmBinary[]> {
  const response = await fetch(wasmUrl);
  return [{ name: 'tfjs-backend-wasm-simd.wasm', bytes: await response.arrayBuffer() }];
}

export function trainingSamples(prefix: string, count: number): SampleRow[] {
  return Array.from({ length: count }, (_, i) => {
    const label: Label = i % 2 === 0 ? 'live' : 'spoof';
    const word = label === 'live' ? 'a live face' : 'a spoof, a print';
    return {
      id: `${prefix}${i}`,
      set: prefix,
      file: `${label}/${i}.png`,
      video: `${prefix}${i}`,
      role: 'image',
      seconds: 0,
      label,
      attack: label === 'spoof' ? 'print' : null,
      subject: null,
      captions: {
        vanilla: `The skin is seen. This is ${word}.`,
        reasoning: `Initial observation: A face. Final judgment: This is ${word}.`,
      },
      width: 32,
      height: 32,
      frame: `train-tests/${prefix}${i}.png`,
      thumbnail: new Blob(),
    };
  });
}

/** The picture of a sample: brightness and stripes tell the classes apart, the id moves the stripes. */
export function picture(sample: SampleRow): ImageData {
  const { width, height, id, label } = sample;
  const image = new ImageData(width, height);
  const shift = [...id].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 7;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const stripe = label === 'spoof' && (x + shift) % 4 < 2 ? 90 : 0;
      image.data.set([60 + shift * 8 + stripe, 50 + y + stripe, 40 + stripe, 255], 4 * (y * width + x));
    }
  }
  return image;
}

export async function pictureAsPng(sample: SampleRow): Promise<Blob> {
  const canvas = new OffscreenCanvas(sample.width, sample.height);
  canvas.getContext('2d')!.putImageData(picture(sample), 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
