/** ONNX files as bytes: the wire format, what the graphs declare, and that the same folder gives the same bytes. */
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportOnnx } from '../../src/onnx';
import { Message } from '../../src/onnx/protobuf';
import type { ModelFile } from '../../src/protocol';
import { goldenFolder } from '../support/golden';
import { readGolden } from '../support/golden_node';

type Field = { field: number; value: bigint | number | Uint8Array };

/** A reader written for this test alone, after the encoding's document: every field of one message. */
function fields(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const field = key >> 3;
    if ((key & 7) === 0) found.push({ field, value: varint() });
    else if ((key & 7) === 5) {
      found.push({ field, value: view.getFloat32(at, true) });
      at += 4;
    } else if ((key & 7) === 2) {
      const length = Number(varint());
      if (at + length > bytes.length) throw new Error('cut off');
      found.push({ field, value: bytes.subarray(at, at + length) });
      at += length;
    } else throw new Error(`wire type ${key & 7}`);
  }
  return found;
}

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());
const all = (message: Uint8Array, field: number): Uint8Array[] =>
  fields(message)
    .filter((each) => each.field === field)
    .map(({ value }) => value as Uint8Array);
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe('protocol buffers', () => {
  test('read back what was written, negative numbers in 64 bits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            field: fc.integer({ min: 1, max: 5000 }),
            value: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.uint8Array({ maxLength: 300 })),
          }),
        ),
        async (wanted) => {
          const message = new Message();
          for (const { field, value } of wanted) {
            if (typeof value === 'bigint') message.whole(field, value);
            else message.bytes(field, new Uint8Array(value));
          }
          const outer = await bytesOf(new Message().message(1, message).float(2, 0.5).toBlob());
          const [inner, half] = fields(outer);
          expect(half).toEqual({ field: 2, value: 0.5 });
          const found = fields(inner!.value as Uint8Array).map(({ field, value }) => ({
            field,
            value: typeof value === 'bigint' ? BigInt.asIntN(64, value) : [...(value as Uint8Array)],
          }));
          expect(found).toEqual(
            wanted.map(({ field, value }) => ({ field, value: typeof value === 'bigint' ? value : [...value] })),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('an exported folder', () => {
  const exported = async (): Promise<Map<string, Blob>> => {
    const files: ModelFile[] = await exportOnnx('tiny', await goldenFolder(readGolden));
    return new Map(files.map(({ path, blob }) => [path, blob]));
  };
  const graphOf = async (files: Map<string, Blob>, name: string): Promise<Uint8Array> =>
    all(await bytesOf(files.get(`onnx/${name}.onnx`)!), 7)[0]!;

  test('has the files and the input and output names that transformers.js asks for', async () => {
    const files = await exported();
    expect([...files.keys()].sort()).toEqual([
      'config.json',
      'export.json',
      'onnx/decoder_model_merged.onnx',
      'onnx/embed_tokens.onnx',
      'onnx/vision_encoder.onnx',
      'preprocessor_config.json',
      'processor_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const names = async (name: string, field: number): Promise<string[]> =>
      all(await graphOf(files, name), field).map((value) => text(all(value, 1)[0]));
    const caches = (prefix: string): string[] =>
      [0, 1].flatMap((i) => ['key', 'value'].map((part) => `${prefix}.${i}.${part}`));
    expect(await names('vision_encoder', 11)).toEqual(['pixel_values', 'pixel_attention_mask']);
    expect(await names('vision_encoder', 12)).toEqual(['image_features']);
    expect(await names('embed_tokens', 11)).toEqual(['input_ids']);
    expect(await names('embed_tokens', 12)).toEqual(['inputs_embeds']);
    expect(await names('decoder_model_merged', 11)).toEqual([
      'inputs_embeds',
      'attention_mask',
      'position_ids',
      'num_logits_to_keep',
      ...caches('past_key_values'),
    ]);
    expect(await names('decoder_model_merged', 12)).toEqual([...caches('present'), 'logits']);
  });

  test('uses operators of the standard set only, each fed by what came before it', async () => {
    const files = await exported();
    for (const name of ['vision_encoder', 'embed_tokens', 'decoder_model_merged']) {
      const graph = await graphOf(files, name);
      const known = new Set([
        ...all(graph, 5).map((tensor) => text(all(tensor, 8)[0])),
        ...all(graph, 11).map((v) => text(all(v, 1)[0])),
      ]);
      for (const node of all(graph, 1)) {
        expect(all(node, 7)).toEqual([]); // no domain of its own
        for (const input of all(node, 1)) expect(known).toContain(text(input));
        for (const output of all(node, 2)) {
          expect(known).not.toContain(text(output));
          known.add(text(output));
        }
      }
      for (const output of all(graph, 12)) expect(known).toContain(text(all(output, 1)[0]));
    }
  });

  test('says where it comes from, and is the same from the same folder', async () => {
    const [first, second] = [await exported(), await exported()];
    for (const [path, blob] of first) {
      expect(Buffer.compare(await bytesOf(blob), await bytesOf(second.get(path)!)), path).toBe(0);
    }
    const origin = JSON.parse(await first.get('export.json')!.text()) as Record<string, unknown>;
    const weights = await readFile('tests/golden/tiny/model.safetensors');
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', weights)).toString('hex');
    expect(origin).toMatchObject({ model: 'tiny', dtype: 'float32', 'sha256 model.safetensors': digest });
    const config = JSON.parse(await first.get('config.json')!.text()) as Record<string, unknown>;
    expect(config).toMatchObject({ model_type: 'idefics3', 'transformers.js_config': { dtype: 'fp32' } });
  });

  test('is refused for another architecture, by name', async () => {
    const files = (await goldenFolder(readGolden)).map((file) =>
      file.path === 'config.json' ? { path: file.path, blob: new Blob(['{"model_type": "bert"}']) } : file,
    );
    await expect(exportOnnx('mine', files)).rejects.toThrow(/config\.json: Its model_type is "bert", not idefics3/);
  });
});
