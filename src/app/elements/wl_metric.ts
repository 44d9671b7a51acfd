/**
 * One measured rate with all that is needed to read it: n beside it, source, unit and threshold policy one hover or
 * focus away (and always in `aria-describedby`).
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { percent } from '../format';
import { shared } from '../shared_styles';

@customElement('wl-metric')
export class WlMetric extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        position: relative;
        display: block;
      }
      button {
        display: flex;
        flex-direction: column;
        align-items: flex-start;
        gap: 0;
        min-height: 0;
        width: 100%;
        padding: 2px 0;
        border: 0;
        text-align: start;
        cursor: help;
      }
      button:hover:not(:disabled) {
        background: none;
      }
      .name {
        color: var(--muted);
        font-size: var(--small);
      }
      .value {
        font-size: var(--body);
        line-height: 1.4;
      }
      :host([large]) .value {
        font-size: 1.5rem;
        font-weight: var(--strong);
        letter-spacing: -0.02em;
        line-height: 1.2;
      }
      .n {
        color: var(--muted);
        font-size: var(--small);
        font-weight: var(--regular);
        letter-spacing: 0;
        white-space: nowrap;
      }
      .tip {
        position: absolute;
        inset-block-end: calc(100% + 4px);
        inset-inline-start: 0;
        z-index: 5;
        width: max-content;
        max-width: min(280px, 62vw);
        padding: 8px 12px;
        border: 1px solid var(--edge);
        border-radius: var(--radius);
        background: var(--raised);
        font-size: var(--small);
        display: none;
      }
      :host([flip]) .tip {
        inset-inline: auto 0;
      }
      button:hover + .tip,
      button:focus-visible + .tip {
        display: block;
      }
    `,
  ];

  @property() name = '';
  /** In [0, 1]; null when it is undefined (a class is absent) or not measured yet. */
  @property({ attribute: false }) rate: number | null = null;
  @property({ attribute: false }) n = 0;
  /** Threshold policy, unit, definition: the sentence behind the number. */
  @property() policy = '';
  @property({ type: Boolean, reflect: true }) large = false;
  /** Aligns the tip with the right edge. */
  @property({ type: Boolean, reflect: true }) flip = false;

  override render(): unknown {
    return html`
      <button type="button" aria-describedby="tip">
        <span class="name">${this.name}</span>
        <span class="value"
          >${percent(this.rate, this.n)}${this.large && this.n > 0 ? html`<span class="n"> n = ${this.n}</span>` : nothing}</span
        >
      </button>
      <span class="tip" id="tip" role="tooltip">${this.policy}</span>
    `;
  }
}
