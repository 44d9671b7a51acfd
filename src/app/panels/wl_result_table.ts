/** One table of results: our numbers with n, interval and difference beside the published ones. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Table } from '../../session/types';
import { count, percent, plural } from '../format';
import { shared } from '../shared_styles';

type Row = Table['rows'][number];
type Cell = Row['cells'][number];

@customElement('wl-result-table')
export class WlResultTable extends LitElement {
  static override styles = [
    shared,
    css`
      .caption {
        margin-block-end: 8px;
        max-width: 96ch;
      }
      td,
      th {
        vertical-align: top;
        min-width: 64px;
      }
      th[scope='row'] {
        min-width: 150px;
      }
      tr.published td {
        color: var(--muted);
      }
      td small,
      th small {
        display: block;
        color: var(--muted);
        font-size: 0.6875rem;
        white-space: nowrap;
      }
      ul {
        margin-block-start: 8px;
        max-width: 96ch;
      }
    `,
  ];

  @property({ attribute: false }) table: Table | null = null;

  private cell(cell: Cell, column: Table['columns'][number], row: Row): unknown {
    const { value, n, interval, difference, note } = cell;
    if (value === null) return html`<td class="number muted" title=${note ?? ''}>${note === null ? '' : '\u2013'}</td>`;
    if (column.kind === 'count') return html`<td class="number">${count(value)}</td>`;
    if (column.kind === 'score') return html`<td class="number" title=${note ?? ''}>${value.toFixed(3)}</td>`;
    // Published rates have two decimals and no n.
    const shown = row.origin === 'published' ? `${Math.round(100 * value)} %` : percent(value, n ?? 0);
    return html`<td class="number" title=${note ?? ''}>
      ${shown} ${n === null ? nothing : html`<small>n = ${count(n)}</small>`}
      ${/^of /.test(note ?? '') ? html`<small>${note}</small>` : nothing}
      ${
        interval === null
          ? nothing
          : html`<small title="${plural(interval.videos, 'video')} drawn from"
              >${Math.round(100 * interval.level)} %: ${Math.round(100 * interval.low)} to
              ${Math.round(100 * interval.high)}</small
            >`
      }
      ${
        difference === null
          ? nothing
          : html`<small>${difference < 0 ? '\u2212' : '+'}${Math.abs(100 * difference).toFixed(0)} points</small>`
      }
    </td>`;
  }

  private groups({ columns }: Table): unknown {
    if (columns.every(({ group }) => group === null)) return nothing;
    const runs: { name: string | null; span: number }[] = [];
    for (const { group } of columns) {
      const last = runs.at(-1);
      if (last?.name === group) last.span++;
      else runs.push({ name: group, span: 1 });
    }
    return html`<tr>
      <td></td>
      ${runs.map(({ name, span }) =>
        name === null
          ? html`<td colspan=${span}></td>`
          : html`<th scope="colgroup" colspan=${span} class="number">${name}</th>`,
      )}
    </tr>`;
  }

  override render(): unknown {
    const { table } = this;
    if (table === null) return nothing;
    return html`<p class="small caption" id="caption">${table.caption}</p>
      <div class="scroll named" tabindex="0" role="region" aria-label=${table.id}>
        <table aria-labelledby="caption">
          <thead>
            ${this.groups(table)}
            <tr>
              <th scope="col">Method, how judged</th>
              ${table.columns.map(({ label }) => html`<th scope="col" class="number">${label}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${table.rows.map(
              (row) =>
                html`<tr class=${row.origin}>
                  <th scope="row" title=${row.policyWords ?? ''}>
                    ${row.method}, ${row.metric}
                    <small
                      >${row.origin === 'published' ? 'published' : row.judgedBy === null ? 'ours: not measured' : `ours: ${row.judgedBy}, by ${row.unit}`}</small
                    >
                  </th>
                  ${row.cells.map((cell, index) => {
                    const column = table.columns[index];
                    return column === undefined ? nothing : this.cell(cell, column, row);
                  })}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <details>
        <summary>Setting and notes</summary>
        <ul class="small">
          ${[...table.settings, ...table.notes].map((text) => html`<li>${text}</li>`)}
        </ul>
      </details>`;
  }
}
