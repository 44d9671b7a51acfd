/** A button, and behind it: captions drafted by the loaded backbone, and those that wait to be taken or thrown away. */
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { SampleRow } from '../../protocol';
import type { PendingDraft, Session, SessionState } from '../../session/types';
import '../elements/wl_caption_field';
import '../elements/wl_dialog';
import '../elements/wl_frame';
import '../elements/wl_notices';
import '../elements/wl_progress';
import { count, plural } from '../format';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { truth } from '../wording';
import './wl_draft_form';

/** Drafts in the document at a time. */
const PAGE = 10;

@customElement('wl-drafts')
export class WlDrafts extends SessionElement {
  static override styles = [
    shared,
    css`
      :host {
        display: inline-block;
      }
      .waiting {
        margin-block-start: 24px;
        padding-block-start: 16px;
        border-block-start: 1px solid var(--hairline);
      }
      .draft {
        display: grid;
        grid-template-columns: 64px minmax(0, 1fr);
        gap: 16px;
        padding-block: 12px;
        border-block-end: 1px solid var(--hairline);
      }
      .draft wl-caption-field {
        margin-block: 4px 8px;
      }
      .file {
        overflow-wrap: anywhere;
      }
      wl-thumb {
        --thumb: 64px;
      }
    `,
  ];

  @property({ attribute: false }) shown: () => readonly string[] = () => [];
  @state() private open = false;

  private draft(draft: PendingDraft, row: SampleRow | undefined, session: Session): unknown {
    if (row === undefined) return nothing;
    const { sampleId, style, text } = draft;
    const there = (row.captions[style]?.trim() ?? '') !== '';
    const name = `Draft for ${row.file}, ${row.role}`;
    return html`<li class="draft">
      <wl-thumb .blob=${row.thumbnail}></wl-thumb>
      <div>
        <p class="small file">${row.file} <span class="muted">${row.role}, ${truth(row)}; ${style}</span></p>
        <wl-caption-field
          .session=${session}
          .sampleId=${sampleId}
          .kind=${style}
          .name=${name}
          unnamed
          .text=${text}
          @left=${({ detail }: CustomEvent<string>) => session.captions.editDraft(sampleId, style, detail)}
        ></wl-caption-field>
        <div class="row">
          <button
            type="button"
            class="take"
            ?disabled=${text.trim() === ''}
            @click=${() => this.act(session.captions.accept({ sampleId, style }, true))}
          >
            ${there ? 'Replace the caption' : 'Take'}
          </button>
          <button type="button" class="quiet" @click=${() => session.captions.discard({ sampleId, style })}>
            Throw away
          </button>
          ${draft.truncated ? html`<span class="small warning">cut at the token limit</span>` : nothing}
          ${draft.edited ? html`<span class="small muted">changed by you</span>` : nothing}
        </div>
      </div>
    </li>`;
  }

  private waiting(state: Readonly<SessionState>, session: Session): unknown {
    const { drafts } = state.captions;
    if (drafts.length === 0) return nothing;
    const rows = new Map(state.data.samples.map((row) => [row.id, row]));
    const free = drafts.filter(({ sampleId, style }) => (rows.get(sampleId)?.captions[style]?.trim() ?? '') === '');
    return html`<section class="waiting">
      <div class="row spread">
        <h3>${plural(drafts.length, 'draft')} to look at</h3>
        <span class="row">
          <button
            type="button"
            id="take-all"
            ?disabled=${free.length === 0}
            @click=${() => this.act(session.captions.accept(null, false))}
          >
            Take ${count(free.length)} that replace nothing
          </button>
          <button type="button" class="quiet" id="discard-all" @click=${() => session.captions.discard(null)}>
            Throw all away
          </button>
        </span>
      </div>
      <ul role="list">
        ${repeat(
          drafts.slice(0, PAGE),
          ({ sampleId, style }) => `${style} ${sampleId}`,
          (draft) => this.draft(draft, rows.get(draft.sampleId), session),
        )}
      </ul>
      ${drafts.length > PAGE ? html`<p class="small muted">and ${count(drafts.length - PAGE)} more.</p>` : nothing}
    </section>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { drafting, drafts } = state.captions;
    const starting = { label: 'Starting', done: 0, total: 0, unit: 'frames', rate: null, secondsLeft: null };
    return html`
      <button type="button" id="drafts" @click=${() => (this.open = true)}>
        Draft${drafts.length > 0 ? ` (${count(drafts.length)})` : '\u2026'}
      </button>
      <wl-dialog
        heading="Draft captions"
        .open=${this.open}
        style="--dialog-width: 760px"
        @close=${() => (this.open = false)}
      >
        ${this.open ? html`<wl-notices .session=${session} place="data"></wl-notices>` : nothing}
        <wl-draft-form
          .session=${session}
          .shown=${this.shown}
          .active=${this.open && drafting === null}
        ></wl-draft-form>
        ${
          this.open && drafting !== null
            ? html`<wl-progress name="Drafts" .progress=${drafting.progress ?? starting}></wl-progress>
                <button type="button" style="margin-block-start: 8px" @click=${() => session.captions.cancelDrafts()}>
                  Cancel
                </button>`
            : nothing
        }
        ${this.open ? this.waiting(state, session) : nothing}
      </wl-dialog>
    `;
  }
}
