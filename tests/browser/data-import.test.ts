import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { StorageError, type ImportReport, type Progress, type SampleRow } from '../../src/protocol';
import { closeDatabase, database } from '../../src/store/database';
import { readFrame, writeFrame } from '../../src/store/frames';
import { UPRIGHT, fixture, quadrants } from '../support/data_fixtures';
import { importHere as run } from '../support/import_here';

type Entry = [path: string, file: File];

const text = (name: string, content: string): File => new File([content], name);

beforeEach(async () => {
  const db = await database();
  await Promise.all(Array.from(db.objectStoreNames, (name) => db.clear(name)));
});
afterAll(closeDatabase);

const brief = (rows: SampleRow[]): string[] =>
  rows.map(({ set, file, role, label, attack }) => [set, file, role, label ?? '-', attack ?? '-'].join(' '));

const reason = (report: ImportReport, file: string): string =>
  report.rejected
    .filter((entry) => entry.file === file)
    .map((entry) => entry.reason)
    .join(' | ');

describe('a folder', () => {
  it('becomes samples with stored frames, in the order of the paths, streamed as they come', async () => {
    const streamed: SampleRow[] = [];
    const steps: Progress[] = [];
    const report = await run(
      [
        ['faces/spoof/print/s01/b.png', await fixture('quadrants.png')],
        ['faces/live/s01/a.jpg', await fixture('exif-6.jpg')],
        ['faces/live/s02/c.mp4', await fixture('clip.mp4')],
        ['faces/.DS_Store', text('.DS_Store', 'x')],
        ['faces/manifest.json', text('manifest.json', '{"files": []}')],
        ['faces/README.md', text('README.md', '# Notes')],
      ],
      { samples: (rows) => streamed.push(...rows), progress: (step) => steps.push(step) },
    );
    expect(brief(report.samples)).toEqual([
      'faces live/s01/a.jpg image live -',
      'faces live/s02/c.mp4 early live -',
      'faces live/s02/c.mp4 middle live -',
      'faces spoof/print/s01/b.png image spoof print',
    ]);
    expect(report.rejected).toEqual([]);
    expect(report.sets).toEqual([{ name: 'faces', samples: 4, live: 3, spoof: 1, unlabelled: 0 }]);
    expect(report.notes).toEqual(['Passed over, being neither image, video nor table: 1 .md.']);
    expect(streamed.map(({ id }) => id).sort()).toEqual(report.samples.map(({ id }) => id).sort());
    expect(steps.at(-1)).toMatchObject({ done: 3, total: 3, unit: 'files', secondsLeft: 0 });

    const [image, early, middle, spoof] = report.samples;
    expect(early!.video).toBe(middle!.video);
    expect(image!.video).not.toBe(spoof!.video);
    expect([image!.subject, early!.subject, spoof!.subject]).toEqual(['s01', 's02', 's01']);
    expect(middle!.seconds).toBeCloseTo(1, 2);
    expect(image!.id).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(report.samples.map(({ id }) => id)).size).toBe(4);
    expect(await quadrants(await readFrame(image!.frame))).toBe(UPRIGHT);
    expect(await quadrants(await readFrame(spoof!.frame))).toBe(UPRIGHT);
    expect(await quadrants(image!.thumbnail)).toBe(UPRIGHT);
  });

  it('has the same ids when it is imported again', async () => {
    const first = await run([['faces/live/a.jpg', await fixture('exif-1.jpg')]]);
    // A later date: as far as one can tell, another file.
    const newer = new File([await fixture('exif-1.jpg')], 'a.jpg', { lastModified: 9 });
    const second = await run([['faces/live/a.jpg', newer]]);
    expect(second.samples[0]!.id).toBe(first.samples[0]!.id);
    const elsewhere = await run([['others/live/a.jpg', await fixture('exif-1.jpg')]]);
    expect(elsewhere.samples[0]!.id).not.toBe(first.samples[0]!.id);
  });

  it('of a public set is known by its names; its lists are compared and what is not for the task is left out', async () => {
    const picture = async (): Promise<File> => fixture('quadrants.png');
    const report = await run([
      ['sets/CASIA-FASD/train_release/1/HR_1.avi', await picture()],
      ['sets/CASIA-FASD/test_release/1/5.avi', await picture()],
      ['sets/Replay/enroll/train/client001_session01_webcam_enroll_adverse.mov', await picture()],
      ['sets/Replay/train/real/client001_session01_webcam_authenticate_adverse_1.mov', await picture()],
      [
        'sets/Replay/protocols/real-train.txt',
        text('real-train.txt', 'train/real/client001_session01_webcam_authenticate_adverse_2.mov'),
      ],
      ['sets/SiW-Mv2/Spoof/Print/Paper_7.mov', await picture()],
    ]);
    expect(report.rejected).toEqual([]);
    expect(
      report.samples.map(({ set, faceSet, label, attack, subject, part }) => [
        set,
        faceSet,
        label,
        attack,
        subject,
        part,
      ]),
    ).toEqual([
      ['CASIA-FASD', 'casia-fasd', 'spoof', 'print', 'casia-21', 'test'],
      ['CASIA-FASD', 'casia-fasd', 'live', null, 'casia-1', 'train'],
      ['Replay', 'replay-attack', 'live', null, 'replay-001', 'train'],
      ['SiW-Mv2', 'siw-mv2', 'spoof', 'print', null, undefined],
    ]);
    expect(report.samples.map(({ originalDir }) => originalDir)).toEqual([
      undefined,
      '1_HR_1',
      'real_client001_session01_webcam_authenticate_adverse_1',
      'paper_7',
    ]);
    expect(report.samples[0]!.conditions).toEqual({ quality: 'normal', photo: 'cut' });
    const notes = report.notes.join('\n');
    expect(notes).toContain('1 file was left out: enrolment clips');
    expect(notes).toContain(
      'The list protocols/real-train.txt names 1 video of Replay-Attack that is not among the files',
    );
  });

  it('whose file can no longer be used loses the samples that it had given', async () => {
    await run([['faces/live/a.jpg', await fixture('exif-1.jpg')]]);
    const db = await database();
    const [row] = await db.getAll('samples');
    const broken = new File([(await fixture('exif-1.jpg')).slice(0, 300)], 'a.jpg', { lastModified: 9 });
    const report = await run([['faces/live/a.jpg', broken]]);
    expect(reason(report, 'faces/live/a.jpg')).toMatch(/cut off/);
    expect(await db.count('samples')).toBe(0);
    await expect(readFrame(row!.frame)).rejects.toThrow(/no longer stored/);
    // Noted: the same file is not tried again, and says the same.
    const again = await run([['faces/live/a.jpg', broken]]);
    expect(again.rejected).toEqual(report.rejected);
    expect(again.notes.join()).toContain('1 file that an earlier import could not use was not tried again.');
  });

  it('whose clip holds one picture gives one frame, and says so, also when it is found finished', async () => {
    const entries: Entry[] = [['faces/live/one.mp4', await fixture('one-frame.mp4')]];
    const { samples, notes } = await run(entries);
    expect(samples.map(({ role }) => role)).toEqual(['early']);
    expect(notes.join()).toMatch(/one\.mp4: Only one frame could be taken/);
    const again = await run(entries);
    expect(again.notes).toEqual([expect.stringContaining('1 file was there already'), ...notes]);
  });

  it('whose file has changed is never written over a picture that a stored row means', async () => {
    await run([['faces/live/a.jpg', await fixture('exif-1.jpg')]]);
    const db = await database();
    const [before] = await db.getAll('samples');
    const changed = new File([await fixture('exif-2.jpg')], 'a.jpg', { lastModified: 9 });
    let kept = false;
    const write = async (path: string, png: Blob): Promise<void> => {
      kept = path !== before!.frame && (await readFrame(before!.frame)).size > 0;
      await writeFrame(path, png);
    };
    await run([['faces/live/a.jpg', changed]], { write });
    expect(kept).toBe(true);
    const [after] = await db.getAll('samples');
    expect(after).toMatchObject({ id: before!.id });
    expect((await readFrame(after!.frame)).size).toBeGreaterThan(0);
    await expect(readFrame(before!.frame)).rejects.toThrow(/no longer stored/);
  });

  it('keeps its captions as a copy with a new date, and loses them to another picture of the same name', async () => {
    const db = await database();
    const dated = async (name: string, lastModified: number): Promise<Entry[]> => [
      ['faces/live/a.jpg', new File([await fixture(name)], 'a.jpg', { lastModified })],
    ];
    await run(await dated('exif-1.jpg', 1));
    const [row] = await db.getAll('samples');
    const edited = {
      captions: { vanilla: 'Mine.' },
      captionSources: { vanilla: { kind: 'edited', from: '' } },
    } as const;
    await db.put('samples', { ...row!, ...edited });
    await run(await dated('exif-1.jpg', 2));
    expect((await db.getAll('samples'))[0]).toMatchObject(edited);
    const { notes } = await run(await dated('noise-640x160.jpg', 3));
    expect((await db.getAll('samples'))[0]).toMatchObject({ captions: {} });
    expect(notes.join('\n')).toMatch(/1 caption that you edited is gone, as another picture .*: live\/a\.jpg/);
    expect(notes.join('\n')).toContain('faces/live/a.jpg: Another file of this set and name');
  });

  it('reads of two same videos the one that is there already, with the captions of both; no sample is there twice', async () => {
    const clip = new File([await fixture('clip.mp4')], 'c.mp4', { lastModified: 1 });
    const inSub: Entry = ['faces/live/sub/c.mp4', clip];
    const above: Entry = ['faces/live/c.mp4', clip];
    await run([inSub]);
    const table = text('t.csv', 'file,label,caption\nlive/c.mp4,live,Skin with pores.');
    const { notes, rejected } = await run([above, inSub, ['faces/t.csv', table]]);
    const db = await database();
    const stored = async (): Promise<(string | undefined)[][]> =>
      (await db.getAll('samples')).map(({ file, captions }) => [file, captions.vanilla ?? captions.reasoning]);
    expect(await stored()).toEqual([
      ['live/sub/c.mp4', 'Skin with pores.'],
      ['live/sub/c.mp4', 'Skin with pores.'],
    ]);
    expect(rejected).toEqual([
      { file: 'faces/live/c.mp4', reason: expect.stringContaining('faces/live/sub/c.mp4 is read instead') as string },
    ]);
    expect(notes.join()).toContain('1 file was there already');
    // Both are there where each came alone: the second goes once they come together.
    await run([above]);
    expect(await stored()).toHaveLength(4);
    const { notes: said } = await run([above, inSub]);
    expect(await stored()).toHaveLength(2);
    expect(said.join()).toMatch(/2 samples of an earlier import .* are gone/);
  });

  it('that is empty, or holds nothing to import, gets a sentence', async () => {
    const none = await run([]);
    expect(none.samples).toEqual([]);
    expect(none.rejected).toEqual([
      { file: 'dropped', reason: expect.stringContaining('There is no image or video') as string },
    ]);
    const junk = await run([['faces/notes.txt', text('notes.txt', 'hello')]]);
    expect(junk.rejected).toHaveLength(1);
    expect(junk.notes).toEqual(['Passed over, being neither image, video nor table: 1 .txt.']);
  });

  it('is recognised by bytes: a PNG named .jpg and a picture without a type are read', async () => {
    const report = await run([
      ['faces/live/a.jpg', await fixture('quadrants.png')],
      ['faces/live/IMG_0001', await fixture('exif-3.jpg')],
    ]);
    expect(report.rejected).toEqual([]);
    expect(report.samples).toHaveLength(2);
    for (const { frame } of report.samples) expect(await quadrants(await readFrame(frame))).toBe(UPRIGHT);
  });

  it('goes on past every bad file, with a sentence each', async () => {
    const jpeg = new Uint8Array(await (await fixture('noise-640x160.jpg')).arrayBuffer());
    const png = new Uint8Array(await (await fixture('quadrants.png')).arrayBuffer());
    new DataView(png.buffer).setUint32(16, 20_000);
    new DataView(png.buffer).setUint32(20, 20_000);
    const report = await run([
      ['faces/live/good.jpg', await fixture('exif-1.jpg')],
      ['faces/live/letter.mp4', text('letter.mp4', 'Dear reader, this is no video at all, sadly. '.repeat(9))],
      ['faces/live/cut.jpg', new File([jpeg.subarray(0, jpeg.length / 2)], 'cut.jpg')],
      ['faces/live/empty.png', text('empty.png', '')],
      ['faces/live/empty.mov', text('empty.mov', '')],
      ['faces/live/huge.png', new File([png], 'huge.png')],
      ['faces/live/old.avi', await fixture('cinepak.avi')],
      ['faces/live/codec.mov', await fixture('prores.mov')],
      ['faces/live/phone.heic', new File([new Uint8Array([0, 0, 0, 24]), 'ftypheic', 'x'.repeat(40)], 'phone.heic')],
      ['faces/live/also-good.webm', await fixture('clip.webm')],
    ]);
    expect(report.samples.map(({ file }) => file)).toEqual([
      'live/also-good.webm',
      'live/also-good.webm',
      'live/good.jpg',
    ]);
    expect(reason(report, 'faces/live/letter.mp4')).toMatch(
      /named \.mp4, but its content is not a video\. Copy it again/,
    );
    expect(reason(report, 'faces/live/cut.jpg')).toMatch(/JPEG file is cut off: its end is missing\. Copy it again/);
    expect(reason(report, 'faces/live/empty.png')).toBe('The file is empty (0 bytes). Copy it again from its source.');
    expect(reason(report, 'faces/live/empty.mov')).toContain('empty (0 bytes)');
    expect(reason(report, 'faces/live/huge.png')).toMatch(/20000 x 20000 pixels .* Scale it down/);
    expect(reason(report, 'faces/live/old.avi')).toMatch(/Cinepak \(cvid\)\. Convert it: ffmpeg -i "old\.avi"/);
    expect(reason(report, 'faces/live/codec.mov')).toMatch(/Apple ProRes.*ffmpeg -i "codec\.mov"/);
    expect(reason(report, 'faces/live/phone.heic')).toMatch(
      /HEIC images cannot be opened yet\. Save the image as JPEG/,
    );
    expect(report.rejected).toHaveLength(8);
  });

  it('reads a file given twice once, and never lets two files share an id', async () => {
    const file = await fixture('exif-1.jpg');
    const report = await run([
      ['live/a.jpg', file],
      ['./live//a.jpg', file],
      ['dropped/live/a.jpg', file],
    ]);
    expect(report.samples).toHaveLength(1);
    expect(report.notes).toContain('1 file was given twice under the same path and read once.');
    expect(report.rejected).toEqual([
      { file: 'live/a.jpg', reason: expect.stringContaining('The same set and path as dropped/live/a.jpg') as string },
    ]);
  });
});

describe('tables', () => {
  it('label, caption and name subjects; the table goes before the folder', async () => {
    const picture = await fixture('exif-1.jpg');
    const captions = [
      { file: 'live/a.jpg', caption_vanilla: 'Even skin.', caption_reasoning: 'Initial observation: a face.' },
      { file: 'clips/c.mp4', label: 'print', caption: 'Both frames.' },
      { file: 'clips/c.mp4', frame: 'middle', caption: 'Only the middle.' },
    ];
    const report = await run([
      ['faces/live/a.jpg', picture],
      ['faces/live/wrong.jpg', picture],
      ['faces/clips/c.mp4', await fixture('clip.mp4')],
      [
        'faces/labels.csv',
        text('labels.csv', '\uFEFFFile,Label,Subject\r\nlive/a.jpg,live,anna\r\nlive/wrong.jpg,"replay",bert\r\n'),
      ],
      ['faces/captions.jsonl', text('captions.jsonl', captions.map((row) => JSON.stringify(row)).join('\n'))],
    ]);
    expect(report.rejected).toEqual([]);
    expect(brief(report.samples)).toEqual([
      'faces clips/c.mp4 early spoof print',
      'faces clips/c.mp4 middle spoof print',
      'faces live/a.jpg image live -',
      'faces live/wrong.jpg image spoof replay',
    ]);
    expect(report.samples.map(({ captions }) => captions)).toEqual([
      { vanilla: 'Both frames.' },
      { vanilla: 'Only the middle.' },
      { vanilla: 'Even skin.', reasoning: 'Initial observation: a face.' },
      {},
    ]);
    expect(report.samples.map(({ subject }) => subject)).toEqual([null, null, 'anna', 'bert']);
    expect(report.notes).toEqual([
      "1 file has another label in a table than in the folder's name; the table was believed.",
    ]);
  });

  it('with an unknown label or a missing file get a sentence a row, and the rest goes on', async () => {
    const picture = await fixture('exif-1.jpg');
    const report = await run([
      ['faces/live/a.jpg', picture],
      ['faces/live/b.jpg', picture],
      [
        'faces/labels.csv',
        text('labels.csv', 'file,label\nlive/a.jpg,alive-ish\nlive/b.jpg,live\nlive/gone.jpg,live\n'),
      ],
    ]);
    // The table's word on a.jpg could not be read, so its folder's word is not trusted either.
    expect(brief(report.samples)).toEqual(['faces live/a.jpg image - -', 'faces live/b.jpg image live -']);
    expect(report.rejected.map(({ file }) => file)).toEqual(['faces/labels.csv', 'faces/labels.csv']);
    expect(report.rejected[0]!.reason).toMatch(
      /^faces\/labels\.csv, line 2: the label "alive-ish" is not known; allowed are live, real/,
    );
    expect(report.rejected[1]!.reason).toMatch(
      /^faces\/labels\.csv, line 4: the file "live\/gone\.jpg" is not among the files given/,
    );
  });

  it('echo what 1 was read as, and can be switched', async () => {
    const entries: Entry[] = [
      ['faces/a.jpg', await fixture('exif-1.jpg')],
      ['faces/labels.csv', text('labels.csv', 'file,label\na.jpg,1\n')],
    ];
    const guessed = await run(entries);
    expect(guessed.samples[0]!.label).toBe('spoof');
    expect(guessed.notes[0]).toMatch(/'1' was read as spoof .* in faces\/labels\.csv .*switch it if that is wrong/);
    const told = await run(entries, { numericOne: 'live' });
    expect(told.samples[0]!.label).toBe('live');
    expect(told.notes[0]).toContain('as you chose');
  });

  it('that contradict themselves, hold no files or are no tables get a sentence', async () => {
    const picture = await fixture('exif-1.jpg');
    const report = await run([
      ['faces/a.jpg', picture],
      ['faces/1.csv', text('1.csv', 'file,label\na.jpg,live\na.jpg,spoof\n')],
      ['faces/2.csv', text('2.csv', 'name,colour\nx,y\n')],
      ['faces/3.json', text('3.json', '{broken')],
      ['faces/4.json', text('4.json', '{"width": 3}')],
      ['faces/5.csv', text('5.csv', '')],
      ['faces/6.csv', text('6.csv', 'file,label\n')],
    ]);
    expect(report.samples[0]!.label).toBe('live');
    expect(reason(report, 'faces/1.csv')).toContain('line 3: "a.jpg" is spoof here and live in an earlier row');
    expect(reason(report, 'faces/2.csv')).toContain('No column of the table names files');
    expect(reason(report, 'faces/3.json')).toContain('not valid JSON');
    expect(reason(report, 'faces/4.json')).toBe('');
    expect(report.notes).toContain('Passed over, being neither image, video nor table: 1 .json.');
    expect(reason(report, 'faces/5.csv')).toBe(
      'The table is empty (0 bytes). Copy it again from its source, or leave it out.',
    );
    expect(reason(report, 'faces/6.csv')).toMatch(/^faces\/6\.csv has no row below its header.*write a row for each/);
  });
});

describe('trouble on the way', () => {
  it('a full disk ends the import early, with what was stored kept and a sentence; it goes on later', async () => {
    const picture = await fixture('exif-1.jpg');
    const files = Array.from({ length: 10 }, (_, i): Entry => [`faces/live/${i}.jpg`, picture]);
    let room = 2;
    const report = await run(files, {
      write: async () => {
        if (room-- <= 0)
          throw new StorageError({ cause: 'The disk is full.', remedy: 'Free some space.', file: 'frames/x.png' });
      },
    });
    expect(report.samples).toHaveLength(2);
    expect(report.rejected).toEqual([
      {
        file: 'dropped',
        reason:
          'The disk is full. 8 files were not imported after that. What was is kept; give the same folder again to go on. Free some space.',
      },
    ]);
    let written = 0;
    const later = await run(files, { write: async () => void written++ });
    expect(written).toBe(8);
    expect(later.rejected).toEqual([]);
    expect(later.notes).toContain('2 files were there already, from an earlier import, and were not decoded again.');
    expect(await (await database()).count('samples')).toBe(10);
  });

  it('cancelling stops, and keeps what is done', async () => {
    const picture = await fixture('exif-1.jpg');
    const controller = new AbortController();
    let writes = 0;
    const report = await run(
      Array.from({ length: 50 }, (_, i): Entry => [`faces/live/${i}.jpg`, picture]),
      {
        signal: controller.signal,
        write: async () => {
          if (++writes === 4) controller.abort();
        },
      },
    );
    expect(writes).toBeLessThan(10);
    expect(report.rejected).toEqual([]);
    expect(report.samples).toHaveLength(writes);
    expect(await (await database()).count('imported')).toBe(writes);
  });

  it('a file that vanished from the disk after it was chosen gets a sentence', async () => {
    const gone = new Proxy(await fixture('exif-1.jpg'), {
      get: (target, key) => {
        if (key === 'slice') {
          return () => ({
            arrayBuffer: () =>
              Promise.reject(new DOMException('A requested file could not be found.', 'NotFoundError')),
          });
        }
        return Reflect.get(target, key, target) as unknown;
      },
    });
    const report = await run([['faces/live/a.jpg', gone]]);
    expect(reason(report, 'faces/live/a.jpg')).toMatch(/could not be read.*(moved|changed|choose)/i);
  });
});
