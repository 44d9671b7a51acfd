import { unzipSync } from 'fflate';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { DEMO, PAPER, type Report } from '../../src/protocol';
import { toCsv } from '../../src/store/csv';
import { isQuotaError, storageFailure } from '../../src/store/failures';
import { captionsJsonl, configJson } from '../../src/store/runfiles';
import { CancelledError } from '../../src/protocol';
import { zipFiles, type ZipFile } from '../../src/store/zip';

const PAPA = { newline: '\r\n', delimiter: ',' } as const;

describe('CSV', () => {
  test('quotes what must be quoted and nothing else', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x', 1.5],
          ['say "hi"', null],
          ['one,two', true],
          ['line\nbreak', NaN],
        ],
      ),
    ).toBe('a,b\r\nx,1.5\r\n"say ""hi""",\r\n"one,two",true\r\n"line\nbreak",NaN\r\n');
  });

  test('a spreadsheet computes no text, and numbers stay what they are', () => {
    const kept = [-1.5, '-1.5', '+3', '-.5e-3', 'a=1', "'quoted'", '', null, -Infinity];
    const rows = ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '=A1,"b"', '- live', '-'];
    expect(
      Papa.parse<string[]>(
        toCsv(
          ['a'],
          [...kept, ...rows].map((text) => [text]),
        ),
        PAPA,
      ).data.flat(),
    ).toEqual([...['a', ...kept.map((value) => String(value ?? ''))], ...[...rows.map((text) => `'${text}`), '']]);
  });

  test('an independent reader gets every other text back', () => {
    const text = (strings: fc.Arbitrary<string>) => strings.filter((one) => !/^[=+@\t\r-]/.test(one));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text(fc.string({ unit: 'grapheme' })), text(fc.string())), { minLength: 1, maxLength: 8 }),
        (rows) => {
          const read = Papa.parse<string[]>(toCsv(['a', 'b'], rows), PAPA).data;
          expect(read.slice(1, -1)).toEqual(rows);
        },
      ),
    );
  });

  test('a row of another length is refused', () => {
    expect(() => toCsv(['a', 'b'], [['x']])).toThrow(/row 1 has 1 fields, the header 2/);
  });
});

describe('run files', () => {
  test('every value of the configuration says where it comes from', () => {
    const written = JSON.parse(configJson({ ...PAPER, batch: 2 })) as {
      config: Record<string, unknown>;
      provenance: Record<string, string>;
    };
    expect(Object.keys(written.provenance)).toEqual(Object.keys(written.config));
    expect(written.provenance).toMatchObject({
      alpha: 'paper',
      batch: 'differs from the paper',
      adamBeta1: 'not stated in the paper',
      evaluateEvery: 'page',
    });
    const demo = JSON.parse(configJson(DEMO)) as { provenance: Record<string, string> };
    expect(demo.provenance['learningRate']).toBe('differs from the paper');
  });

  test('one caption a line, whatever is in it', () => {
    const caption: Report['captions'][number] = {
      step: 1,
      sample: 'a/b.png',
      label: 'live',
      attack: null,
      text: 'two\nlines, "quoted"',
      verdict: 'undecided',
      headProbability: null,
    };
    const lines = captionsJsonl([caption, caption]).split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] ?? '')).toEqual(caption);
  });
});

describe('zip', () => {
  test('an independent reader gets every file back, empty and many-sliced ones too', async () => {
    const bytes = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, i) => (i * 7) & 255);
    const files = [
      { path: 'adapter/a.safetensors', bytes: bytes((1 << 20) * 2 + 5) },
      { path: 'empty.csv', bytes: bytes(0) },
      { path: 'exact.json', bytes: bytes(1 << 20) },
    ];
    const entries = unzipSync(new Uint8Array(await (await zipFiles(files)).arrayBuffer()));
    expect(Object.keys(entries)).toEqual(files.map(({ path }) => path));
    for (const { path, bytes } of files) expect(Buffer.compare(entries[path] ?? Buffer.of(1), bytes)).toBe(0);
  });

  test('files are read when their turn comes, and the work ends where it is told to', async () => {
    const read: string[] = [];
    const file = (path: string): ZipFile => ({
      path,
      read: async () => (read.push(path), new Uint8Array([1, 2, 3])),
    });
    const seen: string[] = [];
    const zip = await zipFiles([file('a.png'), file('b.png')], (done, path) => void seen.push(`${done} ${path}`));
    expect(Object.keys(unzipSync(new Uint8Array(await zip.arrayBuffer())))).toEqual(['a.png', 'b.png']);
    expect(seen).toEqual(['0 a.png', '1 b.png']);
    const stop = (done: number): void => {
      if (done === 1) throw new CancelledError();
    };
    await expect(zipFiles([file('c.png'), file('d.png')], stop)).rejects.toThrow(CancelledError);
    expect(read).toEqual(['a.png', 'b.png', 'c.png']);
  });

  test('the same path twice is refused', async () => {
    const file = { path: 'a', bytes: new Uint8Array(1) };
    await expect(zipFiles([file, file])).rejects.toThrow(/a occurs twice/);
  });
});

describe('storage failures', () => {
  test.each([
    ['QuotaExceededError', /is full.*Delete old runs/],
    ['NotFoundError', /no longer stored.*Import the data again/],
    ['NoModificationAllowedError', /another tab.*Close other tabs/],
    ['SecurityError', /does not allow sites to store data.*private window/],
    ['DataError', /DataError: why\. .*Reload/],
  ])('%s becomes a sentence with a remedy', (name, sentence) => {
    const failure = storageFailure(new DOMException('why', name), 'The frame could not be written', 'frames/a.png');
    expect(failure.name).toBe('StorageError');
    expect(failure.message).toMatch(/^frames\/a\.png: The frame could not be written: /);
    expect(failure.message).toMatch(sentence);
  });

  test('a failure that already has its sentence keeps it', () => {
    const failure = storageFailure(new DOMException('x', 'QuotaExceededError'), 'A', null);
    expect(storageFailure(failure, 'B', 'c')).toBe(failure);
    expect(isQuotaError(new Error('No space left on device'))).toBe(true);
    expect(isQuotaError('full')).toBe(false);
  });
});
