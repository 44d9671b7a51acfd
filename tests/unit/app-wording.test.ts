/** What the Data view counts apart: files and rows of tables that were not taken, samples with and without a label. */
import { expect, it } from 'vitest';
import { bareWords, rejectedWords } from '../../src/app/wording';
import { countRejected } from '../../src/session/rejections';

const row = (line: number) => ({
  file: 'set/labels.csv',
  reason: `set/labels.csv, row ${line}: the row names no file.`,
});

it('counts files once, and rows of tables apart', () => {
  const rejected = [
    row(2),
    row(3),
    { file: 'set/labels.csv', reason: '40 more rows of set/labels.csv were left out for reasons like those above.' },
    { file: 'set/other.csv', reason: 'No column of the table names files; name one of them file.' },
    { file: 'set/a.mp4', reason: 'The file is empty.' },
    { file: 'set/a.mp4', reason: 'Said again.' },
  ];
  expect(countRejected(rejected)).toEqual({ files: 2, rows: 42 });
  expect(rejectedWords(rejected)).toBe('2 files were left out; 42 rows of tables were not used as written');
});

it('says nothing of files where only a row was not taken', () => {
  expect(rejectedWords([row(2)])).toBe('1 row of a table was not used as written');
  expect(rejectedWords([])).toBe('');
});

it('says of samples without a caption that those without a label train nothing', () => {
  expect(bareWords(2, 0)).toBe('2 samples: they train the head only');
  expect(bareWords(0, 1)).toBe('1 sample: it trains nothing, having no label');
  expect(bareWords(1, 43)).toBe('44 samples: 1 trains the head only, 43 train nothing, having no label');
});
