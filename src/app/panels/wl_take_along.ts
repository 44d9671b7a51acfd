/** The dialog that makes a zip for another machine: what is in it, and whether pictures are. */
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { CancelledError, type Progress } from '../../protocol';
import type { RunRecord, Session, SessionState } from '../../session/types';
import { download, fileName } from '../download';
import '../elements/wl_dialog';
import '../elements/wl_progress';
import { count } from '../format';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

@customElement('wl-take-along')
export class WlTakeAlong extends SessionElement {
  static override styles = [
    shared,
    css`
      label {
        display: flex;
        gap: 8px;
        align-items: start;
        margin-block: 16px;
      }
    `,
  ];

  /** null: closed. */
  @property({ attribute: false }) run: RunRecord | null = null;
  @state() private frames = false;
  @state() private progress: Progress | null = null;
  @state() private making: AbortController | null = null;

  private close(): void {
    this.making?.abort();
    this.making = null;
    this.frames = false;
    this.dispatchEvent(new Event('close'));
  }

  private async make(run: RunRecord, session: Session): Promise<void> {
    const making = new AbortController();
    this.making = making;
    this.progress = null;
    try {
      const zip = await session.exportBundle(run.id, {
        frames: this.frames,
        signal: making.signal,
        onProgress: (progress) => (this.progress = progress),
      });
      if (making.signal.aborted) return;
      download(zip, fileName(`${run.name}-bundle`));
      this.close();
    } catch (error) {
      // Told by the session in place; a cancellation needs no words.
      if (!(error instanceof CancelledError)) this.close();
    } finally {
      if (this.making === making) this.making = null;
    }
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { run, making } = this;
    if (run === null) return nothing;
    const known = new Set(state.data.samples.map(({ id }) => id));
    const ids = [...run.trainIds, ...run.testIds];
    const lost = ids.filter((id) => !known.has(id)).length;
    const other = state.model?.name !== run.model.name;
    const why = other
      ? `Load ${run.model.name} first: the run was made on it.`
      : lost > 0
        ? `${count(lost)} of its ${count(ids.length)} frames ${lost === 1 ? 'is' : 'are'} no longer in the data set. Import ${lost === 1 ? 'it' : 'them'} again first.`
        : null;
    return html`<wl-dialog heading="Go on elsewhere" open style="--dialog-width: 520px" @close=${() => this.close()}>
      <p>
        A zip with the settings, the list of samples with their captions, the split, the adapter and the state of the
        optimiser at step ${count(run.checkpointStep ?? 0)}. <code>tools/continue/run.py</code> goes on from it in
        Python, with the same samples in the same order.
      </p>
      <label>
        <input
          type="checkbox"
          .checked=${this.frames}
          ?disabled=${making !== null}
          @change=${(event: Event) => (this.frames = (event.target as HTMLInputElement).checked)}
        />
        <span>
          With the ${count(ids.length)} frames as PNG. They are pictures of faces: the zip may then not go where they
          may not go. Without them, the program is given their folder there.
        </span>
      </label>
      ${why === null ? nothing : html`<p class="muted">${why}</p>`}
      ${making === null ? nothing : html`<wl-progress name="Making the zip" .progress=${this.progress}></wl-progress>`}
      <div class="row" style="margin-block-start: 24px">
        ${
          making === null
            ? html`<button
                type="button"
                class="primary"
                ?disabled=${why !== null}
                @click=${() => this.act(this.make(run, session))}
              >
                Save the zip
              </button>`
            : html`<button type="button" @click=${() => this.close()}>Cancel</button>`
        }
      </div>
    </wl-dialog>`;
  }
}
