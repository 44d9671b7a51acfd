/**
 * An explanation as it is written. A reasoning caption shows its six stages as quiet headings that light up when they
 * are reached. The text is the model's: it only ever becomes text nodes. The box keeps its height while text streams
 * in; longer text scrolls inside it.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { CaptionStyle, Verdict } from '../../protocol';
import { captionParts, isStaged, stageTexts } from '../caption_stages';
import { shared } from '../shared_styles';
import './wl_verdict';

@customElement('wl-caption')
export class WlCaption extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        min-width: 0;
      }
      header {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: var(--u);
        min-height: 32px;
        padding-block-end: 4px;
        border-block-end: 1px solid var(--hairline);
      }
      .text {
        container-type: size;
        flex: 1;
        min-height: 96px;
        font-size: 0.875rem;
        overflow-y: auto;
        overflow-wrap: anywhere;
        padding-block: 12px;
        scrollbar-width: thin;
        scrollbar-gutter: stable;
        line-height: 1.5;
      }
      .stage + .stage {
        margin-block-start: 10px;
      }
      h4 {
        margin: 0;
        font-size: var(--small);
        font-weight: var(--strong);
        transition: color var(--quick);
      }
      .ahead h4 {
        font-weight: var(--regular);
        color: var(--muted);
      }
      .ahead + .ahead {
        margin-block-start: 2px;
      }
      @container (min-width: 420px) {
        .in {
          font-size: 1rem;
        }
        h4 {
          font-size: 0.875rem;
        }
      }
      /* A low box has no room for headings on lines of their own: they run in, so that the judgment stays in sight. */
      @container (max-height: 440px) {
        .stage + .stage {
          margin-block-start: 6px;
        }
        .stage:not(.ahead) :is(h4, p) {
          display: inline;
        }
        .stage h4 {
          margin-inline-end: 0.4em;
        }
        .ahead + .ahead {
          margin-block-start: 0;
        }
      }
      .caret {
        display: inline-block;
        width: 0.45em;
        height: 1em;
        margin-inline-start: 2px;
        vertical-align: -0.15em;
        background: var(--ink);
        opacity: 0.55;
      }
      footer {
        min-height: 20px;
      }
    `,
  ];

  @property() heading = '';
  @property() text = '';
  @property() expect: CaptionStyle = 'reasoning';
  @property({ type: Boolean }) busy = false;
  /** True when generation ended at the token limit. */
  @property({ type: Boolean }) truncated = false;
  @property({ attribute: false }) verdict: Verdict | null = null;
  /** What stands here before there is any text. */
  @property() empty = '';
  /** A quiet line under the text: tokens, seconds. */
  @property() meta = '';

  @query('.text') private box?: HTMLElement;

  override updated(): void {
    // Follow the writing inside the box; the page itself never moves.
    if (this.busy && this.box) this.box.scrollTop = this.box.scrollHeight;
  }

  private get body(): unknown {
    const parts = captionParts(this.text);
    const caret = this.busy ? html`<span class="caret" aria-hidden="true"></span>` : nothing;
    if (!isStaged(parts) && (this.expect === 'vanilla' || (this.text !== '' && !this.busy))) {
      return this.text === ''
        ? html`<p class="muted">${this.busy ? nothing : this.empty}${caret}</p>`
        : html`<p>${this.text}${caret}</p>`;
    }
    const before = parts.filter((part) => part.stage === null).map((part) => part.text);
    const last = parts.at(-1)?.stage ?? null;
    const idle = this.text === '' && !this.busy;
    return html`
      ${idle && this.empty ? html`<p class="muted" style="margin-block-end:12px">${this.empty}</p>` : nothing}
      ${before.length > 0 ? html`<p style="margin-block-end:10px">${before.join(' ')}${last === null ? caret : nothing}</p>` : nothing}
      ${stageTexts(parts).map(
        ({ name, text }, index) =>
          html`<section class="stage ${text === null ? 'ahead' : ''}">
            <h4>${name}</h4>
            ${text === null ? nothing : html`<p>${text}${index === last ? caret : nothing}</p>`}
          </section>`,
      )}
    `;
  }

  override render(): unknown {
    const label = this.heading || 'Explanation';
    return html`
      <header part="header">
        <slot name="heading"><h3>${this.heading}</h3></slot>
        ${
          this.verdict === null
            ? html`<span class="small muted">${this.busy ? 'writing' : nothing}</span>`
            : html`<wl-verdict class="small" verdict=${this.verdict}></wl-verdict>`
        }
      </header>
      <div class="text" tabindex="0" role="group" aria-label=${label} aria-busy=${this.busy ? 'true' : 'false'}>
        <div class="in">${this.body}</div>
      </div>
      <footer class="small muted">${this.meta}${this.truncated ? ' Cut at the token limit.' : nothing}</footer>
    `;
  }
}
