/** CSV as RFC 4180 has it: CRLF line ends, fields quoted where they must be, quotes doubled. */

export type Field = string | number | boolean | null;

/**
 * One table. Numbers keep full precision; null is an empty field; a number that is not finite is written by name, so
 * that a reader sees it instead of a hole. A text that a spreadsheet would compute ("=1+1", names and answers that others
 * wrote) gets a single quote before it; a number that stands as text does not.
 *
 * @throws RangeError when a row has not as many fields as the header.
 */
export function toCsv(header: readonly string[], rows: readonly (readonly Field[])[]): string {
  const lines = [header, ...rows].map((row, index) => {
    if (row.length !== header.length) {
      throw new RangeError(`CSV row ${index} has ${row.length} fields, the header ${header.length}`);
    }
    return row.map(field).join(',');
  });
  return lines.join('\r\n') + '\r\n';
}

function field(value: Field): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? notComputed(value) : String(value);
  // Leading or trailing blanks are quoted too: some readers trim what is not quoted.
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

const notComputed = (text: string): string => (/^[=+@\t\r-]/.test(text) && !NUMBER.test(text) ? `'${text}` : text);
