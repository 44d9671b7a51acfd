/** Arguments of a headless run, and all that can be said against them before a browser is started. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { GENERATE_OPTIONS, checkRequests } from './generate.mjs';
import { Sentence } from './terminal.mjs';
import { loadTypeScript } from './typescript.mjs';

/** @type {Record<string, import('./args.mjs').Option>} */
export const OPTIONS = {
  data: {
    kind: 'texts',
    help: 'a folder of images and videos; may be given more than once (default: the embedded set)',
  },
  ...GENERATE_OPTIONS,
  captions: {
    kind: 'text',
    help: 'a CSV, JSON, JSONL or Parquet file with labels and captions for the files of --data',
  },
  model: { kind: 'text', help: 'embedded (default), or a model folder in the Hugging Face format' },
  adapter: {
    kind: 'text',
    help: "a PEFT folder to begin from, e.g. adapter/ of an earlier run or one of Python's peft",
  },
  config: { kind: 'text', help: 'a JSON file with run settings, e.g. the config.json of an earlier run' },
  preset: { kind: 'choice', choices: ['demo', 'paper'], help: 'settings to start from (default: demo)' },
  backend: { kind: 'choice', choices: ['auto', 'webgpu', 'wasm'], help: 'where to compute (default: auto)' },
  weights: {
    kind: 'choice',
    choices: ['file', 'int8', 'int4'],
    help: 'how frozen weights are held on WebGPU (default: file, in the bits of their file)',
  },
  kernels: { kind: 'text', help: 'kernels to force on WebGPU, e.g. linear:tiles,attention:registers' },
  steps: { kind: 'integer', least: 1, help: 'optimiser steps' },
  seed: { kind: 'integer', least: 0, help: 'seed of split, order and initial weights' },
  bundle: {
    kind: 'choice',
    choices: ['bare', 'frames'],
    help: 'also write bundle/, from which tools/continue goes on: without its pictures, or with the frames as PNG',
  },
  out: { kind: 'text', help: 'folder for report.json, metrics.csv, captions.jsonl, adapter/, config.json, page.png' },
  timeout: { kind: 'number', least: 1, help: 'give up after so many seconds (default: never)' },
};

/** Checks what needs no browser, so that a wrong path costs no waiting. @returns {Record<string, unknown>} settings */
export function checkArguments(/** @type {Record<string, any>} */ values) {
  const isFolder = (/** @type {string} */ name) => existsSync(name) && statSync(name).isDirectory();
  const isFile = (/** @type {string} */ name) => existsSync(name) && statSync(name).isFile();
  for (const folder of values['data'])
    if (!isFolder(folder))
      throw new Sentence(`--data ${folder}: there is no such folder. Give the folder that holds the images or videos.`);
  if (values['captions']) {
    if (!isFile(values['captions']))
      throw new Sentence(
        `--captions ${values['captions']}: there is no such file. Give a CSV, JSON, JSONL or Parquet file.`,
      );
    if (!/\.(csv|tsv|json|jsonl|parquet)$/i.test(values['captions']))
      throw new Sentence(
        `--captions ${values['captions']}: only .csv, .tsv, .json, .jsonl and .parquet files are read.`,
      );
    if (values['data'].length === 0)
      throw new Sentence('--captions needs --data: name the folder that its files lie in.');
  }
  const model = values['model'] ?? 'embedded';
  if (model !== 'embedded' && !isFolder(model))
    throw new Sentence(`--model ${model}: there is no such folder. Give a Hugging Face model folder, or embedded.`);
  for (const part of (values['kernels'] ?? '').split(',').filter(Boolean))
    if (!/^[^:]+:[^:]+$/.test(part))
      throw new Sentence(`--kernels ${part}: a choice reads operation:variant, for example linear:tiles.`);
  const { adapter } = values;
  if (adapter !== undefined && !isFolder(adapter))
    throw new Sentence(
      `--adapter ${adapter}: there is no such folder. Give a folder that peft saved, or adapter/ of an earlier run.`,
    );

  /** @type {Record<string, unknown>} */
  let settings = {};
  const file = values['config'];
  if (file) {
    if (!isFile(file)) throw new Sentence(`--config ${file}: there is no such file.`);
    try {
      settings = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      throw new Sentence(
        `--config ${file} is not JSON (${error instanceof Error ? error.message : error}): give a file such as the config.json of an earlier run.`,
      );
    }
    if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
      throw new Sentence(`--config ${file} holds no settings: give a JSON object such as {"steps": 40}.`);
  }
  for (const key of /** @type {const} */ (['steps', 'seed']))
    if (values[key] !== undefined) settings[key] = values[key];
  return settings;
}

/**
 * Asks the page's own code whether the run can start: its settings, its sets, and, where nothing but those is trained
 * on, whether they would do.
 */
export async function checkRun(
  /** @type {Record<string, any>} */ values,
  /** @type {Record<string, unknown>} */ settings,
  /** @type {{domain: string}[]} */ requests,
) {
  const [{ changedConfig }, { foreseenProblem }] = await Promise.all(
    ['config', 'foresee'].map((name) => loadTypeScript(`src/session/${name}.ts`)),
  );
  let config;
  try {
    config = changedConfig(values['preset'] ?? 'demo', settings);
  } catch (error) {
    throw new Sentence(error instanceof Error ? error.message : String(error));
  }
  const sets = await checkRequests(requests);
  if (sets.length === 0 || values['data'].length > 0) return;
  const problem = foreseenProblem(sets, config);
  if (problem !== null) throw new Sentence(`--generate ${sets.map(({ domain }) => domain).join(', ')}: ${problem}`);
}
