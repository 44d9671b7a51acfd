/**
 * Lines over optimiser steps (uPlot), with the same figures as a table behind it. The time axis is fixed to the whole
 * run, so that nothing rescales while it grows and charts below each other line up. Lines differ by dash as well as
 * by colour, and the key beside the title carries the latest value.
 */
import { LitElement, css, html, nothing, unsafeCSS } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import uPlot from 'uplot';
import uplotCss from 'uplot/dist/uPlot.min.css?inline';
import { count, figure } from '../format';
import { shared } from '../shared_styles';

export interface ChartLine {
  name: string;
  /** A custom property of the tokens, e.g. `--two`. */
  color: string;
  dash: number[];
  values: (number | null)[];
  /** Shown after the name, e.g. `n = 24`. */
  note?: string;
  /** Marks each point: for lines with few of them. */
  points?: boolean;
}

/** More rows than this are thinned out in the table, evenly, keeping the last. */
const TABLE_ROWS = 60;

@customElement('wl-chart')
export class WlChart extends LitElement {
  static override styles = [
    unsafeCSS(uplotCss),
    shared,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0 16px;
        min-height: 24px;
      }
      .key {
        display: flex;
        flex-wrap: wrap;
        gap: 0 16px;
      }
      .key li {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .swatch {
        width: 18px;
        height: 0;
        border-block-start: 2px solid currentColor;
      }
      .plot {
        position: relative;
        overflow: hidden;
      }
      .none {
        position: absolute;
        inset: 0;
        display: grid;
        place-items: center;
        pointer-events: none;
      }
      .none {
        z-index: 1;
      }
      .none span {
        margin-inline-start: 48px;
        padding: 2px 8px;
        background: var(--paper);
      }
      .uplot {
        font-family: inherit;
      }
      .scroll {
        position: relative;
        max-height: 240px;
        overflow: auto;
      }
      .scroll thead th {
        position: sticky;
        inset-block-start: 0;
        background: var(--paper);
      }
    `,
  ];

  @property() heading = '';
  /** Optimiser steps, rising. */
  @property({ attribute: false }) x: number[] = [];
  @property({ attribute: false }) lines: ChartLine[] = [];
  /** Right end of the time axis. */
  @property({ type: Number }) steps = 1;
  /** Fixed top of the value axis, or null to fit the data; the bottom is 0. */
  @property({ attribute: false }) top: number | null = null;
  @property({ type: Number }) height = 160;
  @property({ attribute: false }) format: (value: number | null) => string = figure;
  /** Charts with the same group share a cursor. */
  @property() group = 'run';
  /** Leaves out the labels of the time axis (the chart below has them). */
  @property({ type: Boolean }) bare = false;
  @property() empty = '';

  @query('.plot') private box!: HTMLElement;
  @state() private tableOpen = false;
  private plot: uPlot | null = null;
  private drawn = '';
  private readonly resize = new ResizeObserver(() => this.fit());
  private readonly redraw = (): void => this.plot?.redraw(false);
  private readonly themes = new MutationObserver(this.redraw);
  private readonly scheme = matchMedia('(prefers-color-scheme: dark)');

  override connectedCallback(): void {
    super.connectedCallback();
    this.scheme.addEventListener('change', this.redraw);
    this.themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.scheme.removeEventListener('change', this.redraw);
    this.themes.disconnect();
    this.resize.disconnect();
    this.plot?.destroy();
    this.plot = null;
    this.drawn = '';
  }

  /** The resolved colour of a token, for the canvas. */
  private color(token: string): string {
    const probe = this.renderRoot.querySelector<HTMLElement>('.probe');
    if (probe === null) return 'currentColor';
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  }

  private get data(): uPlot.AlignedData {
    return [this.x, ...this.lines.map((line) => line.values)];
  }

  private create(): void {
    const grid = { stroke: () => this.color('--hairline'), width: 1 };
    const axis = { stroke: () => this.color('--muted'), grid, ticks: { show: false }, font: '12px system-ui' };
    this.plot = new uPlot(
      {
        width: Math.max(80, this.box.clientWidth),
        height: this.height,
        // Right: half of a label of three digits, which stands below the last step.
        padding: [8, 14, this.bare ? 8 : 0, 0],
        legend: { show: false },
        cursor: { sync: { key: this.group }, y: false, drag: { x: false, y: false }, points: { size: 6 } },
        scales: {
          x: { time: false, range: () => [0, Math.max(1, this.steps)] },
          y: { range: (_u, _min, max) => [0, this.top ?? (max > 0 ? max * 1.08 : 1)] },
        },
        axes: [
          {
            ...axis,
            size: this.bare ? 0 : 28,
            values: (_u, ticks) => ticks.map((tick) => (this.bare || !Number.isInteger(tick) ? '' : count(tick))),
          },
          { ...axis, size: 48, space: 32, values: (_u, ticks) => ticks.map((tick) => this.format(tick)) },
        ],
        series: [
          {},
          ...this.lines.map((line): uPlot.Series => ({
            label: line.name,
            stroke: () => this.color(line.color),
            width: 1.75,
            dash: line.dash,
            spanGaps: true,
            points: line.points ? { show: true, size: 5, fill: () => this.color(line.color) } : { show: false },
          })),
        ],
      },
      this.data,
      this.box,
    );
    this.plot.root.setAttribute('aria-hidden', 'true');
    this.resize.observe(this.box);
  }

  private fit(): void {
    const width = this.box.clientWidth;
    if (this.plot && width > 0 && (width !== this.plot.width || this.height !== this.plot.height)) {
      this.plot.setSize({ width, height: this.height });
    }
  }

  override updated(): void {
    if (!this.isConnected || this.lines.length === 0) return;
    if (this.plot && this.plot.series.length !== this.lines.length + 1) {
      this.plot.destroy();
      this.plot = null;
    }
    // The panel renders often; the canvas only when a figure has changed.
    const last = this.lines.map((line) => line.values.at(-1) ?? '').join();
    const now = `${this.x.length}/${this.x.at(-1) ?? ''}/${this.steps}/${last}`;
    if (this.plot === null) this.create();
    else if (now !== this.drawn) this.plot.setData(this.data);
    this.drawn = now;
    this.fit();
  }

  private get table(): unknown {
    const every = Math.ceil(this.x.length / TABLE_ROWS);
    const rows = this.x.map((_, index) => index).filter((index) => index % every === 0 || index === this.x.length - 1);
    return html`
      ${every > 1 ? html`<p class="small muted">Every ${every}th step; the export has all of them.</p>` : nothing}
      <div class="scroll" tabindex="0" role="region" aria-label="${this.heading} as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              ${this.lines.map((line) => html`<th scope="col" class="number">${line.name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (index) =>
                html`<tr>
                  <th scope="row">${count(this.x[index] ?? 0)}</th>
                  ${this.lines.map((line) => html`<td class="number">${this.format(line.values[index] ?? null)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  override render(): unknown {
    return html`
      <div class="head">
        <h3>${this.heading}</h3>
        <ul class="key small" role="list" aria-label="Latest values">
          ${this.lines.map(
            (line) =>
              html`<li>
                <span
                  class="swatch"
                  style="color: var(${line.color}); border-block-start-style: ${line.dash.length > 0 ? 'dashed' : 'solid'}"
                ></span>
                <span class="muted">${line.name}</span>
                <span>${this.format(line.values.findLast((value) => value !== null) ?? null)}</span>
                ${line.note ? html`<span class="muted">${line.note}</span>` : nothing}
              </li>`,
          )}
        </ul>
      </div>
      <div class="plot" style="height: ${this.height}px">
        <span class="probe" hidden></span>
        ${this.x.length === 0 && this.empty ? html`<p class="none small muted"><span>${this.empty}</span></p>` : nothing}
      </div>
      <details @toggle=${(event: Event) => (this.tableOpen = (event.target as HTMLDetailsElement).open)}>
        <summary>${this.heading} as a table</summary>
        ${this.tableOpen ? this.table : nothing}
      </details>
    `;
  }
}
