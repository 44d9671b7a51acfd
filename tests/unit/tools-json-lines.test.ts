/** Files that a tool reads line by line: what is no line of its kind is named, with its number. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readJsonLines } from '../../tools/lib/json_lines.mjs';

const root = mkdtempSync(path.join(tmpdir(), 'lines-'));
const file = path.join(root, 'captions.jsonl');
const KIND = {
  origin: 'the captions of a run',
  what: 'caption',
  needs: 'text',
  take: ({ text }: { text: unknown }) => (typeof text === 'string' ? text : null),
};
const read = (content: string): string[] => {
  writeFileSync(file, content);
  return readJsonLines('captions', file, KIND);
};

test('what is kept of every line comes in their order; blank ones are passed over', () => {
  expect(read('{"text":"a","step":1}\n\n{"text":""}\n')).toEqual(['a', '']);
});

test.each(['null', '3', '"text"', '{"text":1}', '{"tex', '[]'])('%s is no line of the kind', (line) => {
  expect(() => read(`{"text":"a"}\n\n${line}\n`)).toThrow(`${file}, line 3, is no caption: it needs text.`);
});

test('a file that is not named, not there, a folder or empty is told of', () => {
  expect(() => readJsonLines('captions', undefined, KIND)).toThrow('--captions names the captions of a run.');
  for (const wrong of [root, path.join(root, 'no')])
    expect(() => readJsonLines('captions', wrong, KIND)).toThrow(
      `--captions ${wrong}: there is no such file. Name the captions of a run.`,
    );
  expect(() => read('\n')).toThrow(`${file} has no caption. Name the captions of a run.`);
});
