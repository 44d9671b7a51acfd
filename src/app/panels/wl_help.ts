/** The list of keys, behind `?`. Single-key shortcuts can be turned off, for speech input and shaky hands. */
import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '../elements/wl_dialog';
import { shared } from '../shared_styles';
import { SHORTCUTS } from '../shortcuts';

const KEPT = 'whylive.keys';

/** Whether single keys act; kept in this browser. */
export function keysOn(): boolean {
  try {
    return localStorage.getItem(KEPT) !== 'off';
  } catch {
    return true;
  }
}

@customElement('wl-help')
export class WlHelp extends LitElement {
  static override styles = [
    shared,
    css`
      dl {
        display: grid;
        grid-template-columns: minmax(0, 148px) 1fr;
        align-items: center;
        gap: 8px 16px;
        margin-block-end: 24px;
      }
      kbd {
        display: inline-block;
        min-width: 28px;
        padding: 0 6px;
        margin-inline-end: 4px;
        border: 1px solid var(--edge);
        border-radius: var(--radius);
        font: inherit;
        font-size: var(--small);
        line-height: 24px;
        text-align: center;
      }
    `,
  ];

  @property({ type: Boolean }) open = false;
  @state() private on = keysOn();

  private keep(on: boolean): void {
    this.on = on;
    try {
      localStorage.setItem(KEPT, on ? 'on' : 'off');
    } catch {
      // A browser that keeps nothing: the choice holds for this visit's dialog only.
    }
  }

  override render(): unknown {
    return html`<wl-dialog
      heading="Keys"
      style="--dialog-width: 480px"
      .open=${this.open}
      @close=${() => {
        this.open = false;
        this.dispatchEvent(new Event('close'));
      }}
    >
      <dl>
        ${SHORTCUTS.map(
          ({ keys, does }) =>
            html`<dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt>
              <dd>${does}</dd>`,
        )}
      </dl>
      <label class="choice"
        ><input
          type="checkbox"
          .checked=${this.on}
          @change=${(event: Event) => this.keep((event.target as HTMLInputElement).checked)}
        /><span>Single keys act. Off, this list stays behind the button in the header.</span></label
      >
    </wl-dialog>`;
  }
}
