/** Tables of captions alone, for samples that are already there: the rows, not yet matched. */
import {
  CancelledError,
  type CallContext,
  type CaptionRow,
  type CaptionStyle,
  type CaptionTables,
  type SourceFile,
} from '../protocol';
import { noRows, readTableFile } from './annotations';
import { isCaptionSet, readCaptionSet } from './caption_set';
import { normalise } from './paths';
import { Meter } from './progress';
import { reasonOf } from './reasons';
import { counted } from './sets/sentences';
import { namesFiles, readTable } from './tables';

/** Most sentences about one table; the rest are counted. */
const MAX_SENTENCES = 200;

/** @throws CancelledError; a table that cannot be read costs itself alone */
export async function readCaptionTables(
  files: readonly SourceFile[],
  { signal, progress }: Pick<CallContext, 'signal' | 'progress'>,
): Promise<CaptionTables> {
  const out: CaptionTables = { rows: [], rejected: [], notes: [] };
  const meter = new Meter(progress, files.length);
  const tables = files
    .map(({ path, file }) => ({ path: normalise(path), file }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, file } of tables) {
    if (signal.aborted) throw new CancelledError();
    meter.begin(path);
    let problems: string[];
    try {
      problems = await readOne(path, file, out);
    } catch (error) {
      problems = [reasonOf(error)];
    }
    out.rejected.push(...problems.slice(0, MAX_SENTENCES).map((reason) => ({ file: path, reason })));
    const more = problems.length - MAX_SENTENCES;
    if (more > 0) {
      out.rejected.push({
        file: path,
        reason: `${counted(more, 'more row', 'more rows')} of ${path} ${more === 1 ? 'was' : 'were'} left out for reasons like those above.`,
      });
    }
    meter.end(path);
  }
  return out;
}

/** Adds the rows of one table; returns sentences about what was left out. */
async function readOne(path: string, file: Blob, out: CaptionTables): Promise<string[]> {
  const table = await readTableFile(path, file, out.notes);
  if (table === null) return ['The file holds no list of objects, so no captions. Leave it out.'];
  if (isCaptionSet(table)) {
    const { rows, problems, notes } = readCaptionSet(table, path);
    for (const row of rows) out.rows.push(row);
    out.notes.push(...notes);
    return problems;
  }
  if (table.rows.length === 0 && table.problems.length === 0) return [noRows(path)];
  if (!namesFiles(table)) {
    return table.problems.length > 0
      ? table.problems
      : ['No column of the table names files or, as the public caption set does, videos; name one of them file.'];
  }
  // Labels are read with the files themselves: here they would change samples that are already split and trained on.
  // A caption that explains another label than its sample has is left out by them.
  const { facts, rejected, notes } = readTable(table, path, null);
  out.notes.push(...notes);
  for (const fact of facts) {
    for (const style of Object.keys(fact.captions) as CaptionStyle[]) {
      const row: CaptionRow = {
        table: path,
        line: fact.line,
        of: { kind: 'file', set: fact.set ?? null, file: fact.file, role: fact.frame },
        style,
        text: fact.captions[style]!.trim(),
        ...(fact.label !== undefined && { label: fact.label }),
        attack: fact.attack ?? null,
        source: fact.sources[style]!,
      };
      out.rows.push(row);
    }
  }
  if (facts.length > 0 && facts.every(({ captions }) => Object.keys(captions).length === 0)) {
    return [
      ...rejected.map(({ reason }) => reason),
      'The table has no captions. Its labels are read only together with the files.',
    ];
  }
  return rejected.map(({ reason }) => reason);
}
