/**
 * Tables as LaTeX that fits a page: a float for each way of judging (reader, policy, unit), each with the published rows,
 * since all ways of one table together are several pages tall; one with more columns than can be read on a page's width
 * is parted by columns too. What is said of a table as a whole stands before its
 * floats as text, which may break across pages.
 */
import { judgedBy, linesOf, type Line } from './lines';
import type { Row, Table } from './table';

/** Lines of numbers in a float of 7 pt letters: with captions and rules they stay below 550 pt, a letter page's text. */
export const MOST_LINES = 44;
/** Floats that may wait for a place. */
const WAITING = 16;
/** Columns beyond which an interval stands on two lines. */
const WIDE = 6;
/** With more than these the letters would shrink below 6 pt where a page's text is 345 pt wide. */
export const MOST_COLUMNS = 8;

export function toLatex(tables: readonly Table[]): string {
  return ['% Needs \\usepackage{booktabs,graphicx}.', ...tables.map(tableText)].join('\n');
}

function tableText(table: Table): string {
  const floats = waysOf(table).flatMap(({ way, rows }) =>
    byColumns({ ...table, rows }).flatMap(({ columns, of }) => {
      const parts = partsOf(linesOf(of), of.columns.length > WIDE);
      return parts.map((lines, i) => ({
        ...{ of, lines },
        way: `${way}${columns}${parts.length > 1 ? `, part ${i + 1} of ${parts.length}` : ''}`,
      }));
    }),
  );
  const about = ['-- : missing, not measured.', ...table.settings, ...table.notes];
  return [
    '\\begingroup\\footnotesize\\sloppy\\parindent=0pt',
    `\\textbf{${latexText(headOf(table))}}\\par`,
    ...about.map((sentence) => `${latexText(sentence)}\\par`),
    '\\endgroup',
    '',
    ...floats.flatMap(({ of, lines, way }, i) => [
      floatOf(of, lines, way, floats.length > 1 ? i + 1 : null),
      // TeX refuses more floats waiting for a place than a few dozen.
      ...(i % WAITING === WAITING - 1 || (i > 0 && i === floats.length - 1) ? ['\\clearpage', ''] : []),
    ]),
  ].join('\n');
}

/** The rows of each way of judging, with those that stand in every float: published ones, and ours without numbers. */
function waysOf({ rows }: Table): { way: string; rows: Row[] }[] {
  const ways = [...new Set(rows.filter((row) => row.judgedBy !== null).map(judgedBy))];
  if (ways.length === 0) return [{ way: '', rows }];
  return ways.map((way) => ({ way, rows: rows.filter((row) => row.judgedBy === null || judgedBy(row) === way) }));
}

/** Tables of like many columns each, none with more than can be read. */
function byColumns(table: Table): { columns: string; of: Table }[] {
  const { columns, rows } = table;
  const parts = Math.max(1, Math.ceil(columns.length / MOST_COLUMNS));
  const each = Math.ceil(columns.length / parts);
  return Array.from({ length: parts }, (_, i) => {
    const cut = <T>(all: readonly T[]): T[] => all.slice(i * each, (i + 1) * each);
    const last = Math.min(columns.length, (i + 1) * each);
    return {
      columns: parts === 1 ? '' : `, columns ${i * each + 1} to ${last} of ${columns.length}`,
      of: { ...table, columns: cut(columns), rows: rows.map((row) => ({ ...row, cells: cut(row.cells) })) },
    };
  });
}

/** Parted where a method begins, so that no part is taller than a page. */
function partsOf(lines: readonly Line[], wide: boolean): Line[][] {
  const parts: Line[][] = [];
  let [part, height]: [Line[], number] = [[], Infinity];
  for (const block of blocksOf(lines)) {
    const more = block.reduce((sum, { cells }) => sum + (wide && cells.some(isInterval) ? 2 : 1), 0);
    if (height + more > MOST_LINES) {
      parts.push((part = []));
      height = 0;
    }
    part.push(...block);
    height += more;
  }
  return parts;
}

function blocksOf(lines: readonly Line[]): Line[][] {
  const blocks: Line[][] = [];
  for (const line of lines) {
    if (line.opens) blocks.push([]);
    blocks.at(-1)!.push(line);
  }
  return blocks;
}

/** LaTeX numbers tables itself: the paper's number is told as the paper's. */
const headOf = ({ caption }: Table): string => caption.replace(/^Table (\d+), /, "The paper's table $1, ");

/** @param number  among the floats of the table, from 1; null where it is the only one */
function floatOf(table: Table, lines: readonly Line[], way: string, number: number | null): string {
  const { columns, id } = table;
  const wide = columns.length > WIDE;
  const caption = `${headOf(table)}${way === '' ? '' : ` ${way.charAt(0).toUpperCase()}${way.slice(1)}.`}`;
  const body = lines.flatMap(({ method, judgedBy: by, metric, cells, opens }, i) => [
    ...(opens && i > 0 ? ['\\midrule'] : []),
    latexRow([
      // Who judged stands in the caption.
      ...(opens ? [method, by.replace(/:.*$/s, '')] : ['', '']).map(latexText),
      latexText(metric),
      ...cells.map((cell) => (cell === null ? '--' : cellText(cell, wide))),
    ]),
  ]);
  return [
    '\\begin{table*}[tp]',
    '\\centering',
    '\\scriptsize',
    '\\setlength{\\tabcolsep}{3pt}',
    '\\setlength{\\belowcaptionskip}{4pt}',
    `\\caption{${latexText(caption)}}`,
    `\\label{tab:${id}${number === null ? '' : `-${number}`}}`,
    // Shrunk only where it is wider than the page.
    '\\resizebox{\\ifdim\\width>\\textwidth\\textwidth\\else\\width\\fi}{!}{%',
    `\\begin{tabular}{lll${'r'.repeat(columns.length)}}`,
    '\\toprule',
    ...groupsOf(table),
    latexRow(['Method', 'Of', 'Metric', ...columns.map(({ label }) => label)].map(latexText)),
    '\\midrule',
    ...body,
    '\\bottomrule',
    '\\end{tabular}}',
    '\\end{table*}',
    '',
  ].join('\n');
}

const isInterval = (cell: string | null): boolean => cell?.includes(' to ') === true;

function cellText(cell: string, wide: boolean): string {
  if (!wide || !isInterval(cell)) return latexText(cell);
  const [low, high] = cell.split(' to ').map(latexText);
  return `\\begin{tabular}[t]{@{}r@{}}${low} to\\\\${high}\\end{tabular}`;
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
};

function latexText(text: string): string {
  return text
    .replace(/(^|[\s(])"/g, '$1``')
    .replaceAll('"', "''")
    .replace(/->|>=|[\\~^<>|&%$#_{}]/g, (found) => {
      if (found === '->') return '$\\to$';
      if (found === '>=') return '$\\geq$';
      return LATEX[found] ?? `\\${found}`;
    })
    .replace(/[\r\n]+/g, ' ');
}
