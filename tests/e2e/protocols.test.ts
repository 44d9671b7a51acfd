/** `npm run protocols` on a tiny plan: killed in the middle, gone on with, every file there; mistakes get a sentence. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Experiment, Protocol } from '../../src/protocol';
import { runTool, smallSet, type Ended } from './support';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'whylive-protocols-'));
const set = smallSet();
afterAll(() => {
  set.remove();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});

const protocols = (args: string[], killWhen?: RegExp): Promise<Ended> =>
  runTool('protocols', args, killWhen && { text: killWhen, signal: 'SIGKILL' });

const bad = path.join(scratch, 'bad.json');
writeFileSync(bad, '[{"id": "x", "train": ["M"], "tests": [], "variants": []}]');

const empty = path.join(scratch, 'empty.json');
writeFileSync(empty, '{"protocols": []}');

test.each<[string[], RegExp]>([
  [[], /--out names the folder/],
  [['--out', scratch, '--protocol', 'ABC'], /--protocol ABC: there is no such protocol and no such file\. .*OCI, MOI/],
  [['--out', scratch, '--protocol', bad], /sets to test on \("tests"\) is empty.*variants \("variants"\) is empty/],
  [['--out', scratch, '--protocol', empty], /--protocol .*empty\.json: The file holds no protocols/],
  [['--out', scratch, '--set', 'M'], /--set M: give a role or a name and its data set/],
  [['--out', scratch, '--reader', 'eye'], /--reader eye: it takes one of head, text, likelihood/],
  [
    [
      '--out',
      scratch,
      '--protocol',
      'OCI',
      ...['M', 'C', 'I', 'O'].flatMap((role) => ['--generate', `synthetic-${role}`]),
    ],
    /There is no data set for W, which OCI needs: add --generate synthetic-W, /,
  ],
  [['--out', scratch, '--resume'], /holds nothing unfinished/],
  [['--out', scratch, '--generate', 'synthetic-X'], /There is no generated set/],
])('%j ends with a sentence', async (args, sentence) => {
  const { status, stderr } = await protocols(args);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toContain('    at ');
  expect(status).toBe(1);
});

test('a killed queue goes on where it was, and ends with tables, answers and the experiment', async () => {
  const out = path.join(scratch, 'out');
  const own: Pick<Protocol, 'id' | 'train' | 'tests' | 'variants' | 'developmentShare'>[] = [
    {
      ...{ id: 'tiny', train: ['M'], tests: ['C', 'W'], developmentShare: 0.34 },
      variants: [
        { name: 'vanilla', config: { reasoningShare: 0 } },
        // Long enough that the command is killed in the middle, however fast the machine.
        { name: 'w/o cls loss', config: { alpha: 0, steps: 60 } },
      ],
    },
  ];
  const file = path.join(scratch, 'tiny.json');
  writeFileSync(file, JSON.stringify(own));
  const config = path.join(scratch, 'config.json');
  writeFileSync(config, JSON.stringify({ batch: 2, maxCaptionTokens: 24, checkpointEvery: 1 }));
  const sets = ['--generate', 'synthetic-M', '--generate', 'synthetic-C', '--subjects', '3', '--live', '1'];
  const few = ['--steps', '2', '--text-frames', '2', '--reader', 'head', '--reader', 'text', '--backend', 'wasm'];
  const begun = await protocols(
    ['--protocol', file, '--config', config, ...sets, ...few, '--partial', '--out', out],
    /tiny\/vanilla done/,
  );
  expect(begun.stderr).toBe('');
  expect(begun.status).toBeNull();
  expect(readdirSync(out)).toEqual(['unfinished']);

  const again = await protocols(['--out', out]);
  expect(again.stderr).toMatch(/holds work that is not finished: go on with --resume/);

  // As it was begun, whatever has become of the files since.
  rmSync(file);
  rmSync(config);
  const { status, stdout, stderr } = await protocols(['--out', out, '--resume']);
  expect(stdout).toMatch(/Going on: [1-6] of 7 jobs are done\./);
  // What was done before was not trained again.
  expect(stdout).not.toMatch(/tiny\/vanilla done/);
  // W is not among the data: two jobs fail, and all else is done and written.
  expect(stderr.trim()).toMatch(
    /^2 of 7 jobs failed, and are tried again with --resume \(which brings no data set that is missing\): tiny\/vanilla\/W failed: No data set is loaded for W \(SiW-Mv2\)\./,
  );
  expect(status).toBe(1);
  expect(readdirSync(out).sort()).toEqual([
    'attacks.csv',
    'confusion.csv',
    'experiment.json',
    'measures.csv',
    'page.png',
    'predictions.csv',
    'readers.csv',
    'tables.csv',
    'tables.json',
    'tables.md',
    'tables.tex',
    // What failed can be tried again with --resume.
    'unfinished',
    'variants.csv',
  ]);
  expect(stdout).toMatch(/^5 of 7 jobs done, 2 failed in /m);
  // A training of one variant without a head: each of the other's readers against the other.
  expect(readFileSync(path.join(out, 'readers.csv'), 'utf8')).toMatch(
    /\r\nreaders,generated: no benchmark result,"tiny/,
  );
  expect(readFileSync(path.join(out, 'variants.csv'), 'utf8')).toMatch(/"tiny -> C, vanilla and w\/o cls loss"/);
  expect(readFileSync(path.join(out, 'attacks.csv'), 'utf8')).toMatch(/,frame,(print|replay),,APCER,[01]/);
  const { experiment } = JSON.parse(readFileSync(path.join(out, 'experiment.json'), 'utf8')) as {
    experiment: Experiment;
  };
  expect(experiment.trainings.map(({ phase }) => phase)).toEqual(['done', 'done']);
  const lines = readFileSync(path.join(out, 'predictions.csv'), 'utf8').trim().split('\r\n');
  // Three persons with a live and two spoof clips of two frames; one of them held back. Without its loss no head judges.
  const of = (variant: string, name: string): number =>
    lines.filter((line) => line.startsWith(`tiny,${variant},${name},`)).length;
  expect([of('vanilla', 'C'), of('vanilla', 'development')]).toEqual([18, 6]);
  expect([of('w/o cls loss', 'C'), of('w/o cls loss', 'development')]).toEqual([2, 0]);
  expect(readFileSync(path.join(out, 'measures.csv'), 'utf8')).toMatch(/no benchmark results/);
  expect(readFileSync(path.join(out, 'page.png')).subarray(1, 4).toString()).toBe('PNG');
});

test('a set that is missing once the folders are read is said, and nothing unfinished is left', async () => {
  const out = path.join(scratch, 'missing');
  const { status, stderr } = await protocols(['--data', set.folder, '--protocol', 'OCI', '--out', out]);
  expect(stderr).toMatch(/There is no data set for O, which OCI needs: add --generate synthetic-O, .* --partial/);
  expect(status).toBe(1);
  expect(readdirSync(out)).toEqual([]);
});
