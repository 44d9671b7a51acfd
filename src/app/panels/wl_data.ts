/** Data: bring samples in, see what they are and how they split. */
import { css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { AuditReport } from '../../protocol';
import type { CaptionState, Session, SessionState } from '../../session/types';
import { addData } from '../add_data';
import '../elements/wl_confirm';
import '../elements/wl_notices';
import '../elements/wl_sample_table';
import type { WlSampleTable } from '../elements/wl_sample_table';
import { plural } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { isGoing } from '../wording';
import './wl_caption_editor';
import type { WlCaptionEditor } from './wl_caption_editor';
import './wl_captions';
import './wl_data_notes';
import './wl_data_summary';
import './wl_generate';
import './wl_hero';
import './wl_import';
import './wl_survey';

/** Data cannot be cleared under what works with them. */
const isHeld = ({ queue, run }: Readonly<SessionState>): boolean =>
  queue.phase !== 'idle' || queue.elsewhere || isGoing(run);

@customElement('wl-data')
export class WlData extends SessionElement {
  static override styles = [
    shared,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(280px, 360px) minmax(0, 1fr);
        gap: 24px 48px;
        margin-block-start: 16px;
      }
      wl-sample-table {
        height: max(480px, calc(100dvh - 208px));
      }
      wl-import {
        margin-block-start: 8px;
      }
      .skeleton {
        height: 48px;
        border-block-end: 1px solid var(--hairline);
        display: grid;
        grid-template-columns: 40px 1fr 1fr 1fr;
        align-items: center;
        gap: 24px;
      }
      .skeleton i {
        height: 12px;
        background: var(--sunk);
      }
      .skeleton i:first-child {
        height: 40px;
      }
      @media (min-width: 1600px) {
        .columns {
          grid-template-columns: 440px minmax(0, 1fr);
        }
      }
      @media (max-width: 960px) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
        wl-sample-table {
          height: 560px;
        }
      }
    `,
  ];

  @state() private clearing = false;
  private trainSet: { ids: readonly string[]; set: Set<string> } = { ids: [], set: new Set() };
  private testSet: { ids: readonly string[]; set: Set<string> } = { ids: [], set: new Set() };

  @query('wl-sample-table') private table?: WlSampleTable;
  @query('wl-caption-editor') private editor?: WlCaptionEditor;
  private remarked: { audit: AuditReport; filter: string; ids: Set<string> } | null = null;

  private readonly shown = (): readonly string[] => this.table?.shown ?? [];

  /** Samples with the remark that the table is filtered by. */
  private only({ audit, filter }: CaptionState): Set<string> | null {
    if (audit === null || filter === null) return null;
    if (this.remarked?.audit !== audit || this.remarked.filter !== filter) {
      const found = audit.findings.filter(({ marks }) => marks.some(({ kind }) => kind === filter));
      this.remarked = { audit, filter, ids: new Set(found.map(({ sampleId }) => sampleId)) };
    }
    return this.remarked.ids;
  }

  /** A set is only built again when the split has changed. */
  private setOf(kept: { ids: readonly string[]; set: Set<string> }, ids: readonly string[]): Set<string> {
    if (kept.ids !== ids || kept.set.size !== ids.length) {
      kept.ids = ids;
      kept.set = new Set(ids);
    }
    return kept.set;
  }

  private buttons(session: Session, busy: boolean): unknown {
    return html`
      <button type="button" id="choose-folder" ?disabled=${busy} @click=${() => this.act(addData('folder', session))}>
        ${icon('folder')} Add a folder
      </button>
      <button type="button" id="choose-files" ?disabled=${busy} @click=${() => this.act(addData('files', session))}>
        ${icon('files')} Add files
      </button>
      <wl-generate .session=${session}></wl-generate>
    `;
  }

  private clearDialog(session: Session, n: number): unknown {
    return html`<wl-confirm
      heading="Clear the data?"
      yes="Clear ${plural(n, 'sample')}"
      no="Keep them"
      .open=${this.clearing}
      @yes=${() => this.act(session.clearData())}
      @close=${() => (this.clearing = false)}
      >${plural(n, 'sample')} and their stored frames are removed from this browser, and with them captions that were
      edited or drafted here: export the captions first to keep them. Your own files and finished runs stay as they
      are.</wl-confirm
    >`;
  }

  private get skeleton(): unknown {
    return html`<div aria-hidden="true">
      ${Array.from({ length: 8 }, () => html`<div class="skeleton"><i></i><i></i><i></i><i></i></div>`)}
    </div>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { data } = state;
    const { samples, importing } = data;
    const nothingYet = samples.length === 0 && importing === null;
    const survey = html`<wl-survey .session=${session}></wl-survey>`;
    const bare = data.rejected.length === 0 && data.unfinished === null && state.runs.length === 0;
    if (nothingYet && bare && state.run === null) {
      return html`<wl-notices .session=${session} place="data"></wl-notices
        ><wl-hero .session=${session}></wl-hero>${survey}`;
    }
    const busy = importing !== null || state.boot.phase !== 'ready';
    return html`
      <div class="bar">
        <h1>Data</h1>
        <div class="row">
          ${
            samples.length > 0
              ? html`<button
                  type="button"
                  class="quiet"
                  ?disabled=${busy || isHeld(state)}
                  title=${isHeld(state) ? 'A run or a queue is going. Stop it first.' : ''}
                  @click=${() => (this.clearing = true)}
                >
                  ${icon('bin')} Clear
                </button>`
              : nothing
          }
          ${this.buttons(session, busy)}
          ${
            samples.length > 0
              ? html`<button type="button" class="primary" @click=${() => session.show('train')}>
                  Go to training ${icon('next')}
                </button>`
              : html`<button
                  type="button"
                  class="primary"
                  ?disabled=${busy}
                  @click=${() => this.act(session.importEmbedded())}
                >
                  Load the demo faces
                </button>`
          }
        </div>
      </div>
      <wl-notices .session=${session} place="data"></wl-notices>
      <wl-import .session=${session}></wl-import>
      <div class="columns">
        ${
          nothingYet
            ? html`<div>
                <p class="muted">No samples yet. Add a folder, generate a set, or load the demo faces.</p>
                ${data.rejected.length > 0 ? html`<wl-data-notes .session=${session}></wl-data-notes>` : nothing}
              </div>`
            : html`<div>
                  <wl-data-summary .session=${session}></wl-data-summary>
                  ${
                    samples.length === 0
                      ? nothing
                      : html`<wl-captions
                          style="margin-block-start: 24px"
                          .session=${session}
                          .shown=${this.shown}
                          @edit=${() => this.editor?.show(null, this.shown())}
                        ></wl-captions>`
                  }
                  <wl-data-notes .session=${session}></wl-data-notes>
                </div>
                ${
                  samples.length === 0
                    ? this.skeleton
                    : html`<wl-sample-table
                        .samples=${samples}
                        .train=${this.setOf(this.trainSet, data.split.train)}
                        .test=${this.setOf(this.testSet, data.split.test)}
                        .only=${this.only(state.captions)}
                        .onlyWhy=${state.captions.filter ?? ''}
                        @captions=${(event: CustomEvent<string>) => this.editor?.show(event.detail, this.shown())}
                        @inspect=${(event: CustomEvent<string>) => {
                          session.selectSample(event.detail);
                          session.show('inspect');
                        }}
                      ></wl-sample-table>`
                }`
        }
      </div>
      ${this.clearDialog(session, samples.length)} ${survey}
      <wl-caption-editor .session=${session}></wl-caption-editor>
    `;
  }
}
