/** The command line: mistakes get a sentence and a status that is not 0; a tiny run writes every file. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Report } from '../../src/protocol';
import { faultsOfReport } from '../../tools/lib/report.mjs';
import { runTool, smallSet, TINY, type Ended } from './support';

const set = smallSet();
const scratch = mkdtempSync(path.join(os.tmpdir(), 'whylive-headless-'));
afterAll(() => {
  set.remove();
  rmSync(scratch, { recursive: true, force: true });
});

const headless = (args: string[], when?: Parameters<typeof runTool>[2]): Promise<Ended> =>
  runTool('headless', args, when);

const file = path.join(scratch, 'file.json');
writeFileSync(file, '[1]');
const prose = path.join(scratch, 'captions.txt');
writeFileSync(prose, 'A face.');
mkdirSync(path.join(scratch, 'nothing'));
const mute = path.join(scratch, 'mute.json');
writeFileSync(mute, '{"alpha": 0}');

test.each<[string[], RegExp]>([
  [[], /--out names the folder/],
  [['--out', scratch, '--data', '/nowhere/at/all'], /--data \/nowhere\/at\/all: there is no such folder/],
  [['--out', scratch, '--model', '/nowhere'], /--model \/nowhere: there is no such folder/],
  [['--out', scratch, '--adapter', '/nowhere'], /--adapter \/nowhere: there is no such folder/],
  [['--out', scratch, '--captions', prose, '--data', scratch], /only \.csv, \.tsv, \.json, \.jsonl and \.parquet/],
  [['--out', scratch, '--config', file], /holds no settings/],
  [['--out', file], /is a file\. Name a folder/],
  [['--out', scratch, '--steps', 'x'], /--steps x: it takes a whole number/],
  [['--out', scratch, '--subjects', '3'], /--subjects needs --generate/],
  [['--out', scratch, '--no-captions'], /--no-captions needs --generate/],
  [['--out', scratch, '--generate', 'synthetic-X'], /--generate synthetic-X: There is no generated set/],
  [['--out', scratch, '--generate', 'synthetic-M', '--attack', 'mask'], /has no attack 'mask'.* It offers print/],
  [['--out', scratch, '--generate', 'synthetic-M', '--generate', 'synthetic-M'], /synthetic-M is given twice/],
  [['--out', scratch, '--generate', 'synthetic-M', '--clips', '0'], /no spoof clip to train on/],
  [['--out', scratch, '--generate', 'synthetic-M', '--live', '0'], /no live clip to train on/],
  [
    ['--out', scratch, '--generate', 'synthetic-M', '--no-captions', '--config', mute],
    /alpha is 0 and no training sample/,
  ],
])('%j ends with a sentence', async (args, sentence) => {
  const { status, stderr } = await headless(args);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toContain('    at ');
  expect(status).toBe(1);
});

test('no data at all fails with a sentence', async () => {
  const { status, stderr } = await headless([
    '--out',
    path.join(scratch, 'none'),
    '--data',
    path.join(scratch, 'nothing'),
  ]);
  expect(stderr).toMatch(/\w.*\./);
  expect(stderr).not.toContain('    at ');
  expect(status).toBe(1);
});

test('a setting that cannot be used fails with a sentence', async () => {
  const config = path.join(scratch, 'bad.json');
  writeFileSync(config, '{"batch": -1}');
  const { status, stderr } = await headless(['--out', path.join(scratch, 'bad'), '--config', config]);
  expect(stderr).toMatch(/batch is -1/);
  expect(status).toBe(1);
});

test('a tiny run with its own data writes every file; a rejected file does not fail it', async () => {
  writeFileSync(path.join(set.folder, 'live', 'text.mp4'), 'no video');
  const config = path.join(scratch, 'tiny.json');
  writeFileSync(config, JSON.stringify({ ...TINY, steps: 50 }));
  const out = path.join(scratch, 'run');
  const { status, stdout, stderr } = await headless([
    '--data',
    set.folder,
    '--config',
    config,
    '--backend',
    'wasm',
    '--steps',
    '2',
    '--seed',
    '3',
    '--bundle',
    'frames',
    '--out',
    out,
  ]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const report = JSON.parse(readFileSync(path.join(out, 'report.json'), 'utf8')) as Report;
  expect(faultsOfReport(report)).toEqual([]);
  expect(report).toMatchObject({ seed: 3, config: { steps: 2, seed: 3 }, network: [] });
  expect(report.data.rejected.map((item) => path.basename(item.file))).toEqual(['text.mp4']);
  expect(stdout).toContain('text.mp4');
  expect(stdout).toContain(report.captions.at(-1)?.text.trim());
  for (const name of ['metrics.csv', 'captions.jsonl', 'config.json', 'adapter/adapter_model.safetensors']) {
    expect(existsSync(path.join(out, name)), name).toBe(true);
  }
  const rows = readFileSync(path.join(out, 'bundle', 'samples.jsonl'), 'utf8')
    .trim()
    .split('\n');
  expect(rows).toHaveLength(report.data.train + report.data.test);
  for (const row of rows) {
    const { frame } = JSON.parse(row) as { frame: string };
    expect(existsSync(path.join(out, 'bundle', frame)), frame).toBe(true);
  }
  expect(JSON.parse(readFileSync(path.join(out, 'bundle', 'run.json'), 'utf8'))).toMatchObject({ step: 2 });
  expect(readFileSync(path.join(out, 'page.png')).subarray(1, 4).toString()).toBe('PNG');
});

test('trains on WebGPU, with weights in 8 bits, an adapter on lm_head and a kernel that was asked for', async () => {
  const config = path.join(scratch, 'gpu.json');
  const few = { maxCaptionTokens: 12, evaluateTextSamples: 0, evaluateEvery: 1, probes: 1, lmHead: 'adapter' };
  writeFileSync(config, JSON.stringify({ ...TINY, ...few, steps: 1 }));
  const out = path.join(scratch, 'gpu');
  const flags = ['--backend', 'webgpu', '--weights', 'int8', '--kernels', 'linear:registers', '--config', config];
  const { status, stderr } = await headless(['--data', set.folder, ...flags, '--out', out]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const report = JSON.parse(readFileSync(path.join(out, 'report.json'), 'utf8')) as Report;
  expect(report).toMatchObject({
    model: { weights: 'int8' },
    backend: { name: 'webgpu' },
    config: { lmHead: 'adapter' },
    network: [],
  });
  expect(report.train.loss[0]!.total).toBeGreaterThan(0);
  const saved = JSON.parse(readFileSync(path.join(out, 'adapter', 'adapter_config.json'), 'utf8')) as {
    target_modules: string;
    modules_to_save: string[];
  };
  expect(saved.target_modules).toContain('lm_head');
  expect(saved.modules_to_save).toEqual(['modality_projection']);
});

test('generates sets and trains on them from an adapter, with no other data', async () => {
  const config = path.join(scratch, 'generated.json');
  writeFileSync(config, JSON.stringify({ ...TINY, steps: 1, evaluateEvery: 1 }));
  const out = path.join(scratch, 'generated');
  const flags = ['--subjects', '3', '--live', '1', '--set-seed', '4', '--config', config, '--backend', 'wasm'];
  const { status, stdout, stderr } = await headless([
    ...['--generate', 'synthetic-M', '--generate', 'synthetic-C', ...flags, '--out', out],
    ...['--adapter', 'tests/golden/peft/vision'],
  ]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/36 samples: \d+ to train on/);
  const report = JSON.parse(readFileSync(path.join(out, 'report.json'), 'utf8')) as Report;
  expect(report.data.sets.map(({ name, live, spoof, seed }) => [name, live, spoof, seed])).toEqual([
    ['synthetic-C', 6, 12, 4],
    ['synthetic-M', 6, 12, 4],
  ]);
  expect(report.network).toEqual([]);
  // The shape of what peft saved, and what is to be known of it.
  expect(report.config).toMatchObject({ loraRank: 4, loraAlpha: 10, loraVision: true, lmHead: 'full' });
  expect(report.startedFrom).toBe('vision');
  expect(stdout).toMatch(/Begins with the adapter of tests\/golden\/peft\/vision\.[^]*rsLoRA/);
  expect(existsSync(path.join(out, 'bundle'))).toBe(false);
});

test('Ctrl-C ends it with a sentence and leaves nothing half written', async () => {
  const out = path.join(scratch, 'cancelled');
  const { status, stderr } = await headless(['--data', set.folder, '--backend', 'wasm', '--out', out], {
    text: /samples: \d+ to train/,
    signal: 'SIGINT',
  });
  expect(stderr.trim()).toBe('Cancelled: nothing was written.');
  expect(status).toBe(1);
  expect(existsSync(out)).toBe(false);
});
