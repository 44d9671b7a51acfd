/** Tables as CSV, JSON, Markdown and LaTeX. Each says in its own caption when generated pictures were measured. */
import { linesOf } from './lines';
import type { Table } from './table';

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
      return `${LATEX_HEAD}\n${tables.map(toLatex).join('\n')}`;
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

const LATEX_HEAD = '% Needs \\usepackage{booktabs,graphicx}.';

function toLatex(table: Table): string {
  const { columns } = table;
  const headings = ['Method', 'Judged by', 'Metric', ...columns.map(({ label }) => label)].map(latexText);
  const groups = groupsOf(table);
  const lines = linesOf(table).flatMap(({ method, judgedBy, metric, cells, opens }, i) => [
    ...(opens && i > 0 ? ['\\midrule'] : []),
    latexRow([
      ...(opens ? [method, judgedBy] : ['', '']).map(latexText),
      latexText(metric),
      ...cells.map((cell) => (cell === null ? '--' : latexText(cell))),
    ]),
  ]);
  return [
    '\\begin{table*}[t]',
    '\\centering',
    '\\scriptsize',
    '\\setlength{\\tabcolsep}{3pt}',
    `\\caption{${latexText(table.caption)}}`,
    `\\label{tab:${table.id}}`,
    // Fourteen attacks with intervals are wider than any page at this size.
    ...(columns.length > 8 ? ['\\resizebox{\\textwidth}{!}{'] : []),
    `\\begin{tabular}{lll${'r'.repeat(columns.length)}}`,
    '\\toprule',
    ...(groups.length === 0 ? [] : groups),
    latexRow(headings),
    '\\midrule',
    ...lines,
    '\\bottomrule',
    columns.length > 8 ? '\\end{tabular}}' : '\\end{tabular}',
    '',
    ...['-- : missing, not measured.', ...table.settings, ...table.notes].map(
      (sentence) => `{\\footnotesize ${latexText(sentence)}\\par}`,
    ),
    '\\end{table*}',
    '',
  ].join('\n');
}

const latexRow = (cells: readonly string[]): string => `${cells.join(' & ')} \\\\`;

/** A line of headings over neighbouring columns of one group, with their rules. */
function groupsOf({ columns }: Table): string[] {
  if (columns.every(({ group }) => group === null)) return [];
  const spans: { group: string | null; from: number; count: number }[] = [];
  columns.forEach(({ group }, i) => {
    const last = spans.at(-1);
    if (last !== undefined && last.group === group) last.count++;
    else spans.push({ group, from: i + 4, count: 1 });
  });
  const heads = spans.map(({ group, count }) => `\\multicolumn{${count}}{c}{${latexText(group ?? '')}}`);
  const rules = spans
    .filter(({ group }) => group !== null)
    .map(({ from, count }) => `\\cmidrule(lr){${from}-${from + count - 1}}`);
  return [latexRow(['', '', '', ...heads]), rules.join(' ')];
}

const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': "''",
};

function latexText(text: string): string {
  return text
    .replace(/->|>=|[\\~^<>|"&%$#_{}]/g, (found) => {
      if (found === '->') return '$\\to$';
      if (found === '>=') return '$\\geq$';
      return LATEX[found] ?? `\\${found}`;
    })
    .replace(/[\r\n]+/g, ' ');
}
