/** Settings: which backend works and why, which model, and what this browser keeps. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { BackendChoice, SourceFile, WeightChoice } from '../../protocol';
import type { Session, SessionState } from '../../session/types';
import { choose } from '../drop';
import './wl_backbones';
import './wl_kernels';
import '../elements/wl_dialog';
import { bytes, count, million } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { isGoing } from '../wording';

const BACKENDS: { id: BackendChoice; name: string; what: string }[] = [
  { id: 'auto', name: 'Automatic', what: 'WebGPU on a graphics card, else WASM' },
  { id: 'webgpu', name: 'WebGPU', what: 'also on a software adapter, slowly' },
  { id: 'wasm', name: 'WASM', what: 'on the processor' },
];

const WEIGHTS: { id: WeightChoice; name: string; what: string }[] = [
  { id: 'file', name: 'As in the file', what: 'exact' },
  { id: 'int8', name: '8 bits', what: 'about half of the memory of 16 bits' },
  { id: 'int4', name: '4 bits', what: 'about a third of it, and coarser' },
];

/** The chosen folder's name, and the files with paths inside it. */
export function modelFolder(files: readonly SourceFile[]): { name: string; files: SourceFile[] } {
  const name = files[0]?.path.split('/')[0] ?? 'model';
  return {
    name,
    files: files.map(({ path, file }) => ({
      path: path.startsWith(`${name}/`) ? path.slice(name.length + 1) : path,
      file,
    })),
  };
}

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

  private async folder(session: Session): Promise<void> {
    const files = await choose('folder');
    if (files.length === 0) return;
    const folder = modelFolder(files);
    await session.loadModelFolder(folder.name, folder.files);
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
      <wl-dialog heading="Settings" .open=${this.open} @close=${() => (this.open = false)}>
        <section>
          <fieldset ?disabled=${going} aria-describedby="reason">
            <legend class="strong">Backend</legend>
            <div class="choices">
              ${BACKENDS.map(
                ({ id, name, what }) =>
                  html`<label class="choice"
                    ><input
                      type="radio"
                      name="backend"
                      value=${id}
                      .checked=${backend === id}
                      @change=${() => this.act(session.setBackend(id))}
                    />${name} <span class="small muted">${what}</span></label
                  >`,
              )}
            </div>
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
          <h3 style="font-size: inherit">Model</h3>
          ${
            model === null
              ? html`<p class="small muted">None loaded yet.</p>`
              : html`<p class="small">
                  ${model.name}: ${model.architecture}, ${million(model.parameters)} parameters, ${model.visionLayers}
                  vision and ${model.textLayers} text layers, images of ${model.imageSize} pixels as
                  ${model.imageTokens} tokens, vocabulary ${count(model.vocabulary)}.
                </p>`
          }
          <wl-backbones .session=${session}></wl-backbones>
          <div class="row">
            <button type="button" ?disabled=${going} @click=${() => this.act(this.folder(session))}>
              ${icon('folder')} Load a model folder
            </button>
            ${
              model?.synthetic
                ? nothing
                : html`<button type="button" ?disabled=${going} @click=${() => this.act(session.loadEmbeddedModel())}>
                    Use the embedded one
                  </button>`
            }
          </div>
          ${
            device?.backend === 'webgpu'
              ? html`<fieldset ?disabled=${going} style="margin-block-start: 8px">
                  <legend class="strong">Frozen weights on the GPU</legend>
                  <div class="choices">
                    ${WEIGHTS.map(
                      ({ id, name, what }) =>
                        html`<label class="choice"
                          ><input
                            type="radio"
                            name="weights"
                            value=${id}
                            .checked=${state.weights === id}
                            @change=${() => this.act(session.setWeights(id))}
                          />${name} <span class="small muted">${what}</span></label
                        >`,
                    )}
                  </div>
                </fieldset>`
              : nothing
          }
          <p class="small muted" style="margin-block-start: 8px">
            A Hugging Face folder with config.json, safetensors, tokenizer.json and the processor's configuration.
          </p>
        </section>
        ${
          storage === null
            ? nothing
            : html`<section>
                <h3 style="font-size: inherit">Kept in this browser</h3>
                <p class="small">
                  ${bytes(storage.usage)} of ${bytes(storage.quota)}.
                  ${
                    storage.persisted
                      ? 'The browser keeps it until you clear it.'
                      : 'The browser may clear it when space runs short: export what you want to keep.'
                  }
                </p>
              </section>`
        }
      </wl-dialog>
    `;
  }
}
