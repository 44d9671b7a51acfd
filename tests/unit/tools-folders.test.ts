/** A tool's folder is made and its file tried before its work, or a sentence says why not. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { outFile, outFolder, passingFolder } from '../../tools/lib/folders.mjs';

const root = mkdtempSync(path.join(tmpdir(), 'folders-'));

test('a folder is made with all that leads to it, and taken as it is where it is there', () => {
  const deep = path.join(root, 'a', 'b');
  expect(outFolder(deep)).toBe(deep);
  expect(existsSync(deep)).toBe(true);
  expect(outFolder(deep)).toBe(deep);
});

test('a folder is refused where it is not named, is a file, lies below one, or cannot be made', () => {
  const file = path.join(root, 'file');
  writeFileSync(file, '');
  expect(() => outFolder(undefined)).toThrow('--out names the folder');
  expect(() => outFolder(file)).toThrow(/is a file\. Name a folder/);
  expect(() => outFolder(path.join(file, 'below'))).toThrow(/is a file\. Name a folder/);
  expect(() => outFolder('/proc/no/folder')).toThrow(/cannot be written \(\w+\)/);
});

test('a file may be there or not, and is not made', () => {
  const there = path.join(root, 'there');
  writeFileSync(there, 'kept');
  expect(outFile('--write', there)).toBe(there);
  expect(readFileSync(there, 'utf8')).toBe('kept');
  const fresh = path.join(root, 'fresh');
  expect(outFile('--write', fresh)).toBe(fresh);
  expect(existsSync(fresh)).toBe(false);
});

test('a file is refused where it is a folder, or its folder is missing or is none', () => {
  expect(() => outFile('--write', root)).toThrow(`--write ${root}: it is no file. Name a file to write.`);
  expect(() => outFile('--write', path.join(root, 'no', 'file'))).toThrow(/there is no folder .*no\. Make it first/);
  writeFileSync(path.join(root, 'plain'), '');
  expect(() => outFile('--write', path.join(root, 'plain', 'x'))).toThrow(/there is no folder .*plain\./);
});

test('a folder of work that came to nothing goes again, with what led to it and no more', () => {
  const kept = path.join(root, 'kept');
  mkdirSync(kept);
  passingFolder(path.join(kept, 'a', 'b'))();
  expect(readdirSync(kept)).toEqual([]);
  const used = passingFolder(path.join(kept, 'c', 'd'));
  writeFileSync(path.join(kept, 'c', 'file'), '');
  used();
  expect(readdirSync(path.join(kept, 'c'))).toEqual(['file']);
  passingFolder(kept)();
  expect(existsSync(kept)).toBe(true);
  expect(() => passingFolder(path.join(kept, 'c', 'file', 'x'))).toThrow(/is a file\. Name a folder/);
});
