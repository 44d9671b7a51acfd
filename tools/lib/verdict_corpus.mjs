/** Sentences with the verdict that a careful reader takes from them, and how often the rules agree. */
import { readFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';

/**
 * @typedef {'live' | 'spoof' | 'undecided'} Verdict
 * @typedef {{ kind: string, label: Verdict, held: boolean, text: string }} Row `held`: no rule was made for it
 * @typedef {Record<Verdict, Record<Verdict, number>>} Table by label, then by what was read
 */

export const VERDICTS = /** @type {const} */ (['live', 'spoof', 'undecided']);

/** @returns {Row[]} */
export const readCorpus = () =>
  readFileSync(inRoot('tests/golden/verdicts.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Those that rules were made for, those held out, and those of two more writers, which met the rules all at once. */
export function partsOf(/** @type {readonly Row[]} */ rows) {
  const of = (/** @type {string} */ kind) => rows.filter((row) => row.kind === kind);
  const [second, third] = [of('second writer'), of('third writer')];
  const first = rows.filter((row) => !second.includes(row) && !third.includes(row));
  return {
    known: first.filter(({ held }) => !held),
    held: first.filter(({ held }) => held),
    ...{ second, third },
  };
}

/**
 * @param {readonly Row[]} rows
 * @param {(text: string) => Verdict} read
 * @returns {Table}
 */
export function confusionTable(rows, read) {
  const none = () => ({ live: 0, spoof: 0, undecided: 0 });
  const table = { live: none(), spoof: none(), undecided: none() };
  for (const { label, text } of rows) table[label][read(text)]++;
  return table;
}

/** Right, and read as the opposite: the worst that can happen. */
export function scoreOf(/** @type {Table} */ table) {
  const right = VERDICTS.reduce((sum, verdict) => sum + table[verdict][verdict], 0);
  const all = VERDICTS.reduce((sum, label) => sum + VERDICTS.reduce((s, verdict) => s + table[label][verdict], 0), 0);
  return { right, all, reversed: table.live.spoof + table.spoof.live };
}

/** As Markdown. */
export function tableText(/** @type {string} */ title, /** @type {Table} */ table) {
  const { right, all, reversed } = scoreOf(table);
  return [
    `${title}: ${right} of ${all} right, ${reversed} read as the opposite`,
    '',
    '| written | read live | read spoof | read undecided |',
    '|---|---|---|---|',
    ...VERDICTS.map((label) => `| ${label} | ${VERDICTS.map((verdict) => table[label][verdict]).join(' | ')} |`),
  ].join('\n');
}
