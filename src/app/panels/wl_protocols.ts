/** Protocols: which of them to work through, what each would train on what, and how long that takes. */
import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { READERS, SET_ROLES, type Protocol, type Reader } from '../../protocol';
import { assignRoles, PAPER_PROTOCOLS, roleName } from '../../session/experiments/ways';
import type { ExperimentRequest, Preview, Session, SessionState } from '../../session/types';
import '../elements/wl_notices';
import { count, plural } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { isGoing } from '../wording';
import './wl_own_protocols';
import type { Choice } from './wl_protocol_list';
import './wl_protocol_list';
import './wl_queue';

const READER_WORDS: Record<Reader, string> = {
  head: 'live/spoof head',
  text: 'generated text',
  likelihood: 'likelihood of each label after the text',
};

interface Choices {
  without: ReadonlySet<string>;
  sets: Record<string, string>;
  readers: Reader[];
  textFrames: string;
}
/** What was chosen last: another view takes the panel away, and what is started afterwards must not be another thing. */
const KEPT = new WeakMap<Session, Choices>();

const MOST_FRAMES = 'Most frames with text';
const LIMIT_REMEDY = 'Give a whole number from 1, or nothing for all.';

@customElement('wl-protocols')
export class WlProtocols extends SessionElement {
  static override styles = [
    shared,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 300px;
        gap: 24px 64px;
        margin-block-start: 16px;
      }
      aside section + section {
        margin-block-start: 24px;
      }
      fieldset {
        display: grid;
        gap: 4px;
      }
      .sets {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: center;
        gap: 4px 12px;
      }
      .sets select,
      #text-frames {
        width: 100%;
      }
      .why {
        max-width: 52ch;
        text-align: end;
      }
      wl-own-protocols {
        margin-block-start: 16px;
      }
      @media (max-width: 960px) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
        .why {
          text-align: start;
        }
      }
    `,
  ];

  /** Names of the protocols that are not to be worked through: new ones are. */
  @state() private without: ReadonlySet<string> = new Set();
  @state() private sets: Record<string, string> = {};
  @state() private readers: Reader[] = ['head', 'text'];
  @state() private textFrames = '64';
  @state() private preview: Preview | null = null;
  /** From the press until the queue is going: nothing must begin twice. */
  @state() private starting = false;
  /** Whose choices are shown. */
  private of: Session | null = null;
  private previewed = '';
  private seen: unknown = null;

  private list({ ownProtocols }: Readonly<SessionState>): Protocol[] {
    return [...PAPER_PROTOCOLS, ...ownProtocols];
  }

  private choose({ id, chosen }: Choice): void {
    const others = [...this.without].filter((other) => other !== id);
    this.without = new Set(chosen ? others : [...others, id]);
  }

  private chosen(state: Readonly<SessionState>): Protocol[] {
    return this.list(state).filter(({ id }) => !this.without.has(id));
  }

  /** Most frames with text; null: all. */
  private get limit(): number | null | 'invalid' {
    const typed = this.textFrames.trim();
    const most = Number(typed);
    if (typed === '') return null;
    return Number.isInteger(most) && most >= 1 ? most : 'invalid';
  }

  private request(state: Readonly<SessionState>): ExperimentRequest {
    const { limit } = this;
    return {
      name: `Protocols of ${new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(Date.now())}`,
      protocols: this.chosen(state),
      sets: { ...assignRoles(state.data.samples).sets, ...this.sets },
      config: state.config,
      readers: this.readers,
      textFrames: limit === 'invalid' ? null : limit,
    };
  }

  override willUpdate(): void {
    super.willUpdate();
    if (this.session === null || this.of === this.session) return;
    this.of = this.session;
    Object.assign(this, KEPT.get(this.session));
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.session === null) return;
    const { without, sets, readers, textFrames } = this;
    KEPT.set(this.session, { without, sets, readers, textFrames });
    this.refresh(this.session);
  }

  /** Asks anew where something that decides has changed. */
  private refresh(session: Session): void {
    const { state } = session;
    const request = this.request(state);
    // What earlier runs took, by which the time is foreseen: with this model, on this device.
    const { model, device, runs } = state;
    const rated = runs.filter(({ steps }) => steps.length > 0).map(({ id, captions }) => [id, captions.length > 0]);
    const key = JSON.stringify([{ ...request, name: '' }, model?.fingerprint, device?.adapter, rated]);
    if (key === this.previewed && this.seen === state.data.samples) return;
    this.previewed = key;
    this.seen = state.data.samples;
    this.act(
      session.experiments.preview(request).then((preview) => {
        if (this.previewed === key) this.preview = preview;
      }),
    );
  }

  /** Why the queue cannot start, with what to do; null: it can. */
  private why(state: Readonly<SessionState>): string | null {
    const { phase, elsewhere } = state.queue;
    if (this.starting && phase === 'idle') return 'Preparing…';
    if (phase !== 'idle') return 'A queue is going. Stop it first, or let it finish.';
    if (elsewhere) return 'A queue is going in another tab of this page. Stop it there, or let it finish.';
    if (state.boot.phase !== 'ready') return 'The page is not ready.';
    if (state.model === null) return 'No model is loaded. Choose a backbone under Settings.';
    if (isGoing(state.run)) return 'A run is going. Stop it first, or let it finish.';
    if (state.data.samples.length === 0) return 'There are no samples. Add the data sets under Data.';
    if (this.chosen(state).length === 0) return 'Choose a protocol.';
    if (this.readers.length === 0) return 'Choose who judges.';
    if (this.limit === 'invalid') return `${MOST_FRAMES}: ${this.textFrames} is no whole number from 1.`;
    const chosen = this.preview?.protocols ?? [];
    if (chosen.length > 0 && chosen.every(({ problem }) => problem !== null)) {
      return 'None of the chosen protocols can be trained with these data; each row says why.';
    }
    return null;
  }

  private async start(session: Session): Promise<void> {
    if (this.starting) return;
    this.starting = true;
    try {
      await session.experiments.start(this.request(session.state));
    } finally {
      this.starting = false;
    }
  }

  private settings(state: Readonly<SessionState>): unknown {
    const { samples, sets } = state.data;
    const { sets: assigned, notes } = assignRoles(samples);
    const own = { ...assigned, ...this.sets };
    return html`
      <section>
        <h2>Sets</h2>
        <div class="sets small">
          ${SET_ROLES.map(
            (role) =>
              html`<label for="role-${role}">${role}, ${roleName(role)}</label>
                <select
                  id="role-${role}"
                  @change=${(event: Event) => (this.sets = { ...this.sets, [role]: (event.target as HTMLSelectElement).value })}
                >
                  <option value="" ?selected=${own[role] === undefined}>none</option>
                  ${sets.map(({ name }) => html`<option value=${name} ?selected=${own[role] === name}>${name}</option>`)}
                </select>`,
          )}
        </div>
        ${notes.map((note) => html`<p class="small warning">${note}</p>`)}
      </section>
      <section>
        <h2 id="who">Who judges</h2>
        <fieldset aria-labelledby="who">
          ${READERS.map(
            (reader) =>
              html`<label class="choice small"
                ><input
                  type="checkbox"
                  .checked=${this.readers.includes(reader)}
                  @change=${(event: Event) => {
                    const on = (event.target as HTMLInputElement).checked;
                    this.readers = READERS.filter((name) => (name === reader ? on : this.readers.includes(name)));
                  }}
                />${READER_WORDS[reader]}</label
              >`,
          )}
        </fieldset>
      </section>
      <section>
        <h2><label for="text-frames">${MOST_FRAMES}, each test</label></h2>
        <input
          id="text-frames"
          type="text"
          inputmode="numeric"
          aria-invalid=${this.limit === 'invalid'}
          aria-describedby="about-text-frames"
          .value=${this.textFrames}
          @input=${(event: Event) => (this.textFrames = (event.target as HTMLInputElement).value)}
        />
        ${this.limit === 'invalid' ? html`<p class="small error">${LIMIT_REMEDY}</p>` : nothing}
        <p class="small muted" id="about-text-frames">
          Half of them live, the others shared by the attacks. Empty: all. The head judges all.
        </p>
      </section>
      <section>
        <h2>Settings of each run</h2>
        <p class="small muted">
          Those under One run: ${plural(state.config.steps, 'step')}, batch
          ${count(state.config.batch * state.config.accumulation)}, seed ${state.config.seed}. A variant changes what
          its name says.
        </p>
      </section>
    `;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const why = this.why(state);
    return html`
      <div class="bar">
        <h1>Protocols</h1>
        <div class="row">
          <span class="small muted why" id="why-protocols">${why ?? nothing}</span>
          <button
            type="button"
            class="primary"
            id="start-protocols"
            ?disabled=${why !== null}
            aria-describedby="why-protocols"
            @click=${() => this.act(this.start(session))}
          >
            ${icon('play')} Start the queue
          </button>
        </div>
      </div>
      <wl-notices .session=${session} place="train"></wl-notices>
      <wl-queue .session=${session}></wl-queue>
      <div class="columns">
        <section aria-label="Which protocols">
          <wl-protocol-list
            .protocols=${this.list(state)}
            .preview=${this.preview}
            .without=${this.without}
            @choose=${({ detail }: CustomEvent<Choice>) => this.choose(detail)}
          ></wl-protocol-list>
          <wl-own-protocols .session=${session}></wl-own-protocols>
        </section>
        <aside aria-label="How they are worked through">${this.settings(state)}</aside>
      </div>
    `;
  }
}
