/** Command line arguments of the tools: every mistake gets a sentence that names it. */
import { expect, test } from 'vitest';
import { readArguments, refuseTwice, usage } from '../../tools/lib/args.mjs';
import { requestsOf } from '../../tools/lib/generate.mjs';
import { OPTIONS } from '../../tools/lib/headless_arguments.mjs';

const read = (...argv: string[]) => readArguments('headless', OPTIONS, argv);

test('reads values in both notations, and repeated folders', () => {
  const values = read('--data', 'a', '--data=b c', '--steps', '3', '--backend=webgpu', '--seed', '0', '--out', 'o');
  expect(values).toMatchObject({ data: ['a', 'b c'], steps: 3, backend: 'webgpu', seed: 0, out: 'o' });
  expect(read().data).toEqual([]);
});

test.each([
  [['--stpes', '3'], '--stpes is not an argument'],
  [['folder'], 'folder is not an argument'],
  [['--steps'], '--steps needs a value'],
  [['--steps', '--seed', '1'], '--steps needs a value'],
  [['--steps', 'many'], '--steps many: it takes a whole number of at least 1'],
  [['--steps', '0'], '--steps 0'],
  [['--steps', '2.5'], '--steps 2.5'],
  [['--steps', '1e999'], '--steps 1e999'],
  [['--seed', '-1'], '--seed -1: it takes a whole number of at least 0'],
  [['--backend', 'cuda'], '--backend cuda: it takes one of auto, webgpu, wasm'],
  [['--timeout', '0'], '--timeout 0: it takes a number of at least 1'],
  [['--out='], '--out needs a value'],
  [['--out', 'a', '--out', 'b'], '--out is given twice, a and b: it takes one value'],
  [['--steps', '3', '--steps', '4'], '--steps is given twice, 3 and 4'],
  [['--seed', '1e20'], '--seed 1e20: it takes a whole number of at most 9007199254740991'],
])('%j gets a sentence', (argv, sentence) => {
  expect(() => read(...argv)).toThrow(sentence);
});

test('a number may have an upper bound too', () => {
  const options = { seed: { kind: 'integer' as const, help: 'seed', least: 0, most: 9 } };
  expect(readArguments('x', options, ['--seed', '9'])).toEqual({ seed: 9 });
  expect(() => readArguments('x', options, ['--seed', '10'])).toThrow('it takes a whole number from 0 to 9');
});

test('the list of arguments names every one', () => {
  const text = usage('headless', OPTIONS);
  for (const name of Object.keys(OPTIONS)) expect(text).toContain(`--${name}`);
});

test('what may be repeated may not be the same twice, where that would lose something', () => {
  expect(() => refuseTwice('domain', ['a', 'b'], 'no')).not.toThrow();
  expect(() => refuseTwice('domain', ['a', 'b', 'a'], 'one file over the other')).toThrow(
    '--domain a is given twice: one file over the other. Name it once.',
  );
  expect(() => void requestsOf(read('--generate', 'synthetic-M', '--generate', 'synthetic-M'))).toThrow(
    '--generate synthetic-M is given twice',
  );
});
