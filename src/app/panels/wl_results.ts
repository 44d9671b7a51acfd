/** Results: which experiment, which table, judged by whom, by which threshold, counted by what; and what lies behind. */
import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Experiment, Reader } from '../../protocol';
import { TABLE_PROTOCOLS, waysOf } from '../../session/experiments/ways';
import type { Format, ResultDetail, Session, SessionState, Table, TableNumber, Way } from '../../session/types';
import '../elements/wl_confirm';
import '../elements/wl_notices';
import { download, fileName } from '../download';
import { firstNumbers, isMeasured, whatFills, type Shown } from '../first_numbers';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import './wl_result_detail';
import './wl_result_table';

const FORMATS: readonly { format: Format; words: string; ending: string }[] = [
  { format: 'csv', words: 'CSV', ending: 'csv' },
  { format: 'json', words: 'JSON', ending: 'json' },
  { format: 'markdown', words: 'Markdown', ending: 'md' },
  { format: 'latex', words: 'LaTeX', ending: 'tex' },
];
const UNITS: readonly Way['unit'][] = ['frame', 'video'];

@customElement('wl-results')
export class WlResults extends SessionElement {
  static override styles = [
    shared,
    css`
      .choices {
        margin-block: 16px;
      }
      label.field {
        max-width: 100%;
      }
      select {
        min-width: 0;
        max-width: 320px;
        text-overflow: ellipsis;
      }
      #experiment-name {
        width: 280px;
        max-width: 100%;
      }
      wl-result-detail {
        margin-block-start: 8px;
      }
      .empty {
        margin-block-end: 16px;
        max-width: 96ch;
      }
      .behind {
        margin-block-start: 32px;
      }
    `,
  ];

  @state() private chosen: string | null = null;
  @state() private number: Shown = 1;
  @state() private reader: Reader = 'text';
  @state() private policy = 0;
  @state() private unit: Way['unit'] = 'frame';
  @state() private place = '';
  @state() private table: Table | null = null;
  @state() private detail: ResultDetail | null = null;
  @state() private computing = false;
  @state() private packing = false;
  @state() private removing = false;
  private asked = '';
  /** Id of the experiment whose table and reader were chosen, or found to have numbers. */
  private settled = '';
  private stop: AbortController | null = null;

  private experiment({ experiments }: Readonly<SessionState>): Experiment | undefined {
    return experiments.find(({ id }) => id === this.chosen) ?? experiments[0];
  }

  private wayOf(reader: Reader, index: number): Way {
    const ways = waysOf(reader);
    const policy = (ways[index] ?? ways[0])?.policy ?? { kind: 'text' };
    return { reader, policy, unit: this.unit };
  }

  private get way(): Way {
    return this.wayOf(this.reader, this.policy);
  }

  /** Protocol and test that the details are of. */
  private places(experiment: Experiment): { protocol: string; test: string }[] {
    const here = this.number === null ? null : (TABLE_PROTOCOLS[String(this.number)] ?? []);
    return experiment.protocols
      .filter(({ id }) => here === null || here.includes(id))
      .flatMap(({ id, tests }) => tests.map((test) => ({ protocol: id, test })))
      .filter(({ test }) => this.number === null || (test === 'W') === (this.number >= 2 && this.number <= 6));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.abort();
    this.asked = '';
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { session } = this;
    const experiment = session === null ? undefined : this.experiment(session.state);
    if (session === null || experiment === undefined) return;
    const done = experiment.scorings.filter(({ phase }) => phase === 'done').length;
    const places = this.places(experiment);
    const place = places.find(({ protocol, test }) => `${protocol}/${test}` === this.place) ?? places[0];
    const key = JSON.stringify([experiment.id, done, this.number, this.way, place]);
    if (key === this.asked) return;
    this.asked = key;
    this.act(this.compute(key, experiment, place, session));
  }

  private async compute(
    key: string,
    experiment: Experiment,
    place: { protocol: string; test: string } | undefined,
    session: Session,
  ): Promise<void> {
    this.stop?.abort();
    const stop = new AbortController();
    this.stop = stop;
    this.computing = true;
    const { id } = experiment;
    try {
      if (this.settled !== id) {
        const wayOf = (reader: Reader): Way => this.wayOf(reader, 0);
        const { number, reader, found } = await firstNumbers(session.experiments, experiment, wayOf, stop.signal);
        if (this.asked !== key) return;
        if (found) this.settled = id;
        if (number !== this.number || reader !== this.reader) {
          // Asks again, by `updated`.
          [this.number, this.reader, this.policy] = [number, reader, 0];
          return;
        }
      }
      const table = await session.experiments.table(id, this.number, this.way, stop.signal);
      if (this.asked !== key) return;
      this.table = table;
      const detail = place && (await session.experiments.detail(id, place.protocol, place.test, this.way));
      if (this.asked === key) this.detail = detail ?? null;
    } finally {
      if (this.asked === key) this.computing = false;
    }
  }

  private async pack(experiment: Experiment, session: Session): Promise<void> {
    this.packing = true;
    try {
      download(await session.experiments.exportAll(experiment.id), fileName(experiment.name));
    } finally {
      this.packing = false;
    }
  }

  private choices(experiment: Experiment, { experiments, queue }: Readonly<SessionState>, session: Session): unknown {
    const value = (event: Event): string => (event.target as HTMLSelectElement).value;
    const option = (of: string, words: string, selected: boolean): unknown =>
      html`<option value=${of} .selected=${selected}>${words}</option>`;
    return html`<div class="row choices">
      <label class="field"
        >Experiment
        <select id="result-experiment" @change=${(event: Event) => (this.chosen = value(event))}>
          ${experiments.map(({ id, name }) => option(id, name, id === experiment.id))}
        </select></label
      >
      <label class="field"
        >Its name
        <input
          id="experiment-name"
          type="text"
          ?disabled=${queue.elsewhere}
          .value=${experiment.name}
          @change=${(event: Event) => {
            const field = event.target as HTMLInputElement;
            // One without a name could not be told from the others.
            field.value = field.value.trim() || experiment.name;
            this.act(session.experiments.rename(experiment.id, field.value));
          }}
        />
      </label>
      <label class="field"
        >Table
        <select
          id="result-table"
          @change=${(event: Event) => {
            this.settled = experiment.id;
            this.number = value(event) === '' ? null : (Number(value(event)) as TableNumber);
          }}
        >
          ${Object.keys(TABLE_PROTOCOLS).map((number) => option(number, `Table ${number}`, Number(number) === this.number))}
          ${option('', 'Every number', this.number === null)}
        </select></label
      >
      <label class="field"
        >Judged by
        <select
          id="result-reader"
          @change=${(event: Event) => {
            this.settled = experiment.id;
            this.reader = value(event) as Reader;
            this.policy = 0;
          }}
        >
          ${(['text', 'head', 'likelihood'] as const).map((reader) => option(reader, reader, reader === this.reader))}
        </select></label
      >
      <label class="field"
        >Threshold
        <select id="result-policy" @change=${(event: Event) => (this.policy = Number(value(event)))}>
          ${waysOf(this.reader).map(({ words }, index) => option(String(index), words, index === this.policy))}
        </select></label
      >
      <label class="field"
        >Counted by
        <select id="result-unit" @change=${(event: Event) => (this.unit = value(event) as Way['unit'])}>
          ${UNITS.map((unit) => option(unit, unit, unit === this.unit))}
        </select></label
      >
    </div>`;
  }

  private exports(table: Table | null, session: Session): unknown {
    if (table === null) return nothing;
    return html`<div class="row">
      <span class="small muted">This table as</span>
      ${FORMATS.map(
        ({ format, words, ending }) =>
          html`<button
            type="button"
            class="link small"
            @click=${() => download(session.experiments.exportTable(table, format), fileName(table.id, ending))}
          >
            ${words}
          </button>`,
      )}
    </div>`;
  }

  private behind(experiment: Experiment, session: Session): unknown {
    const places = this.places(experiment);
    if (places.length === 0) return nothing;
    return html`<section class="behind" aria-labelledby="behind">
      <div class="row">
        <h2 id="behind">Behind the numbers</h2>
        <label class="field"
          >Protocol and test
          <select
            id="result-place"
            @change=${(event: Event) => (this.place = (event.target as HTMLSelectElement).value)}
          >
            ${places.map(({ protocol, test }) => {
              const key = `${protocol}/${test}`;
              return html`<option value=${key} ?selected=${key === this.place}>${protocol} on ${test}</option>`;
            })}
          </select></label
        >
      </div>
      <wl-result-detail .session=${session} .detail=${this.detail}></wl-result-detail>
    </section>`;
  }

  private removal(experiment: Experiment, session: Session): unknown {
    return html`<wl-confirm
      heading="Delete this experiment?"
      yes="Delete the experiment"
      no="Keep it"
      .open=${this.removing}
      @yes=${() => this.act(session.experiments.remove(experiment.id))}
      @close=${() => (this.removing = false)}
      >${experiment.name}: its jobs and all that they said are removed from this browser. Its runs stay.</wl-confirm
    >`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const experiment = this.experiment(state);
    if (experiment === undefined) {
      return html`<h1>Results</h1>
        <p class="muted" style="margin-block: 16px">
          No experiment yet. Under Train, Protocols, choose what to train and test on what; its tables appear here.
        </p>`;
    }
    return html`
      <div class="bar">
        <h1>Results</h1>
        <div class="row">
          <button
            type="button"
            class="icon"
            aria-label="Delete ${experiment.name}"
            ?disabled=${state.queue.phase !== 'idle'}
            @click=${() => (this.removing = true)}
          >
            ${icon('bin')}
          </button>
          <button
            type="button"
            class="primary"
            id="export-experiment"
            ?disabled=${this.packing}
            @click=${() => this.act(this.pack(experiment, session))}
          >
            ${icon('down')} ${this.packing ? 'Packing…' : 'Export everything'}
          </button>
        </div>
      </div>
      ${this.choices(experiment, state, session)}
      <p class="small muted" role="status">${this.computing ? 'Computing…' : nothing}</p>
      ${
        this.table === null || this.computing || isMeasured(this.table)
          ? nothing
          : html`<p class="empty">${whatFills(experiment, this.number, this.reader)}</p>`
      }
      <wl-result-table .table=${this.table}></wl-result-table>
      ${this.exports(this.table, session)} ${this.behind(experiment, session)} ${this.removal(experiment, session)}
    `;
  }
}
