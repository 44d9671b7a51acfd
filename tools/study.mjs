/**
 * `npm run study`: the paper's experiments on the generated world, and their tables: of the whole study into
 * docs/study.md, of a smaller one beside its results.
 *
 * Trials run in processes of one thread each. A finished trial is a line of results.jsonl; a trial that is there is
 * not run again, so that a cancelled study goes on where it was.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { ensurePackages } from './setup.mjs';
import { readArguments, usage } from './lib/args.mjs';
import { outFile, outFolder } from './lib/folders.mjs';
import { inRoot, modelFiles, ROOT } from './lib/paths.mjs';
import { documentOf, isWhole, modelOf, openDocument, OPTIONS, scaleOf } from './lib/study_document.mjs';
import { appendResult, readResults } from './lib/study_results.mjs';
import { duration, LiveLine, main, say, Sentence } from './lib/terminal.mjs';
import { bundleTypeScript, loadTypeScript } from './lib/typescript.mjs';

await main(async () => {
  const values = readArguments('study', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('study', OPTIONS));
  const model = modelOf(values);
  for (const name of ['config.json', 'model.safetensors'])
    if (!existsSync(path.join(model, name)))
      throw new Sentence(`--model ${model}: there is no ${name} in it. Name a model folder.`);
  const out = path.resolve(outFolder(values['out'] ?? inRoot('out/study')));
  const file = outFile('--out', path.join(out, 'results.jsonl'));
  await ensurePackages();
  const { FULL, trialsOf, studySetup, studyTables } = await loadTypeScript('src/study/index.ts');
  const scale = scaleOf(FULL, values);
  const document = documentOf(values, FULL, out);
  const write = openDocument(document);

  // By content: after a change of the model, the generator or the engine no earlier trial counts.
  const hash = createHash('sha256');
  for (const name of modelFiles(model)) hash.update(`${name}\0`).update(readFileSync(path.join(model, name)));
  const weights = hash.digest('hex');
  const code = path.basename(await bundleTypeScript('src/study/index.ts'));
  const asked = JSON.stringify({ scale: { ...scale, seeds: undefined }, weights, code });
  const results = readResults(file, asked);
  const waiting = trialsOf(scale).filter((/** @type {any} */ trial) => !results.some(({ id }) => id === trial.id));
  if (results.length > 0) say(`${results.length} trials are there already, ${waiting.length} are left.`);
  await runAll(waiting, { scale, model, jobs: values['jobs'] ?? availableParallelism() }, (result) => {
    results.push(result);
    appendResult(file, asked, result);
  });
  const wanted = new Set(trialsOf(scale).map((/** @type {any} */ { id }) => id));
  const counted = results.filter(({ id }) => wanted.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  write(`${studySetup(counted, scale)}\n\n${studyTables(counted)}`);
  say(`${counted.length} trials. Tables written to ${path.relative(process.cwd(), document)}, results in ${file}.`);
  if (!values['write'] && !isWhole(values, FULL))
    say('docs/study.md stays as it is: its words are about the whole study with the embedded backbone.');
});

/**
 * @param {any[]} trials
 * @param {{ scale: any, model: string, jobs: number }} setup
 * @param {(result: any) => void} finished
 */
async function runAll(trials, { scale, model, jobs }, finished) {
  if (trials.length === 0) return;
  const line = new LiveLine(5);
  const begun = Date.now();
  const queue = [...trials];
  let done = 0;
  /** @type {Map<number, string>} */
  const busy = new Map();
  const show = () => {
    const left = done === 0 ? '' : `, ${duration(((Date.now() - begun) / 1000 / done) * (trials.length - done))} left`;
    line.show(`${done} of ${trials.length} trials${left} | ${[...busy.values()].join(' | ')}`);
  };
  /** @type {import('node:child_process').ChildProcess[]} */
  const children = [];
  const one = (/** @type {number} */ number) =>
    new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
      const child = fork(path.join(import.meta.dirname, 'lib/study_worker.mjs'), [model], { cwd: ROOT });
      children.push(child);
      const next = () => {
        const trial = queue.shift();
        if (trial === undefined) return child.disconnect();
        busy.set(number, trial.id);
        child.send({ trial, scale });
      };
      child.on('message', (/** @type {any} */ message) => {
        if (message.ready) next();
        else if (message.step) busy.set(number, `${message.id}: step ${message.step}`);
        else if (message.error) reject(new Sentence(message.error));
        else {
          done += 1;
          finished(message.result);
          next();
        }
        show();
      });
      child.on('exit', (code) => {
        busy.delete(number);
        if (code === 0) resolve();
        else reject(new Sentence(`A process of the study ended with code ${code}. Call npm run study again to go on.`));
      });
    });
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, trials.length) }, (_, i) => one(i)));
  } finally {
    for (const child of children) child.kill();
    line.end();
  }
}
