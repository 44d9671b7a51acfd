/** One trial of the study from end to end, in a process of its own as `npm run study` runs it, and how a study resumes. */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { trialsOf, type StudyScale } from '../../src/study/plan';
import type { TrialResult } from '../../src/study/trial';
import { ROOT } from '../../tools/lib/paths.mjs';
import { appendResult, readResults } from '../../tools/lib/study_results.mjs';

const SCALE: StudyScale = {
  steps: 1,
  seeds: [0],
  trainSubjects: 1,
  heldOutSubjects: 1,
  targetSubjects: 1,
  unseenSubjects: 1,
};

type Message = { ready?: true; result?: TrialResult; error?: string };

function inProcess(): Promise<TrialResult> {
  const [trial] = trialsOf(SCALE);
  const child = fork(path.join(ROOT, 'tools/lib/study_worker.mjs'), [path.join(ROOT, 'public/models/tiny')], {
    cwd: ROOT,
  });
  return new Promise<TrialResult>((resolve, reject) => {
    child.on('message', ({ ready, result, error }: Message) => {
      if (ready) child.send({ trial, scale: SCALE });
      else if (result) resolve(result);
      else if (error !== undefined) reject(new Error(error));
    });
    child.on('exit', (code) => reject(new Error(`The process ended with code ${code}`)));
  }).finally(() => child.kill());
}

test('a trial trains, and judges every frame of its three parts', { timeout: 240_000 }, async () => {
  const result = await inProcess();
  expect(result).toMatchObject({ target: 'synthetic-M', arm: 'vanilla', seed: 0, steps: 1 });
  expect(result.lossCls).toBeCloseTo(Math.log(2), 2);
  expect(result.lossCap).toBeGreaterThan(0.5);
  const count = (part: string, told: boolean): number =>
    result.judged.filter((frame) => frame.part === part && (!told || frame.text !== null)).length;
  // A person has two live clips, a print and a replay; in synthetic-W four live clips and fourteen attacks. Two frames each.
  expect(count('in-domain', false)).toBe(3 * 8);
  expect(count('target', false)).toBe(8);
  expect(count('unseen', false)).toBe(36);
  for (const part of ['in-domain', 'target', 'unseen']) expect(count(part, true)).toBe(count(part, false) / 2);
  for (const { score, head } of result.judged) expect(head).toBe(score! >= 0.5 ? 'spoof' : 'live');
});

test('a study goes on from its finished trials, and from no others', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'study-')), 'results.jsonl');
  expect(readResults(file, 'a')).toEqual([]);
  const line = (asked: string, id: string): string => JSON.stringify({ asked, result: { id } });
  writeFileSync(
    file,
    `${line('a', 'one')}\n${line('b', 'two')}\n${line('a', 'three')}\n${line('a', 'four').slice(0, 12)}`,
  );
  expect(readResults(file, 'a').map(({ id }) => id as string)).toEqual(['one', 'three']);
});

test('a trial that finishes after a cut line is not lost with it', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'study-')), 'results.jsonl');
  appendResult(file, 'a', { id: 'one' });
  writeFileSync(file, '{"asked":"a","resu', { flag: 'a' });
  appendResult(file, 'a', { id: 'two' });
  appendResult(file, 'a', { id: 'three' });
  expect(readResults(file, 'a').map(({ id }) => id as string)).toEqual(['one', 'two', 'three']);
  expect(readFileSync(file, 'utf8')).not.toContain('\n\n');
});
