/** What a call of `npm run study` asks for, and the document that its tables go into. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { outFile } from './folders.mjs';
import { inRoot } from './paths.mjs';
import { Sentence } from './terminal.mjs';

/** @type {Record<string, import('./args.mjs').Option>} */
export const OPTIONS = {
  jobs: { kind: 'integer', least: 1, most: 256, help: 'trials at once (default: one a core)' },
  steps: { kind: 'integer', least: 1, most: 1_000_000, help: 'optimiser steps of a training (default: 120)' },
  seeds: { kind: 'integer', least: 1, most: 100, help: 'how many seeds (default: 3)' },
  model: { kind: 'text', help: 'backbone folder (default: the embedded one)' },
  out: { kind: 'text', help: 'folder of results.jsonl (default: out/study)' },
  write: {
    kind: 'text',
    help: 'document for the tables (default: docs/study.md of the whole study, else study.md in --out)',
  },
};
const BEGIN = '<!-- results: written by npm run study -->';
const END = '<!-- end of results -->';
const EMBEDDED = inRoot('public/models/tiny');

export const modelOf = (/** @type {Record<string, any>} */ values) => path.resolve(values['model'] ?? EMBEDDED);

/** @typedef {{ steps: number, seeds: readonly number[] }} Scale */

/**
 * The published study with what the call changes.
 * @template {Scale} S
 * @param {S} full
 * @param {Record<string, any>} values
 * @returns {S}
 */
export function scaleOf(full, values) {
  const seeds = Array.from({ length: values['seeds'] ?? full.seeds.length }, (_, i) => i);
  return { ...full, seeds, steps: values['steps'] ?? full.steps };
}

/** Whether the call is the published study: all of it, on the embedded backbone. */
export const isWhole = (/** @type {Record<string, any>} */ values, /** @type {Scale} */ full) =>
  JSON.stringify(scaleOf(full, values)) === JSON.stringify(full) && modelOf(values) === EMBEDDED;

/**
 * The document that the tables go into. The words around the published ones speak of the whole study: what any other
 * call finds stays beside its results, unless --write says where it belongs.
 * @param {Record<string, any>} values
 * @param {Scale} full
 * @param {string} out folder of the results
 */
export function documentOf(values, full, out) {
  if (values['write']) return path.resolve(values['write']);
  return isWhole(values, full) ? inRoot('docs/study.md') : path.join(out, 'study.md');
}

/**
 * Tries the document before any work; what is returned writes the tables into it, in the place of those before. Where
 * there is no document it is one of the tables alone.
 */
export function openDocument(/** @type {string} */ file) {
  outFile('--write', file);
  textAround(file);
  return (/** @type {string} */ tables) => {
    // Read anew: a study takes hours, in which somebody may have written in it.
    const [before, after] = textAround(file);
    writeFileSync(file, `${before}${BEGIN}\n\n${tables}\n\n${END}${after}`);
  };
}

/** @returns {[string, string]} what stands before and after the results */
function textAround(/** @type {string} */ file) {
  if (!existsSync(file)) return ['', '\n'];
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Sentence(`--write ${file} has no place for results: it needs the lines ${BEGIN} and ${END}.`);
  return [text.slice(0, begin), text.slice(end + END.length)];
}
