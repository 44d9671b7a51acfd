/** Imports of repacks in which each video is many stills: two of each are taken, and captions reach these. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaceDetector } from '../../src/data/faces/types';
import { matchCaptions } from '../../src/data/match_captions';
import { takenBy } from '../../src/data/stills';
import { FRAME_RULES, type CaptionRow, type ImportReport, type SampleRow } from '../../src/protocol';
import { Importer } from '../../src/session/importer';
import { closeDatabase, database } from '../../src/store/database';
import { saveSamples } from '../../src/store/samples';
import { fixture } from '../support/data_fixtures';
import { importHere, importThread } from '../support/import_here';
import { casiaSmall } from '../support/set_trees';

type Entry = [path: string, file: File];

beforeEach(async () => {
  const db = await database();
  await Promise.all(Array.from(db.objectStoreNames, (name) => db.clear(name)));
});
afterAll(closeDatabase);

/** Twelve stills in a folder, twelve named after their video, three pictures that are of no video, and three frames of who knows which. */
async function repack(): Promise<Entry[]> {
  const picture = new File([await fixture('exif-1.jpg')], 'still.jpg', { lastModified: 1000 });
  const numbers = Array.from({ length: 12 }, (_, n) => n);
  return [
    ...numbers.map((n) => `set/real/subject_01/frame_${String(n).padStart(3, '0')}.jpg`),
    ...numbers.map((n) => `set/fake/vid_f${n}.jpg`),
    ...['a', 'b', 'c'].map((name) => `set/real/${name}.jpg`),
    ...[1, 2, 3].map((n) => `set/print/frame_${n}.jpg`),
  ].map((path) => [path, picture]);
}

const face = { x: 1, y: 1, width: 40, height: 30, score: 1 };
const blind: FaceDetector = { detect: () => Promise.resolve([]), close: () => undefined };
const seeing: FaceDetector = {
  detect: () => Promise.resolve([{ ...face, width: 100, height: 100 }]),
  close: () => undefined,
};

async function edit(row: SampleRow, text: string): Promise<void> {
  const edited = { kind: 'edited', from: '' } as const;
  await saveSamples([{ ...row, captions: { vanilla: text }, captionSources: { vanilla: edited } }]);
}

/** Files of the samples that are stored, with the recipe and the caption that they kept. */
async function stored(): Promise<string[]> {
  const rows = await (await database()).getAll('samples');
  return rows.map(({ file, recipe, captions }) => [file, recipe, captions.vanilla].filter(Boolean).join(' ')).sort();
}

const files = ({ samples }: ImportReport): string[] => samples.map(({ file }) => file);
const TAKEN = [
  'fake/vid_f1.jpg',
  'fake/vid_f6.jpg',
  'print/frame_1.jpg',
  'print/frame_2.jpg',
  'print/frame_3.jpg',
  'real/a.jpg',
  'real/b.jpg',
  'real/c.jpg',
  'real/subject_01/frame_001.jpg',
  'real/subject_01/frame_006.jpg',
];

describe('a folder of stills of videos', () => {
  it('gives two frames a video, and says so; what was passed over stays so', async () => {
    const report = await importHere(await repack());
    expect(files(report)).toEqual(TAKEN);
    expect(report.rejected).toEqual([]);
    // By name, as the stills that are left out depend on the rule.
    expect(report.notes.join('\n')).toContain(
      '2 videos are there as many stills (set/fake/vid, set/real/subject_01): ',
    );
    expect(report.notes.join('\n')).toContain('20 others are left out.');
    const again = await importHere(await repack());
    expect(again.samples).toEqual([]);
    expect(again.notes).toContain('10 files were there already, from an earlier import, and were not decoded again.');
    expect(await (await database()).count('imported')).toBe(10);
  });

  it('takes captions that name a video for the frames taken, and the stills that captions name', async () => {
    const table = [
      'file,frame,caption',
      'real/subject_01.mp4,early,Early.',
      'real/subject_01,middle,Middle.',
      'fake/vid_f4.jpg,,Four.',
      'fake/vid_f9.jpg,,Nine.',
    ].join('\n');
    const report = await importHere([...(await repack()), ['set/captions.csv', new File([table], 'captions.csv')]]);
    expect(report.rejected).toEqual([]);
    const told = report.samples.filter(({ captions }) => captions.vanilla !== undefined);
    expect(told.map(({ file, captions }) => `${file} ${captions.vanilla}`)).toEqual([
      'fake/vid_f4.jpg Four.',
      'fake/vid_f9.jpg Nine.',
      'real/subject_01/frame_001.jpg Early.',
      'real/subject_01/frame_006.jpg Middle.',
    ]);
  });

  it('takes captions of a table that comes alone', async () => {
    const { samples } = await importHere(await repack());
    const row = (file: string, role: 'early' | 'middle', text: string): CaptionRow => ({
      table: 't.csv',
      line: 1,
      of: { kind: 'file', set: null, file, role },
      style: 'vanilla',
      text,
      attack: null,
      source: { kind: 'table', from: 't.csv' },
    });
    const rows = [
      row('fake/vid.mp4', 'early', 'One.'),
      row('set/fake/vid', 'middle', 'Six.'),
      row('fake/vid_f3.jpg', 'early', 'Three.'),
    ];
    const { changed, notes } = matchCaptions(rows, samples);
    const said = ({ file, captions }: SampleRow): string => `${file} ${captions.vanilla}`;
    expect(changed.map(said)).toEqual(['fake/vid_f1.jpg One.', 'fake/vid_f6.jpg Six.']);
    expect(notes.join('\n')).toContain(
      'is of a still that is not one of those that were taken of its video: fake/vid_f3.jpg',
    );
  });

  it('is planned so at full size: two of each video, whichever rule is asked for', async () => {
    const file = new File(['x'], 'x', { lastModified: 1 });
    const thread = importThread();
    const importer = new Importer(thread);
    const paths = [...casiaSmall('archive').keys()];
    const { survey, entries } = await importer.plan(
      paths.map((path) => ({ path, file })),
      null,
      new AbortController().signal,
    );
    expect(survey).toMatchObject({ files: 1200, frames: 1200 });
    expect(survey.sets[0]).toMatchObject({ faceSet: 'casia-fasd', files: 1200 });
    for (const rule of FRAME_RULES) {
      const counts = new Map<string, number>();
      for (const { known } of takenBy(entries, rule)) counts.set(known.video, (counts.get(known.video) ?? 0) + 1);
      expect([counts.size, ...new Set(counts.values())]).toEqual([600, 2]);
    }
    const left = survey.passedOver.reduce((sum, { files: n }) => sum + n, 0);
    expect(left + survey.files).toBe(paths.length);
    console.info(`Survey of ${paths.length} names: ${survey.seconds.toFixed(2)} s`);
  });

  it('that is given whole after a part of it gives two in all', async () => {
    const entries = (await repack()).slice(0, 12);
    await importHere(entries.slice(3, 5));
    expect(await stored()).toEqual(['real/subject_01/frame_003.jpg', 'real/subject_01/frame_004.jpg']);
    const report = await importHere(entries);
    expect(await stored()).toEqual(['real/subject_01/frame_001.jpg', 'real/subject_01/frame_006.jpg']);
    expect(report.notes.join('\n')).toContain(
      '2 samples of an earlier import (whole frames, the paper’s rule) are gone',
    );
    expect(await (await database()).count('imported')).toBe(2);
  });

  it('by another rule gives other stills: those before go, but for edited ones, with a word', async () => {
    const entries = (await repack()).slice(0, 12);
    const before = await importHere(entries);
    expect(files(before)).toEqual(['real/subject_01/frame_001.jpg', 'real/subject_01/frame_006.jpg']);
    await edit(before.samples[0]!, 'Mine.');
    const report = await importHere(entries, { options: { rule: 'authors' }, detector: seeing });
    expect(await stored()).toEqual([
      'real/subject_01/frame_000.jpg',
      'real/subject_01/frame_001.jpg paper/none Mine.',
      'real/subject_01/frame_010.jpg',
    ]);
    const notes = report.notes.join('\n');
    expect(notes).toContain('1 sample of an earlier import (whole frames, the paper’s rule) is gone');
    expect(notes).toContain('1 sample stays as an earlier import (whole frames, the paper’s rule) made it');
  });
});

describe('the same files by another recipe', () => {
  it('keep a sample with an edited caption where no face is found, and say what went', async () => {
    const entries = (await repack()).slice(-6, -3);
    const { samples } = await importHere(entries);
    await edit(samples[0]!, 'Mine.');
    const cropped = { options: { crop: 'tight' }, detector: blind } as const;
    const report = await importHere(entries, cropped);
    expect(report.rejected.map(({ file }) => file)).toEqual(['set/real/a.jpg', 'set/real/b.jpg', 'set/real/c.jpg']);
    expect(report.notes).toContain(
      '2 samples of an earlier import (whole frames, the paper’s rule) are gone, as this one takes no such frame of set/real/b.jpg, set/real/c.jpg.',
    );
    expect(report.notes).toContain(
      '1 sample stays as an earlier import (whole frames, the paper’s rule) made it: this one takes no such frame of set/real/a.jpg, and you edited its caption.',
    );
    expect(await stored()).toEqual(['real/a.jpg paper/none Mine.']);
    // It stays by any further recipe, and is an ordinary sample once its own recipe is asked for again.
    const again = await importHere(entries, { ...cropped, options: { crop: 'margin' } });
    expect(again.notes.join('\n')).toContain('1 sample stays as an earlier import (whole frames, the paper’s rule)');
    expect(await stored()).toEqual(['real/a.jpg paper/none Mine.']);
    await importHere(entries);
    expect(await stored()).toEqual(['real/a.jpg Mine.', 'real/b.jpg', 'real/c.jpg']);
  });
});
