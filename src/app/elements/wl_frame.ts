/** Pictures of samples: a thumbnail from its blob, and the upright stored frame by the session's URL. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Session } from '../../session/types';

/** Its object URL is revoked when the blob changes or the element leaves the document. */
@customElement('wl-thumb')
export class WlThumb extends LitElement {
  static override styles = css`
    :host {
      display: inline-block;
      width: var(--thumb, 40px);
      height: var(--thumb, 40px);
      background: var(--sunk);
    }
    img {
      display: block;
      width: 100%;
      height: 100%;
      object-fit: cover;
    }
  `;

  @property({ attribute: false }) blob: Blob | null = null;
  /** Words for the picture; empty where the text beside it already says it. */
  @property() alt = '';
  @state() private url: string | null = null;
  private shown: Blob | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.release();
  }

  override willUpdate(): void {
    if (!this.isConnected || this.shown === this.blob) return;
    this.release();
    this.shown = this.blob;
    this.url = this.blob === null ? null : URL.createObjectURL(this.blob);
  }

  private release(): void {
    if (this.url !== null) URL.revokeObjectURL(this.url);
    this.url = null;
    this.shown = null;
  }

  override render(): unknown {
    return this.url === null ? nothing : html`<img src=${this.url} alt=${this.alt} draggable="false" />`;
  }
}

/** The stored frame, as large as its box. The box keeps its square while the picture loads. */
@customElement('wl-frame')
export class WlFrame extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      place-items: center;
      aspect-ratio: 1;
      overflow: hidden;
      background: var(--sunk);
      color: var(--muted);
      font-size: var(--small);
    }
    img {
      display: block;
      width: 100%;
      height: 100%;
      min-height: 0;
      object-fit: contain;
    }
    p {
      margin: 0;
      padding: 16px;
      text-align: center;
    }
  `;

  @property({ attribute: false }) session: Session | null = null;
  @property() sampleId = '';
  @property() alt = '';
  @state() private url = '';
  @state() private problem = '';

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('sampleId') || changed.has('session')) void this.load(this.sampleId);
  }

  private async load(id: string): Promise<void> {
    this.problem = '';
    if (id === '' || this.session === null) {
      this.url = '';
      return;
    }
    try {
      const url = await this.session.frameUrl(id);
      if (id === this.sampleId) this.url = url;
    } catch (error) {
      if (id !== this.sampleId) return;
      this.url = '';
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  override render(): unknown {
    if (this.problem) return html`<p>${this.problem}</p>`;
    return this.url ? html`<img src=${this.url} alt=${this.alt} draggable="false" />` : nothing;
  }
}
