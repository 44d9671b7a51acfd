/** The goldens of tools/golden/backbones.py: one model for each architecture, tied and untied. */
import * as tf from '../../src/device/tf';
import { turned, type NamedArray, type TrainingSample } from '../../src/model';
import type { Backbone } from '../../src/model/backbone';
import { encodeBatch } from '../../src/model/batch';
import { chain } from '../../src/model/chain';
import { advance, disposeDecoding, prefill } from '../../src/model/generate';
import { answering, visionFeatures } from '../../src/model/inference';
import { parseSafetensors, readFloat32, type SafetensorsFile } from '../../src/model/safetensors';
import { textSegments } from '../../src/model/segments';
import type { AdapterState } from '../../src/model/trainable';
import { rmsNorm, selectRows } from '../../src/ops';
import type { ReadGolden } from './golden';

export { table, variantFolder, type Variant } from './backbone_folders';

/** A safetensors file of goldens, read by name. */
export class Goldens {
  private constructor(private readonly file: SafetensorsFile) {}

  static async open(read: ReadGolden, name: string): Promise<Goldens> {
    return new Goldens(await parseSafetensors(name, await read(`backbones/${name}.safetensors`)));
  }

  async array(name: string): Promise<NamedArray> {
    const entry = this.file.tensors.get(name);
    if (entry === undefined) throw new Error(`${this.file.path} has no ${name}`);
    return { shape: entry.shape, data: await readFloat32(this.file, entry) };
  }

  /** All tensors of a group, by the rest of their name, as this code lays them: linear weights `[in, out]`. */
  async group(prefix: string): Promise<Map<string, NamedArray>> {
    const found = new Map<string, NamedArray>();
    for (const name of this.file.tensors.keys()) {
      if (name.startsWith(prefix)) found.set(name.slice(prefix.length), turned(await this.array(name)));
    }
    return found;
  }
}

/** The tower's output `[n * patches, hidden]`, and the logits `[caption tokens, vocabulary]` of the samples' captions. */
export async function forward(
  backbone: Backbone,
  state: AdapterState,
  samples: readonly TrainingSample[],
): Promise<{ features: Float32Array; logits: Float32Array }> {
  const model = answering(backbone, state);
  const batch = encodeBatch(samples, backbone);
  const text = batch.text!;
  const pictures = samples.map(({ pixels }) => pixels);
  const [features, logits] = tf.tidy(() => {
    const tower = visionFeatures(backbone, model.vision, pictures);
    const layers = textSegments(backbone, text, state, null).slice(0, -1);
    const h = chain(
      tower,
      layers.map((segment) => (x) => segment.run(x)),
    );
    const chosen = rmsNorm(selectRows(h, text.predicting), backbone.weights.textNorm, backbone.config.text.epsilon);
    return [tower, tf.slice(model.lmHead(chosen), [0, 0], [text.captionTokens, -1])] as const;
  });
  const result = {
    features: new Float32Array(await features.data<'float32'>()),
    logits: new Float32Array(await logits.data<'float32'>()),
  };
  tf.dispose([features, logits]);
  tf.dispose(batch as unknown as tf.TensorContainer);
  model.dispose();
  return result;
}

/** Ids of the likeliest tokens one after another, for each picture, up to `end` or `limit`; null: the backbone alone. */
export async function greedy(
  backbone: Backbone,
  state: AdapterState | null,
  samples: readonly TrainingSample[],
  end: number,
  limit: number,
): Promise<number[][]> {
  const { prompt } = samples[0]!;
  const model = answering(backbone, state);
  const pictures = samples.map(({ pixels }) => pixels);
  const features = tf.tidy(() => visionFeatures(backbone, model.vision, pictures));
  const decoding = prefill(backbone, model, prompt, features, samples.length, prompt.length + limit);
  const steps: Int32Array[] = [];
  for (let step = 0; ; step++) {
    steps.push(await decoding.next.data<'int32'>());
    if (steps.length === limit) break;
    decoding.next = advance(backbone, model, decoding, prompt.length + step, samples.length);
  }
  disposeDecoding(decoding);
  features.dispose();
  model.dispose();
  return samples.map((_, i) => {
    const ids = steps.map((chosen) => chosen[i]!);
    const last = ids.indexOf(end);
    return last < 0 ? ids : ids.slice(0, last);
  });
}
