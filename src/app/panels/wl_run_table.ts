/** The runs of this browser, a row each: how it was set, how it did, and what can be done with it. */
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { DEMO, PAPER, type RunConfig } from '../../protocol';
import type { RunRecord, Session, SessionState } from '../../session/types';
import { download, fileName } from '../download';
import { count, date, percent } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { PHASES, isGoing, latest, policyOf } from '../wording';

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

/** Fires `compare` with the ids that are ticked, and `remove` and `leave` with the run that they are asked for. */
@customElement('wl-run-table')
export class WlRunTable extends SessionElement {
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
    `,
  ];

  /** Ids of the runs that are held against each other: two at most. */
  @property({ attribute: false }) compared: readonly string[] = [];
  @state() private exporting: string | null = null;

  private async export(run: RunRecord, session: Session): Promise<void> {
    this.exporting = run.id;
    try {
      download(await session.exportRun(run.id), fileName(run.name));
    } finally {
      this.exporting = null;
    }
  }

  private toggle(id: string, on: boolean): void {
    const detail = on ? [...this.compared, id].slice(-2) : this.compared.filter((other) => other !== id);
    this.dispatchEvent(new CustomEvent<string[]>('compare', { detail }));
  }

  private say(what: 'remove' | 'leave', run: RunRecord): void {
    this.dispatchEvent(new CustomEvent<RunRecord>(what, { detail: run }));
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
            @click=${() => this.say('leave', run)}
          >
            Take along
          </button>
          <button
            type="button"
            class="icon"
            aria-label="Delete ${run.name}"
            ?disabled=${going}
            @click=${() => this.say('remove', run)}
          >
            ${icon('bin')}
          </button>
        </div>
      </td>
    </tr>`;
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

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Runs">
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
          ${state.runs.map((run) => this.row(run, state, session))}
        </tbody>
      </table>
    </div>`;
  }
}
