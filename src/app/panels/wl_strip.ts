/** The strip under the header while a run exists. Its height and the place of every figure are fixed. */
import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Session, SessionState } from '../../session/types';
import { bytes, count, duration, figure } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { PHASES, isGoing, sentence } from '../wording';

@customElement('wl-strip')
export class WlStrip extends SessionElement {
  static override styles = [
    shared,
    css`
      :host {
        background: var(--paper);
      }
      .strip {
        display: grid;
        grid-template-columns: 240px repeat(5, 92px) minmax(96px, 1fr) 190px;
        align-items: center;
        gap: 0 20px;
        height: 64px;
        padding-inline: var(--gutter);
      }
      dl {
        display: contents;
      }
      dl > div {
        min-width: 0;
      }
      dt {
        font-size: var(--small);
        line-height: 1.4;
      }
      dd {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        line-height: 1.4;
      }
      /* The only one of unknown length. */
      dd.device {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        white-space: normal;
        font-size: var(--small);
        line-height: 1.3;
      }
      dd.strong {
        font-weight: var(--strong);
      }
      .controls {
        display: flex;
        gap: 8px;
        justify-content: end;
        min-width: 190px;
      }
      progress {
        appearance: none;
        display: block;
        width: 100%;
        height: 2px;
        border: 0;
        background: var(--hairline);
      }
      progress::-webkit-progress-bar {
        background: var(--hairline);
      }
      progress::-webkit-progress-value {
        background: var(--ink);
        transition: inline-size var(--quick);
      }
      progress::-moz-progress-bar {
        background: var(--ink);
      }
      .rule {
        height: 2px;
        border-block-end: 1px solid var(--hairline);
      }
      @media (max-width: 1100px) {
        .strip {
          grid-template-columns: minmax(120px, 1fr) repeat(3, 88px) 190px;
        }
        .wide {
          display: none;
        }
      }
      @media (max-width: 700px) {
        .strip {
          grid-template-columns: minmax(0, 1fr) 84px 80px;
          gap: 0 16px;
        }
        .speed {
          display: none;
        }
        .controls {
          min-width: 80px;
        }
        .controls span {
          position: absolute;
          clip-path: inset(50%);
          width: 1px;
          overflow: hidden;
        }
        .controls button {
          width: 36px;
          padding: 0;
        }
      }
    `,
  ];

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { run } = state;
    if (run === null) return nothing;
    const last = run.steps.at(-1) ?? null;
    const going = isGoing(run);
    const step = last?.step ?? 0;
    const detail = going ? state.runDetail : null;
    const paused = run.phase === 'paused';
    const device = state.device ?? run.device;
    return html`
      <section aria-label="Training">
        <div class="strip">
          <dl>
            <div>
              <dt>
                ${PHASES[run.phase]}${detail && detail.total > 0 ? ` ${count(detail.done)} of ${count(detail.total)}` : nothing}
              </dt>
              <dd class="strong" title=${detail ? sentence(detail.label) : run.name}>
                ${detail ? sentence(detail.label) : html`Step ${count(step)} of ${count(run.config.steps)}`}
              </dd>
            </div>
            <div>
              <dt>${going ? 'Time left' : 'Time taken'}</dt>
              <dd>${going ? duration(last?.secondsLeft ?? null) : duration(run.seconds || (last?.elapsed ?? null))}</dd>
            </div>
            <div class="speed">
              <dt>Samples/s</dt>
              <dd>${figure(last?.samplesPerSecond)}</dd>
            </div>
            <div class="wide">
              <dt>Tokens/s</dt>
              <dd>${figure(last?.tokensPerSecond)}</dd>
            </div>
            <div class="speed">
              <dt>Memory</dt>
              <dd>${last ? bytes(last.memory.bytes) : '\u2013'}</dd>
            </div>
            <div class="wide">
              <dt>Peak</dt>
              <dd>${last ? bytes(last.memory.peakBytes) : '\u2013'}</dd>
            </div>
            <div class="wide">
              <dt>
                ${device.backend === 'webgpu' ? 'WebGPU' : 'WASM'}${device.backend === 'webgpu' && device.software ? ', software' : nothing}
              </dt>
              <dd class="device" title="${device.adapter}. ${device.reason}">${device.adapter}</dd>
            </div>
          </dl>
          <div class="controls">
            ${
              going
                ? html`<button
                      type="button"
                      ?disabled=${run.phase === 'preparing'}
                      @click=${() => this.act(paused ? session.resumeRun() : session.pauseRun())}
                    >
                      ${icon(paused ? 'play' : 'pause')}<span>${paused ? 'Resume' : 'Pause'}</span>
                    </button>
                    <button type="button" @click=${() => this.act(session.stopRun())}>
                      ${icon('stop')}<span>Stop</span>
                    </button>`
                : nothing
            }
          </div>
        </div>
        ${
          going
            ? html`<progress aria-label="Training progress" max=${run.config.steps} .value=${step}></progress>`
            : html`<div class="rule"></div>`
        }
      </section>
    `;
  }
}
