/** A verdict as word, shape and colour: a disc for live, a diamond for spoof, a ring for undecided. */
import { LitElement, css, html, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Verdict } from '../../protocol';

const SHAPES: Record<Verdict, unknown> = {
  live: svg`<circle cx="6" cy="6" r="4.5" fill="currentColor"/>`,
  spoof: svg`<path d="M6 .6 11.4 6 6 11.4.6 6z" fill="currentColor"/>`,
  undecided: svg`<circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.6"/>`,
};

@customElement('wl-verdict')
export class WlVerdict extends LitElement {
  static override styles = css`
    :host {
      display: inline-flex;
      align-items: center;
      gap: 0.4em;
      white-space: nowrap;
      font-weight: var(--strong);
    }
    svg {
      width: 0.75em;
      height: 0.75em;
      flex: none;
    }
    .live {
      color: var(--live);
    }
    .spoof {
      color: var(--spoof);
    }
    .undecided {
      color: var(--undecided);
    }
    span {
      display: inline-flex;
      align-items: center;
      gap: 0.4em;
    }
    .hidden {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  `;

  @property() verdict: Verdict = 'undecided';
  /** Shows the shape alone; the word stays for screen readers. */
  @property({ type: Boolean }) brief = false;
  /** Another word than the verdict's own, e.g. `spoof, print`. */
  @property() word = '';

  override render(): unknown {
    return html`<span class=${this.verdict}>
      <svg viewBox="0 0 12 12" aria-hidden="true">${SHAPES[this.verdict]}</svg>
      <span class=${this.brief ? 'hidden' : ''}>${this.word || this.verdict}</span>
    </span>`;
  }
}
