/** A caption to read and to write, and what the audit remarks of it: each remark selects its place in the text. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { MAX_CAPTION, type CaptionMark, type CaptionStyle } from '../../protocol';
import type { Session } from '../../session/types';
import { markedText } from '../marked_text';
import { shared } from '../shared_styles';

/** From the last key to the audit of what was typed, milliseconds. */
const PAUSE = 300;

/** Remarks on what is missing, or on the text as a whole, have no place: those of a kind become one. */
export function joined(marks: readonly CaptionMark[]): CaptionMark[] {
  const groups: CaptionMark[] = [];
  for (const mark of marks) {
    const last = groups.find(({ kind, start, end }) => kind === mark.kind && start === end);
    if (last === undefined || mark.end > mark.start) groups.push({ ...mark });
    else last.words += `, ${mark.words}`;
  }
  return groups;
}

/** Fires `typed` at every key and `left` when what was typed is to be kept, both with the text. The slot is beside the name. */
@customElement('wl-caption-field')
export class WlCaptionField extends LitElement {
  static override styles = [
    shared,
    css`
      header {
        display: flex;
        justify-content: space-between;
        flex-wrap: wrap;
        gap: 0 16px;
      }
      label {
        font-weight: var(--strong);
      }
      textarea {
        display: block;
        width: 100%;
        min-height: 84px;
      }
      :host([tall]) textarea {
        min-height: 152px;
      }
      .marks {
        display: flex;
        flex-wrap: wrap;
        gap: 0 16px;
        margin-block-start: 4px;
      }
      .read {
        margin-block-start: 4px;
        padding-inline-start: 12px;
        border-inline-start: 2px solid var(--hairline);
        overflow-wrap: anywhere;
        max-height: 120px;
        overflow-y: auto;
      }
      .read span {
        white-space: pre-line;
      }
      mark {
        background: none;
        color: inherit;
        font-weight: var(--strong);
        text-decoration: underline wavy var(--warning);
        text-underline-offset: 3px;
      }
    `,
  ];

  @property({ attribute: false }) session: Session | null = null;
  @property() sampleId = '';
  @property() kind: CaptionStyle = 'vanilla';
  @property() name = '';
  /** The name is for screen readers alone: another heading says it. */
  @property({ type: Boolean }) unnamed = false;
  @property({ type: Boolean, reflect: true }) tall = false;
  @property() text = '';
  /** Remarks that only the audit of all captions can make. */
  @property({ attribute: false }) also: readonly CaptionMark[] = [];
  @state() private found: { text: string; marks: CaptionMark[] } | null = null;
  @query('textarea') private field!: HTMLTextAreaElement;
  private asked = '';
  private typing = false;
  private timer = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.timer);
    this.asked = '';
  }

  /** Asks for the remarks on what stands in the field, once the typing pauses. */
  override updated(): void {
    const { sampleId, kind, text } = this;
    const now = JSON.stringify([sampleId, kind, text]);
    if (now === this.asked) return;
    this.asked = now;
    window.clearTimeout(this.timer);
    const ask = async (): Promise<void> => {
      const marks = (await this.session?.captions.marks(sampleId, kind, text)) ?? [];
      if (this.asked === now) this.found = { text, marks };
    };
    // Remarks are a help: without them the caption can still be written.
    const start = (): void => void ask().catch((error: unknown) => console.warn(error));
    this.timer = window.setTimeout(start, this.typing ? PAUSE : 0);
    this.typing = false;
  }

  private say(what: 'typed' | 'left'): void {
    this.typing = what === 'typed';
    this.text = this.field.value;
    this.dispatchEvent(new CustomEvent<string>(what, { detail: this.text }));
  }

  private select({ start, end }: CaptionMark): void {
    this.field.focus();
    this.field.setSelectionRange(start, end);
  }

  override render(): unknown {
    const { text, name, found } = this;
    const own = found?.text === text ? found.marks : [];
    const marks = joined([...own, ...this.also]);
    return html`<header>
        <label for="caption-${this.kind}" class=${this.unnamed ? 'hidden' : ''}>${name}</label>
        <slot></slot>
      </header>
      <textarea
        maxlength=${MAX_CAPTION}
        id="caption-${this.kind}"
        spellcheck="true"
        .value=${text}
        @input=${() => this.say('typed')}
        @change=${() => this.say('left')}
      ></textarea>
      ${
        marks.length === 0
          ? nothing
          : html`<div class="marks small" role="list" aria-label="Remarks: ${name}">
              ${marks.map(
                (mark) =>
                  html`<span role="listitem"
                    ><button type="button" class="link warning" @click=${() => this.select(mark)}>
                      ${mark.kind}: ${mark.words}
                    </button></span
                  >`,
              )}
            </div>`
      }
      ${
        text !== '' && own.some(({ start, end }) => end > start)
          ? html`<p class="read small" tabindex="0" role="group" aria-label="With its remarks: ${name}">
              <span>${markedText(text, own)}</span>
            </p>`
          : nothing
      }`;
  }
}
