/** Greedy tokens of the engine as numbers: what two engines are compared by says more than decoded text. */
import * as tf from '../../src/device/tf';
import { Backbone } from '../../src/model/backbone';
import { parseConfig } from '../../src/model/config';
import { ModelFolder } from '../../src/model/folder';
import { advance, disposeDecoding, prefill } from '../../src/model/generate';
import { answering, visionFeatures } from '../../src/model/inference';
import { TextCodec } from '../../src/model/tokenizer';
import { loadWeights } from '../../src/model/weights';
import type { ModelFile } from '../../src/protocol';

export interface OpenBackbone {
  backbone: Backbone;
  codec: TextCodec;
}

export async function openBackbone(name: string, files: readonly ModelFile[]): Promise<OpenBackbone> {
  const folder = new ModelFolder(name, files);
  const config = parseConfig(await folder.text('config.json'));
  const { weights } = await loadWeights(folder, config, { synthetic: true });
  return { backbone: new Backbone(config, weights), codec: await TextCodec.load(folder, config) };
}

/**
 * At most `limit` tokens after `prompt`, up to the end token, which is left out.
 *
 * @param pixels `[imageSize, imageSize, 3]`
 * @returns the tokens, and milliseconds between the first choice and the last
 */
export async function greedyTokens(
  { backbone, codec }: OpenBackbone,
  pixels: Float32Array,
  prompt: Int32Array,
  limit: number,
): Promise<{ ids: number[]; milliseconds: number }> {
  const model = answering(backbone, null);
  const features = tf.tidy(() => visionFeatures(backbone, model.vision, [pixels]));
  const decoding = prefill(backbone, model, prompt, features, 1, prompt.length + limit);
  const ids: number[] = [];
  const times: number[] = [];
  try {
    for (;;) {
      const id = (await decoding.next.data())[0]!;
      times.push(performance.now());
      if (id === codec.end) break;
      ids.push(id);
      if (ids.length === limit) break;
      decoding.next = advance(backbone, model, decoding, prompt.length + ids.length - 1, 1);
    }
  } finally {
    disposeDecoding(decoding);
    features.dispose();
    model.dispose();
  }
  return { ids, milliseconds: (times.at(-1) ?? 0) - (times[0] ?? 0) };
}
