/** What the session says of the data: true of the samples that are there, and of the last import of each set. */
import { describe, expect, test } from 'vitest';
import { StateHolder } from '../../src/session/holder';
import type { AppSession } from '../../src/session/session';
import { ShownData } from '../../src/session/shown_data';
import { saveSamples } from '../../src/store/samples';
import { rowOf } from '../support/rows';
import { eachTestAnew, files, open } from '../support/session';

eachTestAnew();

const notes = ({ state }: AppSession): string[] => state.data.notes;
const table = (name: string, rows: readonly string[]): ReturnType<typeof files> =>
  files([name], ['file,caption', ...rows, ''].join('\n'));

describe('remarks on the samples', () => {
  test('follow their captions: given by a table, edited, taken back, and after a reload', async () => {
    await saveSamples([1, 2].map((n) => ({ ...rowOf(`set/live/${n}.png`), captions: {} })));
    const session = await open();
    expect(notes(session)).toEqual(['2 of 2 labelled samples have no caption: they train the live/spoof head only.']);
    await session.importFiles(table('one.csv', ['set/live/1.png,A face.']));
    const one = '1 of 2 labelled samples has no caption: it trains the live/spoof head only.';
    expect(notes(session)[0]).toBe(one);
    expect(notes(session).slice(1).join()).toContain('1 caption (vanilla) found its sample.');
    await session.captions.edit(rowOf('set/live/2.png').id, 'vanilla', 'Another face.');
    expect(notes(session).join()).not.toContain('labelled');
    await session.captions.undo();
    expect(notes(session)[0]).toBe(one);
    expect(notes(await open())).toEqual(notes(session));
  });

  test('follow an import and a clearing', async () => {
    const session = await open();
    await session.importFiles(files(['set/faces/1.png']), { ask: false });
    expect(notes(session)[0]).toMatch(/^No sample of the set set has a label/);
    await session.importFiles(files(['set/live/2.png']), { ask: false });
    expect(notes(session)[0]).toMatch(/^1 of 2 samples of the set set has no label/);
    await session.clearData();
    expect(notes(session)).toEqual([]);
    expect(notes(await open())).toEqual([]);
  });
});

test('files without a face are those of the last import of each', async () => {
  const holder = new StateHolder();
  const accept = (noFace: string[], again: string[]): Promise<void> =>
    new ShownData(holder).accept([], { rejected: [], notes: [], noFace }, ['set'], new Set(again));
  await accept(['set/a.mp4: early frame', 'set/b.mp4: early frame, middle frame'], ['set/a.mp4', 'set/b.mp4']);
  await accept(['set/c.mp4: middle frame'], ['set/b.mp4', 'set/c.mp4']);
  expect(holder.state.data.noFace).toEqual(['set/a.mp4: early frame', 'set/c.mp4: middle frame']);
});

describe('what an import said', () => {
  const there = (n: number): string =>
    `${n} files were there already, from an earlier import, and were not decoded again.`;
  const paths = ['a/live/1.png', 'a/live/2.png', 'b/print/1.png', 'b/print/2.png'];
  const given = files(paths);

  test('is replaced when its sets are imported again, and kept beside what is said of others', async () => {
    const session = await open();
    await session.importFiles(given, { ask: false });
    await session.importFiles(given, { ask: false });
    expect(notes(session)).toEqual(['1 was read as live.', there(4)]);
    await session.importFiles([...given.slice(0, 2), ...files(['a/notes.txt'])], { ask: false });
    const passed = 'Passed over, being neither image, video nor table: 1 .txt.';
    const now = ['1 was read as live. So in 2 imports: a, b.', there(2), passed];
    expect(notes(session)).toEqual(now);
    expect(notes(await open())).toEqual(now);
    await session.importFiles(given, { ask: false });
    expect(notes(session)).toEqual(['1 was read as live.', there(4)]);
  });

  test('of a part of a set stands when another part comes, and goes with what is given again', async () => {
    const session = await open();
    const passed = (kind: string): unknown => expect.stringContaining(`neither image, video nor table: ${kind}`);
    const [first, second] = [files(['a/live/1.png', 'a/live/notes.txt']), files(['a/print/1.png', 'a/print/notes.md'])];
    await session.importFiles(first, { ask: false });
    expect(notes(session)).toContainEqual(passed('1 .txt'));
    await session.importFiles(second, { ask: false });
    expect(notes(session)).toContainEqual(passed('1 .txt'));
    expect(notes(session)).toContainEqual(passed('1 .md'));
    expect(notes(session).filter((note) => note.includes('was read as live'))).toEqual(['1 was read as live.']);
    await session.importFiles([...second, first[0]!], { ask: false });
    expect(notes(session)).not.toContainEqual(passed('1 .txt'));
  });

  test('of a table is replaced when it is read again', async () => {
    await saveSamples([rowOf('set/live/1.png')]);
    const session = await open();
    for (const missing of ['gone.png', 'lost.png']) {
      await session.importFiles(table('captions.csv', [`${missing},A face.`]));
      expect(notes(session)).toEqual([expect.stringContaining(`not among the data: ${missing}`)]);
    }
  });
});
