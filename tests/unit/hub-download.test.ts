/** Downloads against a local server that speaks the hub's layout: what arrives, what is fetched twice, what fails. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fetchModel } from '../../src/hub/fetch_model';
import { listModel } from '../../src/hub/listing';
import type { Network } from '../../src/hub/network';
import { retryAfter } from '../../src/hub/request';
import {
  CancelledError,
  HubError,
  StorageError,
  type HubListing,
  type HubOutcome,
  type HubRequest,
  type Progress,
} from '../../src/protocol';
import { MemoryDisk } from '../support/hub_disk';
import { COMMIT, serveHub, type Fault, type HubServer, type Repository } from '../support/hub_server';

const SIZE = 400_000;
const WEIGHTS = 'model.safetensors';
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const FILES: Record<string, Uint8Array> = {
  'README.md': text('# a model'),
  'config.json': text('{"model_type": "idefics3"}'),
  'tokenizer.json': text('{"model": {}}'),
  'chat_template.jinja': text('{{ messages }}'),
  'added_tokens.json': new Uint8Array(),
  [WEIGHTS]: Uint8Array.from({ length: SIZE }, (_, i) => (i * 31 + (i >> 8)) & 255),
  'pytorch_model.bin': text('not read'),
  'onnx/model.onnx': text('not read'),
};
const REPOSITORY: Repository = { id: 'someone/small', files: FILES, licence: 'apache-2.0' };

let hub: HubServer;
let disk: MemoryDisk;
/** Seconds waited, by the label shown. */
let waits: string[];
let labels: string[];
let online: boolean;
let network: Network;

beforeEach(async () => {
  hub = await serveHub(REPOSITORY);
  disk = new MemoryDisk();
  [waits, labels, online] = [[], [], true];
  network = {
    fetch: (url, init) => (online ? fetch(url, init) : Promise.reject(new TypeError('no network'))),
    pause: async (_milliseconds, signal) => {
      waits.push(labels.at(-1) ?? '');
      if (signal.aborted) throw new CancelledError();
    },
    online: () => online,
    refused: async () => null,
    patience: 250,
  };
});
afterEach(() => hub.close());

const say = (label: string): void => void labels.push(label);

const list = (over: Partial<HubRequest> = {}): Promise<HubListing> =>
  listModel(
    { endpoint: hub.url, id: 'someone/small', revision: 'main', use: 'train', device: 'wasm', token: null, ...over },
    network,
    new AbortController().signal,
    say,
  );

function download(
  listing: HubListing,
  over: { token?: string; signal?: AbortSignal; progress?: (p: Progress) => void } = {},
): Promise<HubOutcome> {
  const { token = null, signal = new AbortController().signal } = over;
  return fetchModel(listing, token, disk, network, signal, (progress) => {
    say(progress.label);
    over.progress?.(progress);
  });
}

const onWeights =
  (fault: (count: number, start: number) => Fault | null): HubServer['fault'] =>
  (asked, count) =>
    asked.host === 'cdn' ? fault(count, asked.start) : null;

function expectWhole(): void {
  // Compared as buffers: element by element takes seconds.
  expect(Buffer.compare(disk.files.get(WEIGHTS) ?? new Uint8Array(), FILES[WEIGHTS] ?? new Uint8Array())).toBe(0);
  expect(JSON.parse(new TextDecoder().decode(disk.files.get('=done.json')))).toHaveProperty('finished');
  expect([...disk.files.keys()].filter((name) => name.startsWith('=etag'))).toEqual([]);
}

/** Every byte came once: the ranges asked for begin where the one before ended. */
function expectNothingTwice(): void {
  const { bytes, starts } = hub.sent(WEIGHTS);
  expect(bytes).toBe(SIZE);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  for (const path of ['config.json', 'tokenizer.json', 'chat_template.jinja'])
    expect(hub.sent(path).bytes, path).toBe(FILES[path]?.length);
}

describe('a listing', () => {
  test('says commit, licence, and the size and hash of what is fetched and nothing else', async () => {
    const listing = await list();
    expect(listing).toMatchObject({
      id: 'someone/small',
      commit: COMMIT,
      licence: 'apache-2.0',
      gated: false,
    });
    expect(listing.files.map(({ path, hash }) => [path, hash.kind])).toEqual([
      ['added_tokens.json', 'git-sha1'],
      ['chat_template.jinja', 'git-sha1'],
      ['config.json', 'git-sha1'],
      ['tokenizer.json', 'git-sha1'],
      [WEIGHTS, 'sha256'],
    ]);
    expect(listing.bytes).toBe(SIZE + 26 + 13 + 14);
    expect(hub.log).toHaveLength(1);
  });

  test.each([
    [{ id: 'SmolVLM' }, /“SmolVLM” is not the name of a model.*owner\/name/],
    [{ id: '../../api/whoami' }, /is not the name of a model/],
    [{ id: 'a/b?x=1' }, /is not the name of a model/],
    [{ id: 'a/..' }, /is not the name of a model/],
    [{ revision: '../main' }, /“..\/main” is not a revision/],
    [{ endpoint: 'file:///etc' }, /is not the address of a hub/],
  ])('is not asked for with %j', async (over, sentence) => {
    await expect(list(over)).rejects.toThrow(sentence);
    expect(hub.log).toEqual([]);
  });

  test.each([
    [{ id: 'someone/else' }, /401.*no public model of this name.*private model needs an access token/],
    [{ id: 'someone/else', token: 'hf_wrong' }, /does not accept the access token \(401\)/],
    [{ revision: 'v9' }, /not this revision \(404\).*main/],
  ])('of what is not there ends in a sentence: %j', async (over, sentence) => {
    await expect(list(over)).rejects.toThrow(sentence);
  });

  const listingWith = async (change: NonNullable<Repository['listing']>): Promise<HubListing> => {
    await hub.close();
    hub = await serveHub({ ...REPOSITORY, listing: change });
    return list();
  };

  test.each<[string, (answer: Record<string, unknown>) => unknown, RegExp]>([
    ['no commit', (answer) => ({ ...answer, sha: 'main' }), /not a hub’s list of files: at sha/],
    ['a negative size', (a) => ({ ...a, siblings: [{ rfilename: 'config.json', size: -1 }] }), /at siblings\.0\.size/],
    ['a name that leads elsewhere', (a) => ({ ...a, id: 'x/../../y' }), /not the name of a model/],
    [
      'no weights',
      (a) => ({ ...a, siblings: siblings(a).filter(({ rfilename }) => rfilename !== WEIGHTS) }),
      /no model\.safetensors/,
    ],
    [
      'no configuration',
      (a) => ({ ...a, siblings: siblings(a).filter(({ rfilename }) => rfilename !== 'config.json') }),
      /no config\.json/,
    ],
    [
      'no hash',
      (a) => ({ ...a, siblings: siblings(a).map(({ rfilename, size }) => ({ rfilename, size })) }),
      /states no size or hash/,
    ],
    ['a part missing', (a) => ({ ...a, siblings: shards(a, [1, 3]) }), /has 2 of the 3 parts/],
    [
      'no index',
      (a) => ({ ...a, siblings: shards(a, [1, 2, 3]).filter(({ rfilename }) => !rfilename.endsWith('index.json')) }),
      /no model\.safetensors\.index\.json/,
    ],
  ])('with %s is refused', async (_what, change, sentence) => {
    await expect(listingWith(change)).rejects.toThrow(sentence);
  });

  test('names the parts of weights that are in parts, behind their index', async () => {
    const { files } = await listingWith((answer) => ({ ...answer, siblings: shards(answer, [3, 1, 2]) }));
    expect(files.slice(-4).map(({ path }) => path)).toEqual([
      'model.safetensors.index.json',
      ...[1, 2, 3].map((n) => `model-0000${n}-of-00003.safetensors`),
    ]);
  });

  test('takes the licence from the tags, or the name of one of its own', async () => {
    expect(await listingWith((answer) => ({ ...answer, cardData: undefined }))).toMatchObject({
      licence: 'apache-2.0',
    });
    const own = { license: 'other', license_name: 'lfm1.0' };
    expect(await listingWith((answer) => ({ ...answer, cardData: own }))).toMatchObject({ licence: 'lfm1.0' });
    expect(await listingWith((answer) => ({ ...answer, cardData: null, tags: [] }))).toMatchObject({ licence: null });
  });

  test('that is a page of a captive portal is no listing', async () => {
    hub.fault = () => ({ status: 200, headers: { 'Content-Type': 'text/html' } });
    await expect(list()).rejects.toThrow(/not a hub’s list of files: it is not JSON.*\?*hub/);
  });
});

describe('a download', () => {
  test('fetches each file once, checked, with progress in bytes', async () => {
    const steps: Progress[] = [];
    const listing = await list();
    expect(await download(listing, { progress: (step) => steps.push(step) })).toEqual({
      fetched: listing.bytes,
      remarks: [],
    });
    expectWhole();
    expectNothingTwice();
    expect(steps.at(-1)).toMatchObject({ total: listing.bytes, unit: 'bytes' });
    expect(Math.max(...steps.map(({ done }) => done))).toBeLessThanOrEqual(listing.bytes);
    expect(JSON.parse((await disk.text('=listing.json')) ?? '')).toEqual(listing);
    expect(hub.log.some(({ path }) => /README|bin|onnx/.test(path))).toBe(false);
  });

  test('asks the other host in a way that needs no preflight, and without the token', async () => {
    await hub.close();
    hub = await serveHub({ ...REPOSITORY, token: 'hf_secret' });
    await expect(list()).rejects.toThrow(/terms have to be accepted first.*Accept the terms.*enter an access token/);
    const listing = await list({ token: 'hf_secret' });
    expect(listing.gated).toBe(true);
    await expect(download(listing, { token: 'hf_other' })).rejects.toThrow(/with the account of the token/);
    hub.fault = onWeights((count) => (count === 1 ? { cutAfter: 1000 } : null));
    await download(listing, { token: 'hf_secret' });
    expectWhole();
    const there = hub.log.filter(({ host }) => host === 'cdn');
    expect(there.map(({ start }) => start)).toEqual([0, 1000]);
    expect(there.map(({ authorization }) => authorization)).toEqual([null, null]);
    expect(there.flatMap(({ headers }) => headers)).not.toContain('if-range');
  });

  test('of what is there already costs no request', async () => {
    const listing = await list();
    await download(listing);
    const before = hub.log.length;
    expect(await download(listing)).toEqual({ fetched: 0, remarks: [] });
    expect(hub.log).toHaveLength(before);
    expectWhole();
  });

  test('goes on by itself after cuts, from the byte where it was cut', async () => {
    hub.fault = onWeights((count) => (count < 4 ? { cutAfter: 70_000 * count } : null));
    const listing = await list();
    expect((await download(listing)).fetched).toBe(listing.bytes);
    expectWhole();
    expectNothingTwice();
    expect(hub.sent(WEIGHTS).starts).toEqual([0, 70_000, 210_000]);
    // Bytes came in between, so each cut is the first again.
    expect(waits.filter((label) => /again in 1 s/.test(label))).toHaveLength(2);
    expect(waits).not.toContainEqual(expect.stringMatching(/again in [2-9] s/));
  });

  test('goes on in a later call: after a cancellation, and after the page was closed', async () => {
    const listing = await list();
    const controller = new AbortController();
    hub.fault = onWeights(() => ({ pace: 40 }));
    const going = download(listing, {
      signal: controller.signal,
      progress: ({ done }) => done > 150_000 && controller.abort(),
    });
    await expect(going).rejects.toBeInstanceOf(CancelledError);
    const have = disk.files.get(WEIGHTS)?.length ?? 0;
    expect(have).toBeGreaterThan(100_000);
    expect(have).toBeLessThan(SIZE);
    expect(disk.files.has('=done.json')).toBe(false);
    hub.fault = () => null;
    expect((await download(listing)).fetched).toBe(SIZE - have);
    expectWhole();
    expect(hub.sent(WEIGHTS).starts.at(-1)).toBe(have);
    expect(labels).toContain(`Checking what is here of ${WEIGHTS}`);
  });

  test('a server that ignores Range is taken from the beginning, and that is said', async () => {
    hub.fault = onWeights((count) => (count === 1 ? { cutAfter: 100_000 } : { ignoreRange: true }));
    const { remarks } = await download(await list());
    expect(remarks).toEqual([expect.stringMatching(/model\.safetensors: the server cannot go on in the middle/)]);
    expectWhole();
    expect(hub.sent(WEIGHTS).bytes).toBe(SIZE + 100_000);
  });

  test('what lies behind the end of the file on the server is given up', async () => {
    hub.fault = onWeights((count) => (count === 1 ? { cutAfter: 100_000 } : count === 2 ? { status: 416 } : null));
    const { remarks } = await download(await list());
    expect(remarks).toHaveLength(1);
    expectWhole();
    expect(hub.log.filter(({ host }) => host === 'cdn').map(({ start }) => start)).toEqual([0, 100_000, 0]);
  });

  test('a file whose tag changed in between is not stitched together', async () => {
    hub.fault = onWeights((count) => (count === 1 ? { cutAfter: 100_000, etag: '"one"' } : { etag: '"two"' }));
    const { remarks } = await download(await list());
    expect(remarks).toEqual([expect.stringMatching(/model\.safetensors changed on the server/)]);
    expectWhole();
    expect(hub.log.filter(({ host }) => host === 'cdn').map(({ start }) => start)).toEqual([0, 100_000, 0]);
  });

  test('a file that keeps changing ends in a sentence', async () => {
    hub.fault = onWeights((count) => ({ cutAfter: 100_000, etag: `"${count}"` }));
    await expect(download(await list())).rejects.toThrow(/keeps changing on the server/);
  });

  test('the wrong bytes are found, removed, and fetched again by the next call', async () => {
    hub.fault = onWeights((count) => (count === 1 ? { damaged: true } : null));
    const listing = await list();
    const error: unknown = await download(listing).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HubError);
    expect((error as Error).message).toMatch(
      /model\.safetensors: What arrived does not have the SHA-256.*It was removed/,
    );
    expect(disk.files.get(WEIGHTS)).toHaveLength(0);
    expect(disk.files.has('=done.json')).toBe(false);
    await download(listing);
    expectWhole();
    expect(hub.sent('config.json').bytes).toBe(26);
  });

  test('a small file is checked against its git hash', async () => {
    hub.fault = (asked) => (asked.path === 'config.json' ? { damaged: true } : null);
    await expect(download(await list())).rejects.toThrow(/config\.json: What arrived does not have the SHA-1/);
  });

  test('bytes that went bad on disk are found, and fetched again', async () => {
    const listing = await list();
    await download(listing);
    disk.files.get(WEIGHTS)?.fill(7, 1000, 1010);
    await download(listing);
    expectWhole();
  });

  test('more than the listing says is not taken', async () => {
    const listing = await list();
    const files = listing.files.map((file) => (file.path === WEIGHTS ? { ...file, bytes: 1000 } : file));
    await expect(download({ ...listing, files })).rejects.toThrow(/sends more than the 1000 bytes of its own listing/);
    expect(disk.files.get(WEIGHTS)?.length).toBe(0);
  });

  test('429 waits as long as it is asked to, visibly, then goes on', async () => {
    hub.fault = onWeights((count) => (count === 1 ? { status: 429, headers: { 'Retry-After': '3' } } : null));
    await download(await list());
    expectWhole();
    expect(waits).toEqual([3, 2, 1].map((n) => `The hub asks to wait (429); trying again in ${n} s`));
  });

  test('429 without a readable Retry-After waits longer each time, then says so', async () => {
    hub.fault = onWeights(() => ({ status: 429 }));
    await expect(download(await list())).rejects.toThrow(
      /too many requests from here \(429\)\. Go on later: what has arrived is kept/,
    );
    expect(hub.log.filter(({ host }) => host === 'cdn')).toHaveLength(6);
    expect(waits).toHaveLength(5 + 15 + 45 + 90 + 150);
    hub.fault = () => null;
    await download(await list());
    expectWhole();
  });

  test('429 that asks for an hour is not sat out', async () => {
    hub.fault = onWeights(() => ({ status: 429, headers: { 'Retry-After': '3600' } }));
    await expect(download(await list())).rejects.toThrow(/\(429\) and asks to wait 60 min/);
    expect(waits).toEqual([]);
  });

  test('5xx is tried again with growing pauses; one that stays is a sentence', async () => {
    hub.fault = onWeights((count) => (count < 3 ? { status: 503 } : null));
    const listing = await list();
    await download(listing);
    expectWhole();
    expect(waits.map((label) => /in (\d+) s/.exec(label)?.[1])).toEqual(['1', '2', '1']);
    disk = new MemoryDisk();
    waits = [];
    hub.fault = onWeights(() => ({ status: 500 }));
    await expect(download(listing)).rejects.toThrow(
      /model\.safetensors: The hub failed \(500\), several times in a row/,
    );
    expect(waits).toHaveLength(1 + 2 + 4 + 8 + 16);
  });

  test.each([
    [403, 'GatedRepo', /terms have to be accepted first/],
    [403, null, /terms have to be accepted first, or the token does not allow it/],
    [404, 'EntryNotFound', /model\.safetensors: The hub does not have it \(404\)/],
    [410, null, /The hub answered 410/],
  ])('%i %s in the middle keeps what is there', async (status, code, sentence) => {
    hub.fault = (asked, count) => {
      if (asked.host === 'cdn') return { cutAfter: 100_000 };
      if (asked.path !== WEIGHTS || count === 1) return null;
      return { status, headers: code === null ? {} : { 'X-Error-Code': code } };
    };
    const listing = await list();
    await expect(download(listing)).rejects.toThrow(sentence);
    hub.fault = () => null;
    await download(listing);
    expectWhole();
    expectNothingTwice();
  });

  test('a link that is no longer good is asked for anew', async () => {
    hub.fault = onWeights((count) => (count === 1 ? { status: 403 } : null));
    await download(await list());
    expectWhole();
    expect(waits).toEqual(['The link to the file is no longer good; trying again in 1 s']);
    expect(hub.log.filter(({ host, path }) => host === 'hub' && path === WEIGHTS)).toHaveLength(2);
  });

  test('a full disk is a sentence; with room again it goes on', async () => {
    disk.limit = 200_000;
    const listing = await list();
    const error: unknown = await download(listing).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StorageError);
    expect((error as Error).message).toMatch(
      /model\.safetensors: The disk.*is full.*Delete other models.*What has arrived is kept/,
    );
    const have = disk.files.get(WEIGHTS)?.length ?? 0;
    expect(have).toBeGreaterThan(0);
    disk.limit = Infinity;
    expect((await download(listing)).fetched).toBe(SIZE - have);
    expectWhole();
    expect(hub.log.filter(({ host }) => host === 'cdn').map(({ start }) => start)).toEqual([0, have]);
  });

  test('offline is said while waiting, and left as soon as the network is back', async () => {
    hub.fault = onWeights((count) => {
      if (count > 1) return null;
      online = false;
      return { cutAfter: 100_000 };
    });
    const { pause } = network;
    network.pause = async (...args) => {
      await pause(...args);
      if (waits.length === 4) online = true;
    };
    await download(await list());
    expectWhole();
    expectNothingTwice();
    expect(waits[0]).toMatch(/^This machine is offline; trying again in 1 s$/);
    expect(waits).toHaveLength(4);
  });

  test('offline for good is a sentence', async () => {
    const listing = await list();
    online = false;
    await expect(download(listing)).rejects.toThrow(/This machine is offline\. Go on when the network is back/);
  });

  test('a connection that says nothing counts as cut', async () => {
    hub.fault = onWeights((count) => (count === 1 ? { silentAfter: 65_536 } : null));
    await download(await list());
    expectWhole();
    expectNothingTwice();
    expect(waits).toEqual(['The hub is silent; trying again in 1 s']);
  });

  test('a host that the policy does not allow is named, and not tried again', async () => {
    const listing = await list();
    network.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    network.refused = async () => 'https://elsewhere.example';
    await expect(download(listing)).rejects.toThrow(
      /policy does not allow its hub thread to reach https:\/\/elsewhere\.example.*headers\.mjs/,
    );
    expect(waits).toEqual([]);
  });

  test('can be cancelled while it waits', async () => {
    hub.fault = onWeights(() => ({ status: 503 }));
    const controller = new AbortController();
    const going = download(await list(), {
      signal: controller.signal,
      progress: ({ label }) => label.includes('again in 4 s') && controller.abort(),
    });
    await expect(going).rejects.toBeInstanceOf(CancelledError);
  });

  test('two at the same time do not write into one file', async () => {
    const listing = await list();
    hub.fault = onWeights(() => ({ pace: 5 }));
    const outcomes = await Promise.allSettled([download(listing), download(listing)]);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(String(failed[0]?.reason)).toMatch(/Another tab of this page is fetching/);
    expectWhole();
  });
});

test.each([
  ['120', 120],
  ['Fri, 27 Nov 2026 02:00:30 GMT', 30],
  ['Fri, 27 Nov 2026 01:00:00 GMT', 0],
  ['soon', null],
  [null, null],
])('Retry-After %j is %j seconds', (value, seconds) => {
  expect(retryAfter(value, Date.parse('2026-11-27T02:00:00Z'))).toBe(seconds);
});

interface Sibling {
  rfilename: string;
  size?: number;
}
const siblings = (answer: Record<string, unknown>): Sibling[] => answer['siblings'] as Sibling[];

/** The weights as parts `numbers` of three, and their index. */
function shards(answer: Record<string, unknown>, numbers: number[]): Sibling[] {
  const weights = siblings(answer).find(({ rfilename }) => rfilename === WEIGHTS);
  const config = siblings(answer).find(({ rfilename }) => rfilename === 'config.json');
  return [
    ...siblings(answer).filter(({ rfilename }) => rfilename !== WEIGHTS),
    { ...config, rfilename: 'model.safetensors.index.json' },
    ...numbers.map((n) => ({ ...weights, rfilename: `model-0000${n}-of-00003.safetensors` })),
  ];
}
