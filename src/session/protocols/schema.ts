/** Protocols from a file or a form: every mistake gets a sentence that names the protocol, and the others are taken. */
import * as v from 'valibot';
import type { Protocol, RunConfig } from '../../protocol';
import { PRESETS } from '../../protocol';
import { valueProblem } from '../config';
import { nearest, unknownFileKeys, unknownKeys } from './keys';
import { DEVELOPMENT } from './readers';

const FORMAT = 'whylive-protocols';
const VERSION = 1;
/** Longest name of a protocol, a variant or a set, in characters; longest description. */
const LONGEST = 60;
const LONGEST_ABOUT = 400;

/** Messages are what is wrong, to follow a field's own words: see `FIELDS`. */
const name = v.pipe(
  v.string('is no text'),
  v.trim(),
  v.check((text) => !/\p{Cc}/u.test(text), 'has a line break or another sign that cannot be seen'),
  v.nonEmpty('is empty'),
  v.maxLength(LONGEST, `is longer than ${LONGEST} characters`),
);

const entry = v.pipe(
  v.string('has an entry that is no text'),
  v.trim(),
  v.nonEmpty('has an empty entry'),
  v.maxLength(LONGEST, `has an entry longer than ${LONGEST} characters`),
);

const names = v.pipe(
  v.array(entry, 'is no list'),
  v.minLength(1, 'is empty'),
  v.check((list) => new Set(list).size === list.length, 'names a set twice'),
);

const Variants = v.pipe(
  v.array(
    v.object({ name, config: v.record(v.string(), v.unknown(), 'are no object') }, 'is no object with name and config'),
    'is no list',
  ),
  v.minLength(1, 'is empty'),
  v.check((list) => new Set(list.map((item) => item.name)).size === list.length, 'has the same name twice'),
);

const Shape = v.object(
  {
    id: name,
    about: v.optional(
      v.pipe(v.string('is no text'), v.maxLength(LONGEST_ABOUT, `is longer than ${LONGEST_ABOUT} characters`)),
      '',
    ),
    train: names,
    tests: v.pipe(
      names,
      v.check((list) => !list.includes(DEVELOPMENT), `names ${DEVELOPMENT}, which is judged anyway`),
    ),
    variants: Variants,
    parts: v.optional(v.picklist(['official', 'all'], 'is neither official nor all'), 'official'),
    developmentShare: v.optional(
      v.pipe(v.number('is no number'), v.minValue(0, 'is not from 0 to 0.9'), v.maxValue(0.9, 'is not from 0 to 0.9')),
      0.2,
    ),
  },
  'is no object',
);

const SETS = 'List roles (M, C, I, O, W) or names of data sets, each once.';
const VARIANT = '{"name": "vanilla", "config": {"reasoningShare": 0}}';

/** A field in plain words, and what to write instead. */
const FIELDS: Readonly<Record<string, readonly [words: string, remedy: string]>> = {
  id: ['its name ("id")', 'Give it a short text, such as phones.'],
  about: ['its description ("about")', `Write a text of at most ${LONGEST_ABOUT} characters, or leave it out.`],
  train: ['its list of sets to train on ("train")', SETS],
  tests: ['its list of sets to test on ("tests")', SETS],
  variants: ['its list of variants ("variants")', `List at least one, each of another name, such as ${VARIANT}.`],
  parts: ['the choice of parts ("parts")', 'Write official or all, or leave it out.'],
  developmentShare: ['the share held back ("developmentShare")', 'Write a number from 0 to 0.9, such as 0.2.'],
};
const WHOLE = `Write {"id": "phones", "train": ["O"], "tests": ["M"], "variants": [${VARIANT}]}.`;

/** What is wrong, where, and what to write instead. */
function sentenceOf(issue: v.BaseIssue<unknown>): string {
  const [field, index, part] = (issue.path ?? []).map(({ key }) => key);
  const wrong = (be: string): string =>
    issue.kind === 'schema' && issue.received === 'undefined' ? `${be} missing` : issue.message;
  const [words, remedy] = FIELDS[String(field)] ?? ['it', WHOLE];
  if (field !== 'variants' || typeof index !== 'number') return `${words} ${wrong('is')}. ${remedy}`;
  const variant = `variant ${index + 1}`;
  if (part === 'name') return `the name of ${variant} ${wrong('is')}. Give it a short text, such as vanilla.`;
  if (part === 'config') {
    return `the settings ("config") of ${variant} ${wrong('are')}. Write the settings that it changes, such as {"steps": 5000}, or {} for none.`;
  }
  return `${variant} ${wrong('is')}. Write it as ${VARIANT}.`;
}

export interface ReadProtocols {
  protocols: Protocol[];
  /** One sentence or more for each protocol that was not taken. */
  problems: string[];
}

/** One protocol, or its mistakes as sentences. */
export function checkProtocol(value: unknown, label: string): { protocol: Protocol } | { problems: string[] } {
  const read = v.safeParse(Shape, value);
  const unknown = unknownKeys(value).map((sentence) => `${label}: ${sentence}`);
  if (!read.success) {
    const wrong = [...new Set(read.issues.map(sentenceOf))].map((sentence) => `${label}: ${sentence}`);
    return { problems: [...wrong, ...unknown] };
  }
  const { output } = read;
  const problems = output.variants.flatMap((variant) =>
    settingProblems(variant.config).map((problem) => `${label}, variant ${variant.name}: ${problem}`),
  );
  problems.push(...unknown);
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
    if (!Object.hasOwn(PRESETS.paper, key)) {
      const known = Object.keys(PRESETS.paper);
      const near = nearest(key, known);
      const remedy =
        near === null ? `Take it out, or write one of ${known.join(', ')}.` : `Write ${near}, or take it out.`;
      return [`${key} is no setting of a run. ${remedy}`];
    }
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
  if (list === null || list.length === 0) {
    return {
      protocols: [],
      problems: ['The file holds no protocols. Give a file that was exported here, or a list of protocols.'],
    };
  }
  const unknown = unknownFileKeys(value);
  if (unknown.length > 0) return { protocols: [], problems: unknown };
  const found: ReadProtocols = { protocols: [], problems: [] };
  const own = new Set<string>();
  for (const [index, item] of list.entries()) {
    const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : null;
    const named = typeof id === 'string' && id.trim() !== '';
    const checked = checkProtocol(item, named ? `Protocol ${id.trim()}` : `Protocol ${index + 1} of the file`);
    if ('problems' in checked) found.problems.push(...checked.problems);
    else if (own.has(checked.protocol.id)) {
      found.problems.push(
        `Protocol ${checked.protocol.id} is twice in the file; the first is taken. Give the second another name ("id").`,
      );
    } else if (taken.includes(checked.protocol.id)) {
      found.problems.push(
        `Protocol ${checked.protocol.id}: there is one of that name already. Give this one another name ("id").`,
      );
    } else {
      own.add(checked.protocol.id);
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
