/** Settings: which backend works and why, which backbone, and what this browser keeps. */
import { css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { BackendChoice, WeightChoice } from '../../protocol';
import type { Session, SessionState } from '../../session/types';
import './wl_backbone';
import type { WlBackbone } from './wl_backbone';
import './wl_known_backbones';
import './wl_kernels';
import '../elements/wl_dialog';
import { bytes, count, million } from '../format';
import { icon } from '../icons';
import { radios, type Choice } from '../radios';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { isGoing } from '../wording';

const told = (name: string, what: string): unknown => html`${name} <span class="small muted">${what}</span>`;

const BACKENDS: readonly Choice<BackendChoice>[] = [
  { value: 'auto', words: told('Automatic', 'WebGPU on a graphics card, else WASM') },
  { value: 'webgpu', words: told('WebGPU', 'also on a software adapter, slowly') },
  { value: 'wasm', words: told('WASM', 'on the processor') },
];

const WEIGHTS: readonly Choice<WeightChoice>[] = [
  { value: 'file', words: told('As in the file', 'exact') },
  { value: 'int8', words: told('8 bits', 'about half of the memory of 16 bits') },
  { value: 'int4', words: told('4 bits', 'about a third of it, and coarser') },
];

@customElement('wl-settings')
export class WlSettings extends SessionElement {
  static override styles = [
    shared,
    css`
      section {
        margin-block-start: 24px;
      }
      section:first-of-type {
        margin-block-start: 8px;
      }
      .choices {
        display: grid;
        margin-block: 8px;
      }
      .row button {
        margin-block-start: 8px;
      }
    `,
  ];

  @state() private open = false;
  @state() private deleting = false;
  @query('button.icon') private opener!: HTMLButtonElement;
  @query('wl-backbone') private backbone!: WlBackbone;

  private chooseBackbone(): void {
    this.open = false;
    this.backbone.show();
  }

  private kept(storage: NonNullable<SessionState['storage']>, going: boolean, session: Session): unknown {
    return html`<section>
      <h3 style="font-size: inherit">Kept in this browser</h3>
      <p class="small">
        ${bytes(storage.usage)} of ${bytes(storage.quota)}.
        ${
          storage.persisted
            ? 'The browser keeps it until you clear it.'
            : 'The browser may clear it when space runs short: export what you want to keep.'
        }
      </p>
      <div class="row">
        ${
          this.deleting
            ? html`<p class="small">
                  All data, runs, checkpoints and models of this page are removed. Your own files stay.
                </p>
                <button
                  type="button"
                  class="primary"
                  id="really-delete"
                  @click=${() => {
                    this.deleting = false;
                    this.act(session.deleteEverything());
                  }}
                >
                  Delete everything
                </button>
                <button type="button" @click=${() => (this.deleting = false)}>Keep it</button>`
            : html`<button type="button" id="delete" ?disabled=${going} @click=${() => (this.deleting = true)}>
                ${icon('bin')} Delete everything
              </button>`
        }
      </div>
    </section>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { device, model, storage, backend } = state;
    const going = isGoing(state.run);
    return html`
      <button
        type="button"
        class="icon"
        aria-label="Settings"
        aria-haspopup="dialog"
        @click=${() => (this.open = true)}
      >
        ${icon('sliders')}
      </button>
      <wl-dialog
        heading="Settings"
        .open=${this.open}
        @close=${() => {
          this.open = false;
          this.deleting = false;
        }}
      >
        <section>
          <fieldset ?disabled=${going} aria-describedby="reason">
            <legend class="strong">Backend</legend>
            <div class="choices">${radios('backend', backend, BACKENDS, (id) => this.act(session.setBackend(id)))}</div>
          </fieldset>
          <p class="small" id="reason">
            ${
              device === null
                ? 'No device is open yet.'
                : html`Now ${device.backend === 'webgpu' ? 'WebGPU' : 'WASM'} on ${device.adapter}. ${device.reason}`
            }
            ${going ? html`<br />Stop the run to change it.` : nothing}
          </p>
        </section>
        ${state.kernels.length === 0 ? nothing : html`<section><wl-kernels .session=${session}></wl-kernels></section>`}
        <section>
          <h3 style="font-size: inherit">Backbone</h3>
          ${
            model === null
              ? html`<p class="small muted">None loaded yet.</p>`
              : html`<p class="small">
                  ${model.name}: ${model.architecture}, ${million(model.parameters)} parameters, ${model.visionLayers}
                  vision and ${model.textLayers} text layers, images of ${model.imageSize} pixels as
                  ${model.imageTokens} tokens, vocabulary ${count(model.vocabulary)}.
                </p>`
          }
          <wl-known-backbones .session=${session}></wl-known-backbones>
          <div class="row">
            <button type="button" id="backbone" aria-haspopup="dialog" @click=${() => this.chooseBackbone()}>
              ${icon('folder')} Choose a backbone
            </button>
          </div>
          ${
            device?.backend === 'webgpu'
              ? html`<fieldset ?disabled=${going} style="margin-block-start: 8px">
                  <legend class="strong">Frozen weights on the GPU</legend>
                  <div class="choices">
                    ${radios('weights', state.weights, WEIGHTS, (id) => this.act(session.setWeights(id)))}
                  </div>
                </fieldset>`
              : nothing
          }
        </section>
        ${storage === null ? nothing : this.kept(storage, going, session)}
      </wl-dialog>
      <wl-backbone .session=${session} @close=${() => this.opener.focus()}></wl-backbone>
    `;
  }
}
