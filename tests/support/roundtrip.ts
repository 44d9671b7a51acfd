/** Adapters as the page exports them, with the logits that it computes: `tools/peft_roundtrip.mjs` compares Python's. */
import { openDevice, type WasmBinary } from '../../src/device';
import { loadModel, type NamedArray, type TrainingSample } from '../../src/model';
import { DEMO, type ExportFile, type ModelFile, type RunConfig } from '../../src/protocol';
import { exportAdapter } from '../../src/train/peft';
import { stream } from '../../src/train/random';
import { captionLogits, pattern } from './forward';

const CAPTIONS = ['The skin has fine texture. This is a live face.', 'A paper edge runs along the side.'];
const QUESTION = 'Is this face live or a spoof? Explain briefly.';
/** Of the pictures' patterns; Python makes them the same way. */
export const FACTORS = [7, 4099];

const CASES: Record<string, Pick<RunConfig, 'loraVision' | 'lmHead' | 'loraRank' | 'loraAlpha'>> = {
  'text-full': { loraVision: false, lmHead: 'full', loraRank: 8, loraAlpha: 12 },
  'text-adapter': { loraVision: false, lmHead: 'adapter', loraRank: 4, loraAlpha: 6 },
  'text-frozen': { loraVision: false, lmHead: 'frozen', loraRank: 2, loraAlpha: 8 },
  'vision-full': { loraVision: true, lmHead: 'full', loraRank: 4, loraAlpha: 4 },
  'vision-adapter': { loraVision: true, lmHead: 'adapter', loraRank: 8, loraAlpha: 4 },
  'vision-frozen': { loraVision: true, lmHead: 'frozen', loraRank: 16, loraAlpha: 32 },
};

export interface ExportedAdapter {
  name: string;
  files: ExportFile[];
  /** `[tokens, vocabulary]` of both captions, one after another. */
  logits: Float32Array;
  /** P(spoof) of both pictures. */
  probability: number[];
  prompt: number[];
  captions: number[][];
}

/** On WASM. Values are the initial ones plus seeded noise, so that no part of the adapter is zero. */
export async function exportedAdapters(
  binaries: WasmBinary[],
  backbone: string,
  files: readonly ModelFile[],
): Promise<ExportedAdapter[]> {
  await openDevice('wasm', binaries);
  const model = await loadModel(backbone, files, { synthetic: true });
  const samples = CAPTIONS.map((caption, i): TrainingSample => ({
    pixels: pattern(model.info.imageSize, FACTORS[i]!),
    label: 'live',
    ...model.tokenise(QUESTION, caption, 48),
  }));
  const exported: ExportedAdapter[] = [];
  for (const [name, options] of Object.entries(CASES)) {
    const config: RunConfig = { ...DEMO, ...options };
    const state = model.newState(config);
    const values = await state.read();
    [...values].forEach(([tensor, value], i) => values.set(tensor, noisy(tensor, value, i)));
    state.write(values);
    exported.push({
      name,
      files: await exportAdapter({ state, config, backbone: { name: backbone }, runId: name, step: 1 }),
      logits: await captionLogits(model, state, samples),
      probability: [
        ...(await model.classify(
          samples.map(({ pixels }) => pixels),
          state,
        )),
      ],
      prompt: [...samples[0]!.prompt],
      captions: samples.map(({ caption }) => [...caption!]),
    });
    state.dispose();
  }
  model.dispose();
  return exported;
}

function noisy(tensor: string, { shape, data }: NamedArray, number: number): NamedArray {
  const random = stream(99, number);
  const spread = tensor.includes('lora_') ? 0.1 : tensor.startsWith('vision_cls_head') ? 0.5 : 0.02;
  return { shape, data: data.map((value) => value + (spread * random.next()) / 2 ** 31) };
}
