/** Files of protocols for the terminal: checked before anything long, the good ones taken. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkProtocols, refuseBesideResume } from '../../tools/lib/protocols_arguments.mjs';
import { countLine } from '../../tools/lib/protocols_progress.mjs';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'whylive-own-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const given = (value: unknown): Record<string, unknown> => {
  const file = path.join(scratch, 'own.json');
  writeFileSync(file, JSON.stringify(value));
  return { protocol: [file], data: [], generate: [], set: [], reader: [] };
};

const good = { id: 'good', train: ['M'], tests: ['C'], variants: [{ name: 'vanilla', config: {} }] };

test('of a file with mistakes the good protocols are taken, and each other one gets its sentence', async () => {
  const { asked, remarks } = await checkProtocols(given([{ ...good, id: 'bad', tests: [] }, good, good]));
  expect(JSON.parse(asked['own'] as string)).toMatchObject([{ id: 'good' }]);
  expect(asked['ids']).toEqual([]);
  expect(remarks).toEqual([
    expect.stringMatching(/own\.json: Protocol bad: its list of sets to test on .* is empty\. .* It is left out\.$/),
    expect.stringMatching(/own\.json: Protocol good is twice in the file.* It is left out\.$/),
  ]);
});

test.each([[[]], [{ protocols: [] }], [[{ ...good, train: [] }]]])('%j ends with a sentence', async (value) => {
  await expect(checkProtocols(given(value))).rejects.toThrow(
    /--protocol .*own\.json: (The file holds no|Protocol good: )/,
  );
});

const asked = (change: Record<string, unknown>): Record<string, unknown> => ({
  ...{ protocol: ['OCI'], data: [], generate: [], set: [], reader: [] },
  ...change,
});
const FOUR = ['M', 'C', 'I', 'O'].map((role) => `synthetic-${role}`);

test('a set that is not among those to generate is missed before a browser is started', async () => {
  await expect(checkProtocols(asked({ generate: FOUR }))).rejects.toThrow(
    "There is no data set for W, which OCI needs: add --generate synthetic-W, give its folder with --data, or name another with --set 'W=NAME'.",
  );
  await expect(checkProtocols(asked({ generate: FOUR, set: ['W=tapes'] }))).rejects.toThrow(
    '--set W=tapes: there is no such data set, which OCI needs: add --generate synthetic-W',
  );
  await expect(checkProtocols(asked({ protocol: [], generate: FOUR }))).rejects.toThrow(
    'for W, which OCI, MOI, MOC, MIC, MICO need:',
  );
  const phone = { ...given([{ ...good, id: 'tiny', tests: ['C', 'my phone'] }]), generate: FOUR };
  await expect(checkProtocols(phone)).rejects.toThrow(/for my phone, which tiny needs: give its folder with --data/);
});

test('a set for a name that no chosen protocol uses is refused with the names that there are', async () => {
  await expect(checkProtocols(asked({ protocol: ['OCI cls'], set: ['W=synthetic-W'] }))).rejects.toThrow(
    '--set W=synthetic-W: no protocol that was asked for uses W; their sets are O, C, I, M.',
  );
});

test('what would be ignored is refused: a name given twice, arguments beside --resume, kernels that are none', async () => {
  await expect(checkProtocols(asked({ set: ['W=a', 'W=b'] }))).rejects.toThrow('--set W is given twice: a name stands');
  expect(() => refuseBesideResume({ resume: true, out: 'x', steps: 5, data: [] })).toThrow(
    '--steps beside --resume: it goes on as it was begun. Leave --steps away.',
  );
  expect(() => refuseBesideResume({ resume: true, out: 'x', timeout: 5, data: [] })).not.toThrow();
  expect(() => refuseBesideResume({ out: 'x', steps: 5 })).not.toThrow();
  await expect(checkProtocols(asked({ kernels: 'linear:tiles,foo' }))).rejects.toThrow('--kernels foo: a choice reads');
});

test('what became of the jobs is counted apart', () => {
  const jobs = [...'ddfsss'].map((letter) => ({ phase: { d: 'done', f: 'failed', s: 'skipped' }[letter]! }));
  expect(countLine(jobs)).toBe('2 of 6 jobs done, 1 failed, 3 left out');
  expect(countLine(jobs.slice(0, 2))).toBe('2 of 2 jobs done');
});

test.each([
  [{}],
  [{ generate: FOUR, protocol: ['OCI cls'] }],
  [{ generate: FOUR, set: ['W=synthetic-C'] }],
  [{ generate: FOUR, partial: true }],
  // What a folder holds is known when it was read.
  [{ data: [scratch] }],
])('%j may begin', async (change) => {
  await expect(checkProtocols(asked(change))).resolves.toBeDefined();
});
