/** The session's captions: tables that come alone, edits, swaps, the audit and drafts, kept over reload and re-import. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { SampleRow, SourceFile } from '../../src/protocol';
import type { AppSession } from '../../src/session/session';
import { DRAFT_INSTRUCTIONS } from '../../src/session/draft_instructions';
import { loadSamples, saveSamples } from '../../src/store/samples';
import { loadSetting } from '../../src/store/settings';
import { framesOf, publicRows, textOf, trainingVideos } from '../support/caption_tables';
import { eachTestAnew, fakes, open, texts } from '../support/session';

const VIDEOS = trainingVideos().slice(0, 3);
const FRAMES = framesOf(VIDEOS);

const file = (path: string, content: Blob | string): SourceFile => ({ path, file: new File([content], path) });
const ROWS = publicRows('vanilla', VIDEOS).map((row) => JSON.stringify(row));
const table = (): SourceFile => file('vanilla.jsonl', ROWS.join('\n'));
const vanilla = ({ state }: AppSession): (string | undefined)[] =>
  state.data.samples.map(({ captions }) => captions.vanilla);
const at = (session: AppSession, index: number): SampleRow => session.state.data.samples[index]!;

eachTestAnew();
beforeEach(() => saveSamples(FRAMES));

describe('a caption table that comes alone', () => {
  test('gives its captions to the samples that are there, for good', async () => {
    const session = await open();
    const { split } = session.state.data;
    await session.importFiles([table()]);
    expect(session.state.notices).toEqual([]);
    const told = ['live/real_client000', 'live/real_client001', 'live/real_client002'].flatMap((stem) => {
      const dir = `${stem.slice(5)}_android_SD_scene01`;
      return [1, 2].map((frame) => textOf('vanilla', 'live', `${dir}, ${frame}`));
    });
    expect(vanilla(session)).toEqual(told);
    expect(session.state.data.split).toEqual(split);
    expect(session.state.data.notes.join('\n')).toMatch(/vanilla\.jsonl: 6 captions \(vanilla\) found their samples/);
    expect((await loadSamples()).map(({ captions }) => captions.vanilla)).toEqual(told);
    expect(session.state.data.importing).toBeNull();
    const later = await open();
    expect(vanilla(later)).toEqual(told);
    expect(later.state.data.notes).toEqual(session.state.data.notes);
  });

  test('that cannot be read is named, and changes nothing', async () => {
    const session = await open();
    await session.importFiles([file('broken.parquet', 'PAR1'), file('labels.csv', 'file,label\na.mp4,live\n')]);
    expect(session.state.data.rejected.map(({ file: name, reason }) => [name, reason.slice(0, 40)])).toEqual([
      ['broken.parquet', 'The file is not a whole Parquet file. Co'],
      ['labels.csv', 'The table has no captions. Its labels ar'],
    ]);
    expect(session.state.data.samples).toEqual(await loadSamples());
  });
});

describe('an edit', () => {
  test('is saved, can be taken back, and no table replaces it', async () => {
    const session = await open();
    await session.importFiles([table()]);
    const { id } = at(session, 0);
    const first = vanilla(session)[0];
    await session.captions.edit(id, 'vanilla', '  My words. ');
    expect(at(session, 0).captionSources?.vanilla).toEqual({ kind: 'edited', from: '' });
    expect((await loadSamples())[0]!.captions.vanilla).toBe('My words.');
    await session.importFiles([table()]);
    expect(vanilla(session)[0]).toBe('My words.');
    expect(session.state.data.notes.join('\n')).toMatch(/1 caption that you edited was kept/);
    // What an import left as it was edited can still be taken back.
    expect(session.state.captions.undo).toMatch(/^edit of live/);
    await session.captions.edit(id, 'vanilla', '');
    expect(at(session, 0).captions).toEqual({});
    expect(session.state.captions.undo).toMatch(/^edit of live/);
    await session.captions.undo();
    expect(vanilla(session)[0]).toBe('My words.');
    await session.captions.undo();
    expect(vanilla(session)[0]).toBe(first);
    expect(session.state.captions.undo).toBeNull();
  });

  test('of one tab cannot be taken back over a newer one of another', async () => {
    const [first, second] = [await open(), await open()];
    const { id } = at(first, 0);
    await first.captions.edit(id, 'vanilla', 'Of the first.');
    await expect.poll(() => vanilla(second)[0]).toBe('Of the first.');
    await second.captions.edit(id, 'vanilla', 'Of the second.');
    await expect.poll(() => vanilla(first)[0]).toBe('Of the second.');
    expect(first.state.captions.undo).toBeNull();
    await first.captions.undo();
    expect((await loadSamples())[0]!.captions.vanilla).toBe('Of the second.');
    expect(second.state.captions.undo).toMatch(/^edit of live/);
  });

  test('that clears a caption stands against tables and imports', async () => {
    const session = await open();
    await session.importFiles([table()]);
    await session.captions.edit(at(session, 0).id, 'vanilla', '');
    await session.importFiles([table()]);
    expect(at(session, 0).captions).toEqual({});
    expect((await loadSamples())[0]!.captionSources?.vanilla).toEqual({ kind: 'edited', from: '' });
  });

  test('survives the same files again, where the table says otherwise', async () => {
    const session = await open();
    await session.clearData();
    await session.importFiles([file('set/live/a.png', 'pixels')]);
    await session.captions.edit(at(session, 0).id, 'vanilla', 'Mine.');
    await session.importFiles([file('set/live/a.png', 'pixels')]);
    expect(vanilla(session)).toEqual(['Mine.']);
    expect(session.state.data.notes.join('\n')).toMatch(/1 caption that you edited was kept, though a table says/);
  });

  test('swaps the pair of a video, and the table keeps it swapped', async () => {
    const session = await open();
    await session.importFiles([table()]);
    const [a, b] = vanilla(session);
    await session.captions.swap(at(session, 1).id, 'vanilla');
    expect(vanilla(session).slice(0, 2)).toEqual([b, a]);
    await session.importFiles([table()]);
    expect(vanilla(session).slice(0, 2)).toEqual([b, a]);
    expect(at(session, 0).captionSources?.vanilla).toMatchObject({ kind: 'public set', candidates: 2 });
  });

  test('that swaps captions of an own table stands against that table', async () => {
    const session = await open();
    const name = at(session, 0).file;
    const own = (): SourceFile => file('own.csv', `file,frame,caption\n${name},early,One.\n${name},middle,Two.\n`);
    await session.importFiles([own()]);
    expect(vanilla(session).slice(0, 2)).toEqual(['One.', 'Two.']);
    await session.captions.swap(at(session, 0).id, 'vanilla');
    await session.importFiles([own()]);
    expect(vanilla(session).slice(0, 2)).toEqual(['Two.', 'One.']);
    expect(session.state.data.notes.join('\n')).toMatch(/2 captions that you edited were kept/);
  });
});

test('the audit is kept until captions change, and exported', async () => {
  const session = await open();
  expect(() => session.captions.findings('csv')).toThrow('have not been audited');
  await session.importFiles([table()]);
  await session.captions.edit(at(session, 0).id, 'vanilla', 'This is a printed photo, seen in low resolution.');
  await session.captions.audit();
  const { audit, stale, auditing } = session.state.captions;
  expect([audit?.captions, stale, auditing]).toEqual([6, false, null]);
  expect(audit?.counts).toMatchObject({ contradiction: 1, resolution: 1 });
  const csv = await session.captions.findings('csv').text();
  expect(csv).toMatch(/msu-mfsd,live\/real_client000.*,early,vanilla,contradiction,\d+,"says spoof, labelled live"/);
  const json = JSON.parse(await session.captions.findings('json').text()) as { findings: { file: string }[] };
  expect(json.findings[0]?.file).toMatch(/^live\/real_client000/);
  expect(await session.captions.marks(at(session, 1).id, 'vanilla', 'It is fake, says the background.')).toMatchObject([
    { kind: 'contradiction' },
    { kind: 'background' },
  ]);
  await session.captions.edit(at(session, 0).id, 'vanilla', 'This is a live face.');
  expect(session.state.captions.stale).toBe(true);
});

const asked = {
  style: 'reasoning',
  instruction: 'Say {label}, {attack}.',
  maxTokens: 64,
  sampling: null,
  runId: null,
} as const;

describe('drafts', () => {
  test('wait until they are taken, and are marked with the model', async () => {
    const session = await open();
    const ids = session.state.data.samples.map(({ id }) => id);
    await session.captions.draft({ ...asked, sampleIds: ids.slice(0, 3) });
    expect(fakes.calls.at(-1)).toBe('caption.drafts 3 reasoning');
    expect(session.state.captions.drafts.map(({ text }) => text)).toEqual(Array(3).fill('Say live, no attack.'));
    expect(session.state.data.samples.every(({ captions }) => captions.reasoning === undefined)).toBe(true);
    session.captions.editDraft(ids[1]!, 'reasoning', 'Changed.');
    session.captions.discard({ sampleId: ids[2]!, style: 'reasoning' });
    await session.captions.accept(null, false);
    expect(session.state.captions.drafts).toEqual([]);
    expect((await loadSamples()).map(({ captions }) => captions.reasoning)).toEqual([
      'Say live, no attack.',
      'Changed.',
      ...Array<undefined>(4).fill(undefined),
    ]);
    expect(at(session, 0).captionSources?.reasoning).toEqual({ kind: 'draft', from: 'tiny' });
    expect(at(session, 1).captionSources?.reasoning).toEqual({ kind: 'edited', from: '' });
    await session.captions.undo();
    expect(session.state.data.samples.every(({ captions }) => captions.reasoning === undefined)).toBe(true);
  });

  test('that wait are there after a reload, as they were changed, and go with their samples', async () => {
    const session = await open();
    const ids = session.state.data.samples.map(({ id }) => id);
    await session.captions.draft({ ...asked, sampleIds: ids.slice(0, 3) });
    session.captions.editDraft(ids[1]!, 'reasoning', 'Changed.');
    session.captions.discard({ sampleId: ids[2]!, style: 'reasoning' });
    const { drafts } = session.state.captions;
    expect(drafts).toHaveLength(2);
    await expect.poll(() => loadSetting('captions.drafts')).toEqual(drafts);
    const later = await open();
    expect(later.state.captions.drafts).toEqual(drafts);
    await later.captions.accept({ sampleId: ids[1]!, style: 'reasoning' }, false);
    expect(at(later, 1).captions.reasoning).toBe('Changed.');
    expect(await loadSetting('captions.drafts')).toEqual(drafts.slice(0, 1));
    await later.clearData();
    expect(later.state.captions.drafts).toEqual([]);
    await expect.poll(() => loadSetting('captions.drafts')).toBeNull();
  });

  test('replace a caption only where that is asked for', async () => {
    const session = await open();
    await session.importFiles([table()]);
    const [id] = session.state.data.samples.map((row) => row.id);
    await session.captions.draft({ ...asked, style: 'vanilla', sampleIds: [id!] });
    const before = vanilla(session);
    await session.captions.accept(null, false);
    expect(vanilla(session)).toEqual(before);
    expect(texts(session)).toMatch(/1 draft still waits/);
    await session.captions.accept({ sampleId: id!, style: 'vanilla' }, true);
    expect(vanilla(session)[0]).toBe('Say live, no attack.');
  });

  test('can be cancelled: those that came stay; what cannot be asked gets a sentence', async () => {
    const session = await open({ pace: 20 });
    const ids = session.state.data.samples.map(({ id }) => id);
    const drafting = session.captions.draft({ ...asked, sampleIds: ids });
    while (session.state.captions.drafts.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(session.state.captions.drafting?.style).toBe('reasoning');
    session.captions.cancelDrafts();
    await drafting;
    expect(session.state.captions.drafting).toBeNull();
    const { length } = session.state.captions.drafts;
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThan(6);
    expect(session.state.notices).toEqual([]);
    await session.captions.draft({ ...asked, instruction: ' ', sampleIds: ids });
    await session.captions.draft({ ...asked, sampleIds: [] });
    expect(texts(session)).toMatch(/instruction is empty[^]*None of the samples has a label/);
    expect(Object.values(DRAFT_INSTRUCTIONS).every((text) => text.includes('{label}'))).toBe(true);
  });
});

describe('two tabs', () => {
  test('change the drafts that wait without losing what the other does, also while one drafts', async () => {
    const first = await open({ pace: 40 });
    const ids = first.state.data.samples.map(({ id }) => id);
    const drafting = first.captions.draft({ ...asked, sampleIds: ids.slice(0, 6) });
    await expect.poll(() => first.state.captions.drafts.length).toBeGreaterThanOrEqual(3);
    const second = await open();
    expect(second.state.captions.drafts.length).toBeGreaterThanOrEqual(3);
    second.captions.editDraft(ids[0]!, 'reasoning', 'By the second tab.');
    second.captions.discard({ sampleId: ids[1]!, style: 'reasoning' });
    await second.captions.accept({ sampleId: ids[2]!, style: 'reasoning' }, true);
    await drafting;
    await expect.poll(() => loadSetting('captions.drafts')).toHaveLength(4);
    const of = ({ state }: AppSession): string[] => state.captions.drafts.map(({ sampleId }) => sampleId).sort();
    for (const session of [first, second]) {
      await expect.poll(() => of(session)).toEqual([ids[0]!, ...ids.slice(3, 6)].sort());
      expect(session.state.captions.drafts.find(({ sampleId }) => sampleId === ids[0])?.text).toBe(
        'By the second tab.',
      );
    }
  });

  test('take no draft over, and take nothing back from, a caption that the other has written since', async () => {
    const session = await open();
    const [one, two] = session.state.data.samples;
    await session.captions.edit(one!.id, 'vanilla', 'Of this tab.');
    await session.captions.draft({ ...asked, sampleIds: [two!.id] });
    // Written by a tab that this one has not heard yet, as while a run goes.
    const [row, other] = [one!, two!];
    await saveSamples([
      { ...row, captions: { vanilla: 'Later, of the other.' } },
      { ...other, captions: { reasoning: 'By hand.' } },
    ]);
    await session.captions.accept(null, false);
    await session.captions.undo();
    const stored = new Map((await loadSamples()).map(({ id, captions }) => [id, captions]));
    expect([stored.get(row.id), stored.get(other.id)]).toEqual([
      { vanilla: 'Later, of the other.' },
      { reasoning: 'By hand.' },
    ]);
    expect(texts(session)).toMatch(/1 draft still waits/);
    expect(texts(session)).toMatch(/cannot be taken back: what it wrote was changed since/);
  });

  test('a table that comes keeps what the other has edited since', async () => {
    const session = await open();
    const { id } = at(session, 0);
    const mine = {
      captions: { vanilla: 'By hand.' },
      captionSources: { vanilla: { kind: 'edited', from: '' } },
    } as const;
    await saveSamples([{ ...at(session, 0), ...mine }]);
    await session.importFiles([table()]);
    expect((await loadSamples()).find((row) => row.id === id)?.captions.vanilla).toBe('By hand.');
    expect(session.state.data.notes.join(' ')).toContain('1 caption that you edited was kept');
  });
});
