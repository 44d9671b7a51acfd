/** The parts of a view, side by side: quiet names of which one is shown. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { shared } from '../shared_styles';

export interface Part {
  id: string;
  name: string;
}

/** Fires `choose` with the part's id. */
@customElement('wl-parts')
export class WlParts extends LitElement {
  static override styles = [
    shared,
    css`
      nav {
        display: flex;
        gap: 16px;
        /* Into the view's own margin: the main job still fits without scrolling. */
        margin-block: -14px 0;
      }
      button {
        min-height: 28px;
        padding: 0;
        border: 0;
        border-radius: 0;
        color: var(--muted);
      }
      button[aria-current='true'] {
        color: var(--ink);
        font-weight: var(--strong);
      }
    `,
  ];

  @property({ attribute: false }) parts: readonly Part[] = [];
  @property() shown = '';
  /** Names the group for screen readers. */
  @property() name = '';

  override render(): unknown {
    return html`<nav aria-label=${this.name}>
      ${this.parts.map(
        ({ id, name }) =>
          html`<button
            type="button"
            aria-current=${id === this.shown ? 'true' : 'false'}
            @click=${() => this.dispatchEvent(new CustomEvent('choose', { detail: id }))}
          >
            ${name}
          </button>`,
      )}
    </nav>`;
  }
}
