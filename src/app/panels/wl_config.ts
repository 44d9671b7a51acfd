/** The configuration before a run: presets, fields, and where each value comes from. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { PAPER, PRESETS, mixName, provenance, type Preset, type RunConfig } from '../../protocol';
import type { Session, SessionState } from '../../session/types';
import { MAIN_FIELDS, MORE_FIELDS, crossCheck, readNumber, type Field, type NumberField } from '../config_fields';
import { count } from '../format';
import { radios } from '../radios';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

const NAMES: Record<Preset, string> = { demo: 'Demo', paper: 'Paper' };

/** Fires `validity` (detail: a sentence, or null) whenever that changes. */
@customElement('wl-config')
export class WlConfig extends SessionElement {
  static override styles = [
    shared,
    css`
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(272px, 1fr));
        gap: 12px 40px;
        margin-block: 16px;
      }
      .field {
        display: grid;
        grid-template-columns: 1fr 124px;
        align-items: center;
        column-gap: 12px;
        min-height: 56px;
        align-content: start;
      }
      .field.choice-field {
        grid-template-columns: 1fr 188px;
      }
      .field input[type='text'],
      .field select {
        width: 100%;
      }
      .share {
        display: grid;
        grid-template-columns: 1fr 44px;
        align-items: center;
        gap: 0 8px;
      }
      .share input {
        width: 100%;
        min-width: 0;
        height: 24px;
        margin: 0;
        accent-color: var(--ink);
      }
      .share output {
        text-align: end;
        font-size: var(--small);
      }
      .marks {
        grid-column: 1 / -1;
        display: flex;
        justify-content: space-between;
        font-size: var(--small);
      }
      .marks button {
        font-size: inherit;
      }
      .marks button[aria-pressed='true'] {
        font-weight: var(--strong);
        text-decoration: none;
      }
      .field input[type='checkbox'] {
        justify-self: end;
      }
      .note {
        grid-column: 1 / -1;
        min-height: 20px;
        color: var(--muted);
        font-size: var(--small);
        line-height: 1.4;
      }
      .differs {
        color: var(--warning);
      }
      .presets {
        display: flex;
        gap: 4px 24px;
        flex-wrap: wrap;
        align-items: center;
      }
      legend {
        float: inline-start;
        margin-inline-end: 16px;
      }
    `,
  ];

  /** Text that is not a valid value (yet), by field. */
  @state() private drafts: Partial<Record<keyof RunConfig, { typed: string; wrong: string }>> = {};
  private told: string | null = null;
  /** A large window shows everything at once. */
  private readonly roomy = matchMedia('(min-width: 1600px) and (min-height: 900px)').matches;

  private preset(config: RunConfig): Preset | null {
    const keys = Object.keys(PAPER) as (keyof RunConfig)[];
    const same = (name: Preset): boolean => keys.every((key) => key === 'seed' || PRESETS[name][key] === config[key]);
    return same('demo') ? 'demo' : same('paper') ? 'paper' : null;
  }

  private typed(field: NumberField, text: string, session: Session): void {
    const read = readNumber(field, text);
    const drafts = { ...this.drafts };
    if ('wrong' in read) drafts[field.key] = { typed: text, wrong: read.wrong };
    else {
      delete drafts[field.key];
      session.setConfig({ [field.key]: read.value });
    }
    this.drafts = drafts;
  }

  private mark(config: RunConfig, key: keyof RunConfig): unknown {
    const from = provenance(config, key);
    if (from === 'differs from the paper') {
      return html`<span class="differs"
        >differs from the paper: ${key === 'reasoningShare' ? mixName(PAPER[key]) : String(PAPER[key])}</span
      >`;
    }
    return from === 'page' ? 'setting of this page' : from === 'paper' ? 'as in the paper' : from;
  }

  private control(field: Field, config: RunConfig, session: Session): unknown {
    const described = `${field.key}-note`;
    switch (field.kind) {
      case 'number': {
        const draft = this.drafts[field.key];
        return html`<input
          id=${field.key}
          type="text"
          inputmode="decimal"
          autocomplete="off"
          .value=${draft?.typed ?? String(config[field.key])}
          aria-invalid=${draft ? 'true' : 'false'}
          aria-describedby=${described}
          @input=${(event: Event) => this.typed(field, (event.target as HTMLInputElement).value, session)}
        />`;
      }
      case 'switch':
        return html`<input
          id=${field.key}
          type="checkbox"
          .checked=${config[field.key]}
          aria-describedby=${described}
          @change=${(event: Event) => session.setConfig({ [field.key]: (event.target as HTMLInputElement).checked })}
        />`;
      case 'share': {
        const share = config[field.key];
        const set = (value: number): void => session.setConfig({ [field.key]: value });
        return html`<div class="share">
          <input
            id=${field.key}
            type="range"
            min="0"
            max="100"
            step="1"
            .value=${String(Math.round(100 * share))}
            aria-valuetext=${mixName(share)}
            aria-describedby=${described}
            @input=${(event: Event) => set(Number((event.target as HTMLInputElement).value) / 100)}
          />
          <output for=${field.key}>${Number((100 * share).toFixed(1))} %</output>
          <div class="marks" role="group" aria-label="Mixes with a name">
            ${field.marks.map(
              ([value, word]) =>
                html`<button
                  type="button"
                  class="link"
                  aria-pressed=${share === value ? 'true' : 'false'}
                  @click=${() => set(value)}
                >
                  ${word}
                </button>`,
            )}
          </div>
        </div>`;
      }
      case 'choice':
        return html`<select
          id=${field.key}
          aria-describedby=${described}
          @change=${(event: Event) => session.setConfig({ [field.key]: (event.target as HTMLSelectElement).value })}
        >
          ${field.options.map(
            ([value, word]) => html`<option value=${value} ?selected=${config[field.key] === value}>${word}</option>`,
          )}
        </select>`;
    }
  }

  private field(field: Field, config: RunConfig, session: Session): unknown {
    const wrong = this.drafts[field.key]?.wrong;
    return html`<div class="field ${field.kind === 'choice' || field.kind === 'share' ? 'choice-field' : ''}">
      <label for=${field.key} title=${field.hint}>${field.label}</label>
      ${this.control(field, config, session)}
      <span class="note" id="${field.key}-note"
        >${
          wrong
            ? html`<span class="error">${wrong}</span>`
            : html`${field.hint ? html`${field.hint}; ` : nothing}${this.mark(config, field.key)}`
        }</span
      >
    </div>`;
  }

  override updated(): void {
    const config = this.session?.state.config;
    if (!config) return;
    const wrong = Object.values(this.drafts)[0]?.wrong ?? crossCheck(config);
    if (wrong === this.told) return;
    this.told = wrong;
    this.dispatchEvent(new CustomEvent<string | null>('validity', { detail: wrong }));
  }

  protected view({ config }: Readonly<SessionState>, session: Session): unknown {
    const current = this.preset(config);
    const names: Preset[] = ['demo', 'paper'];
    const crossed = crossCheck(config);
    return html`
      <fieldset class="presets">
        <legend class="muted">Preset</legend>
        ${radios(
          'preset',
          current,
          names.map((value) => ({ value, words: NAMES[value] })),
          (name) => {
            this.drafts = {};
            session.setConfig({ ...PRESETS[name], seed: config.seed });
          },
        )}
        <span class="small muted">${current === null ? 'Changed by hand.' : nothing}</span>
        <span class="small" style="margin-inline-start: auto"
          >Effective batch <strong>${count(config.batch * config.accumulation)}</strong>
          <span class="muted"
            >(${config.batch} x ${config.accumulation}; paper: ${PAPER.batch * PAPER.accumulation})</span
          ></span
        >
      </fieldset>
      ${crossed ? html`<p class="error small" role="alert">${crossed}</p>` : nothing}
      <div class="fields">${MAIN_FIELDS.map((field) => this.field(field, config, session))}</div>
      <details ?open=${this.roomy}>
        <summary>More settings</summary>
        <div class="fields">${MORE_FIELDS.map((field) => this.field(field, config, session))}</div>
      </details>
    `;
  }
}
