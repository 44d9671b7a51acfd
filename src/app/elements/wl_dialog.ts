/**
 * A modal dialog on the platform's own `<dialog>`: focus goes in, Escape closes, focus returns to the opener. Focus goes to
 * what is slotted with `autofocus`, where the platform does not look; else to the button that closes.
 */
import { LitElement, css, html } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { icon } from '../icons';
import { shared } from '../shared_styles';

@customElement('wl-dialog')
export class WlDialog extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: contents;
      }
      dialog {
        width: min(var(--dialog-width, 560px), calc(100vw - 32px));
        max-height: min(720px, calc(100dvh - 32px));
        padding: 0;
        border: 1px solid var(--edge);
        border-radius: 8px;
        background: var(--paper);
        color: var(--ink);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.4);
      }
      .head {
        position: sticky;
        inset-block-start: 0;
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 16px;
        padding: 16px 16px 8px 24px;
        background: var(--paper);
      }
      h2 {
        font-size: var(--large);
      }
      .body {
        /* Above: room for the ring of what has the focus. */
        padding: 4px 24px 24px;
      }
    `,
  ];

  @property() heading = '';
  @property({ type: Boolean }) open = false;
  @query('dialog') private dialog!: HTMLDialogElement;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Taken out of the document it is no longer modal, but would still call itself open.
    this.renderRoot.querySelector('dialog')?.removeAttribute('open');
  }

  override updated(): void {
    // Without a document there is nothing to be shown in: it is shown where it comes into one, if it is open still.
    if (!this.isConnected || this.open === this.dialog.open) return;
    if (!this.open) return this.dialog.close();
    this.dialog.showModal();
    this.querySelector<HTMLElement>('[autofocus]:not(:disabled)')?.focus();
  }

  private readonly closed = (): void => {
    if (!this.open) return;
    this.open = false;
    this.dispatchEvent(new Event('close'));
  };

  /** A press on the backdrop reaches the dialog element itself. */
  private readonly press = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.dialog.close();
  };

  override render(): unknown {
    return html`<dialog aria-labelledby="heading" @close=${this.closed} @mousedown=${this.press}>
      <div class="head">
        <h2 id="heading">${this.heading}</h2>
        <button type="button" class="icon" aria-label="Close" @click=${() => this.dialog.close()}>
          ${icon('close')}
        </button>
      </div>
      <div class="body"><slot></slot></div>
    </dialog>`;
  }
}
