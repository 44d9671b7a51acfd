/** Tables as CSV, JSON, Markdown and LaTeX. Each says in its own caption when generated pictures were measured. */
import { linesOf } from './lines';
import type { Table } from './table';
import { toLatex } from './write_latex';

export const FORMATS = ['csv', 'json', 'markdown', 'latex'] as const;
export type Format = (typeof FORMATS)[number];

export function writeTables(tables: readonly Table[], format: Format): string {
  switch (format) {
    case 'csv':
      return toCsv(tables);
    case 'json':
      return toJson(tables);
    case 'markdown':
      return tables.map(toMarkdown).join('\n');
    case 'latex':
      return toLatex(tables);
  }
}

/** A line for each cell, all digits; captions, settings and notes are comments at the top. An empty value is missing. */
function toCsv(tables: readonly Table[]): string {
  const head = ['table', 'pictures', 'method', 'origin', 'reader', 'policy', 'unit', 'metric', 'group', 'column'];
  const numbers = ['value', 'low', 'high', 'level', 'n', 'published', 'difference', 'note'];
  const comments = tables.flatMap(({ id, caption, settings, notes }) =>
    [caption, ...settings, ...notes].map((text) => `# ${id}: ${text.replace(/[\r\n]+/g, ' ')}`),
  );
  const lines = tables.flatMap((table) =>
    table.rows.flatMap((row) =>
      row.cells.map((cell, i) => {
        const { label, group } = table.columns[i]!;
        const ours = row.origin === 'ours' && table.generated;
        return [
          ...[table.id, ours ? 'generated: no benchmark result' : '', row.method, row.origin, row.reader ?? ''],
          ...[row.policyWords ?? '', row.unit ?? '', row.metric, group ?? '', label],
          ...[cell.value, cell.interval?.low, cell.interval?.high, cell.interval?.level, cell.n],
          ...[cell.published, cell.difference, cell.note],
        ]
          .map(csvField)
          .join(',');
      }),
    ),
  );
  return [...comments, [...head, ...numbers].join(','), ...lines, ''].join('\r\n');
}

function csvField(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  // A spreadsheet would compute what begins so.
  const safe = /^[=+@\t-]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function toJson(tables: readonly Table[]): string {
  return `${JSON.stringify({ format: 'whylive-tables', version: 1, tables }, null, 1)}\n`;
}

function toMarkdown(table: Table): string {
  const cells = (values: readonly string[]): string => `| ${values.map(markdownText).join(' | ')} |`;
  const headings = table.columns.map(({ label, group }) => (group === null ? label : `${label} (${group})`));
  return [
    `**${markdownText(table.caption)}**`,
    '',
    cells(['Method', 'Judged by', 'Metric', ...headings]),
    `|---|---|---|${'---:|'.repeat(headings.length)}`,
    ...linesOf(table).map(({ method, judgedBy, metric, cells: values }) =>
      cells([method, judgedBy, metric, ...values.map((value) => value ?? 'missing')]),
    ),
    '',
    ...section('Setting', table.settings),
    ...section('Notes', table.notes),
  ].join('\n');
}

function section(title: string, sentences: readonly string[]): string[] {
  if (sentences.length === 0) return [];
  return [`${title}:`, '', ...sentences.map((sentence) => `- ${markdownText(sentence)}`), ''];
}

function markdownText(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#]/g, (char) => (char === '<' ? '&lt;' : `\\${char}`)).replace(/[\r\n]+/g, ' ');
}
