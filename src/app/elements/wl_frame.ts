/**
 * Pictures of samples: a thumbnail from its blob, and the upright stored frame by the session's URL. While faces are
 * hidden neither is even read: a plain figure stands in their place.
 */
import { LitElement, css, html, nothing, type ReactiveController, type ReactiveControllerHost } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Session } from '../../session/types';
import { veil } from '../veil';

/** Draws its element again when faces are hidden or shown. */
class VeilController implements ReactiveController {
  private readonly changed = (): void => this.host.requestUpdate();

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    veil.addEventListener('change', this.changed);
  }

  hostDisconnected(): void {
    veil.removeEventListener('change', this.changed);
  }
}

/** Head and shoulders, nobody's. */
const nobody = (alt: string): unknown =>
  html`<svg
    viewBox="0 0 40 40"
    width="100%"
    height="100%"
    fill="none"
    stroke="var(--edge)"
    stroke-width="1.2"
    role="img"
    aria-label=${alt === '' ? 'Face hidden' : `${alt} (face hidden)`}
  >
    <circle cx="20" cy="16" r="6.5" />
    <path d="M8 34c1-7 6-9.5 12-9.5S31 27 32 34" />
  </svg>`;

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
  protected readonly veiled = new VeilController(this);

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.release();
  }

  override willUpdate(): void {
    const blob = veil.down ? null : this.blob;
    if (!this.isConnected || this.shown === blob) return;
    this.release();
    this.shown = blob;
    this.url = blob === null ? null : URL.createObjectURL(blob);
  }

  private release(): void {
    if (this.url !== null) URL.revokeObjectURL(this.url);
    this.url = null;
    this.shown = null;
  }

  override render(): unknown {
    if (veil.down && this.blob !== null) return nobody(this.alt);
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
  /** The sample whose picture is, or is being, shown. */
  private shown = '';
  protected readonly veiled = new VeilController(this);

  override willUpdate(changed: Map<string, unknown>): void {
    const wanted = veil.down ? '' : this.sampleId;
    if (wanted !== this.shown || changed.has('session')) void this.load(wanted);
  }

  private async load(id: string): Promise<void> {
    this.problem = '';
    this.shown = id;
    if (id === '' || this.session === null) {
      this.url = '';
      return;
    }
    try {
      const url = await this.session.frameUrl(id);
      if (id === this.shown) this.url = url;
    } catch (error) {
      if (id !== this.shown) return;
      this.url = '';
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  override render(): unknown {
    if (veil.down && this.sampleId !== '') return nobody(this.alt);
    if (this.problem) return html`<p>${this.problem}</p>`;
    return this.url ? html`<img src=${this.url} alt=${this.alt} draggable="false" />` : nothing;
  }
}
