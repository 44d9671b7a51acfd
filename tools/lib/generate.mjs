/** `--generate` and its companions: which sets a headless run asks the page's generator for. */
import { refuseTwice } from './args.mjs';
import { Sentence } from './terminal.mjs';
import { loadTypeScript } from './typescript.mjs';

/** @type {Record<string, import('./args.mjs').Option>} */
export const GENERATE_OPTIONS = {
  generate: {
    kind: 'texts',
    help: 'a set to generate: synthetic-M, -C, -I, -O or -W; may be given more than once',
  },
  subjects: { kind: 'integer', least: 1, help: 'persons of a generated set (default: 12)' },
  live: { kind: 'integer', least: 0, help: 'live clips a person, two frames each (default: 2)' },
  clips: { kind: 'integer', least: 0, help: 'clips a person and attack (default: 1)' },
  attack: { kind: 'texts', help: 'an attack; may be given more than once (default: all that the set has)' },
  'no-captions': { kind: 'flag', help: 'generate without captions: trains the live/spoof head only' },
  'set-seed': { kind: 'integer', least: 0, help: 'seed of generated sets (default: 0)' },
};

/** What is handed to the page: a request with what was named; the page knows the rest. */
export function requestsOf(/** @type {Record<string, any>} */ values) {
  const sets = values['generate'] ?? [];
  /** @type {Record<string, unknown>} */
  const change = {};
  const keys = { subjects: 'subjects', live: 'liveClips', clips: 'attackClips', 'set-seed': 'seed' };
  for (const [name, key] of Object.entries(keys)) if (values[name] !== undefined) change[key] = values[name];
  if (values['attack']?.length > 0) change['attacks'] = values['attack'];
  if (values['no-captions']) change['styles'] = [];
  if (sets.length === 0) {
    const given = Object.keys(GENERATE_OPTIONS).find((name) => ![undefined, ''].includes(values[name]?.toString()));
    if (given) throw new Sentence(`--${given} needs --generate: name the set to make, for example synthetic-M.`);
  }
  refuseTwice('generate', sets, 'the second would take the place of the first');
  return sets.map((/** @type {string} */ domain) => ({ domain, ...change }));
}

/**
 * Asks the generator itself whether it can do that, before a browser is started for it.
 * @param {{domain: string}[]} requests
 * @returns {Promise<{domain: string}[]>} the requests with what was left out
 */
export async function checkRequests(requests) {
  if (requests.length === 0) return [];
  const { requestFor, requestProblem } = await loadTypeScript('src/session/generated.ts');
  const whole = requests.map((request) => ({ ...requestFor(request.domain), ...request }));
  for (const request of whole) {
    const problem = requestProblem(request);
    if (problem !== null) throw new Sentence(`--generate ${request.domain}: ${problem}`);
  }
  return whole;
}
