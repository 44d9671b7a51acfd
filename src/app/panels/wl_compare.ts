/** Two runs side by side: only the settings that differ, and the figures. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Evaluation, RunConfig } from '../../protocol';
import type { RunRecord } from '../../session/types';
import { bytes, duration, percent } from '../format';
import { shared } from '../shared_styles';
import { latest } from '../wording';

@customElement('wl-compare')
export class WlCompare extends LitElement {
  static override styles = [
    shared,
    css`
      table {
        max-width: 880px;
        margin-block-start: 8px;
      }
      td,
      thead th {
        width: 36%;
      }
      thead th {
        color: var(--ink);
        font-weight: var(--strong);
      }
    `,
  ];

  @property({ attribute: false }) runs: RunRecord[] = [];

  private rate(run: RunRecord, source: Evaluation['source']): unknown {
    const evaluation = latest(run, source);
    if (evaluation === null) return '\u2013';
    return html`${percent(evaluation.hter, evaluation.n)}
      <span class="muted">n = ${evaluation.n}, step ${evaluation.step}; ${evaluation.policy}</span>`;
  }

  override render(): unknown {
    const [a, b] = this.runs;
    if (!a || !b) {
      return html`<h2>Compare</h2>
        <p class="small muted">Tick two runs to see which settings differ, and what came of it.</p>`;
    }
    const keys = (Object.keys(a.config) as (keyof RunConfig)[]).filter((key) => a.config[key] !== b.config[key]);
    const sets = ({ sets: own }: RunRecord): string =>
      own.map(({ name, samples }) => `${name} (${samples})`).join(', ');
    const row = (name: string, of: (run: RunRecord) => unknown): unknown =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${of(a)}</td>
        <td>${of(b)}</td>
      </tr>`;
    return html`
      <h2>Compare</h2>
      <table>
        <thead>
          <tr>
            <th scope="col"><span class="hidden">Figure</span></th>
            <th scope="col">${a.name}</th>
            <th scope="col">${b.name}</th>
          </tr>
        </thead>
        <tbody>
          ${row('HTER, head', (run) => this.rate(run, 'head'))} ${row('HTER, text', (run) => this.rate(run, 'text'))}
          ${keys.map((key) => row(key, ({ config }) => String(config[key])))}
          ${sets(a) === sets(b) ? nothing : row('sets', sets)}
          ${a.model.name === b.model.name ? nothing : row('model', ({ model }) => model.name)}
          ${a.device.backend === b.device.backend ? nothing : row('backend', ({ device }) => device.backend)}
          ${row('time', ({ seconds }) => duration(seconds))}
          ${row('peak memory', ({ steps }) => bytes(Math.max(0, ...steps.map(({ memory }) => memory.peakBytes))))}
        </tbody>
      </table>
      ${keys.length === 0 ? html`<p class="small muted">The settings are the same.</p>` : nothing}
    `;
  }
}
