/** Parquet tables, as rows of text like any other table. Pictures and nested columns are passed over. */
import { parquetMetadataAsync, parquetReadObjects, type FileMetaData, type SchemaElement } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ImportError } from '../protocol';
import { columnName, type Table, type TableRow } from './table_reader';

/** What a file may unpack to: a small file can promise any number of rows and bytes. */
const MAX_ROWS = 1_000_000;
const MAX_UNPACKED = 512 * 2 ** 20;

/**
 * Reads the plain columns of a Parquet file (uncompressed, Snappy, Zstandard, gzip, LZ4 or Brotli).
 *
 * @throws ImportError when the file is none, is encrypted or damaged, or would unpack to more than is held in memory
 */
export async function readParquet(blob: Blob, path: string): Promise<Table> {
  const refuse = (cause: string, remedy: string): ImportError => new ImportError({ file: path, cause, remedy });
  const mark = await blob.slice(-4).text();
  if (mark === 'PARE') throw refuse('The Parquet file is encrypted.', 'Save it without encryption.');
  if (blob.size < 12 || mark !== 'PAR1' || (await blob.slice(0, 4).text()) !== 'PAR1') {
    throw refuse('The file is not a whole Parquet file.', 'Copy or download it again.');
  }
  const file = {
    byteLength: blob.size,
    slice: (start: number, end = blob.size) => {
      // Places come from the file itself.
      if (!(start >= 0 && end >= start && end <= blob.size)) throw new RangeError('a part of it lies outside of it');
      return blob.slice(start, end).arrayBuffer();
    },
  };
  try {
    const metadata = await parquetMetadataAsync(file);
    const columns = plainColumns(metadata);
    const rows = Number(metadata.num_rows);
    const unpacked = unpackedBytes(metadata, columns);
    if (!(rows <= MAX_ROWS) || !(unpacked <= MAX_UNPACKED)) {
      throw refuse(
        `The table has ${rows} rows and ${Math.round(unpacked / 2 ** 20)} MiB of text; at most ${MAX_ROWS} rows and ${MAX_UNPACKED / 2 ** 20} MiB are read.`,
        'Split it into several tables.',
      );
    }
    if (columns.length === 0) return { rows: [], problems: [], unit: 'Row' };
    const objects = await parquetReadObjects({ file, metadata, columns, compressors });
    return { rows: objects.map(rowOf), problems: [], unit: 'Row' };
  } catch (error) {
    if (error instanceof ImportError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw refuse(
      `The Parquet file cannot be read (${detail.replace(/\.$/, '')}).`,
      'Copy it again, or save it as CSV or JSONL.',
    );
  }
}

/** Names of the columns that hold one value a row. A picture is a group of columns. */
function plainColumns({ schema }: FileMetaData): string[] {
  const names: string[] = [];
  let at = 1;
  for (let left = schema[0]?.num_children ?? 0; left > 0; left--) {
    const element = schema[at];
    if (element === undefined) break;
    if (element.num_children === undefined && element.repetition_type !== 'REPEATED') names.push(element.name);
    at = behind(schema, at);
  }
  return names;
}

/** Index behind the element at `at` and all that lies in it. */
function behind(schema: readonly SchemaElement[], at: number): number {
  let next = at + 1;
  for (let left = schema[at]?.num_children ?? 0; left > 0 && next < schema.length; left--) next = behind(schema, next);
  return next;
}

function unpackedBytes({ row_groups }: FileMetaData, columns: readonly string[]): number {
  const wanted = new Set(columns);
  let bytes = 0;
  for (const { columns: chunks } of row_groups) {
    for (const { meta_data } of chunks) {
      const [name = ''] = meta_data?.path_in_schema ?? [];
      if (wanted.has(name)) bytes += Number(meta_data?.total_uncompressed_size ?? 0);
    }
  }
  return bytes;
}

function rowOf(object: Record<string, unknown>, index: number): TableRow {
  const cells = new Map<string, string>();
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === 'string') cells.set(columnName(name), value.trim());
    else if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
      cells.set(columnName(name), String(value));
  }
  return { line: index + 1, cells };
}
