import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { captionStyle } from '../../src/data/captions';
import { Lookup } from '../../src/data/lookup';
import { decodeText, readDelimited, readJson, readJsonLines } from '../../src/data/table_reader';
import { readTable, type TableFacts } from '../../src/data/tables';
import { MAX_CAPTION, REASONING_STAGES, type Label } from '../../src/protocol';

const csv = (text: string, one: Label | null = null): TableFacts => readTable(readDelimited(text), 'labels.csv', one);
const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);

const REASONED = REASONING_STAGES.map((stage, i) => `${i + 1}. ${stage}: a grey card fills the frame.`).join('\n');

describe('CSV', () => {
  it('gives back what a writer wrote, line by line (property)', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', 'é', ',', ';', '"', '\n', '\t', '|', ' ', "'", '漢'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '\uFEFF'),
        fc.boolean(),
        (rows, delimiter, newline, mark, quotes) => {
          const body = rows.map((row, i) => [`f${i}.jpg`, ...row]);
          const text =
            mark + Papa.unparse([['File', 'Label ', 'caption', 'x'], ...body], { delimiter, newline, quotes });
          const table = readDelimited(text);
          expect(table.problems).toEqual([]);
          expect(table.rows.map(({ cells }) => [...cells])).toEqual(
            body.map(([file, label, caption, x]) => [
              ['file', file],
              ['label', label!.trim()],
              ['caption', caption!.trim()],
              ['x', x!.trim()],
            ]),
          );
          let line = 1 + 1;
          for (const [index, row] of body.entries()) {
            expect(table.rows[index]!.line).toBe(line);
            line += 1 + row.join('').split('\n').length - 1;
          }
        },
      ),
    );
  });

  it('never throws, whatever the text (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', '\0', ';'), maxLength: 60 }), (text) => {
        csv(text);
        readJsonLines(text);
      }),
    );
  });

  it('reports broken rows by line and goes on', () => {
    const table = readDelimited('file,label\na.jpg,live\nb.jpg,live,extra,more\nc.jpg,spoof\n');
    expect(table.rows.map(({ cells }) => cells.get('file'))).toEqual(['a.jpg', 'c.jpg']);
    expect(table.problems).toEqual([expect.stringMatching(/^Line 3: 4 values for 2 columns/)]);
    const open = readDelimited('file,label\na.jpg,live\nb.jpg,"live\nc.jpg,spoof\n');
    expect(open.rows.map(({ line, cells }) => [line, cells.get('file')])).toEqual([
      [2, 'a.jpg'],
      [4, 'c.jpg'],
    ]);
    expect(open.problems).toEqual([expect.stringMatching(/^Line 3: a quote is opened and never closed; the line was/)]);
    const pair = readDelimited('file,label\r\nx.jpg,live\r\ny.jpg,live\r\n"a.jpg,live\r\nb.jpg,spoof\r\n"c.jpg,live');
    expect(pair.rows.map(({ line, cells }) => [line, cells.get('file'), cells.get('label')])).toEqual([
      [2, 'x.jpg', 'live'],
      [3, 'y.jpg', 'live'],
      [5, 'b.jpg', 'spoof'],
    ]);
    expect(pair.problems).toHaveLength(2);
    const many = readDelimited(`file,label\n${'"x\n'.repeat(99)}a.jpg,live\n`);
    expect(many.problems.at(-1)).toContain('this line and all that follow were left out');
  });

  it('is parted by its header behind lines of blanks too', () => {
    const { rows } = readDelimited('   \n\nfile,caption\na.jpg,"A face; live"\n');
    expect(rows.map(({ cells }) => [...cells.values()])).toEqual([['a.jpg', 'A face; live']]);
  });

  it.each([';', '\t', '|', ','])(
    'is parted by what parts its header (%j), also with few rows and commas in them',
    (mark) => {
      for (const rows of [1, 2, 20])
        for (const end of ['', '\n']) {
          const body = Array.from({ length: rows }, (_, i) => `${i}.jpg${mark}"A face, live, real; so"`);
          const table = readDelimited([`file${mark}caption`, ...body].join('\n') + end);
          expect(table.problems).toEqual([]);
          expect(table.rows.map(({ cells }) => cells.get('file'))).toEqual(body.map((_, i) => `${i}.jpg`));
        }
    },
  );

  it('decodes what spreadsheets write', () => {
    const utf16 = bytes(0xff, 0xfe, ...[...'é,a'].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8]));
    expect(decodeText(utf16)).toEqual({ text: 'é,a', guessed: false });
    expect(decodeText(bytes(0xc3, 0xa9))).toEqual({ text: 'é', guessed: false });
    expect(decodeText(bytes(0xe9))).toEqual({ text: 'é', guessed: true });
  });
});

describe('JSON', () => {
  it('reads lines, and names the broken one', () => {
    const table = readJsonLines('{"file": "a.jpg", "label": 1}\n\nnonsense\n["b"]\n{"FILE": "c.jpg"}');
    expect(table.rows.map(({ line, cells }) => [line, cells.get('file'), cells.get('label')])).toEqual([
      [1, 'a.jpg', '1'],
      [5, 'c.jpg', undefined],
    ]);
    expect(table.problems).toEqual([expect.stringContaining('Line 3'), expect.stringContaining('Line 4')]);
  });

  it('reads an array, alone or inside an object, and leaves other JSON alone', () => {
    expect(readJson('[{"file": "a.jpg"}]', 'x.json')!.rows).toHaveLength(1);
    expect(readJson('{"version": 1, "samples": [{"file": "a.jpg"}]}', 'x.json')!.rows).toHaveLength(1);
    expect(readJson('{"a": 1}', 'x.json')).toBeNull();
    expect(readJson('[1, 2]', 'x.json')).toBeNull();
    const broken = readJson('[{"file": "a.jpg"}, null, {"file": "c.jpg"}]', 'x.json')!;
    expect(broken.rows.map(({ line }) => line)).toEqual([1, 3]);
    expect(broken.problems).toEqual([expect.stringMatching(/^Entry 2: not an object/)]);
    expect(() => readJson('{', 'x.json')).toThrow(/x\.json: The file is not valid JSON/);
  });
});

describe('rows', () => {
  it('takes columns in any case and under their common names', () => {
    const { facts, rejected } = csv(
      'Image_Path;LABEL;Attack Type;Client-ID;dataset\na.jpg;spoof;printed photo;7;MSU\nb.jpg;live;none;;\n',
    );
    expect(rejected).toEqual([]);
    expect(facts[0]).toMatchObject({ file: 'a.jpg', label: 'spoof', attack: 'print', subject: '7', set: 'MSU' });
    expect(facts[1]).toMatchObject({ file: 'b.jpg', label: 'live', attack: null, subject: undefined, set: undefined });
  });

  it('rejects an unknown label with file, line, value and what is allowed', () => {
    const { facts, rejected } = csv('file,label\na.jpg,live\nb.jpg,perhaps\nc.jpg,spoof\n');
    expect(facts.map(({ file }) => file)).toEqual(['a.jpg', 'c.jpg']);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toMatchObject({ line: 3, file: 'b.jpg', blocks: true });
    expect(rejected[0]!.reason).toMatch(
      /^labels\.csv, line 3: the label "perhaps" is not known; allowed are live, .*spoof/,
    );
    const three = csv('file,is_live\na.jpg,1\nb.jpg,2\nc.jpg,0\n');
    expect(three.facts.map(({ label }) => label)).toEqual(['live', 'spoof']);
    expect(three.rejected[0]!.reason).toMatch(
      /"2" is not known; .* and in the column "is_live" 0 \(spoof\) or 1 \(live\)\. Write one of them\./,
    );
  });

  it('rejects a live sample with an attack, and a row without a file', () => {
    const { facts, rejected } = csv('file,label,attack\na.jpg,live,print\n,live,\n');
    expect(facts).toEqual([]);
    expect(rejected[0]!.reason).toContain('"live" says live and the attack "print" says spoof');
    expect(rejected[1]!.reason).toContain('line 3: the row names no file');
  });

  it('takes a named attack for a label, and an empty one for nothing', () => {
    const { facts } = csv('file,attack\na.jpg,replay\nb.jpg,none\nc.jpg,\n');
    expect(facts.map(({ label, attack }) => [label, attack])).toEqual([
      ['spoof', 'replay'],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it.each([
    ['label', null, 'spoof'],
    ['spoof', null, 'spoof'],
    ['is_live', null, 'live'],
    ['live', null, 'live'],
    ['label', 'live', 'live'],
    ['live', 'spoof', 'spoof'],
  ] as const)("reads and echoes '1' in a column %s (given: %s) as %s", (column, given, one) => {
    const { facts, notes } = csv(`file,${column}\na.jpg,1\nb.jpg,0\nc.jpg,1.0\n`, given);
    const zero = one === 'live' ? 'spoof' : 'live';
    expect(facts.map(({ label }) => label)).toEqual([one, zero, one]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(
      `'1' was read as ${one} and '0' as ${zero} in labels.csv (column "${column}", 2 and 1 rows)`,
    );
    if (given === null) expect(notes[0]).toContain('switch it if that is wrong');
  });

  it('says nothing of polarity where labels are words', () => {
    expect(csv('file,label\na.jpg,live\n').notes).toEqual([]);
  });

  it('rejects a third class instead of guessing', () => {
    expect(csv('file,label\na.jpg,2\n').rejected[0]!.reason).toContain('the label "2" is not known');
  });

  it('sorts captions by style: by column, by the style column, or by their headings', () => {
    const quoted = `"${REASONED}"`;
    const { facts } = csv(
      `file,caption,caption_vanilla,caption_reasoning,style\na.jpg,Plain skin.,,,\nb.jpg,${quoted},,,\nc.jpg,,V,R,\nd.jpg,Short,,,Reasoning\n`,
    );
    expect(facts.map(({ captions }) => captions)).toEqual([
      { vanilla: 'Plain skin.' },
      { reasoning: REASONED },
      { vanilla: 'V', reasoning: 'R' },
      { reasoning: 'Short' },
    ]);
  });

  it('leaves out a caption that is too long or of unknown style, and keeps the label', () => {
    const { facts, rejected } = csv(
      `file,label,caption,style\na.jpg,live,${'x'.repeat(MAX_CAPTION + 1)},\nb.jpg,spoof,Flat,poetic\n`,
    );
    expect(facts.map(({ label, captions }) => [label, captions])).toEqual([
      ['live', {}],
      ['spoof', {}],
    ]);
    expect(rejected[0]!.reason).toContain(`line 2: the caption is ${MAX_CAPTION + 1} characters long`);
    expect(rejected[1]!.reason).toContain('line 3: the style "poetic" is not known; allowed are vanilla and reasoning');
  });

  it('keeps column names such as __proto__ as data', () => {
    const { facts } = csv('file,__proto__,constructor\na.jpg,x,y\n');
    expect(facts).toHaveLength(1);
    expect(readJsonLines('{"__proto__": "x", "file": "a.jpg"}').rows).toHaveLength(1);
  });
});

describe('the style of a caption', () => {
  it('is reasoning from four stage headings in order', () => {
    expect(captionStyle(REASONED)).toBe('reasoning');
    const drop = (keep: number[]): string => keep.map((i) => `${REASONING_STAGES[i]}: text.`).join(' ');
    expect(captionStyle(drop([0, 1, 3, 5]))).toBe('reasoning');
    expect(captionStyle(drop([0, 2, 4]))).toBe('vanilla');
    expect(captionStyle(drop([5, 4, 3, 2, 1, 0]))).toBe('vanilla');
    expect(captionStyle(REASONING_STAGES.map((stage) => `**${stage}**\nSomething.`).join('\n'))).toBe('reasoning');
    expect(captionStyle(REASONING_STAGES.join('\n'))).toBe('reasoning');
  });

  it('is vanilla for prose that merely uses the words', () => {
    expect(
      captionStyle(
        'An initial observation of artifact detection and feature analysis, lighting and shadows in context, has a final judgment.',
      ),
    ).toBe('vanilla');
  });
});

describe('finding the file that a row means', () => {
  const lookup = new Lookup([
    'A/labels.csv',
    'A/live/1.jpg',
    'A/spoof/1.jpg',
    'A/spoof/2.jpg',
    'B/live/9.jpg',
    'A/t/rows.csv',
  ]);
  const find = (written: string, table = 'A/labels.csv'): string => {
    const found = lookup.find(written, table);
    return 'path' in found ? found.path : found.problem;
  };

  it('beside the table, by the end of its path, or from a table in a folder of its own', () => {
    expect(find('live/1.jpg')).toBe('A/live/1.jpg');
    expect(find('./live\\1.jpg')).toBe('A/live/1.jpg');
    expect(find('LIVE/1.JPG')).toBe('A/live/1.jpg');
    expect(find('2.jpg')).toBe('A/spoof/2.jpg');
    expect(find('/home/someone/data/A/live/1.jpg')).toBe('A/live/1.jpg');
    expect(find('C:\\data\\spoof\\2.jpg')).toBe('A/spoof/2.jpg');
    expect(find('live/1.jpg', 'A/t/rows.csv')).toBe('A/live/1.jpg');
    expect(find('../spoof/1.jpg', 'A/t/rows.csv')).toBe('A/spoof/1.jpg');
  });

  it('and no other', () => {
    expect(find('1.jpg')).toBe('ambiguous');
    expect(find('live/2.jpg')).toBe('missing');
    expect(find('/home/someone/live/2.jpg')).toBe('missing');
    expect(find('live/9.jpg')).toBe('missing');
    expect(find('nothing.jpg')).toBe('missing');
  });
});
