/** The folder of a generated set: what it may hold before, what it holds afterwards, and that ffmpeg is asked for first. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { requireFfmpeg } from '../../tools/lib/pictures.mjs';
import { SetFolder } from '../../tools/lib/set_folder.mjs';

const NAMES = { sets: ['M', 'C'], tables: ['captions.jsonl', 'facts.jsonl'], mark: 'facts.jsonl' };

const folder = (...files: string[]): string => {
  const out = mkdtempSync(path.join(tmpdir(), 'sets-'));
  for (const file of files) {
    mkdirSync(path.dirname(path.join(out, file)), { recursive: true });
    writeFileSync(path.join(out, file), 'old');
  }
  return out;
};

async function write(out: string, ...files: string[]): Promise<void> {
  const set = new SetFolder(out, NAMES);
  await set.begin();
  for (const file of files) writeFileSync(await set.place(file), 'new');
  await set.finish({ 'captions.jsonl': 'told', 'facts.jsonl': 'true' });
}

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a set is written into an empty folder', async () => {
  const out = folder();
  await write(out, 'M/live/1.png');
  expect(readdirSync(out).sort()).toEqual(['M', 'captions.jsonl', 'facts.jsonl']);
  expect(readFileSync(path.join(out, 'M/live/1.png'), 'utf8')).toBe('new');
});

test('of an earlier set nothing is left that the new tables do not list; notes stay', async () => {
  const out = folder('M/live/1.png', 'M/live/2.png', 'C/live/1.png', 'captions.jsonl', 'facts.jsonl', 'NOTES.md');
  await write(out, 'M/live/1.png');
  expect(readdirSync(out).sort()).toEqual(['M', 'NOTES.md', 'captions.jsonl', 'facts.jsonl']);
  expect(readdirSync(path.join(out, 'M/live'))).toEqual(['1.png']);
  expect(readFileSync(path.join(out, 'captions.jsonl'), 'utf8')).toBe('told');
});

test('what a call that was ended has written is neither a set nor in the way', async () => {
  const out = folder('M/live/1.png', 'captions.jsonl', 'facts.jsonl');
  const ended = new SetFolder(out, NAMES);
  writeFileSync(await ended.place('M/live/9.png'), 'half');
  expect(readdirSync(path.join(out, 'M/live'))).toEqual(['1.png']);
  await write(out, 'M/live/3.png');
  expect(readdirSync(path.join(out, 'M/live'))).toEqual(['3.png']);
  expect(existsSync(path.join(out, '.making'))).toBe(false);
});

test('a folder that holds anything else is refused, and so is a set of another origin', () => {
  const home = folder('package.json', 'src/main.ts');
  expect(() => new SetFolder(home, NAMES)).toThrow(
    `--out ${home}: package.json in it is not of a set that this tool wrote. Name an empty or a new folder.`,
  );
  const own = folder('M/live/anna.mp4', 'captions.jsonl');
  expect(() => new SetFolder(own, NAMES)).toThrow(/was not made by this tool \(there is no facts\.jsonl\)/);
});

test('ffmpeg is missed before anything is drawn', () => {
  const programs = folder();
  vi.stubEnv('PATH', programs);
  expect(() => requireFfmpeg()).toThrow('ffmpeg is needed for this and was not found; install it');
  writeFileSync(path.join(programs, 'ffmpeg'), '', { mode: 0o755 });
  expect(() => requireFfmpeg()).not.toThrow();
});
