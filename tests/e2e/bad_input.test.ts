/** Bad input of each kind gets a sentence naming the file, what is wrong and what to do; everything else goes on. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call, give, importFolder, openSite, smallSet, type Site } from './support';

let site: Site;
let page: Page;
const parent = mkdtempSync(path.join(os.tmpdir(), 'whylive-bad-'));
const good = smallSet();
beforeAll(async () => {
  site = await openSite();
  page = await site.openPage('?backend=wasm');
});
afterAll(async () => {
  good.remove();
  rmSync(parent, { recursive: true, force: true });
  await site.close();
});
beforeEach(() => page.evaluate(() => window.whylive!.session.clearData()));

/** Makes a folder of `files` (path to content) beside one good live and one good print clip. */
function folder(name: string, files: Record<string, string | Uint8Array>): string {
  const root = path.join(parent, name);
  const put = (file: string): string => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    return path.join(root, file);
  };
  copyFileSync('public/demo/synthetic-M/live/M01_still.jpg', put('live/good.jpg'));
  copyFileSync('public/demo/synthetic-M/print/M04_still.jpg', put('print/good.jpg'));
  for (const [file, content] of Object.entries(files)) writeFileSync(put(file), content);
  return root;
}

/** A PNG whose header claims `width` x `height`; the pixels are a few zero bytes. */
function lyingPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(100))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const jpeg = readFileSync('public/demo/synthetic-M/live/M01_still.jpg');

/** A reason is a sentence or two: it starts with a capital, ends with a full stop and says what to do. */
const SENTENCE = /^[A-Z"'].{15,}\.$/s;

test.each<[string, string, string | Uint8Array, string]>([
  ['a text file named .mp4', 'live/text.mp4', 'This is no video.', 'live/text.mp4'],
  ['a truncated JPEG', 'live/cut.jpg', jpeg.subarray(0, 900), 'live/cut.jpg'],
  ['a file of 0 bytes', 'live/empty.png', '', 'live/empty.png'],
  ['an image of 20,000 x 20,000', 'live/huge.png', lyingPng(20_000, 20_000), 'live/huge.png'],
  [
    'a video cut in the middle',
    'live/cut.mp4',
    readFileSync('public/demo/synthetic-M/live/M01_1.mp4').subarray(0, 700),
    'live/cut.mp4',
  ],
])('%s is refused with a sentence, and the rest is imported', async (name, file, content, named) => {
  const counts = await importFolder(page, folder(name.replaceAll(/\W/g, '-'), { [file]: content }));
  expect(counts.samples).toBe(2);
  expect(counts.rejected).toHaveLength(1);
  expect(counts.rejected[0]?.file).toContain(named);
  expect(counts.rejected[0]?.reason).toMatch(SENTENCE);
});

test.each<[string, string, RegExp]>([
  ['a CSV with an unknown label', 'file,label\nlive/good.jpg,live\nprint/good.jpg,perhaps\n', /perhaps/],
  [
    'a CSV with a missing file',
    'file,label\nlive/good.jpg,live\nprint/good.jpg,spoof\nlive/nowhere.jpg,live\n',
    /nowhere\.jpg/,
  ],
])('%s gets a sentence', async (name, csv, mentioned) => {
  const counts = await importFolder(page, folder(name.replaceAll(/\W/g, '-'), { 'labels.csv': csv }));
  const said = [...counts.rejected.map(({ file, reason }) => `${file}: ${reason}`), ...counts.notes].join('\n');
  expect(said).toMatch(mentioned);
  expect(counts.samples).toBeGreaterThanOrEqual(1);
});

test('an empty folder and a folder of nothing usable get a sentence', async () => {
  const empty = path.join(parent, 'empty');
  mkdirSync(empty);
  await expect(importFolder(page, empty)).rejects.toThrow(/\. .*\.$|\.$/);
  const root = path.join(parent, 'notes');
  mkdirSync(root);
  writeFileSync(path.join(root, 'readme.txt'), 'nothing here');
  const outcome = await importFolder(page, root).then(
    ({ samples, rejected, notes, problems }) => ({
      samples,
      said: [...rejected.map(({ reason }) => reason), ...notes, ...problems].join(' '),
    }),
    (error: Error) => ({ samples: 0, said: error.message }),
  );
  expect(outcome.samples).toBe(0);
  expect(outcome.said).toMatch(/\w+.*\./);
});

test('no spoof sample: the page says so and a run is refused or its rates are undefined, never invented', async () => {
  const root = path.join(parent, 'only-live');
  mkdirSync(path.join(root, 'live'), { recursive: true });
  for (const subject of ['M01', 'M10'])
    copyFileSync(`public/demo/synthetic-M/live/${subject}_still.jpg`, path.join(root, 'live', `${subject}.jpg`));
  const counts = await importFolder(page, root);
  expect(counts.samples).toBe(2);
  expect(counts.problems.join(' ')).toMatch(/spoof/);
});

const MODEL_FILES = [
  'config.json',
  'generation_config.json',
  'model.safetensors',
  'preprocessor_config.json',
  'processor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
];

/** A copy of the embedded backbone's folder with one file changed or left out. */
function model(name: string, change: Record<string, Uint8Array | string | null>): string {
  const root = path.join(parent, name);
  mkdirSync(root);
  for (const file of MODEL_FILES) {
    if (change[file] === null) continue;
    const original = path.join('public/models/tiny', file);
    const changed = change[file];
    if (changed === undefined) copyFileSync(original, path.join(root, file));
    else writeFileSync(path.join(root, file), changed);
  }
  return root;
}

function lyingSafetensors(): Buffer {
  const bytes = readFileSync('public/models/tiny/model.safetensors');
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<
    string,
    { data_offsets?: [number, number] }
  >;
  const entry = Object.values(header).find((value) => value.data_offsets !== undefined);
  if (entry?.data_offsets) entry.data_offsets = [entry.data_offsets[0], entry.data_offsets[1] + 4_000_000_000];
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, bytes.subarray(8 + length)]);
}

test.each<[string, () => Record<string, Uint8Array | string | null>, RegExp]>([
  ['without a tokenizer', () => ({ 'tokenizer.json': null }), /tokenizer/],
  [
    'with a truncated safetensors',
    () => ({ 'model.safetensors': readFileSync('public/models/tiny/model.safetensors').subarray(0, 50_000) }),
    /model\.safetensors/,
  ],
  ['with a lying safetensors', () => ({ 'model.safetensors': lyingSafetensors() }), /model\.safetensors/],
  ['without a config', () => ({ 'config.json': null }), /config/],
  ['with a config that is no JSON', () => ({ 'config.json': '{' }), /config\.json/],
])('a model folder %s gets a sentence, and the embedded model stays usable', async (name, change, mentioned) => {
  await give(page, 'model', model(`model ${name}`.replaceAll(' ', '-'), change()), { directory: true });
  await expect(call(page, 'modelFromInput', 'model')).rejects.toThrow(mentioned);
  const loaded = await page.evaluate(() => window.whylive!.session.state.model?.name ?? null);
  expect(loaded).toBe('tiny');
});
