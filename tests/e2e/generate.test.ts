/** Sets made by the built page: through the form, cancelled, replaced, and with what draws them in its own thread. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call, openSite, type Site } from './support';

let site: Site;
let page: Page;
beforeAll(async () => {
  site = await openSite();
  page = await site.openPage('?backend=wasm');
});
afterAll(() => site.close());
beforeEach(async () => {
  await page.evaluate(() => window.whylive!.session.clearData());
});

const field = (name: string): ReturnType<Page['locator']> => page.locator(`#generate-${name}`);
const submit = (): ReturnType<Page['locator']> => page.locator('wl-generate button[type=submit]');

interface Row {
  set: string;
  file: string;
  role: string;
  label: string | null;
  captions: string[];
  frame: string;
}

const rows = (): Promise<Row[]> =>
  page.evaluate(() =>
    window.whylive!.session.state.data.samples.map(({ set, file, role, label, captions, frame }) => ({
      set,
      file,
      role,
      label,
      captions: Object.keys(captions).sort(),
      frame,
    })),
  );

/** Names of the frames in the origin private file system. */
const stored = (): Promise<string[]> =>
  page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('frames', { create: true });
    const names: string[] = [];
    for await (const name of folder.keys()) names.push(`frames/${name}`);
    return names.sort();
  });

/** SHA-256 of every stored frame, by its row. */
const hashes = (): Promise<string[]> =>
  page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('frames');
    const lines: string[] = [];
    for (const { set, file, role, frame } of window.whylive!.session.state.data.samples) {
      const stored = await folder.getFileHandle(frame.replace('frames/', ''));
      const digest = await crypto.subtle.digest('SHA-256', await (await stored.getFile()).arrayBuffer());
      lines.push(`${set}/${file} ${role} ${[...new Uint8Array(digest)].join(' ')}`);
    }
    return lines;
  });

/** Waits until nothing is being brought in. */
const settled = (): Promise<unknown> =>
  page.waitForFunction(() => window.whylive!.session.state.data.importing === null);

test('a small set through the form: rows with captions, frames stored, no request, kept over a reload', async () => {
  const served = site.served.length;
  await page.locator('#generate').click();
  await field('subjects').fill('2');
  await field('liveClips').fill('1');
  expect(await page.locator('#cost').innerText()).toMatch(/4 live and 8 spoof frames/);
  await submit().click();
  await page.waitForFunction(() => window.whylive!.session.state.data.samples.length > 0);
  await settled();
  const made = await rows();
  expect(made).toHaveLength(12);
  expect(made.map(({ file, role, label }) => `${file} ${role} ${label}`)).toContain('print/M02_1 middle spoof');
  expect(made.every(({ captions }) => captions.join() === 'reasoning,vanilla')).toBe(true);
  expect(await stored()).toEqual(made.map(({ frame }) => frame).sort());
  expect(await page.locator('wl-sample-table tbody tr').count()).toBe(12);
  expect(site.served.slice(served)).toEqual([]);
  await page.reload();
  await call(page, 'ready');
  expect(await rows()).toEqual(made);
});

test('the same request gives the same bytes; another seed replaces the set and leaves no frame behind', async () => {
  const request = { domain: 'synthetic-C', subjects: 1 };
  await call(page, 'generate', request);
  const first = await hashes();
  await call(page, 'generate', request);
  expect(await hashes()).toEqual(first);
  await call(page, 'generate', { ...request, seed: 1 });
  const other = await hashes();
  expect(other).toHaveLength(first.length);
  expect(other.filter((line) => first.includes(line))).toEqual([]);
  expect(await stored()).toEqual((await rows()).map(({ frame }) => frame).sort());
});

test('cancelled midway, a large set leaves nothing: no row, no frame, no message', async () => {
  await page.locator('#generate').click();
  await field('domain').selectOption('synthetic-W');
  await field('subjects').fill('400');
  expect(await submit().innerText()).toBe('Generate 12,800 frames');
  await submit().click();
  await page.waitForFunction(() => (window.whylive!.session.state.data.importing?.done ?? 0) > 4);
  expect(await page.locator('wl-progress .line').innerText()).toMatch(/of 12,800 frames.*frames\/s.*left/);
  expect((await stored()).length).toBeGreaterThan(0);
  const began = Date.now();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await settled();
  expect(Date.now() - began).toBeLessThan(5000);
  expect(await rows()).toEqual([]);
  expect(await stored()).toEqual([]);
  expect(await call(page, 'notices')).toEqual([]);
  await page.reload();
  await call(page, 'ready');
  expect(await rows()).toEqual([]);
});

test('numbers that cannot be used get a sentence in the form, and from a script', async () => {
  await page.locator('#generate').click();
  await field('subjects').fill('0');
  expect(await page.locator('#cost').innerText()).toMatch(/number of persons is 0\. It must be a whole number/);
  expect(await submit().isDisabled()).toBe(true);
  await field('subjects').press('Enter');
  expect(await rows()).toEqual([]);
  await field('subjects').fill('2');
  await field('liveClips').fill('0');
  await page.getByRole('button', { name: 'None of the attacks' }).click();
  expect(await page.locator('#cost').innerText()).toMatch(/asks for no clip at all/);
  await page.keyboard.press('Escape');
  await expect(call(page, 'generate', { domain: 'synthetic-M', subjects: -1 })).rejects.toThrow(/persons is -1/);
  await expect(call(page, 'generate', { domain: 'synthetic-Z' })).rejects.toThrow(/Choose one of synthetic-M/);
});

test('a set without the captions that are asked for is refused before the run starts', async () => {
  await call(page, 'generate', { domain: 'synthetic-M', subjects: 4, styles: ['vanilla'] });
  await call(page, 'configure', { reasoningShare: 1, steps: 1 });
  await expect(call(page, 'start')).rejects.toThrow(/No training sample has a reasoning caption; \d+ of \d+ have/);
  await page.evaluate(() => window.whylive!.session.show('train'));
  await page.locator('#start-run').waitFor();
  expect(await page.locator('#start-run').isDisabled()).toBe(true);
  expect(await page.locator('#why').innerText()).toContain('Choose vanilla captions');
  await page.evaluate(() => window.whylive!.session.show('data'));
});

test('what draws faces is in the frames thread only', () => {
  const maps = (folder: string): { name: string; sources: string[] }[] =>
    readdirSync(`dist/${folder}`)
      .filter((name) => name.endsWith('.js.map'))
      .map((name) => ({
        name,
        ...(JSON.parse(readFileSync(`dist/${folder}/${name}`, 'utf8')) as { sources: string[] }),
      }));
  const draws = ({ sources }: { sources: string[] }): boolean =>
    sources.some((source) =>
      /data\/synthetic\/(?:face|media|worn|scenes|words|sets\/(?:frame|clip|make))\b/.test(source),
    );
  const drawing = [...maps('assets'), ...maps('workers')].filter(draws);
  expect(drawing.map(({ name }) => name.split('-')[0])).toEqual(['frames']);
});

test('the page logs no error in all this', () => {
  expect(site.errors).toEqual([]);
});
