import { afterEach, describe, expect, it } from 'vitest';
import { generateSet } from '../../src/data/generate';
import { makeSet, type SetRequest } from '../../src/data/synthetic';
import { StorageError, type GenerateRequest, type Progress, type SampleRow } from '../../src/protocol';
import { deleteFrame, readFrame } from '../../src/store/frames';
import { OWN, endFramesWorkers, framesWorker } from '../support/frames_worker';

const SMALL: SetRequest = {
  domain: 'synthetic-M',
  subjects: 1,
  liveClips: 1,
  attackClips: 1,
  attacks: ['print', 'replay'],
  styles: ['vanilla', 'reasoning'],
  seed: 3,
};
const made: SampleRow[] = [];
afterEach(async () => {
  endFramesWorkers();
  for (const { frame } of made.splice(0)) await deleteFrame(frame);
});

/** A stored picture's bytes [height, width, 4]. */
async function bytesOf(picture: Blob): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(picture);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

async function sealedWorker(): ReturnType<typeof framesWorker> {
  const client = await framesWorker("connect-src 'none'");
  await client.call('network.prove', { urls: [OWN, 'https://probe.invalid/'] });
  client.on('import.samples', (rows) => made.push(...rows));
  return client;
}

describe('generate.run', () => {
  it('stores the generator’s frames byte for byte, with rows that say all that is known', async () => {
    const client = await sealedWorker();
    const steps: Progress[] = [];
    const report = await client.call('generate.run', SMALL, { onProgress: (step) => steps.push(step) });
    expect(report.rejected).toEqual([]);
    expect(report.sets).toEqual([
      { name: 'synthetic-M', samples: 6, live: 2, spoof: 4, unlabelled: 0, seed: SMALL.seed },
    ]);
    expect(made.map(({ id }) => id)).toEqual(report.samples.map(({ id }) => id));
    expect(new Set(made.map(({ id }) => id)).size).toBe(6);
    expect(steps.at(-1)).toMatchObject({ done: 6, total: 6, unit: 'frames', secondsLeft: 0 });
    expect(steps.at(-1)?.rate).toBeGreaterThan(0);

    const frames = [...makeSet(SMALL)];
    for (const [index, row] of report.samples.entries()) {
      const frame = frames[index]!;
      expect(row).toMatchObject({
        set: 'synthetic-M',
        video: frame.clip,
        role: frame.role,
        seconds: frame.seconds,
        label: frame.facts.label,
        attack: frame.facts.attack,
        subject: 'M01',
        captions: frame.captions,
        width: frame.width,
        height: frame.height,
      });
      expect(`${row.set}/${row.file}`).toBe(frame.clip);
      expect(row.captions.reasoning).toContain('Final judgment');
      expect(await bytesOf(await readFrame(row.frame))).toEqual(new Uint8ClampedArray(frame.pixels));
      const { width, height } = await createImageBitmap(row.thumbnail);
      expect(Math.max(width, height)).toBe(96);
    }
    expect(report.samples.map(({ attack }) => attack)).toEqual([null, null, 'print', 'print', 'replay', 'replay']);
  });

  it('gives the same ids for the same seed, and others for another: they are other people', async () => {
    const client = await sealedWorker();
    const live = { ...SMALL, attacks: [], attackClips: 0, styles: [] };
    const ids = async (request: GenerateRequest): Promise<string[]> =>
      (await client.call('generate.run', request)).samples.map(({ id }) => id);
    const first = await ids(live);
    expect(await ids(live)).toEqual(first);
    const other = await ids({ ...live, seed: 4 });
    expect(other.filter((id) => first.includes(id))).toEqual([]);
    expect(made.every(({ captions }) => Object.keys(captions).length === 0)).toBe(true);
  });

  it.each<[string, Partial<GenerateRequest>, RegExp]>([
    ['no person', { subjects: 0 }, /The number of persons is 0\. It must be/],
    ['nothing at all', { liveClips: 0, attacks: [] }, /asks for no clip at all/],
    ['an attack of another set', { attacks: ['mannequin'] }, /synthetic-M: .*no attack 'mannequin'.*It offers/],
    ['a set that is none', { domain: 'synthetic-X' }, /no generated set named 'synthetic-X'. Choose one of/],
    ['more than there is room for', { subjects: 500, liveClips: 20, attackClips: 20 }, /20000 is the limit/],
  ])('refuses %s with a sentence before it draws', async (_, change, sentence) => {
    const client = await sealedWorker();
    await expect(client.call('generate.run', { ...SMALL, ...change })).rejects.toThrow(sentence);
    expect(made).toEqual([]);
  });

  it('generates nothing where the network can be reached', async () => {
    const client = await framesWorker(null);
    await expect(client.call('generate.run', SMALL)).rejects.toThrow(/has not proved .* generates nothing/);
  });

  it('ends within a frame or two of being cancelled, and has told of every frame that it stored', async () => {
    const client = await sealedWorker();
    const controller = new AbortController();
    let done = 0;
    const going = client.call(
      'generate.run',
      { ...SMALL, subjects: 500 },
      {
        signal: controller.signal,
        onProgress: (step) => {
          done = step.done;
          if (done >= 3) controller.abort();
        },
      },
    );
    await expect(going).rejects.toMatchObject({ name: 'CancelledError' });
    expect(made.length).toBeGreaterThanOrEqual(done);
    expect(made.length).toBeLessThanOrEqual(done + 3);
    for (const { frame } of made) expect((await readFrame(frame)).size).toBeGreaterThan(0);
  });
});

it('a full disk ends the generation with the storage’s own sentence', async () => {
  let room = 3;
  const going = generateSet(SMALL, {
    signal: new AbortController().signal,
    progress: () => undefined,
    samples: () => undefined,
    write: async () => {
      if (room-- === 0) throw new StorageError({ cause: 'The disk is full.', remedy: 'Free some space.' });
    },
  });
  await expect(going).rejects.toThrow('The disk is full. Free some space.');
});
