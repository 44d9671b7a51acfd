/** What the loaded model is asked to draft: which style, in which words, of which samples. */
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CaptionStyle, SampleRow } from '../../protocol';
import { DRAFT_INSTRUCTIONS } from '../../session/draft_instructions';
import type { Session, SessionState } from '../../session/types';
import { plural } from '../format';
import { radios } from '../radios';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { isGoing } from '../wording';

const STYLES: readonly CaptionStyle[] = ['vanilla', 'reasoning'];

type Scope = 'missing' | 'shown';

@customElement('wl-draft-form')
export class WlDraftForm extends SessionElement {
  static override styles = [
    shared,
    css`
      form {
        display: grid;
        gap: 12px;
      }
      textarea {
        display: block;
        width: 100%;
        min-height: 120px;
      }
      legend {
        float: inline-start;
        margin-inline-end: 16px;
      }
    `,
  ];

  /** Off: it is not seen, and counts nothing; what was typed stays. */
  @property({ type: Boolean }) active = false;
  /** Ids of the samples that the table shows. */
  @property({ attribute: false }) shown: () => readonly string[] = () => [];
  @state() private style_: CaptionStyle = 'reasoning';
  @state() private scope: Scope = 'missing';
  @state() private instructions: Record<CaptionStyle, string> = { ...DRAFT_INSTRUCTIONS };
  @state() private runId: string | null = null;
  @state() private most = '20';
  @state() private drawn = false;

  /** Labelled samples that the request is about, before the limit. */
  private fitting({ data }: Readonly<SessionState>): SampleRow[] {
    const shown = new Set(this.scope === 'shown' ? this.shown() : []);
    return data.samples.filter(
      ({ id, label, captions }) =>
        label !== null && (this.scope === 'shown' ? shown.has(id) : (captions[this.style_]?.trim() ?? '') === ''),
    );
  }

  private limit(): number | null {
    const n = /^\s*\d+\s*$/.test(this.most) ? Number(this.most) : NaN;
    return n >= 1 ? n : null;
  }

  /** Why nothing can be drafted now; null: it can. */
  private problem(state: Readonly<SessionState>, fitting: readonly SampleRow[]): string | null {
    if (state.model === null) return 'No model is loaded. Choose a backbone under Settings.';
    if (isGoing(state.run)) return 'A run is going on the model. Stop it first, or let it finish.';
    if (this.limit() === null) return 'At most needs a whole number from 1.';
    if (this.instructions[this.style_].trim() === '')
      return 'The instruction is empty. Say what the model is to write.';
    if (fitting.length > 0) return null;
    return this.scope === 'missing'
      ? `Every labelled sample has a ${this.style_} caption. Choose the samples of the table instead.`
      : 'No sample that the table shows has a label.';
  }

  private start(session: Session, fitting: readonly SampleRow[]): void {
    const { config } = session.state;
    this.act(
      session.captions.draft({
        sampleIds: fitting.slice(0, this.limit() ?? 0).map(({ id }) => id),
        style: this.style_,
        instruction: this.instructions[this.style_],
        maxTokens: config.maxCaptionTokens,
        sampling: this.drawn ? { temperature: 0.7, topP: 0.9, seed: config.seed } : null,
        runId: this.runId,
      }),
    );
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    if (!this.active) return nothing;
    const fitting = this.fitting(state);
    const problem = this.problem(state, fitting);
    const n = Math.min(fitting.length, this.limit() ?? 0);
    const style = this.style_;
    return html`<form
      @submit=${(event: Event) => {
        event.preventDefault();
        if (problem === null) this.start(session, fitting);
      }}
    >
      <p class="small muted">
        ${state.model?.name ?? 'The model'} is told each sample's label and attack, and writes what you take as a
        caption or throw away. Nothing leaves this tab.
        ${
          state.model?.synthetic
            ? 'The embedded model knows drawn scenes only: what it writes of photographs will not be of use.'
            : nothing
        }
      </p>
      <fieldset class="row small">
        <legend class="muted">Style</legend>
        ${radios(
          'style',
          style,
          STYLES.map((value) => ({ value, words: value })),
          (each) => (this.style_ = each),
        )}
      </fieldset>
      <div>
        <div class="row spread">
          <label for="draft-instruction" class="small">Instruction</label>
          <button
            type="button"
            class="link small"
            ?disabled=${this.instructions[style] === DRAFT_INSTRUCTIONS[style]}
            @click=${() => (this.instructions = { ...this.instructions, [style]: DRAFT_INSTRUCTIONS[style] })}
          >
            Restore
          </button>
        </div>
        <textarea
          id="draft-instruction"
          .value=${this.instructions[style]}
          @input=${(event: Event) => {
            this.instructions = { ...this.instructions, [style]: (event.target as HTMLTextAreaElement).value };
          }}
        ></textarea>
        <p class="small muted">{label} and {attack} stand for what each sample is.</p>
      </div>
      <fieldset class="row small">
        <legend class="muted">Samples</legend>
        ${radios(
          'scope',
          this.scope,
          [
            { value: 'missing', words: `without a ${style} caption` },
            { value: 'shown', words: 'of the table as it is filtered' },
          ],
          (scope) => (this.scope = scope),
        )}
        <label class="field"
          >at most
          <input
            id="draft-most"
            type="text"
            inputmode="numeric"
            size="5"
            .value=${this.most}
            @input=${(event: Event) => (this.most = (event.target as HTMLInputElement).value)}
        /></label>
      </fieldset>
      <div class="row">
        <label class="field"
          >Written by
          <select @change=${(event: Event) => (this.runId = (event.target as HTMLSelectElement).value || null)}>
            <option value="" ?selected=${this.runId === null}>the backbone alone</option>
            ${state.runs
              .filter(({ checkpointStep }) => checkpointStep !== null)
              .map(({ id, name }) => html`<option value=${id} ?selected=${this.runId === id}>with ${name}</option>`)}
          </select>
        </label>
        <label class="choice small"
          ><input type="checkbox" .checked=${this.drawn} @change=${() => (this.drawn = !this.drawn)} />draw the words,
          so that captions differ</label
        >
      </div>
      <div class="row">
        <button type="submit" class="primary" ?disabled=${problem !== null}>Draft ${plural(n, 'caption')}</button>
        <span class="small muted" id="draft-why">${problem ?? `${plural(fitting.length, 'sample')} fit.`}</span>
      </div>
    </form>`;
  }
}
