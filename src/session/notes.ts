/**
 * What imports said. It stays until all that an import was about has been imported again, and sentences that say the
 * same of several files are put together.
 */
import type { ImportNotes } from '../store/settings';

/** Names in a sentence; the rest are counted. */
const NAMED = 3;

/**
 * `before` with a new import's notes behind; those that it replaces are gone, and what was said of earlier imports alone.
 *
 * @param parts  of what the import is about, the sets of which it brought another part: what was said of the others stands
 */
export function withNotes(
  before: readonly ImportNotes[],
  now: ImportNotes,
  parts: ReadonlySet<string> = new Set(),
): ImportNotes[] {
  const again = new Set(now.about.filter((name) => !parts.has(name)));
  const others = before
    .map(({ about, notes, passing = [] }) => ({
      about: about.filter((name) => !again.has(name)),
      notes: notes.filter((note) => !passing.includes(note)),
    }))
    .filter(({ about, notes }) => about.length > 0 && notes.length > 0);
  return now.notes.length === 0 ? others : [...others, now];
}

/** A file's name or path in a sentence: without blanks, with a type. */
const FILE = /[^\s"'(),;:]*[^\s"'(),;:./]\.[A-Za-z][A-Za-z0-9]{1,4}(?![A-Za-z0-9/])/g;

interface Group {
  text: string;
  /** Files of the further sentences that say the same. */
  files: Set<string>;
  imports: Set<ImportNotes>;
}

/** Every note, those of the newest import first; what differs in nothing but the files that it names is said once. */
export function grouped(all: readonly ImportNotes[]): string[] {
  const groups = new Map<string, Group>();
  for (const one of [...all].reverse()) {
    for (const note of one.notes) {
      const key = note.replace(FILE, '\0');
      let group = groups.get(key);
      if (group === undefined) groups.set(key, (group = { text: note, files: new Set(), imports: new Set() }));
      else if (note !== group.text) group.files.add((note.match(FILE) ?? []).join(' and '));
      group.imports.add(one);
    }
  }
  return [...groups.values()].map(worded);
}

function worded({ text, files, imports }: Group): string {
  if (files.size > 0) return `${text} The same of ${files.size} more: ${listed([...files])}.`;
  const about = new Set([...imports].flatMap((one) => one.about));
  // Parts of one set are not told apart.
  if (imports.size === 1 || about.size === 1) return text;
  return `${text} So in ${imports.size} imports: ${listed([...about])}.`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
