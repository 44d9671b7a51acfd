/** The whole page is a drop zone: while files hover over it, a quiet sheet says what will happen. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Session } from '../../session/types';
import { filesFromDrop } from '../drop';
import { shared } from '../shared_styles';
import { plural } from '../format';

@customElement('wl-drop')
export class WlDrop extends LitElement {
  static override styles = [
    shared,
    css`
      .over {
        position: fixed;
        inset: 12px;
        z-index: 20;
        display: grid;
        place-items: center;
        align-content: center;
        gap: 8px;
        border: 2px dashed var(--ink);
        border-radius: 8px;
        background: color-mix(in srgb, var(--paper) 94%, transparent);
        pointer-events: none;
        text-align: center;
      }
      .over p:first-child {
        font-size: var(--title);
        font-weight: var(--strong);
      }
      .said {
        position: fixed;
        inset-block-end: 16px;
        inset-inline: 16px;
        z-index: 21;
        margin-inline: auto;
        width: fit-content;
        max-width: 640px;
        padding: 12px 16px;
        border-inline-start: 3px solid var(--warning);
        background: var(--sunk);
      }
    `,
  ];

  @property({ attribute: false }) session: Session | null = null;
  @state() private over = false;
  /** Paths that could not be opened, or an empty drop. */
  @state() private said = '';
  private depth = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    for (const [name, listener] of this.listeners) window.addEventListener(name, listener);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const [name, listener] of this.listeners) window.removeEventListener(name, listener);
  }

  private get listeners(): [string, (event: Event) => void][] {
    return [
      ['dragenter', this.enter],
      ['dragover', this.hover],
      ['dragleave', this.leave],
      ['drop', this.drop],
    ];
  }

  private static files(event: Event): DataTransfer | null {
    const transfer = (event as DragEvent).dataTransfer;
    return transfer?.types.includes('Files') ? transfer : null;
  }

  private readonly enter = (event: Event): void => {
    if (WlDrop.files(event) === null) return;
    event.preventDefault();
    this.depth++;
    this.over = true;
  };

  private readonly hover = (event: Event): void => {
    // Without this the browser would open the dropped file instead of handing it over.
    if (WlDrop.files(event) !== null) event.preventDefault();
  };

  private readonly leave = (): void => {
    this.depth = Math.max(0, this.depth - 1);
    if (this.depth === 0) this.over = false;
  };

  private readonly drop = (event: Event): void => {
    const transfer = WlDrop.files(event);
    if (transfer === null) return;
    event.preventDefault();
    this.depth = 0;
    this.over = false;
    void this.take(transfer);
  };

  private async take(transfer: DataTransfer): Promise<void> {
    const { files, unreadable, handle = null } = await filesFromDrop(transfer);
    this.said =
      unreadable.length > 0
        ? `${plural(unreadable.length, 'item')} could not be opened (${unreadable.slice(0, 3).join(', ')}). Check that you may read it, and drop it again.`
        : files.length === 0
          ? 'That folder is empty. Drop one that holds images, videos or a caption table.'
          : '';
    if (files.length === 0) return;
    this.session?.show('data');
    await this.session?.importFiles(files, { handle }).catch((error: unknown) => console.warn(error));
  }

  override render(): unknown {
    return html`
      ${
        this.over
          ? html`<div class="over">
              <p>Drop to import</p>
              <p class="muted">
                Images, videos, and a CSV or JSONL with captions. They are read in this tab and go nowhere.
              </p>
            </div>`
          : nothing
      }
      <div aria-live="polite">
        ${
          this.said
            ? html`<div class="said row">
                <span>${this.said}</span>
                <button type="button" class="quiet" @click=${() => (this.said = '')}>Dismiss</button>
              </div>`
            : nothing
        }
      </div>
    `;
  }
}
