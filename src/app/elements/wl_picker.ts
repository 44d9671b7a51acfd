/** A grid of samples to walk through: one stop for Tab, arrows inside (a listbox), filters above. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { SampleRow } from '../../protocol';
import { count } from '../format';
import { shared } from '../shared_styles';
import { pictureOf } from '../wording';
import './wl_frame';
import './wl_verdict';

/** This many options around the selected one are in the document. */
const SHOWN = 240;

/** Fires `pick` (detail: a sample id). */
@customElement('wl-picker')
export class WlPicker extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        min-width: 0;
      }
      .filters {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 8px;
        padding-block-end: 12px;
      }
      label {
        display: grid;
        font-size: var(--small);
        color: var(--muted);
      }
      select {
        width: 100%;
        padding: 0 4px;
      }
      .grid {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(56px, 1fr));
        align-content: start;
        gap: 8px;
        padding: 4px;
        scrollbar-width: thin;
        scrollbar-gutter: stable;
        --thumb: 100%;
      }
      .option {
        position: relative;
        cursor: pointer;
        font-size: var(--small);
      }
      .option wl-thumb {
        display: block;
        width: 100%;
        height: auto;
        aspect-ratio: 1;
      }
      .option[aria-selected='true'] wl-thumb {
        outline: 2px solid var(--ink);
        outline-offset: 2px;
      }
      p[role='status'] {
        padding-block-start: 8px;
      }
      .grid:focus-visible {
        outline-offset: 0;
      }
      .option span {
        display: block;
        height: 20px;
        line-height: 20px;
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) samples: readonly SampleRow[] = [];
  @property({ attribute: false }) test: ReadonlySet<string> = new Set();
  @property() selected = '';
  @state() private label = '';
  @state() private set = '';
  @state() private split = '';

  /** The samples that the filters leave, in order. */
  get list(): SampleRow[] {
    return this.samples.filter(
      (sample) =>
        (this.label === '' || (sample.label ?? 'none') === this.label) &&
        (this.set === '' || sample.set === this.set) &&
        (this.split === '' || this.test.has(sample.id) === (this.split === 'test')),
    );
  }

  /** Selects the sample `by` places on; stays at either end. */
  walk(by: number): void {
    const list = this.list;
    const at = list.findIndex((sample) => sample.id === this.selected);
    const next = list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))];
    if (next && next.id !== this.selected) this.pick(next.id);
  }

  private pick(id: string): void {
    this.dispatchEvent(new CustomEvent<string>('pick', { detail: id }));
  }

  /** Options in one row of the grid, as laid out now. */
  private get perRow(): number {
    const grid = this.renderRoot.querySelector('.grid');
    return grid === null ? 1 : getComputedStyle(grid).gridTemplateColumns.split(' ').length;
  }

  private readonly key = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: this.perRow,
      ArrowUp: -this.perRow,
      Home: -Infinity,
      End: Infinity,
    };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.walk(by);
  };

  override updated(changed: Map<string, unknown>): void {
    if (!changed.has('selected')) return;
    const option = this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]');
    const grid = this.renderRoot.querySelector<HTMLElement>('.grid');
    if (!option || !grid) return;
    // Scroll the grid alone: scrollIntoView would move the page as well.
    const top = option.offsetTop - grid.offsetTop;
    if (top < grid.scrollTop) grid.scrollTop = top - 8;
    else if (top + option.offsetHeight > grid.scrollTop + grid.clientHeight) {
      grid.scrollTop = top + option.offsetHeight - grid.clientHeight + 8;
    }
  }

  private choice(name: string, value: string, options: [string, string][], change: (value: string) => void): unknown {
    return html`<label
      >${name}
      <select @change=${(event: Event) => change((event.target as HTMLSelectElement).value)}>
        <option value="" ?selected=${value === ''}>all</option>
        ${options.map(([id, word]) => html`<option value=${id} ?selected=${value === id}>${word}</option>`)}
      </select>
    </label>`;
  }

  override render(): unknown {
    const list = this.list;
    const at = Math.max(
      0,
      list.findIndex((sample) => sample.id === this.selected),
    );
    const from = Math.max(0, Math.min(at - SHOWN / 2, list.length - SHOWN));
    const shown = list.slice(from, from + SHOWN);
    const sets = [...new Set(this.samples.map(({ set }) => set))].map((name): [string, string] => [name, name]);
    const active = shown.some((sample) => sample.id === this.selected);
    return html`
      <div class="filters">
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
        ${this.choice('Set', this.set, sets, (value) => (this.set = value))}
        ${this.choice(
          'Split',
          this.split,
          [
            ['test', 'held out'],
            ['train', 'the rest'],
          ],
          (value) => (this.split = value),
        )}
      </div>
      ${
        list.length === 0
          ? html`<p class="small muted">No sample fits these filters.</p>`
          : html`<div
              class="grid"
              role="listbox"
              tabindex="0"
              aria-label="Samples"
              aria-activedescendant=${active ? `s${list.findIndex((sample) => sample.id === this.selected)}` : nothing}
              @keydown=${this.key}
            >
              ${repeat(
                shown,
                (sample) => sample.id,
                (sample, index) =>
                  html`<div
                    class="option"
                    id="s${from + index}"
                    role="option"
                    aria-label=${pictureOf(sample)}
                    aria-selected=${sample.id === this.selected ? 'true' : 'false'}
                    @click=${() => this.pick(sample.id)}
                  >
                    <wl-thumb .blob=${sample.thumbnail}></wl-thumb>
                    <span
                      >${sample.label === null ? nothing : html`<wl-verdict brief verdict=${sample.label}></wl-verdict>`}</span
                    >
                  </div>`,
              )}
            </div>`
      }
      <p class="small muted" role="status">
        ${
          list.length > shown.length
            ? `${count(from + 1)}\u2013${count(from + shown.length)} of ${count(list.length)}`
            : `${count(list.length)} of ${count(this.samples.length)}`
        }
      </p>
    `;
  }
}
