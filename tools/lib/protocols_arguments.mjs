/** Arguments of `npm run protocols`, and all that can be said against them before a browser is started. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { refuseTwice } from './args.mjs';
import { GENERATE_OPTIONS, checkRequests, requestsOf } from './generate.mjs';
import { OPTIONS as HEADLESS, checkArguments } from './headless_arguments.mjs';
import { refuseMissing, refuseUnused } from './protocols_sets.mjs';
import { Sentence } from './terminal.mjs';
import { loadTypeScript } from './typescript.mjs';

const SETS = ['synthetic-M', 'synthetic-C', 'synthetic-I', 'synthetic-O', 'synthetic-W'];

/**
 * Settings that two processor cores work through in minutes: far from enough to learn much, enough to see every number
 * come about. Over those of the demo.
 */
const SMALL = {
  config: {
    steps: 20,
    accumulation: 1,
    evaluateEvery: 1000,
    evaluateTextSamples: 0,
    probes: 0,
    checkpointEvery: 12,
    maxCaptionTokens: 128,
  },
  subjects: 4,
  textFrames: 28,
};

const { data, captions, model, backend, weights, kernels, config, steps, seed, timeout } = HEADLESS;

/** @type {Record<string, import('./args.mjs').Option>} */
export const OPTIONS = {
  protocol: {
    kind: 'texts',
    help: "a protocol of the paper (OCI, MOI, MOC, MIC, MICO, 'OCI cls', ...) or a JSON file; may be repeated (default: all of the paper's)",
  },
  data: { .../** @type {any} */ (data), help: 'a folder of images and videos; may be given more than once' },
  ...GENERATE_OPTIONS,
  generate: { kind: 'texts', help: 'all five sets (all, the default without --data), or one: synthetic-M, ...' },
  captions: /** @type {any} */ (captions),
  set: { kind: 'texts', help: 'a data set for a role, as M=folder name; may be repeated (default: by recognition)' },
  partial: { kind: 'flag', help: 'begin although a data set is missing: what needs it fails, and the rest is done' },
  model: /** @type {any} */ (model),
  config: /** @type {any} */ (config),
  preset: {
    kind: 'choice',
    choices: ['small', 'demo', 'paper'],
    help: 'settings to start from (default: small, minutes on two cores)',
  },
  steps: /** @type {any} */ (steps),
  seed: /** @type {any} */ (seed),
  'text-frames': { kind: 'integer', least: 0, help: 'most frames of a test set whose text is generated; 0: all' },
  reader: {
    kind: 'texts',
    help: 'who judges: head, text, likelihood; may be repeated (default: all three)',
  },
  backend: /** @type {any} */ (backend),
  weights: /** @type {any} */ (weights),
  kernels: /** @type {any} */ (kernels),
  out: {
    kind: 'text',
    help: 'folder for tables, predictions.csv, experiment.json, page.png; unfinished work is kept in it',
  },
  resume: { kind: 'flag', help: 'go on with what --out holds unfinished, as it was begun' },
  timeout: /** @type {any} */ (timeout),
};

/**
 * @typedef {object} Plan
 * @property {{domain: string}[]} requests sets to generate
 * @property {Record<string, unknown>} settings of the run, over `preset`
 * @property {'demo' | 'paper'} preset
 * @property {Record<string, unknown>} asked for the page
 * @property {string[]} remarks a sentence for each protocol of a file that is left out
 */

/** @typedef {{id: string, train: string[], tests: string[]}} Named a protocol, and the names of its sets */

/** @param {Record<string, any>} values @returns {Promise<Plan>} */
export async function checkProtocols(values) {
  const settings = checkArguments({ ...values, adapter: undefined });
  const preset = values['preset'] ?? 'small';
  const small = preset === 'small';
  const config = { ...(small ? SMALL.config : {}), ...settings };
  const [{ changedConfig }, { readProtocols }, { PAPER_PROTOCOLS }, roles] = await Promise.all(
    ['config', 'protocols/schema', 'protocols/paper', 'protocols/roles'].map((name) =>
      loadTypeScript(`src/session/${name}.ts`),
    ),
  );
  try {
    changedConfig(small ? 'demo' : preset, config);
  } catch (error) {
    throw new Sentence(error instanceof Error ? error.message : String(error));
  }
  const { protocols, chosen, remarks } = protocolsOf(values['protocol'], PAPER_PROTOCOLS, readProtocols);
  const requests = generateRequests(values, small);
  await checkRequests(requests);
  const sets = rolesOf(values['set']);
  refuseUnused(sets, chosen);
  // What lies in folders is known when it was read.
  if (values['data'].length === 0 && !values['partial']) {
    const loaded = new Set(requests.map((/** @type {{domain: string}} */ { domain }) => domain));
    const assigned = { ...roles.assignRoles([...loaded].map((set) => ({ set }))).sets, ...sets };
    const resolved = (/** @type {string[]} */ names) =>
      names.map((name) => ({ name, set: roles.resolveSet(name, assigned, loaded) }));
    refuseMissing(
      chosen.map(({ id, train, tests }) => ({ id, train: resolved(train), tests: resolved(tests) })),
      sets,
      loaded,
    );
  }
  return {
    remarks,
    requests,
    settings: config,
    preset: small ? 'demo' : preset,
    asked: {
      ...protocols,
      sets,
      readers: readersOf(values['reader']),
      textFrames: textFramesOf(values['text-frames'], small),
    },
  };
}

function generateRequests(/** @type {Record<string, any>} */ values, /** @type {boolean} */ small) {
  const given = /** @type {string[]} */ (values['generate']);
  const none = given.length === 0 && values['data'].length === 0;
  const generate =
    none || given.includes('all') ? [...new Set([...SETS, ...given.filter((set) => set !== 'all')])] : given;
  const subjects = values['subjects'] ?? (small ? SMALL.subjects : undefined);
  return requestsOf(generate.length === 0 ? { ...values, generate } : { ...values, generate, subjects });
}

function protocolsOf(
  /** @type {string[]} */ named,
  /** @type {Named[]} */ paper,
  /** @type {(text: string, taken: string[]) => {protocols: Named[], problems: string[]}} */ read,
) {
  refuseTwice('protocol', named, 'it is trained once');
  const known = paper.map(({ id }) => id);
  /** @type {string[]} */
  const ids = [];
  /** @type {Named[]} */
  const own = [];
  /** @type {string[]} */
  const remarks = [];
  for (const name of named) {
    if (known.includes(name)) ids.push(name);
    else if (existsSync(name) && statSync(name).isFile()) {
      const found = read(readFileSync(name, 'utf8'), [...known, ...own.map(({ id }) => id)]);
      if (found.protocols.length === 0) throw new Sentence(`--protocol ${name}: ${found.problems.join(' ')}`);
      remarks.push(...found.problems.map((problem) => `--protocol ${name}: ${problem} It is left out.`));
      own.push(...found.protocols);
    } else {
      throw new Sentence(
        `--protocol ${name}: there is no such protocol and no such file. The paper's are ${known.join(', ')}.`,
      );
    }
  }
  if (named.length === 0) return { remarks, chosen: paper, protocols: {} };
  const chosen = [...paper.filter(({ id }) => ids.includes(id)), ...own];
  return { remarks, chosen, protocols: { ids, ...(own.length > 0 ? { own: JSON.stringify(own) } : {}) } };
}

function rolesOf(/** @type {string[]} */ given) {
  const pairs = given.map((text) => {
    const at = text.indexOf('=');
    if (at < 1 || at === text.length - 1)
      throw new Sentence(`--set ${text}: give a role or a name and its data set, for example M=MSU-MFSD.`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  refuseTwice(
    'set',
    [...new Set(given)].map((text) => text.slice(0, text.indexOf('='))),
    'a name stands for one set',
  );
  return Object.fromEntries(pairs);
}

/** What may stand beside `--resume`: all else is as it was begun. */
const BESIDE_RESUME = ['out', 'resume', 'timeout', 'help'];

/** @throws Sentence naming an argument that would be ignored */
export function refuseBesideResume(/** @type {Record<string, any>} */ given) {
  if (!given['resume']) return;
  const [other] = Object.entries(given).find(
    ([name, value]) => !BESIDE_RESUME.includes(name) && !(Array.isArray(value) && value.length === 0),
  ) ?? [undefined];
  if (other !== undefined)
    throw new Sentence(`--${other} beside --resume: it goes on as it was begun. Leave --${other} away.`);
}

function readersOf(/** @type {string[]} */ given) {
  const known = ['head', 'text', 'likelihood'];
  const bad = given.find((reader) => !known.includes(reader));
  if (bad !== undefined) throw new Sentence(`--reader ${bad}: it takes one of ${known.join(', ')}.`);
  return given.length === 0 ? known : [...new Set(given)];
}

function textFramesOf(/** @type {number | undefined} */ given, /** @type {boolean} */ small) {
  if (given === undefined) return small ? SMALL.textFrames : null;
  return given === 0 ? null : given;
}

/** What `--out` holds of work that is not finished: where the page's storage is, and how it was begun. */
export const profileOf = (/** @type {string} */ out) => path.join(path.resolve(out), 'unfinished');
