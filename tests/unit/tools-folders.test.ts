/** A tool's folder is made before its work, or a sentence says why not. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { outFolder } from '../../tools/lib/folders.mjs';

const root = mkdtempSync(path.join(tmpdir(), 'folders-'));

test('is made with all that leads to it, and taken as it is where it is there', () => {
  const deep = path.join(root, 'a', 'b');
  expect(outFolder(deep)).toBe(deep);
  expect(existsSync(deep)).toBe(true);
  expect(outFolder(deep)).toBe(deep);
});

test('is refused where it is not named, is a file, lies below one, or cannot be made', () => {
  const file = path.join(root, 'file');
  writeFileSync(file, '');
  expect(() => outFolder(undefined)).toThrow('--out names the folder');
  expect(() => outFolder(file)).toThrow(/is a file\. Name a folder/);
  expect(() => outFolder(path.join(file, 'below'))).toThrow(/is a file\. Name a folder/);
  expect(() => outFolder('/proc/no/folder')).toThrow(/cannot be written \(\w+\)/);
});
