/** The samples as a filtered, paged table. Only one page of rows (and of thumbnails) is in the document at a time. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { SampleRow } from '../../protocol';
import { count, plural } from '../format';
import { icon } from '../icons';
import { shared } from '../shared_styles';
import { role } from '../wording';
import './wl_frame';
import './wl_verdict';

const PAGE = 50;

@customElement('wl-sample-table')
export class WlSampleTable extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .filters {
        padding-block-end: 12px;
      }
      select {
        max-width: 180px;
      }
      .scroll {
        flex: 1;
        min-height: 320px;
        overflow: auto;
        border-block-start: 1px solid var(--hairline);
        scrollbar-width: thin;
      }
      thead th {
        position: sticky;
        inset-block-start: 0;
        z-index: 1;
        background: var(--paper);
        box-shadow: inset 0 -1px var(--hairline);
      }
      td {
        padding-block: 4px;
        height: 48px;
      }
      td.set {
        min-width: 88px;
        max-width: 200px;
        overflow-wrap: anywhere;
      }
      td.file {
        min-width: 160px;
        overflow-wrap: anywhere;
      }
      wl-thumb {
        display: block;
      }
      footer {
        padding-block-start: 8px;
      }
    `,
  ];

  @property({ attribute: false }) samples: readonly SampleRow[] = [];
  /** null: all samples; else these alone, for the reason in `onlyWhy`. */
  @property({ attribute: false }) only: ReadonlySet<string> | null = null;
  @property() onlyWhy = '';
  @property({ attribute: false }) train: ReadonlySet<string> = new Set();
  @property({ attribute: false }) test: ReadonlySet<string> = new Set();
  @state() private set = '';
  @state() private label = '';
  @state() private attack = '';
  @state() private page = 0;

  /** Ids of all samples that fit the filters, in the order of the table. */
  get shown(): string[] {
    return this.filtered().map(({ id }) => id);
  }

  private filtered(): SampleRow[] {
    return this.samples.filter(
      (sample) =>
        (this.only === null || this.only.has(sample.id)) &&
        (this.set === '' || sample.set === this.set) &&
        (this.label === '' || (sample.label ?? 'none') === this.label) &&
        (this.attack === '' || (sample.attack ?? '') === this.attack),
    );
  }

  private choice(name: string, value: string, options: [string, string][], change: (value: string) => void): unknown {
    return html`<label class="field"
      >${name}
      <select
        @change=${(event: Event) => {
          change((event.target as HTMLSelectElement).value);
          this.page = 0;
        }}
      >
        <option value="" ?selected=${value === ''}>all</option>
        ${options.map(([id, word]) => html`<option value=${id} ?selected=${value === id}>${word}</option>`)}
      </select>
    </label>`;
  }

  private split(sample: SampleRow): string {
    if (this.train.has(sample.id)) return 'train';
    return this.test.has(sample.id) ? 'held out' : '\u2013';
  }

  private row(sample: SampleRow): unknown {
    const styles = (Object.keys(sample.captions) as (keyof SampleRow['captions'])[]).map((style) =>
      sample.captionSources?.[style]?.kind === 'draft' ? `${style} (draft)` : style,
    );
    const none = sample.label === null ? 'none' : 'none: trains the head only';
    const captions = (): boolean =>
      this.dispatchEvent(new CustomEvent<string>('captions', { detail: sample.id, bubbles: true, composed: true }));
    const inspect = (): boolean =>
      this.dispatchEvent(new CustomEvent<string>('inspect', { detail: sample.id, bubbles: true, composed: true }));
    return html`<tr>
      <td><wl-thumb .blob=${sample.thumbnail}></wl-thumb></td>
      <td class="file"><button type="button" class="link" @click=${inspect}>${sample.file}</button></td>
      <td class="set">${sample.set}</td>
      <td>
        ${
          sample.label === null
            ? html`<span class="muted">no label</span>`
            : html`<wl-verdict verdict=${sample.label}></wl-verdict>`
        }
      </td>
      <td>${sample.attack ?? '\u2013'}</td>
      <td>${sample.subject ?? '\u2013'}</td>
      <td class="nowrap">${role(sample)}</td>
      <td>
        <button type="button" class="link captions" @click=${captions}>
          ${styles.length > 0 ? styles.join(', ') : html`<span class="muted">${none}</span>`}
          <span class="hidden">(captions of ${sample.file}, ${sample.role})</span>
        </button>
      </td>
      <td class="nowrap">${this.split(sample)}</td>
    </tr>`;
  }

  override render(): unknown {
    const rows = this.filtered();
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    const page = Math.min(this.page, pages - 1);
    const shown = rows.slice(page * PAGE, (page + 1) * PAGE);
    const sets = [...new Set(this.samples.map((sample) => sample.set))].map((name): [string, string] => [name, name]);
    const attacks = [...new Set(this.samples.flatMap((sample) => (sample.attack === null ? [] : [sample.attack])))];
    return html`
      <div class="filters row">
        ${this.choice('Set', this.set, sets, (value) => (this.set = value))}
        ${this.choice(
          'Label',
          this.label,
          [
            ['live', 'live'],
            ['spoof', 'spoof'],
            ['none', 'no label'],
          ],
          (value) => (this.label = value),
        )}
        ${this.choice(
          'Attack',
          this.attack,
          attacks.map((name): [string, string] => [name, name]),
          (value) => (this.attack = value),
        )}
        <span class="small muted" role="status"
          >${plural(rows.length, 'sample')}${this.only === null ? nothing : ` with the remark: ${this.onlyWhy}`}</span
        >
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="Samples">
        <table>
          <thead>
            <tr>
              <th scope="col"><span class="hidden">Picture</span></th>
              ${['File', 'Set', 'Label', 'Attack', 'Subject', 'Frame', 'Captions', 'Split'].map(
                (name) => html`<th scope="col">${name}</th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${repeat(
              shown,
              (sample) => sample.id,
              (sample) => this.row(sample),
            )}
          </tbody>
        </table>
        ${rows.length === 0 ? html`<p class="muted" style="padding: 24px 0">No sample fits these filters.</p>` : nothing}
      </div>
      <footer class="row spread small">
        <span class="muted"
          >${
            rows.length === 0
              ? nothing
              : html`${count(page * PAGE + 1)}–${count(page * PAGE + shown.length)} of ${count(rows.length)}`
          }</span
        >
        <span class="row">
          <button
            type="button"
            class="icon"
            aria-label="Page before"
            ?disabled=${page === 0}
            @click=${() => (this.page = page - 1)}
          >
            ${icon('back')}
          </button>
          <span>Page ${count(page + 1)} of ${count(pages)}</span>
          <button
            type="button"
            class="icon"
            aria-label="Page after"
            ?disabled=${page >= pages - 1}
            @click=${() => (this.page = page + 1)}
          >
            ${icon('next')}
          </button>
        </span>
      </footer>
    `;
  }
}
