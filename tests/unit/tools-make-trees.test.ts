/** Trees for trying the page: no two files the same, and a sentence for what cannot be done. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { copyOf } from '../../tools/lib/clip_copies.mjs';

const root = mkdtempSync(path.join(tmpdir(), 'trees-'));
const TOOL = 'tools/make_trees.mjs';
const clip = 'tests/fixtures/data/clip.mp4';

const contents = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => /\.(?:mp4|mov|avi)$/.test(file) && statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'));

test('no two videos are the same, pictures of noise or copies of a clip', { timeout: 60_000 }, () => {
  const trees = ['--set', 'msu', '--set', 'casia', '--every', '40'];
  for (const [name, more] of [
    ['noise', []],
    ['clips', ['--video', clip]],
  ] as const) {
    const out = path.join(root, name);
    execFileSync(process.execPath, [TOOL, ...trees, '--out', out, ...more]);
    const all = contents(out);
    expect(all.length).toBeGreaterThan(20);
    expect(new Set(all).size).toBe(all.length);
    if (name === 'clips') for (const each of all) expect(each.startsWith(readFileSync(clip, 'latin1'))).toBe(true);
  }
});

test('a clip that is not there and an argument that is none get a sentence, and nothing is written', () => {
  const say = (...argv: string[]): string => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [TOOL, ...argv], { encoding: 'utf8' });
    expect(status).toBe(1);
    return `${stdout}${stderr}`;
  };
  const out = path.join(root, 'nothing');
  const missing = say('--set', 'msu', '--out', out, '--video', 'nowhere.mp4');
  expect(missing).toContain('--video nowhere.mp4: the clip cannot be read (ENOENT). Name a video file that is there.');
  expect(missing).not.toMatch(/^\s+at /m);
  expect(existsSync(out)).toBe(false);
  expect(say('--colour')).toContain('See node tools/make_trees.mjs --help.');
});

test('a copy keeps the clip and gets a piece that readers pass over; other files stay as they are', () => {
  for (const name of ['clip.mp4', 'clip.mov', 'clip.webm', 'clip.mkv', 'count-xvid.avi']) {
    const bytes = readFileSync(`tests/fixtures/data/${name}`);
    const [one, two] = [copyOf(bytes, 1), copyOf(bytes, 2)];
    expect(one.length, name).toBe(two.length);
    expect(Buffer.compare(one, two), name).not.toBe(0);
    expect(Buffer.compare(one.subarray(0, bytes.length), bytes), name).toBe(0);
  }
  expect(copyOf(Buffer.from('text, no clip'), 1).toString()).toBe('text, no clip');
});
