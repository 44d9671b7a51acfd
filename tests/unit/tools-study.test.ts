/** What a call of `npm run study` asks for, and where its tables go. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FULL } from '../../src/study/plan';
import { readArguments } from '../../tools/lib/args.mjs';
import { inRoot } from '../../tools/lib/paths.mjs';
import { documentOf, openDocument, OPTIONS, scaleOf } from '../../tools/lib/study_document.mjs';

const root = mkdtempSync(path.join(tmpdir(), 'study-'));
const read = (...argv: string[]) => readArguments('study', OPTIONS, argv);
const document = (...argv: string[]): string => documentOf(read(...argv), FULL, root);

test('the scale is the whole study but for what is named', () => {
  expect(scaleOf(FULL, read())).toEqual(FULL);
  expect(scaleOf(FULL, read('--seeds', '2', '--steps', '5'))).toEqual({ ...FULL, seeds: [0, 1], steps: 5 });
});

test.each(['seeds', 'steps', 'jobs'])('--%s has a most', (name) => {
  expect(() => read(`--${name}`, '9007199254740991')).toThrow(/it takes a whole number from 1 to \d+\./);
});

test('only the whole study on the embedded backbone goes into the published document by itself', () => {
  const published = inRoot('docs/study.md');
  const beside = path.join(root, 'study.md');
  expect(document()).toBe(published);
  expect(document('--steps', `${FULL.steps}`, '--seeds', '3', '--jobs', '1')).toBe(published);
  expect(document('--steps', '2')).toBe(beside);
  expect(document('--seeds', '1')).toBe(beside);
  expect(document('--model', root)).toBe(beside);
  expect(document('--steps', '2', '--write', 'x.md')).toBe(path.resolve('x.md'));
});

test('tables take the place of those before, and of nothing else', () => {
  const file = path.join(root, 'words.md');
  const write = openDocument(path.join(root, 'new.md'));
  write('first');
  const made = readFileSync(path.join(root, 'new.md'), 'utf8');
  writeFileSync(file, `before\n${made}after\n`);
  const second = openDocument(file);
  writeFileSync(file, `meanwhile\n${made}after\n`);
  second('second');
  expect(readFileSync(file, 'utf8')).toBe(`meanwhile\n${made.replace('first', 'second')}after\n`);
});

test('a document without a place for tables, or that is a folder, is refused before any work', () => {
  const file = path.join(root, 'letter.md');
  writeFileSync(file, 'Dear reader');
  expect(() => openDocument(file)).toThrow(/has no place for results: it needs the lines/);
  expect(() => openDocument(root)).toThrow(/it is no file/);
  expect(() => openDocument(path.join(root, 'no', 'x.md'))).toThrow(/there is no folder/);
});
