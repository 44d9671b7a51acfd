/**
 * What the page would recognise in a folder, from names alone: `node tools/survey_names.mjs --data FOLDER`.
 * Without a folder: how long names of the public sets take, 16,000 and 123,533 of them.
 */
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { readArguments, usage } from './lib/args.mjs';
import { main, say } from './lib/terminal.mjs';
import { loadTypeScript } from './lib/typescript.mjs';

/** @type {Record<string, import('./lib/args.mjs').Option>} */
const OPTIONS = {
  data: { kind: 'text', help: 'a folder; it is named like a dropped one' },
  runs: { kind: 'integer', least: 1, most: 1000, help: 'timed runs, of which the median is told (5)' },
};

await main(async () => {
  const values = readArguments('survey_names', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('survey_names', OPTIONS));
  const sets = await loadTypeScript('src/data/sets/index.ts');
  if (values['data'] === undefined) return time(sets.survey, values['runs'] ?? 5);

  const root = resolve(values['data']);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(basename(root), relative(root, join(entry.parentPath, entry.name)))
        .split(sep)
        .join('/'),
    );
  const lists = new Map();
  for (const path of paths.filter(sets.isList)) {
    const file = join(root, '..', path);
    if ((await stat(file)).size > sets.MAX_LIST_BYTES) continue;
    const text = await readFile(file, 'utf8');
    if (sets.holdsList(path, text)) lists.set(path, text);
  }
  const began = performance.now();
  const surveyed = sets.survey(paths, { fallbackSet: 'My files', lists });
  const took = performance.now() - began;
  for (const { name, faceSet, files, videos, parts, attacks } of surveyed.sets) {
    say(`${name}: ${faceSet ?? 'no public set'}, ${files} files, ${videos} videos`);
    for (const [part, { live, spoof, none }] of Object.entries(parts)) {
      if (live + spoof + none > 0) say(`  ${part.padEnd(12)} live ${live}, spoof ${spoof}, without a label ${none}`);
    }
    if (Object.keys(attacks).length > 0)
      say(
        `  ${Object.entries(attacks)
          .map(([attack, n]) => `${attack} ${n}`)
          .join(', ')}`,
      );
  }
  for (const note of surveyed.notes) say(note);
  say(`${paths.length} names in ${took.toFixed(0)} ms; ${surveyed.passedOver.size} files are left out.`);
});

async function time(/** @type {(paths: string[], options: object) => unknown} */ survey, /** @type {number} */ runs) {
  const { TREES } = await loadTypeScript('tests/support/set_trees.ts');
  const released = ['msu', 'casia', 'replay', 'oulu', 'siw', 'flip'].flatMap((name) => [...TREES[name]('sets').keys()]);
  const small = [...TREES['casia-small']('').keys()];
  const own = (/** @type {number} */ n) => `faces/live/s${n % 200}/clip${n % 9}_frame${n}.jpg`;
  /** @type {[string, string[]][]} */
  const cases = [
    ['all five sets and their frames', released.slice(0, 16_000)],
    [
      'CASIA-FASD of 112 pixels and own files',
      [...small, ...Array.from({ length: 123_533 - small.length }, (_, n) => own(n))],
    ],
    ['own files, read by words', Array.from({ length: 123_533 }, (_, n) => own(n))],
  ];
  for (const [what, paths] of cases) {
    const times = [];
    const processor = [];
    for (let run = 0; run <= runs; run++) {
      const began = performance.now();
      const before = process.cpuUsage();
      survey(paths, { fallbackSet: 'My files' });
      const { user, system } = process.cpuUsage(before);
      if (run === 0) continue;
      times.push(performance.now() - began);
      processor.push((user + system) / 1000);
    }
    const median = (/** @type {number[]} */ values) =>
      (values.sort((a, b) => a - b)[values.length >> 1] ?? 0).toFixed(0);
    // On a busy machine the processor's own time says more.
    say(`${paths.length} names (${what}): ${median(times)} ms, ${median(processor)} ms of the processor's time`);
  }
}
