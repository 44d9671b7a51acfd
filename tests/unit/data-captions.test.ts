/** The public caption set: read from every kind of table, matched by video, its ambiguity kept in sight. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keepCaptions, keptNotes } from '../../src/data/keep_captions';
import { otherPictures } from '../../src/data/other_pictures';
import { matchCaptions } from '../../src/data/match_captions';
import { MatchCounts } from '../../src/data/match_counts';
import { readCaptionTables } from '../../src/data/read_captions';
import { recognise } from '../../src/data/recognise';
import { combine, sampleRow } from '../../src/data/rows';
import type { CaptionRow, CaptionSource, CaptionTables, PlannedFile, SampleRow } from '../../src/protocol';
import { captionTable } from '../../src/session/caption_table';
import { framesOf, publicRows, textOf, trainingVideos } from '../support/caption_tables';
import { parquetOf } from '../support/parquet_table';

const read = (files: Record<string, Blob | string>): Promise<CaptionTables> =>
  readCaptionTables(
    Object.entries(files).map(([path, content]) => ({ path, file: new File([content], path) })),
    { signal: new AbortController().signal, progress: () => undefined },
  );

/** The samples with what matching changed. */
function matched(rows: readonly CaptionRow[], samples: readonly SampleRow[]): { samples: SampleRow[]; notes: string } {
  const { changed, notes } = matchCaptions(rows, samples);
  const byId = new Map(changed.map((row) => [row.id, row]));
  return { samples: samples.map((row) => byId.get(row.id) ?? row), notes: notes.join('\n') };
}

const VIDEOS = trainingVideos();
const FRAMES = framesOf(VIDEOS);

describe('a table of the public set', () => {
  test.each(['SNAPPY', 'UNCOMPRESSED'] as const)('in Parquet, %s, whole', async (codec) => {
    const { rows, rejected, notes } = await read({ 'v/train.parquet': parquetOf(publicRows('vanilla'), codec) });
    expect([rows.length, rejected, notes]).toEqual([5040, [], []]);
    const { samples, notes: said } = matched(rows, FRAMES);
    expect(said).toMatch(
      /^5040 captions \(vanilla\) found their samples\.\n2520 times two captions fit a video with two/,
    );
    samples.forEach(({ captions, captionSources, role }, i) => {
      const { dir, label } = VIDEOS[i >> 1]!;
      expect(captions).toEqual({ vanilla: textOf('vanilla', label, `${dir}, ${role === 'early' ? 1 : 2}`) });
      expect(captionSources).toEqual({ vanilla: { kind: 'public set', from: 'v/train.parquet', candidates: 2 } });
    });
  });

  test('in Parquet as pyarrow writes it, with a column of pictures', async () => {
    for (const codec of ['zstd', 'snappy']) {
      const bytes = readFileSync(new URL(`../fixtures/data/captions-${codec}.parquet`, import.meta.url));
      const { rows, rejected } = await read({ 'c.parquet': new Blob([new Uint8Array(bytes)]) });
      expect(rejected).toEqual([]);
      expect(rows.map(({ of }) => of.kind === 'video' && [of.faceSet, of.originalDir, of.label]).slice(0, 3)).toEqual([
        ['msu-mfsd', 'real_client002_android_SD_scene01', 'live'],
        ['msu-mfsd', 'real_client002_android_SD_scene01', 'live'],
        ['casia-fasd', '3_NM_7', 'spoof'],
      ]);
      expect(rows[7]!.text).toBe('Caption 2 of 1_1_01_2: an even light – the face is a spoof.');
      expect(rows[7]!.attack).toBe('print');
    }
  });

  test('in CSV, JSON Lines, and JSON of three shapes', async () => {
    const two = publicRows('vanilla').slice(0, 2);
    const csv = [Object.keys(two[0]!), ...two.map((row) => Object.values<string | number | null>({ ...row }))]
      .map((line) => line.map((value) => `"${value ?? ''}"`).join(','))
      .join('\n');
    const texts = {
      'a.csv': csv,
      'a.jsonl': two.map((row) => JSON.stringify(row)).join('\n'),
      'a.json': JSON.stringify(two),
      'b.json': JSON.stringify({ data: two, features: [] }),
      'c.json': JSON.stringify({ features: [{ name: 'id' }], rows: two.map((row, row_idx) => ({ row_idx, row })) }),
    };
    for (const [path, text] of Object.entries(texts)) {
      const { rows, rejected } = await read({ [path]: text });
      expect([rejected, rows.map((row) => row.text)]).toEqual([[], two.map((row) => row.gpt_caption_holistic)]);
    }
  });

  test('in both families at once: the six stages tell them apart, row by row', async () => {
    const reasoning = publicRows('reasoning', VIDEOS.slice(0, 3)).map((row, i) =>
      // Of a mix of both: a video with a vanilla caption first and a reasoning one second.
      i === 2 ? { ...row, gpt_caption_holistic: textOf('vanilla', 'live', 'a mixed video') } : row,
    );
    const { rows } = await read({
      '2frame/v.parquet': parquetOf(publicRows('vanilla', VIDEOS.slice(0, 1)), 'SNAPPY'),
      '2frame/w.parquet': parquetOf(reasoning, 'SNAPPY'),
    });
    const { samples } = matched(rows, framesOf(VIDEOS.slice(0, 3)));
    expect(samples.map(({ captions }) => Object.keys(captions).sort())).toEqual([
      ['reasoning', 'vanilla'],
      ['reasoning', 'vanilla'],
      ['vanilla'],
      ['reasoning'],
      ['reasoning'],
      ['reasoning'],
    ]);
    expect(samples[3]!.captionSources).toEqual({
      reasoning: { kind: 'public set', from: '2frame/w.parquet', candidates: 1 },
    });
  });

  test('with other counts than its description gives is remarked on', async () => {
    const { notes } = await read({
      'm.parquet': parquetOf(publicRows('vanilla', VIDEOS.slice(0, 119)).slice(1), 'SNAPPY'),
    });
    expect(notes).toEqual([
      'm.parquet has 237 captions; the public caption set has 240 for these sources, two a training video (MSU-MFSD 237 instead of 240).',
      '1 of 119 videos in m.parquet does not have the usual two captions: real_client000_android_SD_scene01 (1).',
    ]);
  });

  test('costs a sentence for each row that cannot be used, and the rest goes on', async () => {
    const [good] = publicRows('vanilla');
    const bad = [
      { ...good, spoof: 2 },
      { ...good, source: 'CelebA' },
      { ...good, original_dir: '' },
      { ...good, gpt_caption_holistic: ' ' },
      { ...good, gpt_caption_holistic: 'x'.repeat(50_001) },
    ];
    const { rows, rejected } = await read({ 'a.json': JSON.stringify([...bad, good]), 'b.parquet': 'PAR1' });
    expect(rows).toHaveLength(1);
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'a.json, entry 1: spoof is "2", which is neither label: write 0, false or live for a live video, 1, true or spoof for a spoof one. The row was left out.',
      'a.json, entry 2: the source "CelebA" is not known; MSU-MFSD, CASIA, IDIAP, OULU-NPU and SiW-Mv2 are.',
      'a.json, entry 3: the row names no video; fill in its original_dir.',
      'a.json, entry 4: the caption of "real_client000_android_SD_scene01" is empty.',
      'a.json, entry 5: the caption is 50001 characters long; at most 50000 are taken. Shorten it.',
      'The file is not a whole Parquet file. Copy or download it again.',
    ]);
    const whole = new Uint8Array(await parquetOf(publicRows('vanilla').slice(0, 40), 'SNAPPY').arrayBuffer());
    for (let at = 4; at < whole.length - 4; at += 97) {
      const damaged = whole.slice();
      damaged[at]! ^= 0xff;
      // Whatever the bit: rows or a sentence, never an exception.
      const result = await read({ 'd.parquet': new Blob([damaged]) });
      expect(result.rows.length + result.rejected.length).toBeGreaterThan(0);
    }
  });
});

test('an empty table, and one of a header alone, are named with what to do', async () => {
  const { rejected } = await read({ 'a.csv': '', 'b.csv': 'file,caption\n', 'c.jsonl': '' });
  expect(rejected).toEqual([
    { file: 'a.csv', reason: 'The table is empty (0 bytes). Copy it again from its source, or leave it out.' },
    {
      file: 'b.csv',
      reason:
        'b.csv has no row below its header, so it says nothing of any file: write a row for each file, or leave the table out.',
    },
    { file: 'c.jsonl', reason: 'The table is empty (0 bytes). Copy it again from its source, or leave it out.' },
  ]);
});

describe('matching', () => {
  const all = async (): Promise<CaptionRow[]> => (await read({ 'v.json': JSON.stringify(publicRows('vanilla')) })).rows;

  test('says which captions stay alone', async () => {
    const some = FRAMES.filter(({ faceSet }) => faceSet !== 'oulu-npu').slice(2);
    const { notes } = matched(await all(), some);
    expect(notes).toContain(
      '2 captions of 1 video of MSU-MFSD found no sample, such as real_client000_android_SD_scene01.',
    );
    expect(notes).toContain(
      '3600 captions of 1800 videos of OULU-NPU found no sample, such as 1_1_01_1, 1_1_01_2, 1_1_01_3.',
    );
  });

  test('keeps the test part of CASIA-FASD, whose users have the same numbers, apart', async () => {
    const casia = FRAMES.filter(({ faceSet }) => faceSet === 'casia-fasd');
    const twin = casia.map((row) => ({
      ...row,
      id: `test/${row.id}`,
      video: `test/${row.video}`,
      part: 'test' as const,
    }));
    const { samples } = matched(await all(), [...casia, ...twin]);
    expect(samples.map(({ captions }) => Object.keys(captions).length)).toEqual([
      ...casia.map(() => 1),
      ...twin.map(() => 0),
    ]);
    // Where no part is known, nothing tells them apart.
    const unknown = [...casia, ...twin].map((row) => {
      const { part, ...rest } = row;
      return part === undefined ? row : rest;
    });
    expect(matched(await all(), unknown).notes).toContain(
      '480 captions fit more than one video of a set and were left out',
    );
  });

  test('gives each of two sets with the same videos its captions', async () => {
    const copy = FRAMES.slice(0, 2).map((row) => ({
      ...row,
      id: `copy/${row.id}`,
      set: 'copy',
      video: `copy/${row.video}`,
    }));
    const { samples } = matched(await all(), [...FRAMES.slice(0, 2), ...copy]);
    expect(samples.map(({ captions }) => captions.vanilla?.slice(-23, -21))).toEqual(
      Array(4).fill(samples[0]!.captions.vanilla!.slice(-23, -21)),
    );
    expect(samples[2]!.captions).toEqual(samples[0]!.captions);
  });

  test('is the same a second time, keeps a swapped pair swapped, and what a person wrote', async () => {
    const rows = await all();
    const once = matched(rows, FRAMES.slice(0, 4)).samples;
    expect(matchCaptions(rows, once).changed).toEqual([]);
    const [first, second, third, fourth] = once as [SampleRow, SampleRow, SampleRow, SampleRow];
    const mine: SampleRow = {
      ...third,
      captions: { vanilla: 'Mine.' },
      captionSources: { vanilla: { kind: 'edited', from: '' } },
    };
    const own: SampleRow = {
      ...fourth,
      captions: { vanilla: 'Of my table.' },
      captionSources: { vanilla: { kind: 'table', from: 't.csv' } },
    };
    const swapped = [{ ...first, captions: second.captions }, { ...second, captions: first.captions }, mine, own];
    const { changed, notes } = matchCaptions(rows, swapped);
    expect(changed).toEqual([]);
    expect(notes.join('\n')).toMatch(
      /1 caption that you edited was kept, though a table says otherwise: live\/real_client001/,
    );
    expect(notes.join('\n')).toMatch(/1 caption of your own tables was kept instead of that of the caption set/);
  });

  test('keeps a swapped pair of which one was edited or cleared, and the empty caption empty', async () => {
    const rows = await all();
    const [first, second] = matched(rows, FRAMES.slice(0, 2)).samples as [SampleRow, SampleRow];
    for (const text of ['Mine.', undefined]) {
      const edited: SampleRow = {
        ...first,
        captions: text === undefined ? {} : { vanilla: text },
        captionSources: { vanilla: { kind: 'edited', from: '' } },
      };
      const swapped = [edited, { ...second, captions: first.captions }];
      const { changed, notes } = matchCaptions(rows, swapped);
      expect(changed).toEqual([]);
      expect(notes.join('\n')).toMatch(/1 caption that you edited was kept/);
      // Where the other frame has none of them, they are given anew; what was cleared stays so.
      expect(matchCaptions(rows, [edited, FRAMES[1]!]).changed.map(({ id }) => id)).toEqual([second.id]);
    }
  });

  test('does not take a caption of a live video for a spoof one', async () => {
    const wrong = FRAMES.slice(0, 2).map((row) => ({ ...row, label: 'spoof' as const }));
    const { samples, notes } = matched((await all()).slice(0, 2), wrong);
    expect(samples).toEqual(wrong);
    expect(notes).toContain('2 captions were left out, as the table and the data disagree whether it is live or spoof');
  });

  test('says where every label is the other way round, which is no accident', async () => {
    const wrong = FRAMES.map((row) => ({
      ...row,
      label: row.label === 'live' ? ('spoof' as const) : ('live' as const),
    }));
    const live = (await all()).filter(({ of }) => of.kind === 'video' && of.label === 'live');
    const { notes } = matched(
      live,
      wrong.filter(({ label }) => label === 'spoof'),
    );
    expect(notes).toMatch(
      /captions were left out, .* No caption fits: the table may mean the opposite by its numbers; a column/,
    );
    expect(matched(live, [...wrong, ...FRAMES]).notes).not.toContain('the opposite');
  });

  test('counts one caption as one in every sentence', () => {
    const counts = new MatchCounts();
    const whats = ['left over', 'label differs', 'several videos', 'attack differs', 'superseded', 'still not taken'];
    const more = ['file absent', 'file ambiguous', 'edited kept', 'own kept', 'drafts replaced', 'replaced', 'pairs'];
    for (const what of [...whats, ...more]) counts.add(what, 'a.mp4');
    const notes = counts.notes();
    expect(notes).toHaveLength(13);
    expect(notes[0]).toMatch(/^Once two captions fit/);
    expect(notes.slice(1).map((note) => note.split(/[.,:(]/)[0]!.trim())).toEqual([
      '1 caption more than there are frames of the video was not used',
      '1 caption was left out',
      '1 caption fits more than one video of a set and was left out',
      '1 caption names another kind of attack than the data',
      '1 caption of a',
      '1 caption is of a file that is not among the data',
      '1 caption is of a still that is not one of those that were taken of its video',
      '1 caption fits more than one file',
      '1 caption that you edited was kept',
      '1 caption of your own tables was kept instead of that of the caption set',
      '1 drafted caption was replaced by that of a table',
      '1 caption of an earlier table was replaced',
    ]);
    expect(notes.join()).toContain('1 caption of a.mp4 differs from those');
  });

  test('takes captions of an own table by set, file and frame', async () => {
    const table = [
      { set: 'msu-mfsd', file: FRAMES[0]!.file, frame: 'middle', caption: 'A face.' },
      { file: FRAMES[2]!.file, caption_vanilla: 'For both frames.', vanilla_kind: 'draft', vanilla_from: 'tiny' },
      { file: 'nowhere.mp4', caption: 'Lost.' },
    ];
    const { rows, rejected } = await read({ 'own.jsonl': table.map((row) => JSON.stringify(row)).join('\n') });
    expect(rejected).toEqual([]);
    const { samples, notes } = matched(rows, FRAMES.slice(0, 4));
    expect(samples.map(({ captions }) => captions.vanilla)).toEqual([
      undefined,
      'A face.',
      'For both frames.',
      'For both frames.',
    ]);
    expect(samples[1]!.captionSources).toEqual({ vanilla: { kind: 'table', from: 'own.jsonl' } });
    expect(samples[2]!.captionSources).toEqual({ vanilla: { kind: 'draft', from: 'tiny' } });
    expect(notes).toContain('1 caption is of a file that is not among the data: nowhere.mp4. Add the file first.');
  });
});

describe('an own table that comes alone', () => {
  const [early, middle] = FRAMES.slice(0, 2) as [SampleRow, SampleRow];
  const given = async (...table: object[]): ReturnType<typeof read> =>
    read({ 'own.jsonl': table.map((row) => JSON.stringify(row)).join('\n') });

  test('gives one caption a frame: the first of several stands, and one for the very frame before one for all', async () => {
    const { file } = early;
    const { rows } = await given(
      { file, caption: 'For all.' },
      { file, caption: 'Another for all.' },
      { file, caption: 'For all.' },
      { file, frame: 'middle', caption: 'For this one.' },
      { file, frame: 'middle', caption: 'Another for this one.' },
      { file, caption: 'Too late.' },
    );
    const old = {
      captions: { vanilla: 'Old.' },
      captionSources: { vanilla: { kind: 'table', from: 'a.csv' } },
    } as const;
    const { samples, notes } = matched(rows, [{ ...early, ...old }, middle]);
    expect(samples.map(({ captions }) => captions.vanilla)).toEqual(['For all.', 'For this one.']);
    expect(notes).toContain('2 captions (vanilla) found their samples.');
    expect(notes).toContain(`1 caption of an earlier table was replaced: ${file}.`);
    expect(notes).toMatch(
      /\d captions were left out, as an earlier row gives the same frame another one: .* Add a frame column/,
    );
  });

  test('does not explain another label than its sample has', async () => {
    const { rows } = await given({ file: early.file, label: 'spoof', caption: 'It is a print.' });
    const { samples, notes } = matched(rows, [early, middle]);
    expect(samples).toEqual([early, middle]);
    expect(notes).toContain(
      `2 captions were left out, as the table and the data disagree whether it is live or spoof: ${early.file} (spoof, here live).`,
    );
    const same = await given({ file: early.file, label: 'live', caption: 'It is a face.' });
    expect(matched(same.rows, [early, middle]).samples[0]!.captions.vanilla).toBe('It is a face.');
  });

  test('has captions of words', async () => {
    const { rows, rejected } = await given({ file: early.file, caption: 5 }, { file: early.file, vanilla: '...' });
    expect(rows).toEqual([]);
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'own.jsonl, line 1: the caption is "5", which holds no word. The caption was left out.',
      'own.jsonl, line 2: the caption is "...", which holds no word. The caption was left out.',
      expect.stringMatching(/has no captions/),
    ]);
  });
});

describe('an export of all captions', () => {
  test('gives the same captions with the same sources, in and out', async () => {
    const rows = (await read({ 'v.json': JSON.stringify(publicRows('vanilla', VIDEOS.slice(0, 3))) })).rows;
    const some = matched(rows, framesOf(VIDEOS.slice(0, 3))).samples.map((row, i): SampleRow => {
      if (i === 4) return { ...row, captions: {}, captionSources: {} };
      const reasoning = `${textOf('reasoning', 'live', 'it')}\n"quoted", ${i}`;
      const kind = (['edited', 'draft', 'table'] as const)[i % 3]!;
      return {
        ...row,
        captions: { ...row.captions, reasoning },
        captionSources: { ...row.captionSources, reasoning: { kind, from: kind === 'edited' ? '' : 'a' } },
      };
    });
    const { rows: again, rejected } = await read({ 'captions.jsonl': captionTable(some) });
    expect(rejected).toEqual([]);
    const bare = some.map((row) => ({ ...row, captions: {}, captionSources: {} }));
    expect(matched(again, bare).samples).toEqual(some);
  });

  test('has a line for a caption that was cleared', () => {
    const bare = { ...FRAMES[0]!, captions: {}, captionSources: {} };
    const cleared = { ...bare, captionSources: { vanilla: { kind: 'edited', from: '' } } } as const;
    expect(captionTable([bare])).toBe('');
    const line = JSON.parse(captionTable([cleared])) as Record<string, unknown>;
    expect(line).toMatchObject({ file: bare.file, vanilla_kind: 'edited', vanilla_from: '' });
    expect(line).not.toHaveProperty('caption_vanilla');
  });

  test('clears again what was cleared, also where a table beside the files had given it back', async () => {
    const [bare] = framesOf(VIDEOS.slice(0, 1));
    const cleared = { ...bare!, captions: {}, captionSources: { vanilla: { kind: 'edited', from: '' } } } as const;
    const { rows } = await read({ 'captions.jsonl': captionTable([cleared]) });
    const told = { vanilla: { kind: 'table', from: 'own.csv' } } as const;
    const given = { ...bare!, captions: { vanilla: 'Of the table.' }, captionSources: told };
    for (const before of [given, { ...bare!, captions: {}, captionSources: {} }]) {
      expect(matched(rows, [before]).samples).toEqual([cleared]);
    }
  });

  test('beside the files, leaves a cleared caption empty, with its source', async () => {
    const edited = { vanilla: { kind: 'edited', from: '' } } as const;
    const known = {
      ...combine(recognise('set/live/a.png', 'set'), undefined),
      captions: { all: { vanilla: '' } },
      sources: { all: edited },
    };
    const stored = { width: 1, height: 1, thumbnail: new Blob() };
    const row = await sampleRow(known, 'image', 0, stored as Parameters<typeof sampleRow>[3]);
    expect([row.captions, row.captionSources]).toEqual([{}, edited]);
  });
});

describe('samples that are imported again', () => {
  const sourced = (text: string, kind: CaptionSource['kind'], from = 't.csv'): Partial<SampleRow> => ({
    captions: { vanilla: text },
    captionSources: { vanilla: { kind, from } },
  });
  const [frame] = FRAMES;
  const kept = (old: Partial<SampleRow>, now: Partial<SampleRow>, tables: string[] = []): (string | undefined)[] => {
    const { rows, ...told } = keepCaptions([{ ...frame!, ...old }], [{ ...frame!, ...now }], new Set(tables));
    return [rows[0]!.captions.vanilla, ...keptNotes(told)];
  };

  test('keep what was edited, with a word; take what a table says; keep what no table speaks of', () => {
    expect(kept(sourced('Mine.', 'edited', ''), sourced('Table.', 'table'))).toEqual([
      'Mine.',
      expect.stringMatching(/^1 caption that you edited was kept, though a table says otherwise: live\/real_client000/),
    ]);
    const cleared = { captions: {}, captionSources: { vanilla: { kind: 'edited', from: '' } } } as const;
    expect(kept(cleared, sourced('Table.', 'table'))).toEqual([
      undefined,
      expect.stringMatching(/^1 caption that you edited was kept/),
    ]);
    expect(keepCaptions([{ ...frame!, ...cleared }], [frame!], new Set()).rows[0]).toMatchObject(cleared);
    expect(kept(sourced('Old.', 'table'), sourced('New.', 'table'))).toEqual(['New.']);
    expect(kept(sourced('Draft.', 'draft', 'tiny'), sourced('New.', 'table'))).toEqual([
      'New.',
      expect.stringMatching(/^1 drafted caption was replaced by that of a table/),
    ]);
    expect(kept(sourced('Public.', 'public set', 'v.parquet'), {})).toEqual(['Public.']);
    expect(kept(sourced('Gone from its table.', 'table'), {}, ['t.csv'])).toEqual([undefined]);
    expect(kept(sourced('Of a table that was not given.', 'table'), {}, ['u.csv'])[0]).toMatch(/^Of a table/);
  });

  test('lose what was said of a picture that another one has replaced; what was edited goes with a word', () => {
    const replaced = (old: Partial<SampleRow>, now: Partial<SampleRow>): (string | undefined)[] => {
      const { rows, ...told } = keepCaptions(
        [{ ...frame!, ...old }],
        [{ ...frame!, ...now }],
        new Set(),
        new Set([frame!.id]),
      );
      return [rows[0]!.captions.vanilla, ...keptNotes(told)];
    };
    expect(replaced(sourced('Old.', 'table'), {})).toEqual([undefined]);
    expect(replaced(sourced('Old.', 'public set'), sourced('New.', 'table'))).toEqual(['New.']);
    expect(replaced(sourced('Mine.', 'edited', ''), {})).toEqual([
      undefined,
      expect.stringMatching(/^1 caption that you edited is gone, as another picture .*: live\/real_client000/),
    ]);
  });

  test('show another picture where the size is another, or the thumbnail under another date', async () => {
    const thumbnail = (text: string): SampleRow => ({ ...frame!, thumbnail: new Blob([text]) });
    const asked = (size: number, recipe: string, now: string): Promise<string[]> =>
      otherPictures(
        {
          entry: {
            ...{ set: 's', file: 'a', size: 10, modified: 1, recipe: 'paper/none' },
            samples: [],
            rejected: null,
          },
          rows: [thumbnail('old')],
        },
        { index: 0, path: 'a', size, modified: 2 } as PlannedFile,
        recipe,
        [thumbnail(now)],
      );
    expect(await asked(11, 'paper/none', 'old')).toEqual([frame!.id]);
    expect(await asked(10, 'paper/none', 'new')).toEqual([frame!.id]);
    expect(await asked(10, 'paper/none', 'old')).toEqual([]);
    expect(await asked(10, 'paper/tight', 'new')).toEqual([]);
  });
});
