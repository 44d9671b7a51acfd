/**
 * A model from a hub on this machine, through the built page with its headers: two origins, a real disk, a page that is
 * closed in the middle, a full disk, and everything offline afterwards.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportOnnx } from '../../src/onnx';
import type { BackboneState, SessionState } from '../../src/session/types';
import { goldenFolder } from '../support/golden';
import { readGolden } from '../support/golden_node';
import { serveHub, type HubServer } from '../support/hub_server';
import { importFolder, openSite, smallSet, type Site } from './support';

const ID = 'someone/tiny';
const WEIGHTS = 'model.safetensors';
const names = readdirSync('public/models/tiny').filter((name) => name !== 'manifest.json');
const files = Object.fromEntries(
  names.map((name) => [name, new Uint8Array(readFileSync(`public/models/tiny/${name}`))]),
);
const SIZE = files[WEIGHTS]?.length ?? 0;

const ASKED = 'someone/random-ONNX';

let hub: HubServer;
/** Has a small random model in ONNX alone, in two kinds of weights. */
let other: HubServer;
let site: Site;
beforeAll(async () => {
  hub = await serveHub({ id: ID, files, licence: 'apache-2.0', token: 'hf_secret' });
  const onnx: Record<string, Uint8Array> = {};
  for (const { path, blob } of await exportOnnx('random', await goldenFolder(readGolden))) {
    onnx[path] = new Uint8Array(await blob.arrayBuffer());
    if (path.endsWith('.onnx')) onnx[path.replace('.onnx', '_q4.onnx')] = new Uint8Array(1000);
  }
  other = await serveHub({ id: ASKED, files: onnx, licence: 'apache-2.0', large: /\.onnx$/ });
  site = await openSite({ profile: true, hubHosts: [hub.url, hub.cdn, other.url, other.cdn] });
});
afterAll(async () => {
  await site.close();
  await Promise.all([hub.close(), other.close()]);
});

const openPage = (): Promise<Page> => site.openPage(`?backend=wasm&hub=${encodeURIComponent(hub.url)}`);

const backbone = (page: Page): Promise<BackboneState> =>
  page.evaluate(() => {
    const { session } = window.whylive ?? {};
    if (session === undefined) throw new Error('no session');
    return session.state.backbone;
  });

/** Waits until nothing is going. */
const idle = async (page: Page): Promise<BackboneState> => {
  await page.waitForFunction(() => window.whylive?.session.state.backbone.busy === null);
  return backbone(page);
};

const arrived = (page: Page, bytes: number): Promise<unknown> =>
  page.waitForFunction((least) => (window.whylive?.session.state.backbone.busy?.progress?.done ?? 0) > least, bytes);

/** What OPFS has of the weights, read by the page itself. */
const onDisk = (page: Page): Promise<number> =>
  page.evaluate(async (name) => {
    const models = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
    for await (const folder of models.values()) {
      const file = await (folder as FileSystemDirectoryHandle).getFileHandle(name);
      return (await file.getFile()).size;
    }
    return -1;
  }, WEIGHTS);

let page: Page;

test('looked up by its name, with the token: size, licence and commit are shown, and nothing is fetched', async () => {
  page = await openPage();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Choose a backbone' }).click();
  await page.getByLabel('Model', { exact: true }).selectOption('other');
  await page.getByLabel('Name on the hub').fill(ID);
  await page.getByRole('button', { name: /^Look it up/ }).click();
  expect((await idle(page)).failure?.error.remedy).toMatch(/enter an access token/);
  await page.getByText('Revision and access token').click();
  await page.getByLabel('Access token').fill('hf_secret');
  await page.getByRole('button', { name: /^Look it up/ }).click();
  const { listing } = await idle(page);
  expect(listing).toMatchObject({ id: ID, licence: 'apache-2.0', gated: true });
  await page.getByText(listing?.commit ?? '').waitFor();
  expect(hub.log.every(({ path }) => path === 'api')).toBe(true);
});

test('a redirect to a host that the policy does not name is refused, said so and not tried again', async () => {
  // The same server under another name is another origin.
  hub.fault = ({ host }) => (host === 'hub' ? { redirect: hub.cdn.replace('127.0.0.1', 'localhost') } : null);
  await page.getByRole('button', { name: /^Fetch 4/ }).click();
  await page.waitForFunction(() => window.whylive?.session.state.backbone.failure !== null);
  const { failure } = await idle(page);
  expect(failure?.error.cause).toContain(`policy does not allow its hub thread to reach ${hub.url}, or the host`);
  expect(hub.log.filter(({ host }) => host === 'cdn')).toEqual([]);
  expect(hub.log.filter(({ path, method }) => path === WEIGHTS && method === 'GET')).toHaveLength(1);
});

test('closed in the middle and opened again, it goes on at the byte where it was', async () => {
  hub.log.length = 0;
  hub.fault = ({ host }) => (host === 'cdn' ? { pace: 30 } : null);
  const [model] = (await backbone(page)).stored;
  expect(model).toMatchObject({ finished: null });
  await page.evaluate((key) => void window.whylive?.session.backbones.goOn(key, 'hf_secret'), model?.key ?? '');
  await arrived(page, 1_500_000);
  await page.close();

  page = await openPage();
  hub.fault = () => null;
  const have = await onDisk(page);
  expect(have).toBeGreaterThan(1_000_000);
  expect(have).toBeLessThan(SIZE);
  const key = (await backbone(page)).stored[0]?.key ?? '';
  await page.evaluate((key) => window.whylive?.session.backbones.goOn(key, 'hf_secret'), key);
  const { failure, outcome } = await idle(page);
  expect(failure).toBeNull();
  expect(outcome).toMatch(/someone\/tiny is kept in this browser.*It is loaded/);
  const there = hub.log.filter(({ host }) => host === 'cdn');
  expect(there.map(({ method, start }) => [method, start])).toEqual([
    ['GET', 0],
    ['GET', have],
  ]);
  // Bytes that were on their way when the page was closed are nobody's; of those that arrived none came again.
  expect(there[1]?.sent).toBe(SIZE - have);
  expect(hub.sent('tokenizer.json').bytes).toBe(0);
});

test('the token reached the hub alone', () => {
  const seen = (host: string): Set<string | null> =>
    new Set(
      hub.log.filter((asked) => asked.host === host && asked.method === 'GET').map((asked) => asked.authorization),
    );
  expect(seen('hub')).toEqual(new Set(['Bearer hf_secret']));
  expect(seen('cdn')).toEqual(new Set([null]));
});

test('the page tells these requests from others, and its seal holds', async () => {
  const requests = await page.evaluate(() => window.whylive?.session.state.requests ?? []);
  expect(requests.length).toBeGreaterThan(0);
  expect(
    requests.every(({ asked, url }) => asked === 'a model of the hub was asked for' && url.startsWith(hub.url)),
  ).toBe(true);
  await page.getByRole('button', { name: 'Frames stay in this tab' }).waitFor();
});

test('a full disk is a sentence; with room again the download goes on', async () => {
  const key = (await backbone(page)).stored[0]?.key ?? '';
  await page.evaluate(async (key) => {
    await window.whylive?.session.backbones.loadEmbedded();
    await window.whylive?.session.backbones.remove(key);
  }, key);
  expect((await idle(page)).stored).toEqual([]);
  hub.log.length = 0;
  hub.fault = ({ host }) => (host === 'cdn' ? { pace: 30 } : null);
  await page.evaluate((id) => window.whylive?.session.backbones.look(id, '', 'hf_secret'), ID);
  await page.evaluate(() => void window.whylive?.session.backbones.download());
  await arrived(page, 1_000_000);
  const tools = await site.context.newCDPSession(page);
  const { usage } = await page.evaluate(() => navigator.storage.estimate());
  const { origin } = new URL(site.url);
  await tools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: (usage ?? 0) + 500_000 });
  const full = await idle(page);
  expect(full.failure?.error.name).toBe('StorageError');
  expect(full.failure?.error.cause).toMatch(/The disk, or the share of it that the browser grants this page, is full/);
  await tools.send('Storage.overrideQuotaForOrigin', { origin });
  hub.fault = () => null;
  const have = await onDisk(page);
  expect(have).toBeGreaterThan(1_000_000);
  await page.evaluate((key) => window.whylive?.session.backbones.goOn(key, ''), full.failure?.key ?? '');
  expect((await idle(page)).failure).toBeNull();
  expect(hub.log.filter(({ host }) => host === 'cdn').map(({ start }) => start)).toEqual([0, have]);
});

test('without any network it loads again, and can be deleted', async () => {
  const before = hub.log.length;
  await site.context.setOffline(true);
  await page.evaluate(() => window.whylive?.session.backbones.loadEmbedded());
  const key = (await backbone(page)).stored[0]?.key ?? '';
  await page.evaluate((key) => window.whylive?.session.backbones.loadStored(key), key);
  expect((await idle(page)).outcome).toBe(`${ID} is loaded.`);
  expect(await page.evaluate(() => window.whylive?.session.state.model?.name)).toBe(ID);
  await page.evaluate(() => window.whylive?.session.deleteEverything());
  expect((await idle(page)).stored).toEqual([]);
  expect(await onDisk(page)).toBe(-1);
  expect(hub.log).toHaveLength(before);
  await site.context.setOffline(false);
});

test('one in ONNX is fetched in one kind of weights, kept, and asked about a frame without another request to the hub', async () => {
  await page.close();
  page = await site.openPage(`?backend=wasm&hub=${encodeURIComponent(other.url)}`);
  const set = smallSet();
  await importFolder(page, set.folder);
  set.remove();
  await page.evaluate((id) => window.whylive?.session.backbones.look(id, '', '', 'ask'), ASKED);
  const { listing } = await idle(page);
  expect(listing?.onnx).toEqual({ vision_encoder: 'fp32', embed_tokens: 'fp32', decoder_model_merged: 'fp32' });
  await page.evaluate(() => window.whylive?.session.backbones.download());
  const { failure, outcome, stored } = await idle(page);
  expect(failure).toBeNull();
  expect(outcome).toMatch(/kept in this browser.*under Other model/);
  expect(stored).toMatchObject([{ listing: { id: ASKED } }]);
  expect(other.log.filter(({ path }) => path.includes('_q4'))).toEqual([]);
  const before = other.log.length;

  await page.evaluate(() => {
    const { session } = window.whylive!;
    session.setConfig({ maxCaptionTokens: 8 });
    session.show('inspect');
    session.selectSample(session.state.data.samples[0]!.id);
  });
  await page.getByRole('button', { name: 'Other model' }).click();
  await page.getByRole('button', { name: `Open ${ASKED}` }).click();
  await page.locator('#ask').click({ timeout: 60_000 });
  const asked = (): Promise<Pick<SessionState, 'other' | 'notices'>> =>
    page.evaluate(() => {
      const { other, notices } = window.whylive!.session.state;
      return { other, notices };
    });
  await expect.poll(async () => (await asked()).other.answer?.tokens ?? 0, { timeout: 60_000 }).toBeGreaterThan(0);
  const { other: said, notices } = await asked();
  expect(notices).toEqual([]);
  expect(said.model).toMatchObject({ name: ASKED, architecture: 'idefics3', weights: 'fp32', converted: false });
  expect(other.log).toHaveLength(before);
});
