/** Protocols from a file or a form: every mistake gets a sentence that names the protocol, and the others are taken. */
import * as v from 'valibot';
import type { Protocol, RunConfig } from '../../protocol';
import { PRESETS } from '../../protocol';
import { valueProblem } from '../config';
import { DEVELOPMENT } from './readers';

const FORMAT = 'whylive-protocols';
const VERSION = 1;
/** Longest name of a protocol, a variant or a set, in characters; longest description. */
const LONGEST = 60;
const LONGEST_ABOUT = 400;

const name = (what: string) =>
  v.pipe(
    v.string(`${what} must be a text`),
    v.trim(),
    v.nonEmpty(`${what} is empty`),
    v.maxLength(LONGEST, `${what} is longer than ${LONGEST} characters`),
  );

const names = (what: string, none: string) =>
  v.pipe(
    v.array(name(`a name in ${what}`), `${what} must be a list of set names`),
    v.minLength(1, none),
    v.check((list) => new Set(list).size === list.length, `${what} names a set twice`),
  );

const Variants = v.pipe(
  v.array(
    v.object({
      name: name('the name of a variant'),
      config: v.record(v.string(), v.unknown(), 'the config of a variant must be an object of settings'),
    }),
    'variants must be a list of {name, config}',
  ),
  v.minLength(1, 'there is no variant to train'),
  v.check((list) => new Set(list.map((item) => item.name)).size === list.length, 'two variants have the same name'),
);

const Shape = v.object({
  id: name('id'),
  about: v.optional(
    v.pipe(
      v.string('about must be a text'),
      v.maxLength(LONGEST_ABOUT, `about is longer than ${LONGEST_ABOUT} characters`),
    ),
    '',
  ),
  train: names('train', 'train names no set'),
  tests: v.pipe(
    names('tests', 'tests names no set'),
    v.check((list) => !list.includes(DEVELOPMENT), `${DEVELOPMENT} is judged anyway and cannot be the name of a test`),
  ),
  variants: Variants,
  parts: v.optional(v.picklist(['official', 'all'], 'parts must be "official" or "all"'), 'official'),
  developmentShare: v.optional(
    v.pipe(
      v.number('developmentShare must be a number'),
      v.minValue(0, 'developmentShare must be from 0 to 0.9'),
      v.maxValue(0.9, 'developmentShare must be from 0 to 0.9'),
    ),
    0.2,
  ),
});

export interface ReadProtocols {
  protocols: Protocol[];
  /** One sentence or more for each protocol that was not taken. */
  problems: string[];
}

/** One protocol, or its mistakes as sentences. */
export function checkProtocol(value: unknown, label: string): { protocol: Protocol } | { problems: string[] } {
  const read = v.safeParse(Shape, value);
  if (!read.success) {
    const said = read.issues.map((issue) => {
      const where = v.getDotPath(issue);
      return issue.kind === 'schema' && issue.received === 'undefined' && where !== null
        ? `${where} is missing`
        : issue.message;
    });
    return { problems: [...new Set(said)].map((problem) => `${label}: ${problem}.`) };
  }
  const { output } = read;
  const problems = output.variants.flatMap((variant) =>
    settingProblems(variant.config).map((problem) => `${label}, variant ${variant.name}: ${problem}`),
  );
  const both = output.train.filter((set) => output.tests.includes(set));
  if (output.parts === 'all' && both.length > 0) {
    problems.push(
      `${label}: ${both.join(' and ')} would be trained and tested on as a whole. Take it out of one side, or use official parts.`,
    );
  }
  if (problems.length > 0) return { problems };
  return { protocol: { ...output, origin: 'own', variants: output.variants } };
}

/** What is wrong with settings that a variant changes. */
function settingProblems(config: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    if (!Object.hasOwn(PRESETS.paper, key)) return [`${key} is no setting of a run.`];
    return valueProblem(key as keyof RunConfig, value) ?? [];
  });
}

/**
 * What a file of protocols holds.
 *
 * @param taken  Ids that are in use; a protocol of the same id is not taken.
 */
export function readProtocols(text: string, taken: readonly string[]): ReadProtocols {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { protocols: [], problems: [`The file is not JSON (${why}). Give a file that was exported here.`] };
  }
  const list = listOf(value);
  if (list === null) {
    return {
      protocols: [],
      problems: ['The file holds no protocols. Give a file that was exported here, or a list of protocols.'],
    };
  }
  const found: ReadProtocols = { protocols: [], problems: [] };
  const ids = new Set(taken);
  for (const [index, item] of list.entries()) {
    const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : null;
    const checked = checkProtocol(
      item,
      typeof id === 'string' && id !== '' ? `Protocol ${id}` : `Protocol ${index + 1}`,
    );
    if ('problems' in checked) found.problems.push(...checked.problems);
    else if (ids.has(checked.protocol.id)) {
      found.problems.push(
        `Protocol ${checked.protocol.id}: there is one of that name. Rename or remove one of the two.`,
      );
    } else {
      ids.add(checked.protocol.id);
      found.protocols.push(checked.protocol);
    }
  }
  return found;
}

function listOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value !== 'object' || value === null || !('protocols' in value)) return null;
  const { protocols }: { protocols: unknown } = value;
  return Array.isArray(protocols) ? (protocols as unknown[]) : null;
}

/** A file that `readProtocols` takes. */
export function writeProtocols(protocols: readonly Protocol[]): string {
  const own = protocols.map(({ id, about, train, tests, variants, parts, developmentShare }) => ({
    ...{ id, about, train, tests, variants, parts, developmentShare },
  }));
  return JSON.stringify({ format: FORMAT, version: VERSION, protocols: own }, null, 2) + '\n';
}
