/** A whole run in the built page: import, training, captions, export, with nothing on the network; kept over a reload. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/protocol';
import type { EncodedFile } from '../../src/session/automation';
import { faultsOfReport } from '../../tools/lib/report.mjs';
import { call, give, importFolder, openSite, smallSet, TINY, type Site } from './support';

let site: Site;
let page: Page;
let report: Report;
const set = smallSet();
beforeAll(async () => {
  site = await openSite({ profile: true });
  page = await site.openPage('?backend=wasm');
  site.watch.ready();
});
afterAll(async () => {
  set.remove();
  await site.close();
});

test('a folder is imported with its labels and captions', async () => {
  const counts = await importFolder(page, set.folder);
  expect(counts.rejected).toEqual([]);
  expect(counts.problems).toEqual([]);
  expect(counts.samples).toBe(16);
  expect(counts.train + counts.test).toBe(16);
  expect(counts.test).toBeGreaterThan(0);
});

test('a run trains to its end and its report is whole', async () => {
  await call(page, 'configure', TINY);
  report = (await call(page, 'start')) as Report;
  expect(faultsOfReport(report)).toEqual([]);
  expect(report.train.loss).toHaveLength(TINY.steps);
  expect(report.backend.name).toBe('wasm');
  expect(report.data.sets).toEqual([{ name: 'small', samples: 16, live: 8, spoof: 8 }]);
  const sources = new Set(report.evaluations.map(({ source, step }) => `${source} ${step}`));
  expect(sources).toEqual(new Set(['head 0', 'text 0', `head ${TINY.steps}`, `text ${TINY.steps}`]));
});

test('the export holds the adapter in the PEFT form, metrics, captions, settings and report', async () => {
  const files = (await call(page, 'exportFiles')) as EncodedFile[];
  const names = files.map((file) => file.path).sort();
  for (const name of [
    'adapter/adapter_config.json',
    'adapter/adapter_model.safetensors',
    'captions.jsonl',
    'config.json',
    'metrics.csv',
  ]) {
    expect(names).toContain(name);
  }
  const read = (name: string): Buffer => Buffer.from(files.find((file) => file.path === name)?.base64 ?? '', 'base64');
  const config = JSON.parse(read('adapter/adapter_config.json').toString()) as Record<string, unknown>;
  expect(config).toMatchObject({ peft_type: 'LORA', r: report.config.loraRank });
  const tensors = read('adapter/adapter_model.safetensors');
  const header = JSON.parse(tensors.subarray(8, 8 + Number(tensors.readBigUInt64LE(0))).toString()) as Record<
    string,
    unknown
  >;
  expect(Object.keys(header).some((name) => /q_proj\.lora_A\.weight$/.test(name))).toBe(true);
  expect(read('captions.jsonl').toString().trim().split('\n')).toHaveLength(report.captions.length);
});

test('the exported adapter is loaded again, and a run begins with it', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'whylive-adapter-'));
  try {
    for (const { path: name, base64 } of (await call(page, 'exportFiles')) as EncodedFile[]) {
      const inside = /^adapter\/(.*)$/.exec(name)?.[1];
      if (inside !== undefined) writeFileSync(path.join(folder, inside), Buffer.from(base64, 'base64'));
    }
    await give(page, 'adapter', folder, { directory: true });
    const id = (await call(page, 'adapterFromInput', 'adapter')) as string;
    const on = (await call(page, 'start', id)) as Report;
    expect(on.train.loss).toHaveLength(TINY.steps);
    // The order begins anew with the same samples: what was learnt of them shows.
    expect(on.train.loss[0]!.total).toBeLessThan(report.train.loss[0]!.total);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('nothing went over the network since the page was ready', () => {
  expect(report.network).toEqual([]);
  expect(site.watch.since()).toEqual([]);
});

test('the four views show the run, and the page logs no error', async () => {
  for (const view of ['Data', 'Train', 'Runs', 'Inspect']) {
    await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click();
    if (view !== 'Inspect')
      await page.getByRole('main').getByText(/small/).filter({ visible: true }).first().waitFor({ timeout: 10_000 });
  }
  expect(site.errors).toEqual([]);
});

test('a reload keeps data and runs', async () => {
  await page.reload();
  await call(page, 'ready');
  const kept = await page.evaluate(() => {
    const { data, runs } = window.whylive!.session.state;
    return { samples: data.samples.length, runs: runs.map((run) => [run.phase, run.steps.length, run.checkpointStep]) };
  });
  const run = ['finished', TINY.steps, TINY.steps];
  expect(kept).toEqual({ samples: 16, runs: [run, ['finished', 0, 0], run] });
});
