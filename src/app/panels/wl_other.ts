/** Another model beside ours: choose it, watch it being opened, ask it about the same frame. */
import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { onnxWords, type PeerAnswer, type PeerInfo } from '../../protocol';
import type { Session, SessionState } from '../../session/types';
import { choose, folderName } from '../drop';
import '../elements/wl_caption';
import '../elements/wl_progress';
import { bytes, duration, figure, plural } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

@customElement('wl-other')
export class WlOther extends SessionElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        min-width: 0;
      }
      header {
        display: flex;
        align-items: center;
        min-height: 32px;
        padding-block-end: 4px;
        border-block-end: 1px solid var(--hairline);
      }
      .start {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        justify-items: start;
        gap: 12px;
        padding-block: 12px;
        font-size: 0.875rem;
        overflow-wrap: anywhere;
      }
      .start wl-progress {
        justify-self: stretch;
      }
      wl-caption {
        flex: 1;
      }
      .acts {
        flex-wrap: nowrap;
        min-height: 36px;
        margin-block-start: 4px;
      }
      .kept {
        display: grid;
        justify-items: start;
        gap: 8px;
      }
      .name {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  private async folder(session: Session): Promise<void> {
    const files = await choose('folder');
    if (files.length === 0) return;
    await session.openOtherFolder(folderName(files), files);
  }

  /** Those of the hub that this browser keeps. */
  private kept({ boot, backbone }: Readonly<SessionState>, session: Session): unknown {
    const models = backbone.stored.filter(({ listing, finished }) => listing.onnx !== null && finished !== null);
    if (models.length === 0)
      return html`<p class="small muted">
        One of the hub can be kept in this browser: Settings, Choose a backbone, to ask beside ours.
      </p>`;
    return html`<ul role="list" class="kept" aria-label="Kept in this browser">
      ${models.map(
        ({ key, listing }) =>
          html`<li>
            <button
              type="button"
              aria-label="Open ${listing.id}"
              ?disabled=${boot.phase !== 'ready'}
              @click=${() => this.act(session.openOtherStored(key))}
            >
              ${listing.id}
            </button>
            <p class="small muted">${onnxWords(listing.onnx ?? {})}, ${bytes(listing.bytes)}, kept in this browser</p>
          </li>`,
      )}
    </ul>`;
  }

  private chooser(state: Readonly<SessionState>, session: Session): unknown {
    const { boot, model } = state;
    const waiting = boot.phase !== 'ready';
    return html`<div class="start">
      <p class="muted">
        Any vision-language model in ONNX that transformers.js runs can be asked about the same frame, in a thread of
        its own without network.
      </p>
      <button type="button" ?disabled=${waiting} @click=${() => this.act(this.folder(session))}>
        ${icon('folder')} Choose an ONNX folder
      </button>
      ${this.kept(state, session)}
      <button
        type="button"
        class="link"
        id="own"
        ?disabled=${waiting || model === null}
        @click=${() => this.act(session.openOwnAsOther())}
      >
        Or this backbone, run by ONNX Runtime
      </button>
      <p class="small muted">The first time, ONNX Runtime (27 MB) is fetched from this site.</p>
    </div>`;
  }

  private meta({ tokens, seconds, tokensPerSecond }: PeerAnswer): string {
    const rate = tokensPerSecond === null ? '' : `, ${figure(tokensPerSecond)} a second`;
    return `${plural(tokens, 'token')} in ${duration(seconds)}${rate}.`;
  }

  private about({ name, weights, bytes: size, device, converted }: PeerInfo): string {
    const where = device === 'wasm' ? 'WASM' : 'WebGPU';
    return `${name}${converted ? ', turned into ONNX' : ''}: ${weights}, ${bytes(size)}, ${where}`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { other, inspect } = state;
    if (other.opening !== null) {
      return html`<header><slot name="heading"></slot></header>
        <div class="start">
          <p class="small muted">${other.opening.label}</p>
          <wl-progress name="Opening another model" .progress=${{ ...other.opening, label: '' }}></wl-progress>
          <button type="button" @click=${() => session.cancelOther()}>${icon('stop')} Cancel</button>
        </div>`;
    }
    if (other.model === null) {
      return html`<header><slot name="heading"></slot></header>
        ${this.chooser(state, session)}`;
    }
    const { answer, busy } = other;
    return html`<wl-caption
        heading="Another model"
        .text=${answer?.text ?? other.text}
        .expect=${answer === null ? inspect.style : 'vanilla'}
        .verdict=${answer?.verdict ?? null}
        ?busy=${busy}
        ?truncated=${answer?.truncated ?? false}
        empty="What it says about this frame, asked in the same words."
        .meta=${answer === null ? '' : this.meta(answer)}
        ><slot name="heading" slot="heading"></slot
      ></wl-caption>
      <div class="row acts">
        <span class="name small muted">${this.about(other.model)}</span>
        ${
          busy
            ? html`<button type="button" @click=${() => session.cancelOther()}>${icon('stop')} Stop</button>`
            : html`<button
                type="button"
                id="ask"
                ?disabled=${inspect.sampleId === null}
                @click=${() => this.act(session.askOther())}
              >
                Ask
              </button>`
        }
        <button
          type="button"
          class="icon"
          aria-label="Close this model"
          title="Close this model"
          @click=${() => session.closeOther()}
        >
          ${icon('close')}
        </button>
      </div>
      <p class="hidden" aria-live="polite">
        ${answer === null || busy ? nothing : `The other model says ${answer.verdict}. ${answer.text}`}
      </p>`;
  }
}
