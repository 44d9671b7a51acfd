/** `node tools/random_model.mjs --out FOLDER`: SmolVLM-256M's exact shapes with random weights, about 513 MB. */
import { readArguments, usage } from './lib/args.mjs';
import { writeRandomModel } from './lib/random_model.mjs';
import { LiveLine, main, say, Sentence } from './lib/terminal.mjs';

/** @type {Record<string, import('./lib/args.mjs').Option>} */
const OPTIONS = {
  out: { kind: 'text', help: 'folder to write' },
  seed: { kind: 'integer', help: 'of the weights, 1 if not given' },
  shards: { kind: 'integer', least: 1, most: 99, help: 'weight files, 1 if not given; several have an index' },
};

await main(async () => {
  const values = readArguments('random_model', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('random_model', OPTIONS));
  if (values['out'] === undefined) throw new Sentence('--out names the folder to write.');
  const line = new LiveLine(5);
  const made = writeRandomModel(values['out'], {
    seed: values['seed'] ?? 1,
    shards: values['shards'] ?? 1,
    onProgress: (done, total) => line.show(`${Math.floor((100 * done) / total)} % of ${total} numbers`),
  });
  line.end();
  say(`${made.tensors} tensors, ${made.parameters} numbers, ${(made.bytes / 1e6).toFixed(1)} MB in ${values['out']}.`);
});
