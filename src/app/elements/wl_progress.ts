/** A progress bar with what is being done, how much of it, how fast, and how long it still takes. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Progress } from '../../protocol';
import { bytes, count, duration, figure } from '../format';
import { shared } from '../shared_styles';

function amount(value: number, unit: string): string {
  return unit === 'bytes' ? bytes(value) : count(value);
}

@customElement('wl-progress')
export class WlProgress extends LitElement {
  static override styles = [
    shared,
    css`
      progress {
        appearance: none;
        display: block;
        width: 100%;
        height: 4px;
        border: 0;
        background: var(--hairline);
        color: var(--ink);
      }
      progress::-webkit-progress-bar {
        background: var(--hairline);
      }
      progress::-webkit-progress-value {
        background: var(--ink);
      }
      progress::-moz-progress-bar {
        background: var(--ink);
      }
      .line {
        display: flex;
        justify-content: space-between;
        gap: 16px;
        min-height: 24px;
        margin-block-start: 6px;
      }
      .label {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) progress: Progress | null = null;
  /** Names the bar for screen readers. */
  @property() name = 'Progress';

  override render(): unknown {
    const p = this.progress;
    if (p === null) return html`<progress aria-label=${this.name}></progress>`;
    const known = p.total > 0;
    const figures = [
      known ? `${amount(p.done, p.unit)} of ${amount(p.total, p.unit)}${p.unit === 'bytes' ? '' : ` ${p.unit}`}` : '',
      p.rate === null ? '' : p.unit === 'bytes' ? `${bytes(p.rate)}/s` : `${figure(p.rate)} ${p.unit}/s`,
      p.secondsLeft === null ? '' : `${duration(p.secondsLeft)} left`,
    ].filter((part) => part !== '');
    return html`
      ${
        known
          ? html`<progress aria-label=${this.name} max=${p.total} .value=${Math.min(p.done, p.total)}></progress>`
          : html`<progress aria-label=${this.name}></progress>`
      }
      <div class="line small">
        <span class="label muted">${p.label}</span>
        <span class="nowrap">${figures.length > 0 ? figures.join(' \u00b7 ') : nothing}</span>
      </div>
    `;
  }
}
