/** A confusion matrix as a plain table: rows are the truth, columns the prediction. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Confusion } from '../../protocol';
import { count } from '../format';
import { shared } from '../shared_styles';
import './wl_verdict';

@customElement('wl-confusion')
export class WlConfusion extends LitElement {
  static override styles = [
    shared,
    css`
      caption {
        padding-block-end: 4px;
        text-align: start;
        font-weight: var(--strong);
      }
      td.right {
        font-weight: var(--strong);
      }
      td.zero {
        color: var(--muted);
      }
    `,
  ];

  @property() caption = '';
  @property({ attribute: false }) confusion: Confusion | null = null;
  /** Text verdicts have a third column. */
  @property({ type: Boolean }) undecided = false;

  private cell(value: number, right: boolean): unknown {
    return html`<td class="number ${right && value > 0 ? 'right' : ''} ${value === 0 ? 'zero' : ''}">
      ${count(value)}
    </td>`;
  }

  override render(): unknown {
    const c = this.confusion;
    if (c === null) return html`<p class="small muted">Nothing measured yet.</p>`;
    return html`<table>
      <caption>
        ${this.caption}
      </caption>
      <thead>
        <tr>
          <th scope="col">Truth</th>
          <th scope="col" class="number">said live</th>
          <th scope="col" class="number">said spoof</th>
          ${this.undecided ? html`<th scope="col" class="number">undecided</th>` : ''}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row"><wl-verdict verdict="live"></wl-verdict></th>
          ${this.cell(c.liveAsLive, true)}${this.cell(c.liveAsSpoof, false)}
          ${this.undecided ? this.cell(c.liveUndecided, false) : ''}
        </tr>
        <tr>
          <th scope="row"><wl-verdict verdict="spoof"></wl-verdict></th>
          ${this.cell(c.spoofAsLive, false)}${this.cell(c.spoofAsSpoof, true)}
          ${this.undecided ? this.cell(c.spoofUndecided, false) : ''}
        </tr>
      </tbody>
    </table>`;
  }
}
