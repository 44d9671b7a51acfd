/** Command line arguments: every mistake gets a sentence. */
import { readFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { Sentence } from './terminal.mjs';

/**
 * @typedef {object} Option
 * @property {'text' | 'texts' | 'integer' | 'number' | 'flag' | 'choice'} kind `texts` may be given more than once
 * @property {string} help what it is, for the list of arguments
 * @property {string[]} [choices] for `choice`
 * @property {number} [least] for numbers
 * @property {number} [most] for numbers
 */

/** @type {{ scripts: Record<string, string> }} */
const { scripts } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));

/** How a command is called: as the npm script of that name, or else as the file below tools/. */
const called = (/** @type {string} */ command) =>
  Object.hasOwn(scripts, command) ? `npm run ${command} --` : `node tools/${command}.mjs`;

/** The list of arguments, for `--help` and for mistakes. */
export function usage(/** @type {string} */ command, /** @type {Record<string, Option>} */ options) {
  const lines = Object.entries(options).map(([name, option]) => {
    const value =
      option.kind === 'flag'
        ? ''
        : option.choices
          ? ` ${option.choices.join('|')}`
          : option.kind.startsWith('text')
            ? ' …'
            : ' N';
    return `  --${name}${value}`.padEnd(34) + option.help;
  });
  return `Usage: ${called(command)} [arguments]\n${lines.join('\n')}`;
}

/**
 * Reads `argv` after the script's name.
 *
 * @param {string} command the npm script or, as `world/make_set`, the file below tools/, for sentences
 * @param {Record<string, Option>} options
 * @param {string[]} argv
 * @returns {Record<string, any>} by option name; absent options are undefined, `texts` default to []
 */
export function readArguments(command, options, argv) {
  /** @type {Record<string, any>} */
  const values = {};
  for (const [name, option] of Object.entries(options)) if (option.kind === 'texts') values[name] = [];
  const see = `See ${called(command)} --help.`;
  const set = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    const before = values[name];
    if (before !== undefined && before !== value)
      throw new Sentence(`--${name} is given twice, ${before} and ${value}: it takes one value. ${see}`);
    values[name] = value;
  };
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    const match = /^--([a-z][a-z-]*)(?:=(.*))?$/s.exec(argument);
    const name = match?.[1] ?? '';
    if (name === 'help') {
      values['help'] = true;
      continue;
    }
    const option = options[name];
    if (!option) throw new Sentence(`${argument} is not an argument of ${called(command).replace(/ --$/, '')}. ${see}`);
    if (option.kind === 'flag') {
      values[name] = true;
      continue;
    }
    const value = match?.[2] ?? argv[++i];
    if (value === undefined || value === '' || (match?.[2] === undefined && value.startsWith('--')))
      throw new Sentence(`--${name} needs a value (${option.help}). ${see}`);
    if (option.kind === 'texts') values[name].push(value);
    else if (option.kind === 'text') set(name, value);
    else if (option.kind === 'choice') {
      if (!option.choices?.includes(value))
        throw new Sentence(`--${name} ${value}: it takes one of ${option.choices?.join(', ')}. ${see}`);
      set(name, value);
    } else {
      const number = Number(value);
      const whole = option.kind === 'integer';
      const { least = -Infinity, most = Infinity } = option;
      if (!Number.isFinite(number) || (whole && !Number.isSafeInteger(number)) || number < least || number > most) {
        const large = whole && Math.abs(number) > Number.MAX_SAFE_INTEGER && number < Infinity;
        const range = large
          ? ` of at most ${Number.MAX_SAFE_INTEGER}`
          : most < Infinity
            ? ` from ${least} to ${most}`
            : least > -Infinity
              ? ` of at least ${least}`
              : '';
        throw new Sentence(`--${name} ${value}: it takes a ${whole ? 'whole ' : ''}number${range}. ${see}`);
      }
      set(name, number);
    }
  }
  return values;
}

/** Refuses an argument that may be repeated, but not with the same value; `why` says what would come of it. */
export function refuseTwice(/** @type {string} */ name, /** @type {string[]} */ values, /** @type {string} */ why) {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) throw new Sentence(`--${name} ${twice} is given twice: ${why}. Name it once.`);
}
