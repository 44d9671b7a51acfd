/** Runs: what was trained, how it did, and what to do with it. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { DEMO, PAPER, type Progress, type RunConfig } from '../../protocol';
import type { RunRecord, Session, SessionState } from '../../session/types';
import '../elements/wl_dialog';
import '../elements/wl_notices';
import '../elements/wl_parts';
import '../elements/wl_progress';
import { bytes, count, date, percent } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { PHASES, isGoing, latest, policyOf } from '../wording';
import { download, fileName } from '../download';
import { choose, folderName } from '../drop';
import './wl_compare';
import './wl_results';
import './wl_take_along';

/** What differs from the nearer preset, as `steps 200, seed 1`. */
function difference(config: RunConfig): string {
  const keys = Object.keys(PAPER) as (keyof RunConfig)[];
  const from = (base: RunConfig): (keyof RunConfig)[] => keys.filter((key) => base[key] !== config[key]);
  const demo = from(DEMO);
  const paper = from(PAPER);
  const [name, keysOff] = demo.length <= paper.length ? ['Demo', demo] : ['Paper', paper];
  if (keysOff.length === 0) return name;
  const shown = keysOff.slice(0, 3).map((key) => `${key} ${String(config[key])}`);
  return `${name}; ${shown.join(', ')}${keysOff.length > 3 ? ` and ${keysOff.length - 3} more` : ''}`;
}

const PARTS = [
  { id: 'runs', name: 'Runs' },
  { id: 'results', name: 'Results of protocols' },
];

@customElement('wl-runs')
export class WlRuns extends SessionElement {
  static override styles = [
    shared,
    css`
      .scroll {
        margin-block-start: 16px;
      }
      td {
        height: 56px;
      }
      td input[type='text'] {
        width: 100%;
        min-width: 184px;
        border-color: transparent;
        background: transparent;
        padding-inline: 0;
        font-weight: 600;
      }
      td input[type='text']:hover,
      td input[type='text']:focus {
        border-color: var(--edge);
        padding-inline: 8px;
      }
      .actions {
        flex-wrap: nowrap;
        gap: 4px;
        justify-content: end;
      }
      tr.going td {
        background: var(--sunk);
      }
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
  @state() private exporting: string | null = null;
  @state() private leaving: RunRecord | null = null;
  @state() private loading: { name: string; stop: AbortController; progress: Progress | null } | null = null;

  private async export(run: RunRecord, session: Session): Promise<void> {
    this.exporting = run.id;
    try {
      download(await session.exportRun(run.id), fileName(run.name));
    } finally {
      this.exporting = null;
    }
  }

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

  private toggle(id: string, on: boolean): void {
    this.compared = on ? [...this.compared, id].slice(-2) : this.compared.filter((other) => other !== id);
  }

  private rate(run: RunRecord, source: 'head' | 'text'): unknown {
    const evaluation = latest(run, source);
    return evaluation === null
      ? html`<td class="number muted">–</td>`
      : html`<td class="number" title=${policyOf(evaluation)}>
          ${percent(evaluation.hter, evaluation.n)} <span class="muted nowrap">n = ${evaluation.n}</span>
        </td>`;
  }

  private row(run: RunRecord, state: Readonly<SessionState>, session: Session): unknown {
    const going = isGoing(run) && state.run?.id === run.id;
    const busy = isGoing(state.run);
    const steps = run.steps.at(-1)?.step ?? 0;
    const resume = run.phase !== 'finished';
    const ready = state.data.split.train.length > 0;
    const loaded = run.adapter !== undefined;
    return html`<tr class=${going ? 'going' : ''}>
      <td>
        <input
          type="checkbox"
          aria-label="Compare ${run.name}"
          .checked=${this.compared.includes(run.id)}
          @change=${(event: Event) => this.toggle(run.id, (event.target as HTMLInputElement).checked)}
        />
      </td>
      <td>
        <input
          type="text"
          aria-label="Name of the run"
          .value=${run.name}
          @change=${(event: Event) => this.act(session.renameRun(run.id, (event.target as HTMLInputElement).value.trim() || run.name))}
        />
      </td>
      <td class="nowrap">${date(run.created)}</td>
      <td>${run.sets.map(({ name }) => name).join(', ')}</td>
      <td>${difference(run.config)}</td>
      <td class="number nowrap">${loaded ? '–' : `${count(steps)} of ${count(run.config.steps)}`}</td>
      ${this.rate(run, 'head')} ${this.rate(run, 'text')}
      <td title=${run.adapter?.notes.join(' ') ?? ''}>${loaded ? 'Adapter from disk' : PHASES[run.phase]}</td>
      <td>
        <div class="row actions">
          ${loaded ? this.trainOn(run, busy, ready, session) : nothing}
          <button
            type="button"
            class="quiet"
            ?hidden=${loaded}
            ?disabled=${busy || run.checkpointStep === null}
            title=${busy ? 'A run is going.' : run.checkpointStep === null ? 'It has no checkpoint.' : ''}
            @click=${() => this.act(session.continueRun(run.id, resume ? 0 : run.config.steps))}
          >
            ${resume ? 'Go on' : `${count(run.config.steps)} more`}
          </button>
          <button
            type="button"
            class="quiet"
            aria-label="Export ${run.name}"
            ?disabled=${this.exporting !== null}
            @click=${() => this.act(this.export(run, session))}
          >
            ${icon('down')} Export
          </button>
          <button
            type="button"
            class="quiet"
            aria-label="Take along ${run.name}"
            ?hidden=${loaded}
            ?disabled=${run.checkpointStep === null}
            title=${run.checkpointStep === null ? 'It has no checkpoint.' : 'In Python, on another machine or a cluster'}
            @click=${() => (this.leaving = run)}
          >
            Take along
          </button>
          <button
            type="button"
            class="icon"
            aria-label="Delete ${run.name}"
            ?disabled=${going}
            @click=${() => (this.deleting = run)}
          >
            ${icon('bin')}
          </button>
        </div>
      </td>
    </tr>`;
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

  /** A new run on the present data that begins with a loaded adapter. */
  private trainOn(run: RunRecord, busy: boolean, ready: boolean, session: Session): unknown {
    return html`<button
      type="button"
      class="quiet"
      ?disabled=${busy || !ready}
      title=${busy ? 'A run is going.' : ready ? 'With the data and settings of Train' : 'Add data to train on first.'}
      @click=${() => this.act(session.startFrom(run.id))}
    >
      Train on
    </button>`;
  }

  private deleteDialog(session: Session): unknown {
    const run = this.deleting;
    return html`<wl-dialog
      heading="Delete this run?"
      .open=${run !== null}
      style="--dialog-width: 440px"
      @close=${() => (this.deleting = null)}
    >
      <p>
        ${run?.name}: its metrics, captions and checkpoints are removed from this browser. An export you saved stays.
      </p>
      <div class="row" style="margin-block-start: 24px">
        <button
          type="button"
          class="primary"
          @click=${() => {
            this.deleting = null;
            if (run === null) return;
            this.toggle(run.id, false);
            this.act(session.deleteRun(run.id));
          }}
        >
          Delete the run
        </button>
        <button type="button" @click=${() => (this.deleting = null)}>Keep it</button>
      </div>
    </wl-dialog>`;
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
          : html`<div class="scroll" tabindex="0" role="region" aria-label="Runs">
                <table>
                  <thead>
                    <tr>
                      <th scope="col"><span class="hidden">Compare</span></th>
                      ${['Name', 'Started', 'Sets', 'Settings'].map((name) => html`<th scope="col">${name}</th>`)}
                      <th scope="col" class="number">Steps</th>
                      <th scope="col" class="number">HTER, head</th>
                      <th scope="col" class="number">HTER, text</th>
                      <th scope="col">State</th>
                      <th scope="col"><span class="hidden">Actions</span></th>
                    </tr>
                  </thead>
                  <tbody>
                    ${runs.map((run) => this.row(run, state, session))}
                  </tbody>
                </table>
              </div>
              ${runs.length > 1 ? html`<wl-compare .runs=${pair}></wl-compare>` : nothing}`
      }
      ${this.storage(state)} ${this.deleteDialog(session)}
      <wl-take-along .session=${session} .run=${this.leaving} @close=${() => (this.leaving = null)}></wl-take-along>
    `;
  }
}
