/** A button, and behind it the form that asks the generator for a set: what it makes and costs is said beforehand. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { CaptionStyle, GenerateRequest } from '../../protocol';
import {
  GENERATED_SETS,
  SET_LIMITS,
  estimate,
  framesOf,
  generatedSet,
  requestFor,
  requestProblem,
} from '../../session/generated';
import type { Session, SessionState } from '../../session/types';
import '../elements/wl_dialog';
import { bytes, count, duration, plural } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

type NumberKey = 'subjects' | 'liveClips' | 'attackClips' | 'seed';

const NUMBERS: { key: NumberKey; label: string; least: number; most: number }[] = [
  { key: 'subjects', label: 'Persons', least: 1, most: SET_LIMITS.subjects },
  { key: 'liveClips', label: 'Live clips each', least: 0, most: SET_LIMITS.clips },
  { key: 'attackClips', label: 'Clips per attack', least: 0, most: SET_LIMITS.clips },
  { key: 'seed', label: 'Seed', least: 0, most: SET_LIMITS.seed },
];

const STYLES: { style: CaptionStyle; words: string }[] = [
  { style: 'vanilla', words: 'vanilla, short' },
  { style: 'reasoning', words: 'reasoning, six stages' },
];

/** What was typed as a whole number; anything else is NaN, which no limit lets through. */
function wholeOf(text: string): number {
  return /^\s*-?\d+\s*$/.test(text) ? Number(text) : NaN;
}

@customElement('wl-generate')
export class WlGenerate extends SessionElement {
  static override styles = [
    shared,
    css`
      :host {
        display: inline-block;
      }
      form {
        display: grid;
        gap: 16px;
      }
      .set {
        display: grid;
        gap: 4px;
      }
      .set select {
        width: 100%;
      }
      .numbers {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(108px, 1fr));
        gap: 12px 16px;
      }
      .numbers label {
        display: grid;
        gap: 4px;
        font-size: var(--small);
        color: var(--muted);
      }
      .numbers input {
        width: 100%;
        color: var(--ink);
      }
      .title {
        display: flex;
        align-items: baseline;
        justify-content: space-between;
        flex-wrap: wrap;
        gap: 4px 16px;
      }
      .choices {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(128px, 1fr));
        gap: 0 8px;
      }
      .choices label {
        font-size: var(--small);
        line-height: 1.3;
      }
      .cost {
        min-height: 76px;
        padding-block-start: 12px;
        border-block-start: 1px solid var(--hairline);
      }
      .choices input {
        flex: none;
      }
      h3 {
        color: var(--muted);
        font-weight: var(--regular);
      }
    `,
  ];

  @state() private open = false;
  private chosen = false;
  @state() private domain = GENERATED_SETS[0]?.name ?? '';
  @state() private typed: Record<NumberKey, string> = typedOf(requestFor(this.domain));
  @state() private attacks: readonly string[] = requestFor(this.domain).attacks;
  @state() private styles: readonly CaptionStyle[] = requestFor(this.domain).styles;

  private get request(): GenerateRequest {
    const number = (key: NumberKey): number => wholeOf(this.typed[key]);
    return {
      domain: this.domain,
      subjects: number('subjects'),
      liveClips: number('liveClips'),
      attackClips: number('attackClips'),
      attacks: this.attacks,
      styles: this.styles,
      seed: number('seed'),
    };
  }

  /** The first thing that is wrong, as a sentence; null when the set can be made. */
  private get problem(): string | null {
    const empty = NUMBERS.find(({ key }) => Number.isNaN(wholeOf(this.typed[key])));
    if (empty) return `“${empty.label}” needs a whole number from ${empty.least} to ${empty.most}.`;
    return requestProblem(this.request);
  }

  /** Until a set has been chosen, the form offers the first that is not here yet: nobody asked to replace one. */
  private show({ data }: Readonly<SessionState>): void {
    const fresh = GENERATED_SETS.find(({ name }) => !data.samples.some(({ set }) => set === name));
    if (!this.chosen && fresh) this.offer(fresh.name);
    this.open = true;
  }

  private choose(domain: string): void {
    this.chosen = true;
    this.offer(domain);
  }

  private offer(domain: string): void {
    if (domain === this.domain) return;
    this.domain = domain;
    this.attacks = generatedSet(domain)?.attacks ?? [];
  }

  /** Checked ones in the set's own order, whatever the order of clicks. */
  private tick(attack: string, on: boolean): void {
    const all = generatedSet(this.domain)?.attacks ?? [];
    this.attacks = all.filter((one) => (one === attack ? on : this.attacks.includes(one)));
  }

  private submit(event: SubmitEvent, session: Session): void {
    event.preventDefault();
    if (this.problem !== null) return;
    const { request } = this;
    this.open = false;
    this.act(session.generate(request));
  }

  private numbers(): unknown {
    return html`<div class="numbers">
      ${NUMBERS.map(({ key, label, least, most }) => {
        const value = wholeOf(this.typed[key]);
        const wrong = !(value >= least && value <= most);
        return html`<label
          >${label}<input
            id="generate-${key}"
            type="text"
            inputmode="numeric"
            autocomplete="off"
            .value=${this.typed[key]}
            aria-invalid=${wrong ? 'true' : 'false'}
            aria-describedby=${wrong ? 'cost' : nothing}
            @input=${(event: Event) =>
              (this.typed = { ...this.typed, [key]: (event.target as HTMLInputElement).value })}
        /></label>`;
      })}
    </div>`;
  }

  private attackChoices(offered: readonly string[]): unknown {
    return html`<fieldset>
      <legend class="hidden">Attacks</legend>
      <div class="title">
        <h3 aria-hidden="true">Attacks</h3>
        <span class="row small">
          <button type="button" class="link small" aria-label="All attacks" @click=${() => (this.attacks = offered)}>
            All
          </button>
          <button type="button" class="link small" aria-label="None of the attacks" @click=${() => (this.attacks = [])}>
            None
          </button>
        </span>
      </div>
      <div class="choices">
        ${offered.map(
          (attack) =>
            html`<label class="choice"
              ><input
                type="checkbox"
                name="attack"
                value=${attack}
                .checked=${this.attacks.includes(attack)}
                @change=${(event: Event) => this.tick(attack, (event.target as HTMLInputElement).checked)}
              />${attack.replaceAll('-', ' ')}</label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  private captionChoices(): unknown {
    return html`<fieldset aria-describedby="styles-note">
      <legend class="hidden">Captions</legend>
      <h3 aria-hidden="true">Captions</h3>
      <div class="choices" style="grid-template-columns: repeat(auto-fill, minmax(200px, 1fr))">
        ${STYLES.map(
          ({ style, words }) =>
            html`<label class="choice"
              ><input
                type="checkbox"
                name="style"
                value=${style}
                .checked=${this.styles.includes(style)}
                @change=${(event: Event) => {
                  const { checked } = event.target as HTMLInputElement;
                  this.styles = STYLES.map((one) => one.style).filter((one) =>
                    one === style ? checked : this.styles.includes(one),
                  );
                }}
              />${words}</label
            >`,
        )}
      </div>
      <p class="small muted" id="styles-note">
        ${
          this.styles.length === 0
            ? 'Without captions the set trains the live/spoof verdict only, no explanation.'
            : 'Written from what was drawn: a caption names only what its frame shows.'
        }
      </p>
    </fieldset>`;
  }

  /** How much the request makes and costs, or why it cannot be met. */
  private cost(problem: string | null, { data }: Readonly<SessionState>): unknown {
    if (problem !== null) return html`<p class="error">${problem}</p>`;
    const { request } = this;
    const { live, spoof } = framesOf(request);
    const { bytes: size, seconds } = estimate(request);
    const old = data.samples.filter(({ set }) => set === request.domain);
    const edited = old.filter(({ captionSources = {} }) =>
      Object.values(captionSources).some(({ kind }) => kind === 'edited'),
    ).length;
    const lacking = live === 0 ? 'live' : spoof === 0 ? 'spoof' : null;
    return html`
      <p><strong>${count(live)}</strong> live and <strong>${count(spoof)}</strong> spoof frames, two of each clip.</p>
      <p class="small muted">
        About ${bytes(size)}, and ${duration(Math.max(1, seconds))} on one processor core. Drawn here; nothing is
        fetched.
      </p>
      ${
        lacking === null
          ? nothing
          : html`<p class="small warning">
              No ${lacking} frame: by itself such a set can neither train nor test a verdict.
            </p>`
      }
      ${
        old.length === 0
          ? nothing
          : html`<p class="small warning">
              Replaces the ${plural(old.length, 'sample')} of ${request.domain} that ${old.length === 1 ? 'is' : 'are'}
              here.
              ${
                edited === 0
                  ? nothing
                  : `You edited captions of ${edited === 1 ? 'one of them' : `${count(edited)} of them`}: they go where another seed or other numbers give other frames.`
              }
            </p>`
      }
    `;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const busy = state.data.importing !== null || state.boot.phase !== 'ready';
    const chosen = generatedSet(this.domain);
    const problem = this.open ? this.problem : null;
    const { all } = framesOf(this.request);
    return html`
      <button type="button" id="generate" aria-haspopup="dialog" ?disabled=${busy} @click=${() => this.show(state)}>
        ${icon('make')} Generate a set
      </button>
      <wl-dialog heading="Generate a set" .open=${this.open} @close=${() => (this.open = false)}>
        <form @submit=${(event: SubmitEvent) => this.submit(event, session)}>
          <div class="set">
            <label for="generate-domain" class="small muted">Set</label>
            <select
              id="generate-domain"
              autofocus
              aria-describedby="about"
              @change=${(event: Event) => this.choose((event.target as HTMLSelectElement).value)}
            >
              ${GENERATED_SETS.map(
                ({ name }) => html`<option value=${name} ?selected=${name === this.domain}>${name}</option>`,
              )}
            </select>
            <p class="about small muted" id="about">${chosen?.about}</p>
          </div>
          ${this.numbers()} ${this.attackChoices(chosen?.attacks ?? [])} ${this.captionChoices()}
          <div class="cost" id="cost" role="status">${this.cost(problem, state)}</div>
          <div class="row">
            <button type="submit" class="primary" ?disabled=${problem !== null || busy} aria-describedby="cost">
              ${problem === null ? `Generate ${plural(all, 'frame')}` : 'Generate'}
            </button>
            <button type="button" @click=${() => (this.open = false)}>Not now</button>
          </div>
        </form>
      </wl-dialog>
    `;
  }
}

function typedOf(request: GenerateRequest): Record<NumberKey, string> {
  return {
    subjects: String(request.subjects),
    liveClips: String(request.liveClips),
    attackClips: String(request.attackClips),
    seed: String(request.seed),
  };
}
