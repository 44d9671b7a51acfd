/** A question before what cannot be undone: the slot says what it does. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { shared } from '../shared_styles';
import './wl_dialog';

/** Fires `yes` where it is to be done; `close` in either case. */
@customElement('wl-confirm')
export class WlConfirm extends LitElement {
  static override styles = [
    shared,
    css`
      wl-dialog {
        --dialog-width: 440px;
      }
      .row {
        margin-block-start: 24px;
      }
    `,
  ];

  @property() heading = '';
  /** Words of the two buttons. */
  @property() yes = '';
  @property() no = '';
  @property({ type: Boolean }) open = false;

  private end(yes: boolean): void {
    if (yes) this.dispatchEvent(new Event('yes'));
    this.dispatchEvent(new Event('close'));
  }

  override render(): unknown {
    return html`<wl-dialog heading=${this.heading} .open=${this.open} @close=${() => this.end(false)}>
      <p><slot></slot></p>
      <div class="row">
        <button type="button" class="primary" @click=${() => this.end(true)}>${this.yes}</button>
        <button type="button" autofocus @click=${() => this.end(false)}>${this.no}</button>
      </div>
    </wl-dialog>`;
  }
}
