/**
 * Scores explanations of the embedded face set against what was drawn:
 * `node tools/world/score_explanations.mjs --captions out/demo/captions.jsonl`.
 *
 * For the captions of the last step: the share of spoof captions that name a cue which the generator put there, and of
 * live captions that name no attack cue. `--seed` must be the one that the set was made with.
 */
import { readArguments, usage } from '../lib/args.mjs';
import { demoFiles } from '../lib/demo_set.mjs';
import { readJsonLines } from '../lib/json_lines.mjs';
import { Sentence, main, say } from '../lib/terminal.mjs';
import { loadTypeScript } from '../lib/typescript.mjs';

/** @type {Record<string, import('../lib/args.mjs').Option>} */
const OPTIONS = {
  captions: { kind: 'text', help: 'captions.jsonl of a run on the embedded set' },
  seed: { kind: 'integer', least: 0, most: 2147483647, help: 'seed of the set (7)' },
};
const CAPTION = {
  origin: 'the captions.jsonl of a run on the embedded set, for example out/demo/captions.jsonl',
  what: 'caption of a run',
  needs: 'step, sample, label and text',
  take: (/** @type {any} */ { step, sample, label, text }) =>
    Number.isInteger(step) && [sample, label, text].every((value) => typeof value === 'string')
      ? {
          step: /** @type {number} */ (step),
          sample: /** @type {string} */ (sample),
          text: /** @type {string} */ (text),
        }
      : null,
};

await main(async () => {
  const command = 'world/score_explanations';
  const values = readArguments(command, OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage(command, OPTIONS));
  const { captions, seed = 7 } = values;
  const all = readJsonLines('captions', captions, CAPTION);
  const { cueHits } = await loadTypeScript('src/data/synthetic/words/index.ts');
  const files = new Map((await demoFiles(seed)).map((entry) => [entry.file, entry]));
  const last = Math.max(...all.map(({ step }) => step));
  const counts = { spoof: { n: 0, good: 0 }, live: { n: 0, good: 0 } };
  for (const { sample, text, step } of all) {
    if (step !== last) continue;
    const entry = files.get([...files.keys()].find((file) => sample.includes(file)) ?? '');
    if (!entry) throw new Sentence(`${sample} is no file of the embedded set.`);
    const { facts } = entry;
    const { named, present } = cueHits(text, facts);
    const count = facts.label === 'live' ? counts.live : counts.spoof;
    count.n++;
    if (facts.label === 'live' ? named === 0 : present > 0) count.good++;
  }
  const share = (/** @type {{ n: number, good: number }} */ { n, good }) =>
    `${n === 0 ? '-' : ((100 * good) / n).toFixed(1)} % (n = ${n})`;
  say(`Captions of step ${last}.`);
  say(`Spoof captions that name a cue which is there: ${share(counts.spoof)}`);
  say(`Live captions that name no attack cue: ${share(counts.live)}`);
});
