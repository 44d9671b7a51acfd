/** Another model in the built page: an ONNX folder from disk, in a thread without network, says what our engine says. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionState } from '../../src/session/types';
import { headersFor } from '../../tools/headers.mjs';
import { foreignOrigin, importFolder, openSite, smallSet, type Site } from './support';

let site: Site;
let page: Page;
let onnx: string;
const set = smallSet();
const parent = mkdtempSync(path.join(os.tmpdir(), 'whylive-onnx-'));

const state = (): Promise<SessionState> =>
  page.evaluate(() => {
    if (!window.whylive) throw new Error('The page has no session.');
    const { inspect, other, requests, proofs, notices } = window.whylive.session.state;
    return { inspect, other, requests, proofs, notices } as SessionState;
  });

/** Through the browser's own folder dialog, as a user does. */
async function chooseFolder(folder: string): Promise<void> {
  const [dialog] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose an ONNX folder' }).click(),
  ]);
  await dialog.setFiles(folder);
}

beforeAll(async () => {
  onnx = path.join(parent, 'tiny-ONNX');
  execFileSync(process.execPath, ['tools/onnx/export.mjs', '--model', 'public/models/tiny', '--out', onnx]);
  site = await openSite();
  page = await site.openPage('?backend=wasm');
  await importFolder(page, set.folder);
  await page.evaluate(() => {
    const session = window.whylive!.session;
    session.show('inspect');
    session.selectSample(session.state.data.samples[0]!.id);
  });
});
afterAll(async () => {
  rmSync(parent, { recursive: true, force: true });
  set.remove();
  await site.close();
});

test('nothing of it is loaded before it is asked for', () => {
  expect(site.served.filter((url) => /peer|ort-wasm/.test(url))).toEqual([]);
});

test('a folder without ONNX gets a sentence', async () => {
  await page.getByRole('button', { name: 'Other model' }).click();
  await chooseFolder(set.folder);
  await expect
    .poll(async () => (await state()).notices.map(({ text }) => text).join(), { timeout: 30_000 })
    .toMatch(/^small: It holds no \.onnx file\. Choose a whole folder/);
});

test('an exported folder is opened and says of the frame what our engine says', async () => {
  await chooseFolder(onnx);
  await page.locator('#ask').click({ timeout: 60_000 });
  await expect.poll(async () => (await state()).other.answer?.text ?? '', { timeout: 60_000 }).not.toBe('');
  const { other, notices } = await state();
  expect(notices).toEqual([]);
  expect(other.model).toMatchObject({ architecture: 'idefics3', weights: 'fp32', device: 'wasm', converted: false });
  expect(other.answer!.tokensPerSecond).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Explain' }).click();
  await expect
    .poll(async () => (await state()).inspect.off.result?.text ?? '', { timeout: 60_000 })
    .toBe(other.answer!.text);
});

test('the loaded backbone, turned into ONNX in that thread, says the same', async () => {
  const { inspect } = await state();
  await page.getByRole('button', { name: 'Close this model' }).click();
  await page.locator('#own').click();
  await page.locator('#ask').click({ timeout: 60_000 });
  await expect.poll(async () => (await state()).other.answer?.text, { timeout: 60_000 }).toBe(inspect.off.result!.text);
  expect((await state()).other.model).toMatchObject({ name: 'tiny', converted: true });
});

test('its thread obeys the sealed policy, has proven it, and reaches nothing', async () => {
  const { proofs, requests } = await state();
  expect(proofs.find(({ thread }) => thread === 'peer')).toMatchObject({ sealed: true });
  // What was fetched for it is listed with the reason; nothing else was, and nothing was refused.
  const kinds = requests.map(({ url, thread, asked }) => `${thread} ${/peer|ort-wasm/.exec(url)?.[0]} ${asked}`);
  expect([...new Set(kinds)].sort()).toEqual([
    'hub ort-wasm another model was asked for',
    'page peer another model was asked for',
  ]);
  expect(await page.locator('button.seal').innerText()).toContain('Frames stay in this tab');
  const worker = page.workers().find((one) => one.url().includes('/workers/peer-'))!;
  expect(headersFor(new URL(worker.url()).pathname)['Content-Security-Policy']).toContain("connect-src 'none'");
  const elsewhere = await foreignOrigin();
  try {
    const before = site.served.length;
    const reached = await worker.evaluate(
      (urls: string[]) =>
        Promise.all(
          urls.map((url) =>
            fetch(url).then(
              () => url,
              () => null,
            ),
          ),
        ),
      [elsewhere.url, `${site.url}probe`],
    );
    expect(reached).toEqual([null, null]);
    expect(elsewhere.reached).toEqual([]);
    expect(site.served.slice(before)).toEqual([]);
  } finally {
    await elsewhere.close();
  }
  expect(site.errors).toEqual([]);
});
