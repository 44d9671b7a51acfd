/**
 * A second engine that nobody here wrote: transformers.js on ONNX Runtime, given the exported backbone, the same pixels
 * and the same prompt, chooses the same greedy tokens.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Tensor } from '@huggingface/transformers';
import { exportOnnx } from '../../src/onnx';
import { readOnnxFolder } from '../../src/peer/folder';
import { supportedTypes } from '../../src/peer/library';
import { PeerModel, tile } from '../../src/peer/model';
import { CancelledError, type ModelFile } from '../../src/protocol';
import { openBackend } from '../support/backends';
import { goldenFolder } from '../support/golden';
import { readGolden } from '../support/golden_browser';
import { greedyTokens, openBackbone, type OpenBackbone } from '../support/greedy';
import { drawnFace, embeddedFolder, llavaFolder, openPeerRuntime } from '../support/peer';

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

describe('a model of another family', () => {
  test('is asked through its own processor, which takes the picture first', async () => {
    await openPeerRuntime();
    const peer = await PeerModel.open('llava', await llavaFolder(await goldenFolder(readGolden)), 'wasm');
    const [dark, light] = [new ImageData(40, 30), drawnFace(50, 2)];
    const first = await peer.ask(light, 'What is it?', { maxTokens: 12 });
    expect(first.ids.length).toBeGreaterThan(0);
    expect((await peer.ask(light, 'What is it?', { maxTokens: 12 })).ids).toEqual(first.ids);
    expect((await peer.ask(dark, 'What is it?', { maxTokens: 12 })).ids).not.toEqual(first.ids);
    await peer.dispose();
  });

  test('is known by name, and what is no vision-language model is not', async () => {
    expect(supportedTypes()).toEqual(expect.arrayContaining(['idefics3', 'llava', 'qwen2_vl', 'smolvlm', 'gemma3']));
    expect(supportedTypes()).not.toContain('bert');
    const files = await llavaFolder(await goldenFolder(readGolden));
    const bert = files.map((file) =>
      file.path === 'config.json' ? { ...file, blob: new Blob(['{"model_type": "bert"}']) } : file,
    );
    await expect(PeerModel.open('bert', bert, 'wasm')).rejects.toThrow(/"bert", which is not a vision-language model/);
    expect((await readOnnxFolder('llava', files, 'wasm', supportedTypes())).architecture).toBe('llava');
  });

  test('stops when told', async () => {
    const files = await llavaFolder(await goldenFolder(readGolden));
    const peer = await PeerModel.open('llava', files, 'wasm');
    const stop = new AbortController();
    let pieces = 0;
    const asking = peer.ask(drawnFace(50, 2), 'What is it?', {
      maxTokens: 40,
      signal: stop.signal,
      onText: () => {
        if (++pieces === 3) stop.abort();
      },
    });
    await expect(asking).rejects.toBeInstanceOf(CancelledError);
    expect(pieces).toBe(3);
    await peer.dispose();
  });

  // Last: transformers.js chains what it loads, and after one failure nothing else opens. The page ends the thread.
  test('is refused in a sentence when a file is damaged', async () => {
    const files = await llavaFolder(await goldenFolder(readGolden));
    const damaged = files.map((file) =>
      file.path === 'onnx/decoder_model_merged.onnx' ? { ...file, blob: file.blob.slice(0, 5000) } : file,
    );
    await expect(PeerModel.open('damaged', damaged, 'wasm')).rejects.toThrow(/^damaged: It could not be opened \(/);
  });
});
