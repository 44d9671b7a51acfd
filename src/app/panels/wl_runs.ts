/** Runs: what was trained, adapters from elsewhere, and the results of protocols. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Progress } from '../../protocol';
import type { RunRecord, Session, SessionState } from '../../session/types';
import '../elements/wl_confirm';
import '../elements/wl_notices';
import '../elements/wl_parts';
import '../elements/wl_progress';
import { bytes } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { isGoing } from '../wording';
import { choose, folderName } from '../drop';
import './wl_compare';
import './wl_results';
import './wl_run_table';
import './wl_take_along';

const PARTS = [
  { id: 'runs', name: 'Runs' },
  { id: 'results', name: 'Results of protocols' },
];

@customElement('wl-runs')
export class WlRuns extends SessionElement {
  static override styles = [
    shared,
    css`
      .arriving wl-progress {
        flex: 1;
      }
      .storage {
        margin-block-start: 24px;
      }
      wl-compare {
        margin-block-start: 32px;
      }
    `,
  ];

  @state() private section: 'runs' | 'results' = 'runs';
  @state() private compared: string[] = [];
  @state() private deleting: RunRecord | null = null;
  @state() private leaving: RunRecord | null = null;
  @state() private loading: { name: string; stop: AbortController; progress: Progress | null } | null = null;

  private async loadAdapter(session: Session): Promise<void> {
    const files = await choose('folder');
    if (files.length === 0) return;
    const name = folderName(files);
    const stop = new AbortController();
    this.loading = { name, stop, progress: null };
    try {
      await session.loadAdapterFolder(name, files, {
        signal: stop.signal,
        onProgress: (progress) => (this.loading = { name, stop, progress }),
      });
    } finally {
      this.loading = null;
    }
  }

  /** The adapter that is being read. */
  private arriving(): unknown {
    if (this.loading === null) return nothing;
    const { name, stop, progress } = this.loading;
    return html`<div class="row arriving">
      <wl-progress name="Loading ${name}" .progress=${progress}></wl-progress>
      <button type="button" ?disabled=${stop.signal.aborted} @click=${() => stop.abort()}>Cancel</button>
    </div>`;
  }

  private deleteDialog(session: Session): unknown {
    const run = this.deleting;
    return html`<wl-confirm
      heading="Delete this run?"
      yes="Delete the run"
      no="Keep it"
      .open=${run !== null}
      @yes=${() => {
        if (run === null) return;
        this.compared = this.compared.filter((other) => other !== run.id);
        this.act(session.deleteRun(run.id));
      }}
      @close=${() => (this.deleting = null)}
      >${run?.name}: its metrics, captions and checkpoints are removed from this browser. An export you saved
      stays.</wl-confirm
    >`;
  }

  private storage({ storage }: Readonly<SessionState>): unknown {
    if (storage === null) return nothing;
    return html`<p class="storage small muted">
      ${bytes(storage.usage)} of ${bytes(storage.quota)} used in this browser.
      ${
        storage.persisted
          ? 'The browser keeps it until you clear it.'
          : 'The browser may clear it when space runs short: export what you want to keep.'
      }
    </p>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    return html`<wl-parts
        name="Parts of Runs"
        .parts=${PARTS}
        .shown=${this.section}
        @choose=${(event: CustomEvent<'runs' | 'results'>) => (this.section = event.detail)}
      ></wl-parts>
      ${
        this.section === 'results'
          ? html`<wl-notices .session=${session} place="runs"></wl-notices
              ><wl-results .session=${session}></wl-results>`
          : this.list(state, session)
      }`;
  }

  private list(state: Readonly<SessionState>, session: Session): unknown {
    const { runs } = state;
    const pair = this.compared.flatMap((id) => runs.filter((run) => run.id === id));
    return html`
      <div class="bar">
        <h1>Runs</h1>
        <div class="row">
          <button
            type="button"
            ?disabled=${this.loading !== null || state.model === null || isGoing(state.run)}
            title=${isGoing(state.run) ? 'A run is going.' : 'A folder that peft saved: adapter_config.json, adapter_model.safetensors'}
            @click=${() => this.act(this.loadAdapter(session))}
          >
            ${icon('folder')} Load adapter…
          </button>
          <button
            type="button"
            class="primary"
            @click=${() => session.show(state.data.samples.length > 0 ? 'train' : 'data')}
          >
            ${state.data.samples.length > 0 ? 'Go to training' : 'Go to Data'} ${icon('next')}
          </button>
        </div>
      </div>
      <wl-notices .session=${session} place="runs"></wl-notices>
      ${this.arriving()}
      ${
        runs.length === 0
          ? html`<p class="muted" style="margin-block: 16px">
              No run yet. Each run is kept here with its settings, figures, explanations and adapter, and can be
              exported or gone on with. An adapter that was trained elsewhere can be loaded beside them.
            </p>`
          : html`<wl-run-table
                .session=${session}
                .compared=${this.compared}
                @compare=${({ detail }: CustomEvent<string[]>) => (this.compared = detail)}
                @remove=${({ detail }: CustomEvent<RunRecord>) => (this.deleting = detail)}
                @leave=${({ detail }: CustomEvent<RunRecord>) => (this.leaving = detail)}
              ></wl-run-table>
              ${runs.length > 1 ? html`<wl-compare .runs=${pair}></wl-compare>` : nothing}`
      }
      ${this.storage(state)} ${this.deleteDialog(session)}
      <wl-take-along .session=${session} .run=${this.leaving} @close=${() => (this.leaving = null)}></wl-take-along>
    `;
  }
}
