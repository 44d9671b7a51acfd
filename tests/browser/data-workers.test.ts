import { afterEach, describe, expect, it } from 'vitest';
import { WorkerClient, type HubCommands, type HubEvents, type Progress, type SampleRow } from '../../src/protocol';
import { readFrame } from '../../src/store/frames';
import { UPRIGHT, fixture, quadrants } from '../support/data_fixtures';
import { OWN, endFramesWorkers, framesWorker } from '../support/frames_worker';

const clients: { terminate(): void }[] = [];
afterEach(() => {
  endFramesWorkers();
  for (const client of clients.splice(0)) client.terminate();
});

describe('the frames worker', () => {
  it('imports once it has proved that it is sealed, with every orientation and video upright there', async () => {
    const client = await framesWorker("connect-src 'none'");
    const proof = await client.call('network.prove', { urls: [OWN, 'https://probe.invalid/'] });
    expect(proof).toMatchObject({ thread: 'frames', sealed: true });
    const streamed: SampleRow[] = [];
    client.on('import.samples', (rows) => streamed.push(...rows));
    const steps: Progress[] = [];
    const files = [];
    for (let i = 1; i <= 8; i++) files.push({ path: `faces/live/${i}.jpg`, file: await fixture(`exif-${i}.jpg`) });
    files.push({ path: 'faces/spoof/t.mp4', file: await fixture('turned.mp4') });
    const report = await client.call(
      'import.run',
      { files, fallbackSet: 'dropped', numericOne: null },
      { onProgress: (step) => steps.push(step) },
    );
    expect(report.rejected).toEqual([]);
    expect(report.samples).toHaveLength(10);
    expect(streamed.map(({ id }) => id).sort()).toEqual(report.samples.map(({ id }) => id).sort());
    for (const { frame, thumbnail } of report.samples) {
      expect(await quadrants(await readFrame(frame)), frame).toBe(UPRIGHT);
      expect(await quadrants(thumbnail), frame).toBe(UPRIGHT);
    }
    expect(steps.at(-1)).toMatchObject({ done: 9, total: 9 });
  });

  it('reads Parquet where the policy allows WebAssembly and no code made from text, and audits captions', async () => {
    const policy = "script-src * blob: 'unsafe-inline' 'wasm-unsafe-eval'; connect-src 'none'";
    const client = await framesWorker(policy);
    await client.call('network.prove', { urls: [OWN] });
    for (const codec of ['zstd', 'snappy']) {
      const path = `captions-${codec}.parquet`;
      const { rows, rejected } = await client.call('captions.read', { files: [{ path, file: await fixture(path) }] });
      expect([rejected, rows.length, rows[0]?.of.kind]).toEqual([[], 8, 'video']);
    }
    const caption = {
      sampleId: 'a',
      set: 'M',
      style: 'vanilla',
      label: 'live',
      text: 'It is fake.',
      source: null,
    } as const;
    const { counts } = await client.call('captions.audit', { captions: [caption], longWords: 200 });
    expect(counts).toEqual({ contradiction: 1, short: 1 });
  });

  it('opens no file before, or where the network can be reached', async () => {
    const client = await framesWorker(null);
    const request = {
      files: [{ path: 'a.jpg', file: await fixture('exif-1.jpg') }],
      fallbackSet: 'x',
      numericOne: null,
    };
    await expect(client.call('import.run', request)).rejects.toThrow(/has not proved that it cannot reach the network/);
    expect((await client.call('network.prove', { urls: [OWN] })).sealed).toBe(false);
    await expect(client.call('import.run', request)).rejects.toMatchObject({ name: 'WorkerError' });
  });

  it('stops importing when the call is cancelled', async () => {
    const client = await framesWorker("connect-src 'none'");
    await client.call('network.prove', { urls: [OWN] });
    const picture = await fixture('noise-640x160.jpg');
    const controller = new AbortController();
    const going = client.call(
      'import.run',
      {
        files: Array.from({ length: 400 }, (_, i) => ({ path: `many/live/${i}.jpg`, file: picture })),
        fallbackSet: 'x',
        numericOne: null,
      },
      { signal: controller.signal, onProgress: ({ done }) => done > 3 && controller.abort() },
    );
    await expect(going).rejects.toMatchObject({ name: 'CancelledError' });
  });
});

describe('the hub worker', () => {
  const start = (): WorkerClient<HubCommands, HubEvents> => {
    const worker = new Worker(new URL('../../workers/hub.ts', import.meta.url), { type: 'module' });
    const client = new WorkerClient<HubCommands, HubEvents>(worker, 'hub');
    clients.push(client);
    return client;
  };
  const base = new URL('/tests/fixtures/hub/', location.origin).href;

  it('fetches a folder by its manifest, checked, with progress', async () => {
    const steps: Progress[] = [];
    const { files, bytes } = await start().call(
      'folder.fetch',
      { base: `${base}good` },
      { onProgress: (step) => steps.push(step) },
    );
    expect(files.map(({ path }) => path)).toEqual(['config.json', 'sub folder/weights.bin']);
    expect(await files[0]!.blob.text()).toBe('{ "hidden_size": 8 }\n');
    expect([...new Uint8Array(await files[1]!.blob.arrayBuffer())]).toEqual([0, 1, 2, 3, 250, 251]);
    expect(bytes).toBe(27);
    expect(steps.at(-1)).toMatchObject({ done: 27, total: 27, unit: 'bytes' });
  });

  it.each([
    ['short', /weights\.bin: The downloaded file has 6 bytes instead of the 7/],
    ['altered', /weights\.bin: The downloaded file does not have the SHA-256/],
    ['absent', /gone\.bin: The server answered 404|gone\.bin: The downloaded file has \d+ bytes instead/],
    ['escape', /manifest\.json: The list of files is wrong at files\.0\.path/],
    ['broken', /manifest\.json: The list of files is not JSON: the folder is probably not part of this build/],
  ])('says what is wrong with a folder: %s', async (name, sentence) => {
    await expect(start().call('folder.fetch', { base: base + name })).rejects.toThrow(sentence);
  });

  it('fetches nothing from other sites', async () => {
    await expect(start().call('bytes.fetch', { urls: ['https://probe.invalid/x'] })).rejects.toThrow(
      /probe\.invalid\/x: The address is not on this site/,
    );
    await expect(start().call('folder.fetch', { base: 'https://probe.invalid/models' })).rejects.toThrow(
      /not on this site/,
    );
  });

  it('hands over bytes, and can be cancelled', async () => {
    const client = start();
    const [file] = await client.call('bytes.fetch', { urls: ['/tests/fixtures/hub/good/config.json'] });
    expect(file!.url).toBe('/tests/fixtures/hub/good/config.json');
    expect(new TextDecoder().decode(file!.bytes)).toBe('{ "hidden_size": 8 }\n');
    const controller = new AbortController();
    const going = client.call('folder.fetch', { base: `${base}good` }, { signal: controller.signal });
    controller.abort();
    await expect(going).rejects.toMatchObject({ name: 'CancelledError' });
  });
});
