/**
 * `node tools/verdict_table.mjs`: how the rules that read verdicts (src/evaluate/verdict.ts) read the sentences of
 * tests/golden/verdicts.jsonl: those that rules were made for, those held out, and those of two more writers.
 */
import { ensurePackages } from './setup.mjs';
import { readArguments, usage } from './lib/args.mjs';
import { main, say } from './lib/terminal.mjs';
import { loadTypeScript } from './lib/typescript.mjs';
import { confusionTable, partsOf, readCorpus, scoreOf, tableText } from './lib/verdict_corpus.mjs';

const OPTIONS = {
  misread: /** @type {import('./lib/args.mjs').Option} */ ({
    kind: 'flag',
    help: 'list what is misread, but for the sentences held out',
  }),
};

await main(async () => {
  const values = readArguments('verdict_table', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('verdict_table', OPTIONS));
  await ensurePackages();
  const { verdictOf } = await loadTypeScript('src/evaluate/verdict.ts');
  const rows = readCorpus();
  const { known, held, second, third } = partsOf(rows);
  say(tableText('Known', confusionTable(known, verdictOf)));
  say(`\n${tableText('Held out', confusionTable(held, verdictOf))}`);
  say(`\n${tableText('Second writer', confusionTable(second, verdictOf))}`);
  say(`\n${tableText('Third writer', confusionTable(third, verdictOf))}`);
  say('\n| kind | known | held out |\n|---|---|---|');
  for (const kind of new Set(known.map((row) => row.kind))) {
    const cell = (/** @type {typeof rows} */ part) => {
      const { right, all } = scoreOf(
        confusionTable(
          part.filter((row) => row.kind === kind),
          verdictOf,
        ),
      );
      return `${right} of ${all}`;
    };
    say(`| ${kind} | ${cell(known)} | ${cell(held)} |`);
  }
  if (!values['misread']) return;
  say('');
  for (const { kind, label, text } of [...known, ...second, ...third]) {
    const read = verdictOf(text);
    if (read !== label) say(`${label} read as ${read} (${kind}): ${text}`);
  }
});
