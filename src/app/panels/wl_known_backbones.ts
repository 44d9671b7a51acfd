/** Which backbones are known by name, and which of their modules stand for the paper's names. Read only. */
import { css, html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import {
  KNOWN_BACKBONES,
  PAPER_MODULES,
  PAPER_NAMES_NO_BACKBONE,
  type BackboneFamily,
  type BackboneMemoryRow,
  type WeightChoice,
} from '../../protocol';
import type { Session, SessionState } from '../../session/types';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { bytes, million } from '../format';

const FAMILIES: readonly { family: BackboneFamily; name: string }[] = [
  { family: 'smolvlm', name: 'SmolVLM' },
  { family: 'llava-onevision', name: 'LLaVA-OneVision' },
];

@customElement('wl-known-backbones')
export class WlKnownBackbones extends SessionElement {
  static override styles = [
    shared,
    css`
      table {
        /* On a phone the region scrolls: columns of a letter each would help nobody. */
        min-width: 34em;
        margin-block: 8px;
      }
      td {
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** Empty until the list was opened. */
  @state() private memory: readonly BackboneMemoryRow[] = [];

  private async weigh(session: Session): Promise<void> {
    this.memory = await session.backbones.memory();
  }

  private needs(id: string, weights: WeightChoice): string {
    const row = this.memory.find((each) => each.id === id && each.weights === weights);
    return row === undefined ? '' : bytes(row.bytes);
  }

  protected view(_: Readonly<SessionState>, session: Session): unknown {
    const opened = (event: Event): void => {
      if ((event.target as HTMLDetailsElement).open) this.act(this.weigh(session));
    };
    return html`<details @toggle=${opened}>
      <summary class="small">Which backbones, and where each has what the paper trains</summary>
      <p class="small">${PAPER_NAMES_NO_BACKBONE}</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Modules by backbone">
        <table class="small">
          <thead>
            <tr>
              <th scope="col">In the paper</th>
              <th scope="col">Trains</th>
              ${FAMILIES.map(({ name }) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${PAPER_MODULES.map(
              ({ paper, trains, modules }) =>
                html`<tr>
                  <th scope="row">${paper}</th>
                  <td>${trains}</td>
                  ${FAMILIES.map(({ family }) => html`<td>${modules[family]}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
        <table class="small">
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Licence</th>
              <th scope="col">Parameters</th>
              <th scope="col">Weights</th>
              <th scope="col">Image tokens</th>
              <th scope="col">A run holds</th>
              <th scope="col">in 8 bits</th>
              <th scope="col">in 4 bits</th>
            </tr>
          </thead>
          <tbody>
            ${KNOWN_BACKBONES.map(
              ({ id, licence, parameters, bytes: size, fileBits, imageTokens }) =>
                html`<tr>
                  <th scope="row">${id}</th>
                  <td>${licence}</td>
                  <td>${million(parameters)}</td>
                  <td>${bytes(size)} in ${fileBits} bits</td>
                  <td>${imageTokens}</td>
                  ${(['file', 'int8', 'int4'] as const).map((weights) => html`<td>${this.needs(id, weights)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <p class="small muted">
        What a run holds on a GPU is computed from the present settings: frozen weights, what trains with its moments,
        and what is kept for the way back.
      </p>
    </details>`;
  }
}
