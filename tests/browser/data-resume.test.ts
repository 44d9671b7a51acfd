/** Real frames threads, OPFS and IndexedDB: an import that is killed half way, and given again. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FACE_SETS,
  type FramesCommands,
  type FramesEvents,
  type SampleRow,
  type WorkerClient,
} from '../../src/protocol';
import { Importer } from '../../src/session/importer';
import { closeDatabase, database } from '../../src/store/database';
import { readFrame } from '../../src/store/frames';
import { fixture } from '../support/data_fixtures';
import { OWN, endFramesWorkers, framesWorker, poolOf } from '../support/frames_worker';
import { importHere } from '../support/import_here';
import { released } from '../support/set_trees';

type Entry = [path: string, file: File];

beforeEach(async () => {
  const db = await database();
  await Promise.all(Array.from(db.objectStoreNames, (name) => db.clear(name)));
});
afterEach(endFramesWorkers);
afterAll(closeDatabase);

async function sealed(): Promise<WorkerClient<FramesCommands, FramesEvents>> {
  const client = await framesWorker("connect-src 'none'");
  expect((await client.call('network.prove', { urls: [OWN] })).sealed).toBe(true);
  return client;
}

/** Clips and pictures, every one a file of its own. */
async function folder(set: string): Promise<Entry[]> {
  const kinds = ['clip.mp4', 'clip.mov', 'clip.webm', 'exif-6.jpg', 'noise-640x160.jpg', 'turned.mp4'];
  const sources = await Promise.all(kinds.map((name) => fixture(name)));
  return Array.from({ length: 60 }, (_, i): Entry => {
    const source = sources[i % sources.length]!;
    const name = `${String(i).padStart(2, '0')}-${source.name}`;
    return [`${set}/${i % 2 ? 'live' : 'print'}/${name}`, new File([source], name, { lastModified: 1000 + i })];
  });
}

const hash = async (blob: Blob): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))].join();

/** Every row by file and role, with its stored frame's hash and what the row says of it. */
async function stored(set: string): Promise<Map<string, string>> {
  const rows: SampleRow[] = await (await database()).getAllFromIndex('samples', 'set', set);
  const told = rows.map(async ({ file, role, seconds, label, width, height, frame }) => {
    const said = [seconds, label, width, height].join();
    return [`${file} ${role}`, `${said} ${await hash(await readFrame(frame))}`] as const;
  });
  return new Map(await Promise.all(told));
}

it('a survey of 16,000 names takes less than five seconds, and leaves the page its turns', async () => {
  const trees = ['one', 'two'].flatMap((root) =>
    (['msu', 'casia', 'replay', 'oulu', 'siw'] as const).map((key) => released(key, `${root}/${key}`)),
  );
  const file = new File(['x'], 'x', { lastModified: 1 });
  const paths = trees.flatMap((tree) => [...tree.keys()]);
  expect(paths.length).toBeGreaterThan(16_000);
  const files = paths.map((path) => ({ path, file }));
  const importer = new Importer(poolOf([await sealed()]));
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  const began = performance.now();
  const { survey, entries } = await importer.plan(files, null, new AbortController().signal);
  const seconds = (performance.now() - began) / 1000;
  clearInterval(timer);
  console.info(
    `Survey of ${paths.length} names: ${seconds.toFixed(2)} s, the page’s longest wait ${longest.toFixed(0)} ms`,
  );
  expect(seconds).toBeLessThan(5);
  expect(entries).toHaveLength(survey.files);
  expect(survey.sets).toHaveLength(10);
  expect(new Set(survey.sets.map(({ faceSet }) => faceSet))).toEqual(new Set(FACE_SETS));
});

describe('an import whose threads are killed half way', () => {
  it('has lost nothing that it had saved, does the rest and no more, and ends with the same frames', async () => {
    const whole = await sealed();
    await importHere(await folder('whole'), { decoders: poolOf([whole]) });
    const expected = await stored('whole');
    expect(expected.size).toBe(100);

    const doomed = [await sealed(), await sealed()];
    const killed = importHere(await folder('cut'), {
      decoders: poolOf(doomed),
      progress: ({ done }) => {
        if (done >= 25) for (const client of doomed) client.terminate();
      },
    });
    await expect(killed).rejects.toMatchObject({ name: 'CancelledError' });
    const db = await database();
    const journal = await db.getAll('imported', IDBKeyRange.bound(['cut'], ['cut', []]));
    const before = await stored('cut');
    expect(journal.length).toBeGreaterThan(0);
    expect(journal.length).toBeLessThan(60);
    // Rows and journal tell the same story, and every row has its frame, whole.
    const rows = await db.getAllFromIndex('samples', 'set', 'cut');
    expect(rows.map(({ id }) => id).sort()).toEqual(journal.flatMap(({ samples }) => samples).sort());
    for (const [key, said] of before) expect(said, key).toBe(expected.get(key));

    const finished = new Set(journal.map(({ file }) => file));
    const again: SampleRow[] = [];
    const report = await importHere(await folder('cut'), {
      decoders: poolOf([await sealed(), await sealed()]),
      samples: (made) => again.push(...made),
    });
    expect(report.rejected).toEqual([]);
    expect(report.notes).toContain(
      `${finished.size} files were there already, from an earlier import, and were not decoded again.`,
    );
    // Nothing was decoded twice, nothing is missing, and the frames are those of an import in one go.
    expect(again.filter(({ file }) => finished.has(file))).toEqual([]);
    expect(new Set(again.map(({ file }) => file)).size).toBe(60 - finished.size);
    expect(await stored('cut')).toEqual(expected);
    expect(await db.count('imported', IDBKeyRange.bound(['cut'], ['cut', []]))).toBe(60);
  });

  it('takes over what a table says by now, without decoding', async () => {
    const entries = (await folder('faces')).slice(0, 6);
    await importHere(entries, { decoders: poolOf([await sealed()]) });
    const frames = await stored('faces');
    const csv = new File([`file,label,caption\n${entries[0]![1].name},live,A face.\n`], 'labels.csv');
    const report = await importHere([...entries, ['faces/labels.csv', csv]], { decoders: poolOf([await sealed()]) });
    expect(report.notes).toContain('6 files were there already, from an earlier import, and were not decoded again.');
    expect(report.samples.map(({ label, captions }) => [label, captions.vanilla])).toEqual([
      ['live', 'A face.'],
      ['live', 'A face.'],
    ]);
    const hashes = (map: Map<string, string>): string[] =>
      [...map].map(([key, said]) => `${key} ${said.split(' ')[1]}`);
    expect(hashes(await stored('faces'))).toEqual(hashes(frames));
  });
});
