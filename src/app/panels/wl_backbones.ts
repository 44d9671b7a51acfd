/** Which backbones are known by name, and which of their modules stand for the paper's names. Read only. */
import { css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { KNOWN_BACKBONES, PAPER_MODULES, PAPER_NAMES_NO_BACKBONE, type BackboneFamily } from '../../protocol';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { bytes, million } from '../format';

const FAMILIES: readonly { family: BackboneFamily; name: string }[] = [
  { family: 'smolvlm', name: 'SmolVLM' },
  { family: 'llava-onevision', name: 'LLaVA-OneVision' },
];

@customElement('wl-backbones')
export class WlBackbones extends SessionElement {
  static override styles = [
    shared,
    css`
      .wide {
        overflow-x: auto;
      }
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

  protected view(): unknown {
    return html`<details>
      <summary class="small">Which backbones, and where each has what the paper trains</summary>
      <p class="small">${PAPER_NAMES_NO_BACKBONE}</p>
      <div class="wide" tabindex="0" role="region" aria-label="Modules by backbone">
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
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }
}
