/** Keys that a file of protocols cannot have: dropped in silence, a slip of the pen would leave the default in its place. */
import { PRESETS } from '../../protocol';

// `origin` is written by the page beside what a file says, and read anew.
const PROTOCOL = ['id', 'about', 'train', 'tests', 'variants', 'parts', 'developmentShare', 'origin'];
const VARIANT = ['name', 'config'];
const FILE = ['protocols', 'format', 'version'];

/** A sentence for each unknown key of one protocol and of its variants. */
export function unknownKeys(protocol: unknown): string[] {
  const variants: unknown = isObject(protocol) ? protocol['variants'] : null;
  return [
    ...sentences(protocol, PROTOCOL, 'a protocol'),
    ...(Array.isArray(variants) ? variants : []).flatMap((variant: unknown, index) =>
      sentences(variant, VARIANT, `variant ${index + 1}`),
    ),
  ];
}

/** The same of what stands around the protocols of a file. */
export const unknownFileKeys = (file: unknown): string[] => sentences(file, FILE, 'a file of protocols');

function sentences(value: unknown, known: readonly string[], of: string): string[] {
  if (!isObject(value)) return [];
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => `"${key}" is no key of ${of}. ${remedy(key, known)}`);
}

function remedy(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  if (near !== null) return `Write "${near}", or take it out.`;
  if (known === VARIANT && Object.hasOwn(PRESETS.paper, key)) return 'It is a setting: write it into "config".';
  return `Take it out; known are ${known.filter((name) => name !== 'origin').join(', ')}.`;
}

/** The known word that a misspelt one is most likely meant for: a third of its letters may differ, none by case; null: none. */
export function nearest(word: string, known: readonly string[]): string | null {
  const [best] = known
    .map((name) => ({ name, off: distance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, off }) => off <= Math.ceil(name.length / 3))
    .sort((a, b) => a.off - b.off);
  return best?.name ?? null;
}

/** Letters to put in, take out or change that make one word of the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const changed = row[column - 1]! + (to[column - 1] === letter ? 0 : 1);
      next.push(Math.min(changed, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
