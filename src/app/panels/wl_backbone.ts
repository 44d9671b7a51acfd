/** The backbones to choose from: the embedded one, those that this browser keeps, folders on disk, and the hub. */
import { css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { onnxWords } from '../../protocol';
import type { BackboneState, Session, SessionState, StoredModel } from '../../session/types';
import { choose, folderName } from '../drop';
import '../elements/wl_dialog';
import '../elements/wl_progress';
import { bytes, date } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { isGoing } from '../wording';
import './wl_hub';
import type { WlHub } from './wl_hub';

const BUSY = { looking: 'Looking up', downloading: 'Fetching', loading: 'Loading' } as const;

/** What is known of a stored model, as one line. */
function about({ listing, bytes: have, finished }: StoredModel): string {
  const size = finished === null ? `${bytes(have)} of ${bytes(listing.bytes)}` : bytes(listing.bytes);
  const when = finished === null ? 'not finished' : date(finished);
  const kind = listing.onnx === null ? [] : [`ONNX, ${onnxWords(listing.onnx)}`];
  const licence = listing.licence ?? 'licence not stated';
  return [...kind, size, licence, `commit ${listing.commit.slice(0, 7)}`, when].join(' \u00b7 ');
}

/** Open it with `show`; fires `close`. */
@customElement('wl-backbone')
export class WlBackbone extends SessionElement {
  static override styles = [
    shared,
    css`
      :host {
        display: contents;
      }
      section {
        margin-block-start: 24px;
      }
      h3 {
        font-size: inherit;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: 4px 16px;
        padding-block: 8px;
        border-block-end: 1px solid var(--hairline);
      }
      li p {
        overflow-wrap: anywhere;
      }
      li .row {
        justify-content: end;
      }
      .now {
        display: grid;
        align-content: start;
        gap: 8px;
        min-height: 76px;
        padding: 12px;
        background: var(--sunk);
        overflow-wrap: anywhere;
        /* The dialog's own heading stays on top. */
        scroll-margin-block-start: 64px;
      }
      .loaded {
        padding-inline: 14px;
      }
      .work {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: start;
        gap: 16px;
      }
      section > .row,
      section > p {
        margin-block-start: 8px;
      }
      @media (max-width: 480px) {
        li {
          grid-template-columns: minmax(0, 1fr);
        }
        li .row {
          justify-content: start;
        }
        .work {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @state() private open = false;
  /** Key of the model whose deletion waits for a yes. */
  @state() private deleting: string | null = null;
  @query('wl-hub') private hub?: WlHub;
  @query('.now') private status?: HTMLElement;
  private shown: SessionState['backbone'] | null = null;

  /** What has just begun, failed or ended is said at the top, wherever the button was that began it. */
  override updated(): void {
    const backbone = this.session?.state.backbone ?? null;
    const before = this.shown;
    this.shown = backbone;
    if (!this.open || backbone === null || before === null) return;
    const began = backbone.busy !== null && before.busy === null;
    const ended = backbone.failure !== before.failure || backbone.outcome !== before.outcome;
    if (began || ended) this.status?.scrollIntoView({ block: 'nearest' });
  }

  show(): void {
    this.open = true;
  }

  private async folder(session: Session): Promise<void> {
    if (session.backbones.remembers) return session.backbones.chooseFolder();
    const files = await choose('folder');
    if (files.length === 0) return;
    await session.backbones.loadFolder(folderName(files), files);
  }

  /** Gives up to one thing to look at: what is going, what went wrong, what was done, or what is loaded. */
  private now({ backbone, model, run }: Readonly<SessionState>, session: Session): unknown {
    const { busy, failure, outcome } = backbone;
    if (busy !== null) {
      const words = `${BUSY[busy.what]} ${busy.name}`;
      return html`<p class="strong">${words}</p>
        <div class="work">
          <wl-progress name=${words} .progress=${busy.progress}></wl-progress>
          <button type="button" id="cancel" @click=${() => session.backbones.cancel()}>Cancel</button>
        </div>`;
    }
    if (failure !== null) return this.failure(failure, backbone, session);
    if (outcome !== null) return html`<p>${outcome}</p>`;
    return html`<p>
        ${
          model === null
            ? 'No backbone is loaded.'
            : html`<span class="strong">${model.synthetic ? 'The embedded backbone' : model.name}</span> is loaded.`
        }
      </p>
      ${isGoing(run) ? html`<p class="small muted">A run is going on it: stop the run to load another.</p>` : nothing}`;
  }

  private failure(
    { error, key }: NonNullable<BackboneState['failure']>,
    { stored }: BackboneState,
    session: Session,
  ): unknown {
    const unfinished = stored.find((model) => model.key === key && model.finished === null);
    return html`<p class="error">
        ${error.file === null ? nothing : html`<span class="strong">${error.file}</span>: `}${error.cause}
      </p>
      <p class="small">${error.remedy}</p>
      ${
        unfinished === undefined
          ? nothing
          : html`<div class="row">
              <button type="button" id="again" @click=${() => this.goOn(unfinished, session)}>
                Go on at ${bytes(unfinished.bytes)} of ${bytes(unfinished.listing.bytes)}
              </button>
            </div>`
      }`;
  }

  private goOn({ key }: StoredModel, session: Session): void {
    this.act(session.backbones.goOn(key, this.hub?.token ?? ''));
  }

  private storedRow(model: StoredModel, held: boolean, session: Session): unknown {
    const { key, listing, finished } = model;
    const { backbones, state } = session;
    const loading = isGoing(state.run);
    const loaded = state.model?.name === listing.id && state.model.revision === listing.commit;
    // One repository may be here twice.
    const name = listing.onnx === null ? listing.id : `${listing.id} in ONNX`;
    if (this.deleting === key) {
      return html`<li>
        <p>Delete ${name}, ${bytes(model.bytes)}? It can be fetched again.</p>
        <div class="row">
          <button
            type="button"
            class="primary"
            @click=${() => {
              this.deleting = null;
              this.act(backbones.remove(key));
            }}
          >
            Delete
          </button>
          <button type="button" @click=${() => (this.deleting = null)}>Keep</button>
        </div>
      </li>`;
    }
    return html`<li>
      <div>
        <p>${listing.id}</p>
        <p class="small muted">${about(model)}</p>
      </div>
      <div class="row">
        ${
          finished === null
            ? html`<button
                type="button"
                aria-label="Go on with ${name}"
                ?disabled=${held}
                @click=${() => this.goOn(model, session)}
              >
                Go on
              </button>`
            : listing.onnx !== null
              ? html`<span class="small muted loaded">for Other model in Inspect</span>`
              : loaded
                ? html`<span class="small muted loaded">loaded</span>`
                : html`<button
                    type="button"
                    aria-label="Load ${listing.id}"
                    ?disabled=${held || loading}
                    @click=${() => this.act(backbones.loadStored(key))}
                  >
                    Load
                  </button>`
        }
        <button
          type="button"
          class="icon"
          aria-label="Delete ${name}"
          ?disabled=${held}
          @click=${() => (this.deleting = key)}
        >
          ${icon('bin')}
        </button>
      </div>
    </li>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { backbone, boot } = state;
    const { backbones } = session;
    const held = backbone.busy !== null || boot.phase === 'starting';
    const going = isGoing(state.run);
    return html`<wl-dialog
      heading="Backbone"
      style="--dialog-width: 680px"
      .open=${this.open}
      @close=${() => {
        this.open = false;
        this.deleting = null;
        this.dispatchEvent(new Event('close'));
      }}
    >
      <div class="now" role="status">${this.now(state, session)}</div>
      <section>
        <h3>In this browser</h3>
        <ul role="list">
          <li>
            <div>
              <p>The embedded backbone</p>
              <p class="small muted">4 MB · part of this page · made from drawings, never saw a photograph</p>
            </div>
            <div class="row">
              ${
                state.model?.synthetic
                  ? html`<span class="small muted loaded">loaded</span>`
                  : html`<button
                      type="button"
                      aria-label="Load the embedded backbone"
                      ?disabled=${held || going}
                      @click=${() => this.act(backbones.loadEmbedded())}
                    >
                      Load
                    </button>`
              }
            </div>
          </li>
          ${backbone.stored.map((model) => this.storedRow(model, held, session))}
        </ul>
      </section>
      <section>
        <h3>A folder on disk</h3>
        <ul role="list">
          ${backbone.folders.map(
            ({ id, name, opened }) =>
              html`<li>
                <div>
                  <p>${name}</p>
                  <p class="small muted">opened ${date(opened)}; stays where it is on your disk</p>
                </div>
                <div class="row">
                  <button
                    type="button"
                    aria-label="Open again ${name}"
                    ?disabled=${held || going}
                    @click=${() => this.act(backbones.openFolder(id))}
                  >
                    Open again
                  </button>
                  <button
                    type="button"
                    class="icon"
                    aria-label="Forget ${name}"
                    ?disabled=${held}
                    @click=${() => this.act(backbones.forgetFolder(id))}
                  >
                    ${icon('close')}
                  </button>
                </div>
              </li>`,
          )}
        </ul>
        <div class="row">
          <button
            type="button"
            id="choose-model"
            ?disabled=${held || going}
            @click=${() => this.act(this.folder(session))}
          >
            ${icon('folder')} Choose a folder
          </button>
        </div>
        <p class="small muted">
          As it lies on the hub: config.json, *.safetensors, tokenizer.json, preprocessor_config.json.
          ${backbones.remembers ? nothing : 'This browser cannot remember a folder: choose it again at each visit.'}
        </p>
      </section>
      <section>
        <h3>From the hub</h3>
        <wl-hub .session=${session}></wl-hub>
      </section>
    </wl-dialog>`;
  }
}
