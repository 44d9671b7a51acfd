/** Backbones as the session gets them: the hub behind fake threads, the store and handles of folders real. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HubError, errorToData, type HubListing } from '../../src/protocol';
import type { AppSession } from '../../src/session/session';
import { deleteStorage } from '../../src/store/everything';
import { rememberFolder, listFolders } from '../../src/store/folders';
import { EMBEDDED, type FakeOptions } from '../support/fake_threads';
import { eachTestAnew, fakes, files, open } from '../support/session';

const ID = 'someone/small';
const KEY = `someone--small@${'c'.repeat(40)}`;

/** A folder with a model in it; OPFS stands in for the disk. */
async function folderOnDisk(name: string): Promise<FileSystemDirectoryHandle> {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
  for (const file of ['config.json', '.DS_Store']) await folder.getFileHandle(file, { create: true });
  const inner = await folder.getDirectoryHandle('onnx', { create: true });
  await inner.getFileHandle('model.onnx', { create: true });
  return folder;
}

eachTestAnew();
beforeEach(deleteStorage);
afterEach(() => {
  vi.restoreAllMocks();
  Reflect.deleteProperty(window, 'showDirectoryPicker');
});

async function fetched(options: FakeOptions = {}): Promise<AppSession> {
  const session = await open(options);
  await session.backbones.look(` ${ID} `, '', '');
  await session.backbones.download();
  return session;
}

describe('a model of the hub', () => {
  test('is looked up, fetched only after a yes, kept, loaded, and there again at the next visit', async () => {
    const session = await open();
    await session.backbones.look(` ${ID} `, '', ' hf_token ');
    expect(fakes.calls.at(-1)).toBe(`model.list https://huggingface.co ${ID} main hf_token`);
    expect(session.state.backbone.listing).toMatchObject({ id: ID, licence: 'apache-2.0', bytes: 8 });
    expect(session.state.backbone.stored).toEqual([]);
    expect(JSON.stringify(session.state)).not.toContain('hf_token');
    await session.backbones.download();
    expect(fakes.calls.slice(-2)).toEqual([`model.download ${ID} hf_token`, `model.load ${ID}`]);
    const { backbone, model } = session.state;
    expect(backbone).toMatchObject({ listing: null, busy: null, failure: null });
    expect(backbone.outcome).toMatch(
      /someone\/small is kept in this browser: it needs no network from now on\. It is loaded/,
    );
    expect(backbone.stored).toMatchObject([{ key: KEY, bytes: 8, finished: 5 }]);
    expect(model).toMatchObject({ name: ID, synthetic: false });

    const again = await open();
    expect(again.state.model?.name).toBe('tiny');
    await again.backbones.loadStored(KEY);
    expect(again.state.model?.name).toBe(ID);
    expect(fakes.calls.filter((call) => /^model\.(list|download)/.test(call))).toEqual([]);
  });

  test('can be said no to', async () => {
    const session = await open();
    await session.backbones.look(ID, 'v2', '');
    expect(fakes.calls.at(-1)).toBe(`model.list https://huggingface.co ${ID} v2 `);
    session.backbones.forget();
    await session.backbones.download();
    expect(session.state.backbone.listing).toBeNull();
    expect(fakes.calls.some((call) => call.startsWith('model.download'))).toBe(false);
  });

  test('is asked for where the address says', async () => {
    history.replaceState(null, '', '?hub=https://mirror.example/');
    const session = await open();
    await session.backbones.look(ID, '', '');
    expect(fakes.calls.at(-1)).toBe(`model.list https://mirror.example ${ID} main `);
  });

  test('that failed half way says why, and goes on', async () => {
    const session = await fetched({
      hubFailure: () => new HubError({ cause: 'The connection broke.', remedy: 'Go on.', file: 'config.json' }),
    });
    expect(session.state.backbone.failure).toMatchObject({
      key: KEY,
      error: { name: 'HubError', cause: 'The connection broke.', file: 'config.json' },
    });
    expect(session.state.backbone.stored).toMatchObject([{ key: KEY, bytes: 4, finished: null }]);
    expect(session.state.model?.name).toBe('tiny');
    const again = await open();
    expect(again.state.backbone.stored).toMatchObject([{ finished: null }]);
    await again.backbones.loadStored(KEY);
    expect(again.state.backbone.failure?.error.cause).toMatch(/has 0 of 4 bytes/);
    await again.backbones.goOn(KEY, 'hf_late');
    expect(fakes.calls).toContain(`model.download ${ID} hf_late`);
    expect(again.state.model?.name).toBe(ID);
    expect(again.state.backbone.failure).toBeNull();
  });

  test('can be cancelled, which is no failure', async () => {
    const session = await open({ pace: 60 });
    await session.backbones.look(ID, '', '');
    const going = session.backbones.download();
    await vi.waitFor(() => expect(session.state.backbone.busy?.progress?.label).toBe('config.json'));
    expect(session.state.backbone.busy).toMatchObject({ what: 'downloading', name: ID, progress: { unit: 'bytes' } });
    await session.backbones.cancel();
    expect(session.state.backbone.busy).toBeNull();
    await going;
    expect(session.state.backbone).toMatchObject({ busy: null, failure: null, outcome: null });
    expect(session.state.backbone.stored).toMatchObject([{ key: KEY, finished: null }]);
  });

  test('is not begun where there is no room for it', async () => {
    const session = await open();
    vi.spyOn(navigator.storage, 'estimate').mockResolvedValue({ usage: 900e6, quota: 950e6 });
    await session.backbones.look(ID, '', '');
    await session.backbones.download();
    expect(session.state.backbone.failure?.error).toMatchObject({ name: 'StorageError', file: ID });
    expect(session.state.backbone.failure?.error.cause).toMatch(/1 MB are still to be fetched, and .* 50 MB more/);
    expect(fakes.calls.some((call) => call.startsWith('model.download'))).toBe(false);
  });

  test('is deleted, but not while it is loaded', async () => {
    const session = await fetched();
    await session.backbones.remove(KEY);
    expect(session.state.backbone.failure?.error.remedy).toMatch(/Load another one first/);
    expect(session.state.backbone.stored).toHaveLength(1);
    await session.backbones.loadEmbedded();
    // An old failure does not stand before what was done.
    session.updateBackbone({ failure: { error: errorToData(new Error('old')), key: KEY } });
    await session.backbones.remove(KEY);
    expect(session.state.backbone).toMatchObject({ stored: [], failure: null });
    expect(session.state.backbone.outcome).toMatch(/was removed/);
    expect((await open()).state.backbone.stored).toEqual([]);
  });

  test('in ONNX is kept for the other model: opened there by its key, never as a backbone', async () => {
    const key = `${KEY}+onnx.q4`;
    const session = await fetched();
    await session.backbones.look(ID, '', '', 'ask');
    expect(fakes.calls.at(-1)).toBe(`model.list https://huggingface.co ${ID} main  ask wasm`);
    await session.backbones.download();
    expect(session.state.backbone.outcome).toMatch(
      /kept in this browser.*In Inspect it can be asked, under Other model/,
    );
    expect(session.state.backbone.stored.map((model) => model.key)).toEqual([KEY, key]);
    await session.backbones.loadStored(key);
    expect(session.state.backbone.failure?.error.cause).toMatch(/in ONNX, for the second engine/);
    expect(session.state.backbone.failure?.error.remedy).toMatch(/Open it in Inspect/);

    await session.openOtherStored(key);
    expect(fakes.calls.at(-1)).toBe(`peer model.load ${ID} wasm`);
    expect(session.state.other).toMatchObject({ model: { name: ID, converted: false }, opening: null, key });
    await session.backbones.remove(key);
    expect(session.state.backbone.failure?.error.remedy).toMatch(/Close it there first/);
    session.closeOther();
    await session.backbones.remove(key);
    expect(session.state.backbone.stored.map((model) => model.key)).toEqual([KEY]);
    await session.openOtherStored(key);
    expect(session.state.notices.map(({ text }) => text).join()).toMatch(/no longer stored in this browser\. Fetch it/);
  });

  test('that was kept before there was ONNX is one to train', async () => {
    await fetched();
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
    const file = await (await root.getDirectoryHandle(KEY)).getFileHandle('=listing.json');
    const { onnx, ...before } = JSON.parse(await (await file.getFile()).text()) as HubListing;
    expect(onnx).toBeNull();
    const writer = await file.createWritable();
    await writer.write(JSON.stringify(before));
    await writer.close();
    const again = await open();
    expect(again.state.backbone.stored[0]?.listing.onnx).toBeNull();
    await again.backbones.loadStored(KEY);
    expect(again.state.model?.name).toBe(ID);
  });

  test('waits to be loaded while a run is going', async () => {
    const session = await open({ pace: 10 });
    await session.importFiles(files(EMBEDDED), { ask: false });
    session.setConfig({ steps: 500 });
    const run = session.startRun();
    await vi.waitFor(() => expect(session.state.run?.steps.length).toBeGreaterThan(1));
    await session.backbones.look(ID, '', '');
    await session.backbones.download();
    expect(session.state.backbone.outcome).toMatch(/can be loaded when the run has ended/);
    await session.backbones.loadStored(KEY);
    expect(session.state.backbone.failure?.error.cause).toMatch(/A run is going/);
    expect(session.state.model?.name).toBe('tiny');
    await session.stopRun();
    await run;
  });

  test('makes requests that the page tells from others', async () => {
    const session = await open();
    await session.backbones.look(ID, '', '');
    const at = performance.timeOrigin + performance.now();
    const urls = [`https://huggingface.co/${ID}/resolve/main/a`, 'https://huggingface.co/else/where/resolve/b'];
    for (const url of urls) fakes.hubSays?.('network.request', { url, at, refused: false });
    fakes.hubSays?.('network.request', { url: urls[0] ?? '', at, refused: true });
    await vi.waitFor(() => expect(session.state.requests).toHaveLength(3));
    expect(session.state.requests.map(({ asked }) => asked)).toEqual([
      'a model of the hub was asked for',
      undefined,
      undefined,
    ]);
  });
});

describe('a folder on disk', () => {
  test('is chosen once and opened again at the next visit, without clutter', async () => {
    const folder = await folderOnDisk('my-model');
    Object.assign(window, { showDirectoryPicker: () => Promise.resolve(folder) });
    const session = await open();
    expect(session.backbones.remembers).toBe(true);
    await session.backbones.chooseFolder();
    expect(session.state.model).toMatchObject({ name: 'my-model' });
    expect(session.state.backbone.folders).toMatchObject([{ name: 'my-model' }]);

    const again = await open();
    const [known] = again.state.backbone.folders;
    await again.backbones.openFolder(known?.id ?? '');
    expect(again.state.model).toMatchObject({ name: 'my-model' });
    expect(again.state.backbone.outcome).toBe('my-model is loaded.');
    await again.backbones.forgetFolder(known?.id ?? '');
    expect(again.state.backbone.folders).toEqual([]);
  });

  test('is one entry however often it is chosen', async () => {
    await rememberFolder(await folderOnDisk('a'));
    await rememberFolder(await folderOnDisk('b'));
    await rememberFolder(await folderOnDisk('a'));
    expect((await listFolders()).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('that is gone, or may not be read, gets a sentence', async () => {
    const root = await navigator.storage.getDirectory();
    const { id } = await rememberFolder(await folderOnDisk('gone'));
    const session = await open();
    await root.removeEntry('gone', { recursive: true });
    await session.backbones.openFolder(id);
    expect(session.state.backbone.failure?.error).toMatchObject({ name: 'StorageError', file: 'gone' });
    expect(session.state.backbone.failure?.error.cause).toMatch(/moved, renamed or removed/);
    const refused = {
      queryPermission: () => Promise.resolve('prompt'),
      requestPermission: () => Promise.resolve('denied'),
    };
    Object.assign(FileSystemDirectoryHandle.prototype, refused);
    try {
      await session.backbones.openFolder(id);
      expect(session.state.backbone.failure?.error.cause).toMatch(/not allowed to read this folder/);
    } finally {
      for (const name of Object.keys(refused)) Reflect.deleteProperty(FileSystemDirectoryHandle.prototype, name);
    }
    expect(session.state.model?.name).toBe('tiny');
  });

  test('that is not chosen after all changes nothing', async () => {
    Object.assign(window, { showDirectoryPicker: () => Promise.reject(new DOMException('closed', 'AbortError')) });
    const session = await open();
    await session.backbones.chooseFolder();
    expect(session.state.backbone).toMatchObject({ failure: null, folders: [] });
  });
});

test('a download under way ends before everything is deleted', async () => {
  const session = await open({ pace: 60 });
  await session.backbones.look(ID, '', '');
  const going = session.backbones.download();
  await vi.waitFor(() => expect(session.state.backbone.busy?.progress?.label).toBe('config.json'));
  await session.deleteEverything();
  await going;
  expect(session.state.backbone).toMatchObject({ busy: null, stored: [], failure: null, outcome: null });
  expect((await open()).state.backbone.stored).toEqual([]);
});

test('everything that is kept can be deleted: data, runs, models, remembered folders', async () => {
  const session = await fetched();
  await rememberFolder(await folderOnDisk('mine'));
  await session.importFiles(files(EMBEDDED), { ask: false });
  session.setConfig({ steps: 2, checkpointEvery: 1 });
  await session.startRun();
  expect(session.state.runs).toHaveLength(1);
  await session.deleteEverything();
  const { data, runs, run, backbone, model } = session.state;
  expect(backbone).toMatchObject({ busy: null, listing: null, failure: null, outcome: null });
  expect([data.samples, runs, run, backbone.stored, backbone.folders]).toEqual([[], [], null, [], []]);
  expect(model?.name).toBe('tiny');
  const root = await navigator.storage.getDirectory();
  const left: string[] = [];
  for await (const name of root.keys()) left.push(name);
  // The folder of models is made again, empty, when they are listed.
  expect(left.filter((name) => name !== 'models')).toEqual([]);
  const again = await open();
  expect(again.state.runs).toEqual([]);
  expect(again.state.data.samples).toEqual([]);
});
