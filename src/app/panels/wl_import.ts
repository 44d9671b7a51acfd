/**
 * The line under the Data view's heading: an import as it goes, with pause and cancel; one that was cut off, with the way
 * to go on; else what is there.
 */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Session, SessionState } from '../../session/types';
import { choose } from '../drop';
import '../elements/wl_dialog';
import '../elements/wl_progress';
import { count, plural } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { rejectedWords } from '../wording';

@customElement('wl-import')
export class WlImport extends SessionElement {
  static override styles = [
    shared,
    css`
      .import {
        min-height: 44px;
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: start;
        gap: 8px 24px;
        max-width: 900px;
      }
      .row {
        flex-wrap: nowrap;
      }
      @media (max-width: 560px) {
        .import {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  /** Asks what becomes of what is done. */
  @state() private ending = false;

  private ask(session: Session): void {
    session.pauseImport();
    this.ending = true;
  }

  /** Closes the question; an import that is not ended goes on. */
  private answer(session: Session, what: 'keep' | 'remove' | null): void {
    if (!this.ending) return;
    this.ending = false;
    if (what === null) session.resumeImport();
    else session.cancelImport(what);
  }

  private async goOn(session: Session, canOpen: boolean): Promise<void> {
    if (canOpen) return session.goOnImporting();
    const files = await choose('folder');
    if (files.length > 0) await session.goOnImporting(files);
  }

  private endDialog(session: Session, done: number): unknown {
    return html`<wl-dialog
      heading="End the import?"
      style="--dialog-width: 520px"
      .open=${this.ending}
      @close=${() => this.answer(session, null)}
    >
      <p>
        ${plural(done, 'file')} ${done === 1 ? 'is' : 'are'} done. If you keep ${done === 1 ? 'it' : 'them'}, the same
        folder given again goes on behind ${done === 1 ? 'it' : 'them'}.
      </p>
      <div class="row" style="margin-block-start: 24px; flex-wrap: wrap">
        <button type="button" class="primary" id="end-keep" @click=${() => this.answer(session, 'keep')}>
          End, keep what is done
        </button>
        <button type="button" id="end-remove" @click=${() => this.answer(session, 'remove')}>End, remove it</button>
        <button type="button" @click=${() => this.answer(session, null)}>Go on importing</button>
      </div>
    </wl-dialog>`;
  }

  private going({ data }: Readonly<SessionState>, session: Session): unknown {
    const { importing, paused } = data;
    if (importing === null) return nothing;
    const files = importing.unit === 'files' && importing.total > 0;
    const shown = paused ? { ...importing, label: 'Paused', rate: null, secondsLeft: null } : importing;
    return html`<wl-progress
        name=${importing.unit === 'frames' ? 'Generated set' : 'Import'}
        .progress=${shown}
      ></wl-progress>
      <div class="row">
        ${
          files
            ? html`<button
                type="button"
                id="pause-import"
                @click=${() => (paused ? session.resumeImport() : session.pauseImport())}
              >
                ${icon(paused ? 'play' : 'pause')} ${paused ? 'Resume' : 'Pause'}
              </button>`
            : nothing
        }
        <button type="button" id="cancel-import" @click=${() => (files ? this.ask(session) : session.cancelImport())}>
          Cancel
        </button>
      </div>`;
  }

  private cutOff(
    { name, total, done, canOpen }: NonNullable<SessionState['data']['unfinished']>,
    session: Session,
    busy: boolean,
  ): unknown {
    return html`<p role="status">
        The import of <strong>${name}</strong> did not come to its end: ${count(done)} of ${plural(total, 'file')} were
        kept.
      </p>
      <div class="row">
        <button type="button" id="go-on" ?disabled=${busy} @click=${() => this.act(this.goOn(session, canOpen))}>
          ${icon('play')} ${canOpen ? 'Go on importing' : 'Choose the folder again'}
        </button>
        <button type="button" class="quiet" ?disabled=${busy} @click=${() => this.act(session.forgetUnfinished())}>
          Leave it
        </button>
      </div>`;
  }

  /** One line in the place of the progress bar, so that nothing moves when an import ends. */
  private outcome({ data }: Readonly<SessionState>): string {
    const { samples, sets, rejected } = data;
    if (samples.length === 0) return 'No samples yet.';
    const failed = rejected.length > 0 ? ` ${rejectedWords(rejected)}.` : '';
    return `${plural(samples.length, 'sample')} in ${plural(sets.length, 'set')}.${failed} Drop more files anywhere on the page.`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { importing, unfinished } = state.data;
    if (importing === null && this.ending) this.ending = false;
    return html`<div class="import">
        ${
          importing !== null
            ? this.going(state, session)
            : unfinished !== null
              ? this.cutOff(unfinished, session, state.boot.phase !== 'ready')
              : html`<p class="muted" role="status">${this.outcome(state)}</p>`
        }
      </div>
      ${this.endDialog(session, importing?.done ?? 0)}`;
  }
}
