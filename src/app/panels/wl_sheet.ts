/** The verdict sheet: the frame, large; beside it the explanation with and without the adapter; under it one line. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { SampleRow } from '../../protocol';
import type { ExplainColumn, InspectState, Session, SessionState } from '../../session/types';
import '../elements/wl_caption';
import '../elements/wl_frame';
import '../elements/wl_verdict';
import { duration, plural, probability } from '../format';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { headVerdict, pictureOf, role, spoken, truth } from '../wording';
import './wl_other';

@customElement('wl-sheet')
export class WlSheet extends SessionElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(240px, 1.25fr) minmax(0, 1fr) minmax(0, 1fr);
        grid-template-rows: minmax(0, 1fr) auto;
        gap: 0 32px;
        min-height: 0;
      }
      figure {
        min-width: 0;
      }
      wl-frame {
        max-height: calc(100% - 48px);
      }
      figcaption {
        padding-block-start: 8px;
        overflow-wrap: anywhere;
      }
      .tabs {
        display: flex;
        gap: 12px;
      }
      .tabs button {
        min-height: 28px;
        padding: 0;
        border: 0;
        border-block-end: 2px solid transparent;
        border-radius: 0;
        background: none;
        font-size: var(--small);
        color: var(--muted);
      }
      .tabs button[aria-pressed='true'] {
        border-color: var(--ink);
        color: var(--ink);
        font-weight: var(--strong);
      }
      .line {
        grid-column: 1 / -1;
        display: grid;
        grid-template-columns: auto minmax(200px, auto) auto minmax(0, 1fr);
        align-items: center;
        gap: 0 48px;
        min-height: 72px;
        margin-block-start: 16px;
        border-block: 1px solid var(--hairline);
      }
      .line dt {
        font-size: var(--small);
      }
      .line dd {
        min-height: 28px;
        line-height: 28px;
        white-space: nowrap;
      }
      .big {
        font-size: 1.375rem;
      }
      .scale {
        position: relative;
        display: inline-block;
        width: 120px;
        height: 2px;
        margin-inline: 12px;
        vertical-align: middle;
        background: var(--hairline);
      }
      .scale::before {
        content: '';
        position: absolute;
        inset-block: -4px;
        inset-inline-start: 50%;
        width: 1px;
        background: var(--edge);
      }
      .scale i {
        position: absolute;
        inset-block-start: -5px;
        width: 4px;
        height: 12px;
        margin-inline-start: -2px;
        background: var(--ink);
      }
      @media (max-width: 960px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: none;
          gap: 16px;
        }
        .line dd {
          white-space: normal;
        }
        .line {
          grid-template-columns: 1fr 1fr;
          padding-block: 8px;
          gap: 8px 16px;
          margin: 0;
          order: 1;
        }
        figure {
          order: 0;
        }
        wl-caption,
        wl-other {
          order: 2;
          height: 400px;
        }
        .scale {
          display: none;
        }
      }
    `,
  ];

  /** What the user wants beside the adapter: the backbone without it, or another model; null: whichever there is. */
  @state() private beside: 'off' | 'other' | null = null;

  /** Which of the two is shown, and how to see the other. */
  private tabs(shown: 'off' | 'other'): unknown {
    const tab = (id: 'off' | 'other', name: string): unknown =>
      html`<button
        type="button"
        class="tab-${id}"
        aria-label=${id === 'off' ? 'Backbone alone' : name}
        aria-pressed=${shown === id ? 'true' : 'false'}
        @click=${() => (this.beside = id)}
      >
        ${name}
      </button>`;
    return html`<div slot="heading" class="tabs" role="group" aria-label="Shown beside the adapter">
      ${tab('off', 'Backbone')}${tab('other', 'Other model')}
    </div>`;
  }

  private column(
    heading: string,
    column: ExplainColumn,
    inspect: InspectState,
    empty: string,
    tabs: unknown = nothing,
  ): unknown {
    const { result } = column;
    return html`<wl-caption
      heading=${heading}
      .text=${result?.text ?? column.text}
      .expect=${result?.style ?? inspect.style}
      .verdict=${result?.verdict ?? null}
      ?busy=${column.busy}
      ?truncated=${result?.truncated ?? false}
      .empty=${empty}
      .meta=${result ? `${plural(result.tokens, 'token')} in ${duration(result.seconds)}.` : ''}
      >${tabs}</wl-caption
    >`;
  }

  private line({ on }: InspectState, sample: SampleRow): unknown {
    const { result } = on;
    const p = result?.headSpoofProbability ?? null;
    const head = headVerdict(p);
    const dash = html`<span class="muted">–</span>`;
    const right =
      result === null || sample.label === null
        ? null
        : result.verdict === sample.label
          ? 'as labelled'
          : result.verdict === 'undecided'
            ? 'counts as an error'
            : `labelled ${sample.label}`;
    return html`<dl class="line" aria-label="Verdict">
      <div>
        <dt>The text says</dt>
        <dd class="big">${result ? html`<wl-verdict verdict=${result.verdict}></wl-verdict>` : dash}</dd>
      </div>
      <div>
        <dt>The head says, at P(spoof) 0.5</dt>
        <dd>
          ${
            head === null
              ? result
                ? html`<span class="muted">nothing: it is not trained</span>`
                : dash
              : html`<wl-verdict verdict=${head}></wl-verdict
                  ><span class="scale" aria-hidden="true"><i style="inset-inline-start: ${100 * (p ?? 0)}%"></i></span
                  >P(spoof) ${probability(p)}`
          }
        </dd>
      </div>
      <div>
        <dt>Together</dt>
        <dd>
          ${result === null || result.agrees === null ? dash : result.agrees ? 'they agree' : html`<strong>they disagree</strong>`}
        </dd>
      </div>
      <div>
        <dt>Label</dt>
        <dd>${truth(sample)}${right === null ? nothing : html`<span class="muted">, text: ${right}</span>`}</dd>
      </div>
    </dl>`;
  }

  protected view({ inspect, other, data, runs, run }: Readonly<SessionState>, session: Session): unknown {
    const sample = data.samples.find((row) => row.id === inspect.sampleId);
    if (!sample) return nothing;
    const own = [...runs, ...(run ? [run] : [])].find((record) => record.id === inspect.runId);
    const on = inspect.on.result;
    const beside = this.beside ?? (other.model !== null || other.opening !== null ? 'other' : 'off');
    const heldOut = own ? own.testIds.includes(sample.id) : data.split.test.includes(sample.id);
    const trained = own ? own.trainIds.includes(sample.id) : data.split.train.includes(sample.id);
    return html`
      <h2 class="hidden">Verdict</h2>
      <figure>
        <wl-frame .session=${session} .sampleId=${sample.id} alt=${pictureOf(sample)}></wl-frame>
        <figcaption class="small">
          ${sample.file}
          <span class="muted">
            ${sample.set}, ${role(sample)}, ${sample.width} x
            ${sample.height}${heldOut ? ', held out' : trained ? ', trained on' : nothing}
          </span>
        </figcaption>
      </figure>
      ${this.column(
        'With the adapter',
        inspect.on,
        inspect,
        own ? 'What the trained model says about this frame.' : 'No run yet: train one, and its adapter speaks here.',
      )}
      ${
        beside === 'off'
          ? this.column('Backbone alone', inspect.off, inspect, 'What the untrained backbone says.', this.tabs(beside))
          : html`<wl-other .session=${session}>${this.tabs(beside)}</wl-other>`
      }
      ${this.line(inspect, sample)}
      <p class="hidden" aria-live="polite">${on && !inspect.on.busy ? spoken(on) : nothing}</p>
    `;
  }
}
