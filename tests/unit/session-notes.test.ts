/** What is said of the data: remarks follow the samples, and an import's notes stay until it is imported again. */
import { describe, expect, it } from 'vitest';
import type { SampleRow } from '../../src/protocol';
import { grouped, withNotes } from '../../src/session/notes';
import { remarks } from '../../src/session/remarks';
import { rowOf } from '../support/rows';

const PUBLIC = { vanilla: { kind: 'public set', from: 'v.parquet' } } as const;
const mute = (path: string, change: Partial<SampleRow> = {}): SampleRow => ({
  ...rowOf(path),
  captions: {},
  ...change,
});

describe('remarks', () => {
  it('say nothing where every sample has a label and a caption', () => {
    expect(remarks([])).toEqual([]);
    expect(remarks([rowOf('a/live/1.png'), rowOf('a/print/2.png')])).toEqual([]);
  });

  it('count labelled samples without a caption, an empty one being none, and where they lie', () => {
    const rows = [rowOf('a/live/1.png'), mute('a/live/2.png'), mute('a/live/3.png', { captions: { vanilla: ' ' } })];
    expect(remarks(rows)).toEqual(['2 of 3 labelled samples have no caption: they train the live/spoof head only.']);
    const five = ['b', 'c', 'd', 'e'].map((set) => mute(`${set}/live/1.png`));
    expect(remarks([...five, ...rows])).toEqual([
      '6 of 7 labelled samples have no caption (a 2, b 1, c 1 and 2 more): they train the live/spoof head only.',
    ]);
  });

  it('name sets without labels in one sentence', () => {
    const bare = (path: string): SampleRow => ({ ...rowOf(path), label: null });
    const use = 'such samples can be inspected, but not trained or evaluated on.';
    expect(remarks([bare('a/x/1.png')])).toEqual([`No sample of the set a has a label: ${use}`]);
    expect(remarks([bare('a/x/1.png'), rowOf('a/live/2.png')])).toEqual([
      `1 of 2 samples of the set a has no label: ${use}`,
    ]);
    expect(remarks([bare('a/x/1.png'), rowOf('a/live/2.png'), bare('b/x/1.png')])).toEqual([
      `2 samples have no label (a 1 of 2, b 1 of 1): ${use}`,
    ]);
  });

  it('name frames that the caption set left out, those outside the training parts apart', () => {
    const told = { ...rowOf('a/live/1.png'), captionSources: PUBLIC };
    const reasoning = { reasoning: 'Initial observation: a face.' };
    const rows = [
      told,
      mute('a/live/2.png', { captions: reasoning }),
      mute('a/live/3.png', { captions: reasoning, part: 'test' }),
      // No caption of this set is from the caption set.
      mute('b/live/1.png', { captions: reasoning }),
    ];
    expect(remarks(rows)).toEqual([
      '1 labelled frame of a is left without a vanilla caption, such as live/2.png.',
      '1 frame outside the training parts has no vanilla caption: the caption set does not cover these parts.',
    ]);
    const given = rows.map((row) => ({ ...row, captions: { ...row.captions, vanilla: 'A face.' } }));
    expect(remarks(given)).toEqual([]);
  });
});

describe('notes of imports', () => {
  const first = { about: ['a', 'b'], notes: ['First.'] };

  it('stay beside those of others, and go once each of their sets was imported again', () => {
    const other = withNotes([first], { about: ['c'], notes: ['Of c.'] });
    expect(grouped(other)).toEqual(['Of c.', 'First.']);
    const half = withNotes(other, { about: ['a'], notes: ['Of a.'] });
    expect(grouped(half)).toEqual(['Of a.', 'Of c.', 'First.']);
    const whole = withNotes(half, { about: ['b'], notes: ['Of b.'] });
    expect(grouped(whole)).toEqual(['Of b.', 'Of a.', 'Of c.']);
    expect(withNotes([first], { about: ['a', 'b'], notes: [] })).toEqual([]);
  });

  it('that speak of an import alone go with the next one, of whatever', () => {
    const there = (n: number): string => `${n} files were there already.`;
    const old = { about: ['a', 'b'], notes: ['Of both.', there(880)], passing: [there(880)] };
    const now = { about: ['a'], notes: [there(448)], passing: [there(448)] };
    expect(grouped(withNotes([old], now))).toEqual([there(448), 'Of both.']);
    expect(grouped(withNotes([now], { about: ['c'], notes: [] }))).toEqual([]);
  });

  it('that differ in their files alone are one, with a count and a few names', () => {
    const latin = (file: string): string => `${file} is not UTF-8 and was read as Windows-1252.`;
    const names = ['one', 'two', 'three', 'four', 'five'].map((name) => `set/${name}.v2.csv`);
    expect(grouped([{ about: ['set'], notes: names.map(latin) }])).toEqual([
      `${latin('set/one.v2.csv')} The same of 4 more: set/two.v2.csv, set/three.v2.csv, set/four.v2.csv and 1 more.`,
    ]);
    const twins = (a: string, b: string): string => `${a} and ${b} are the same video, under different names.`;
    expect(grouped([{ about: ['a'], notes: [twins('1.mp4', '2.mp4'), twins('3.mp4', '4.mp4')] }])).toEqual([
      `${twins('1.mp4', '2.mp4')} The same of 1 more: 3.mp4 and 4.mp4.`,
    ]);
  });

  it('that differ in a count or a label are apart', () => {
    const notes = [
      '3 files were read once.',
      '4 files were read once.',
      'a.csv: 1 means live.',
      'b.csv: 1 means spoof.',
    ];
    expect(grouped([{ about: ['a'], notes }])).toEqual(notes);
  });

  it('that several imports have say so once', () => {
    const notes = ['Passed over: 1 .txt.'];
    const all = ['a', 'b', 'c', 'd'].map((name) => ({ about: [name], notes }));
    expect(grouped(all)).toEqual(['Passed over: 1 .txt. So in 4 imports: d, c, b and 1 more.']);
  });
});
