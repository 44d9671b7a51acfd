/** Errors and notes where they belong: what happened to which file, why, and what to do. */
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Notice, SessionState } from '../../session/types';
import type { Session } from '../../session/types';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

@customElement('wl-notices')
export class WlNotices extends SessionElement {
  static override styles = [
    shared,
    css`
      li {
        display: grid;
        grid-template-columns: 16px 1fr auto;
        align-items: start;
        gap: 12px;
        padding: 8px 0 8px 12px;
        margin-block: 12px 4px;
        border-inline-start: 3px solid var(--edge);
        background: var(--sunk);
      }
      li.error {
        border-color: var(--error);
        color: var(--ink);
      }
      li.warning {
        border-color: var(--warning);
        color: var(--ink);
      }
      li > svg,
      li > span {
        margin-block-start: 3px;
      }
      .error > span {
        color: var(--error);
      }
      .warning > span {
        color: var(--warning);
      }
      p {
        overflow-wrap: anywhere;
        max-width: 90ch;
      }
      button.icon {
        width: 28px;
        min-height: 28px;
        margin-inline-end: 4px;
      }
    `,
  ];

  @property() place: Notice['place'] = 'page';

  private one(notice: Notice, session: Session): unknown {
    const { error } = notice;
    return html`<li class=${notice.kind}>
      <span>${icon(notice.kind === 'note' ? 'note' : 'warning')}</span>
      <div>
        ${
          error === null
            ? html`<p>${notice.text}</p>`
            : html`<p>
                  ${error.file === null ? nothing : html`<span class="strong">${error.file}</span>: `}${error.cause}
                </p>
                ${error.remedy ? html`<p class="muted">${error.remedy}</p>` : nothing}`
        }
      </div>
      <button type="button" class="icon" aria-label="Dismiss" @click=${() => session.dismiss(notice.id)}>
        ${icon('close')}
      </button>
    </li>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const notices = state.notices.filter((notice) => notice.place === this.place);
    // The live region stays in the document, so that a notice that arrives later is read out.
    return html`<ul role="list" aria-live="polite" aria-label="Messages">
      ${notices.map((notice) => this.one(notice, session))}
    </ul>`;
  }
}
