/** The privacy seal and, behind it, the proof: what each thread may reach, and what happened when it tried. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { NetworkProof } from '../../protocol';
import type { SessionState } from '../../session/types';
import '../elements/wl_dialog';
import { count, plural } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

const THREADS: { id: string; name: string; holds: string; reach: string }[] = [
  { id: 'page', name: 'Page', holds: 'what you see', reach: 'files of this site only' },
  { id: 'frames', name: 'Frames', holds: 'your files and frames', reach: 'nothing' },
  { id: 'trainer', name: 'Trainer', holds: 'frames, model and adapter', reach: 'nothing' },
  { id: 'peer', name: 'Another model', holds: 'the frame that it is asked about', reach: 'nothing' },
  {
    id: 'hub',
    name: 'Hub',
    holds: 'model files, never a frame',
    reach: 'files of this site; the model hub, when you ask for a model',
  },
];

/** Requests that nothing the user asked for explains. */
const unasked = (requests: SessionState['requests']): number =>
  requests.filter(({ asked }) => asked === undefined).length;

type Seal = 'checking' | 'sealed' | 'broken';

function sealOf({ proofs, requests }: Readonly<SessionState>): Seal {
  if (unasked(requests) > 0 || proofs.some((proof) => !proof.sealed)) return 'broken';
  // Those two see every frame; another model's thread starts later, and proves itself before it is asked.
  const proved = (id: NetworkProof['thread']): boolean => proofs.some(({ thread }) => thread === id);
  return proved('frames') && proved('trainer') ? 'sealed' : 'checking';
}

function wordsOf(seal: Seal, { proofs, requests }: Readonly<SessionState>): string {
  if (seal === 'checking') return 'Checking the seal';
  if (seal === 'sealed') return 'Frames stay in this tab';
  return proofs.some((proof) => !proof.sealed)
    ? 'The seal does not hold'
    : `${plural(unasked(requests), 'request')} seen`;
}

@customElement('wl-seal')
export class WlSeal extends SessionElement {
  static override styles = [
    shared,
    css`
      .seal.broken {
        color: var(--error);
        border-color: var(--error);
      }
      section {
        margin-block-start: 24px;
      }
      li {
        overflow-wrap: anywhere;
      }
      td:first-child {
        overflow-wrap: anywhere;
      }
      .yes {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      @media (max-width: 760px) {
        .words {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        .seal {
          width: 36px;
          padding: 0 !important;
        }
      }
    `,
  ];

  @state() private open = false;

  private attempts(proof: NetworkProof): unknown {
    return html`<table>
      <caption class="hidden">
        Attempts of the ${proof.thread} thread${proof.number === undefined ? '' : ` ${proof.number}`}
      </caption>
      <thead>
        <tr>
          <th scope="col">
            ${THREADS.find(({ id }) => id === proof.thread)?.name}${(proof.number ?? 1) > 1 ? ` ${proof.number}` : ''}
            tried
          </th>
          <th scope="col">by</th>
          <th scope="col">outcome</th>
        </tr>
      </thead>
      <tbody>
        ${proof.attempts.map(
          ({ url, means, outcome, detail }) =>
            html`<tr>
              <td>${url}</td>
              <td>${means}</td>
              <td>
                <span class="yes ${outcome === 'reached' ? 'error' : ''}"
                  >${icon(outcome === 'refused' ? 'check' : 'warning')} ${outcome}</span
                ><br /><span class="muted">${detail}</span>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  protected view(state: Readonly<SessionState>): unknown {
    const seal = sealOf(state);
    const { proofs, requests } = state;
    return html`
      <button type="button" class="quiet seal ${seal}" aria-haspopup="dialog" @click=${() => (this.open = true)}>
        ${icon(seal === 'broken' ? 'open' : 'seal')} <span class="words">${wordsOf(seal, state)}</span>
      </button>
      <wl-dialog
        heading="What can leave this tab"
        style="--dialog-width: 680px"
        .open=${this.open}
        @close=${() => (this.open = false)}
      >
        <p>
          Frames are decoded, stored and trained on in threads that the browser itself keeps off the network: this site
          sends each of them a policy that allows no address at all. Each one tries to break out when it starts, before
          it sees any frame.
        </p>
        <section>
          <table>
            <caption class="hidden">
              Threads
            </caption>
            <thead>
              <tr>
                <th scope="col">Thread</th>
                <th scope="col">holds</th>
                <th scope="col">may reach</th>
                <th scope="col">tried at start</th>
              </tr>
            </thead>
            <tbody>
              ${THREADS.filter(({ id }) => id !== 'peer' || proofs.some(({ thread }) => thread === id)).map(
                ({ id, name, holds, reach }) => {
                  const own = proofs.filter(({ thread }) => thread === id);
                  const jailed = id !== 'page' && id !== 'hub';
                  const attempts = own.flatMap((proof) => proof.attempts);
                  const sealed = own.every((proof) => proof.sealed);
                  return html`<tr>
                    <th scope="row" class="strong" style="color: var(--ink)">
                      ${name}${own.length > 1 ? html`<br /><span class="muted" style="font-weight: 400">${count(own.length)} threads</span>` : nothing}
                    </th>
                    <td>${holds}</td>
                    <td>${reach}</td>
                    <td>
                      ${
                        !jailed
                          ? html`<span class="muted">–</span>`
                          : own.length === 0
                            ? html`<span class="muted">not yet</span>`
                            : html`<span class="yes ${sealed ? '' : 'error'}"
                                >${icon(sealed ? 'check' : 'warning')}
                                ${
                                  sealed
                                    ? `${plural(attempts.length, 'attempt')}, all refused`
                                    : `${plural(attempts.filter(({ outcome }) => outcome === 'reached').length, 'attempt')} got out`
                                }</span
                              >`
                      }
                    </td>
                  </tr>`;
                },
              )}
            </tbody>
          </table>
        </section>
        <section>
          <p>Requests since the page finished loading: <strong>${requests.length}</strong></p>
          ${
            requests.length > 0
              ? html`<ul class="small" role="list">
                  ${requests.map(
                    ({ url, thread, seconds, asked }) =>
                      html`<li class=${asked === undefined ? 'error' : ''}>
                        ${url}, by ${thread}, after ${seconds.toFixed(1)}
                        s${asked === undefined ? nothing : `: ${asked}`}
                      </li>`,
                  )}
                </ul>`
              : nothing
          }
        </section>
        ${
          proofs.length > 0
            ? html`<section>
                <details>
                  <summary>Every attempt</summary>
                  <div style="display: grid; gap: 16px; padding-block: 8px">
                    ${proofs.map((proof) => this.attempts(proof))}
                  </div>
                </details>
              </section>`
            : nothing
        }
        <section>
          <p class="small muted">
            Check for yourself: open the network panel of the developer tools, or switch the network off. Everything
            here goes on working.
          </p>
        </section>
      </wl-dialog>
    `;
  }
}
