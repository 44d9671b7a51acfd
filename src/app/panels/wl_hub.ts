/** Asking the hub for a model: which one, then what it says of it, then a yes. Nothing is fetched before that. */
import { css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { KNOWN_BACKBONES, onnxWords, type HubListing, type ModelUse } from '../../protocol';
import type { Session, SessionState } from '../../session/types';
import { bytes, million, plural } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

/** The choice that opens the field for a name. */
const OTHER = 'other';

@customElement('wl-hub')
export class WlHub extends SessionElement {
  static override styles = [
    shared,
    css`
      form,
      .listing {
        display: grid;
        gap: 12px;
        margin-block-start: 8px;
      }
      .stack {
        display: grid;
        gap: 4px;
      }
      select,
      .stack input {
        width: 100%;
      }
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
        gap: 12px 16px;
        padding-block-start: 8px;
      }
      .listing:focus-visible {
        outline-offset: 8px;
      }
      dd {
        overflow-wrap: anywhere;
      }
    `,
  ];

  @state() private chosen: string = KNOWN_BACKBONES[0]?.id ?? OTHER;
  @state() private typed = '';
  @state() private use: ModelUse = 'train';
  @state() private revision = '';
  /** In this field and in the session's memory only. */
  @state() token = '';
  @query('.listing') private offer?: HTMLElement;
  @query('#look') private look?: HTMLButtonElement;
  private shown: HubListing | null = null;

  /** The focus follows from the form to what the hub said, and back: neither is in the page while the other is. */
  override updated(): void {
    const listing = this.session?.state.backbone.listing ?? null;
    const before = this.shown;
    this.shown = listing;
    if (listing === before) return;
    if (listing !== null) this.offer?.focus();
    else if (this.matches(':focus-within') || document.activeElement === document.body) this.look?.focus();
  }

  private submit(event: SubmitEvent, session: Session): void {
    event.preventDefault();
    const known = KNOWN_BACKBONES.find(({ id }) => id === this.chosen);
    const id = known?.id ?? this.typed;
    if (id.trim() === '') return;
    this.act(session.backbones.look(id, this.revision || 'main', this.token, this.use));
  }

  private field(label: string, type: string, value: string, hint: string, set: (value: string) => void): unknown {
    return html`<label class="stack small muted"
      >${label}<input
        type=${type}
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        placeholder=${hint}
        .value=${value}
        @input=${(event: Event) => set((event.target as HTMLInputElement).value)}
    /></label>`;
  }

  private what({ onnx }: HubListing): string {
    if (onnx === null) return 'training, from safetensors';
    const kinds = onnxWords(onnx);
    const each = Object.entries(onnx).map(([session, kind]) => `${session} ${kind}`);
    const why = this.use === 'train' ? '. The repository has no safetensors, so it cannot be trained' : '';
    return `Other model in Inspect, from ONNX in ${kinds.includes(',') ? each.join(', ') : kinds}${why}`;
  }

  /** What is known before the hub is asked. */
  private about(known: (typeof KNOWN_BACKBONES)[number] | undefined): string {
    if (this.use === 'ask') {
      const which =
        known === undefined
          ? 'Any vision-language model in ONNX that transformers.js runs'
          : `${known.licence}, in ONNX`;
      return `${which}. Of its kinds of weights one is fetched: the most exact that is comfortable here.`;
    }
    if (known === undefined)
      return 'Any vision-language model whose architecture this page knows; it says so when it does not.';
    return `About ${bytes(known.bytes)}, ${known.licence}. ${million(known.parameters)} parameters in ${known.fileBits} bits; ${known.note}.`;
  }

  private listing(listing: HubListing, session: Session): unknown {
    const { host } = new URL(listing.endpoint);
    return html`<div class="listing" role="group" tabindex="-1" aria-label="What would be fetched">
      <dl class="small facts">
        <dt>Model</dt>
        <dd class="strong">${listing.id}</dd>
        <dt>For</dt>
        <dd>${this.what(listing)}</dd>
        <dt>Licence</dt>
        <dd>
          ${listing.licence ?? 'not stated: read the model’s page on the hub before you use it'}${
            listing.gated ? '; its terms have to be accepted on the hub' : nothing
          }
        </dd>
        <dt>Size</dt>
        <dd>${bytes(listing.bytes)} in ${plural(listing.files.length, 'file')}</dd>
        <dt>Commit</dt>
        <dd>${listing.commit} (${listing.revision})</dd>
      </dl>
      <p class="small muted">
        ${host} learns your address and which public files you ask for; nothing else is sent. Each file is checked
        against the hub's hash and kept in this browser.
      </p>
      <div class="row">
        <button type="button" class="primary" id="fetch" @click=${() => this.act(session.backbones.download())}>
          ${icon('down')} Fetch ${bytes(listing.bytes)}
        </button>
        <button type="button" @click=${() => session.backbones.forget()}>Not now</button>
      </div>
    </div>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { listing, busy } = state.backbone;
    if (listing !== null) return this.listing(listing, session);
    const known = KNOWN_BACKBONES.find(({ id }) => id === this.chosen);
    const held = busy !== null || state.boot.phase === 'starting';
    return html`<form @submit=${(event: SubmitEvent) => this.submit(event, session)}>
      <div class="stack">
        <label for="known" class="small muted">Model</label>
        <select
          id="known"
          aria-describedby="about"
          @change=${(event: Event) => (this.chosen = (event.target as HTMLSelectElement).value)}
        >
          ${KNOWN_BACKBONES.map(({ id }) => html`<option value=${id} ?selected=${id === this.chosen}>${id}</option>`)}
          <option value=${OTHER} ?selected=${this.chosen === OTHER}>Another one, by its name</option>
        </select>
        <p class="small muted" id="about">${this.about(known)}</p>
      </div>
      ${
        known === undefined
          ? this.field('Name on the hub', 'text', this.typed, 'owner/name', (value) => (this.typed = value))
          : nothing
      }
      <div class="stack">
        <label for="use" class="small muted">What for</label>
        <select
          id="use"
          @change=${(event: Event) => (this.use = (event.target as HTMLSelectElement).value as ModelUse)}
        >
          <option value="train" ?selected=${this.use === 'train'}>To train</option>
          <option value="ask" ?selected=${this.use === 'ask'}>To ask beside ours</option>
        </select>
      </div>
      <details>
        <summary>Revision and access token</summary>
        <div class="pair">
          ${this.field('Revision', 'text', this.revision, 'main', (value) => (this.revision = value))}
          ${this.field('Access token', 'password', this.token, 'for gated models', (value) => (this.token = value))}
        </div>
        <p class="small muted">The token stays in this tab's memory, and goes to ${new URL(state.hub).host} alone.</p>
      </details>
      <div class="row">
        <button type="submit" id="look" ?disabled=${held || (known === undefined && this.typed.trim() === '')}>
          Look it up at ${new URL(state.hub).host}
        </button>
      </div>
    </form>`;
  }
}
