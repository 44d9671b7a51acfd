/**
 * A second engine that nobody here wrote: transformers.js on ONNX Runtime, given the exported backbone, the same pixels
 * and the same prompt, chooses the same greedy tokens.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Tensor } from '@huggingface/transformers';
import { exportOnnx } from '../../src/onnx';
import { PeerModel, tile } from '../../src/peer/model';
import type { ModelFile } from '../../src/protocol';
import { openBackend } from '../support/backends';
import { goldenFolder } from '../support/golden';
import { readGolden } from '../support/golden_browser';
import { greedyTokens, openBackbone, type OpenBackbone } from '../support/greedy';
import { drawnFace, embeddedFolder, openPeerRuntime } from '../support/peer';

const TOKENS = 64;
const QUESTIONS = ['Is this face live or a spoof? Reason step by step.', 'What is in the picture?'];

const FOLDERS: Record<string, () => Promise<ModelFile[]>> = {
  'the embedded backbone': embeddedFolder,
  'a random model': () => goldenFolder(readGolden),
};

describe.each(Object.keys(FOLDERS))('%s', (name) => {
  let own: OpenBackbone;
  let peer: PeerModel;
  const lengths: number[] = [];

  beforeAll(async () => {
    await openBackend('wasm');
    await openPeerRuntime();
    const files = await FOLDERS[name]!();
    own = await openBackbone(name, files);
    peer = await PeerModel.open('exported', await exportOnnx(name, files), 'wasm');
  });

  afterAll(async () => {
    own.backbone.dispose();
    await peer.dispose();
  });

  test.each(QUESTIONS)('%s', async (question) => {
    const { imageSize } = own.backbone.config.vision;
    const picture = drawnFace(imageSize, question.length);
    const pixels = Float32Array.from({ length: imageSize ** 2 * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return picture.data[4 * pixel + (i % 3)]! / 127.5 - 1;
    });
    const { prompt } = own.codec.tokenise(question, null, TOKENS);
    const expected = await greedyTokens(own, pixels, prompt, TOKENS);
    const ids = new Tensor('int64', BigInt64Array.from(prompt, BigInt), [1, prompt.length]);
    const { pixel_values, pixel_attention_mask } = tile(pixels, imageSize);
    const found = await peer.generate(
      {
        input_ids: ids,
        attention_mask: new Tensor('int64', new BigInt64Array(prompt.length).fill(1n), [1, prompt.length]),
        pixel_values,
        pixel_attention_mask,
      },
      { maxTokens: TOKENS },
    );
    expect(found.ids).toEqual(expected.ids);
    lengths.push(found.ids.length);
    expect(found.truncated).toBe(expected.ids.length === TOKENS);
    // And by its own tokenizer, template and picture: nothing of ours but the resize.
    const streamed: string[] = [];
    const asked = await peer.ask(picture, question, { maxTokens: TOKENS, onText: (text) => void streamed.push(text) });
    expect(asked.ids).toEqual(expected.ids);
    expect(asked.text).toBe(own.codec.decode(expected.ids).trim());
    expect(streamed.at(-1)!.trim()).toBe(asked.text);
    expect(streamed).toHaveLength(asked.ids.length);
  });

  test('said enough to be compared', () => {
    expect(Math.max(...lengths)).toBeGreaterThan(24);
  });
});
