/**
 * The centre of Train: the same held-out faces, explained again at each evaluation. One face is large, the others wait
 * beside it; the columns are moments of the run, step 0 to now.
 */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { SampleRow } from '../../protocol';
import type { RunRecord, Session, SessionState } from '../../session/types';
import '../elements/wl_caption';
import '../elements/wl_frame';
import '../elements/wl_verdict';
import { count, duration, plural, probability } from '../format';
import { tellings, threeOf, writingNow, type Telling } from '../probe_history';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { headVerdict, isGoing, pictureOf, truth } from '../wording';

@customElement('wl-probes')
export class WlProbes extends SessionElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        container-type: inline-size;
      }
      .face {
        display: grid;
        grid-template-columns: clamp(168px, 24dvh, 264px) minmax(0, 1fr);
        gap: 24px;
      }
      .facts {
        display: flex;
        flex-direction: column;
        min-width: 0;
      }
      .verdict {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: baseline;
        gap: 2px 16px;
        margin-block-start: 8px;
      }
      .verdict dd {
        min-height: 24px;
      }
      .said {
        font-size: 1.375rem;
        line-height: 1.3;
      }
      .strip {
        display: flex;
        align-items: end;
        gap: 8px;
        margin-block-start: auto;
      }
      .strip button {
        flex-direction: column;
        gap: 2px;
        min-height: 0;
        padding: 0;
        border: 0;
        border-block-end: 2px solid transparent;
        border-radius: 0;
        --thumb: 56px;
      }
      .strip button[aria-pressed='true'] {
        border-block-end-color: var(--ink);
      }
      .strip .mark {
        height: 18px;
        font-size: var(--small);
      }
      .columns {
        flex: 1;
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        grid-template-rows: minmax(0, 1fr);
        gap: 0 32px;
        min-height: 0;
        margin-block-start: 16px;
      }
      .columns.two {
        grid-template-columns: repeat(2, minmax(0, 1fr));
      }
      @container (max-width: 900px) {
        .columns {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        .before {
          display: none;
        }
      }
      @container (max-width: 520px) {
        .face {
          grid-template-columns: minmax(0, 1fr);
        }
        wl-frame {
          max-width: 260px;
        }
        .columns,
        .columns.two {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: none;
          gap: 16px;
        }
        wl-caption {
          height: 320px;
        }
        .strip {
          flex-wrap: wrap;
          padding-block-start: 12px;
        }
      }
      select {
        min-height: 28px;
        border-color: transparent;
        background: transparent;
        padding-inline: 0;
        margin-inline-start: -4px;
        font-weight: 600;
        font-size: var(--small);
      }
    `,
  ];

  /** The probe the user picked; null follows the one being written. */
  @state() private picked: string | null = null;
  @state() private from: number | null = null;
  private followed: string | null = null;

  private chosen(run: RunRecord, streaming: string | null): string | null {
    if (this.picked !== null && run.probeIds.includes(this.picked)) return this.picked;
    if (streaming !== null && run.probeIds.includes(streaming)) this.followed = streaming;
    if (this.followed !== null && run.probeIds.includes(this.followed)) return this.followed;
    return run.probeIds[0] ?? null;
  }

  private column(telling: Telling | null, heading: unknown, label: string, className: string, empty: string): unknown {
    return html`<wl-caption
      class=${className}
      heading=${label}
      .text=${telling?.text ?? ''}
      .expect=${telling?.result?.style ?? 'reasoning'}
      .verdict=${telling?.result?.verdict ?? null}
      ?busy=${telling?.busy ?? false}
      ?truncated=${telling?.result?.truncated ?? false}
      .empty=${empty}
      .meta=${telling?.result ? `${plural(telling.result.tokens, 'token')} in ${duration(telling.result.seconds)}.` : ''}
    >
      <h3 slot="heading">${heading}</h3>
    </wl-caption>`;
  }

  private facts(sample: SampleRow | null, now: Telling | null): unknown {
    const result = now?.result ?? null;
    const head = headVerdict(result?.headSpoofProbability ?? null);
    return html`
      <p class="small muted">
        ${sample ? html`Held out: ${sample.file}, ${sample.set}. Labelled ${truth(sample)}.` : 'This frame is no longer stored.'}
      </p>
      <dl class="verdict">
        <dt>Text</dt>
        <dd class="said">
          ${result ? html`<wl-verdict verdict=${result.verdict}></wl-verdict>` : html`<span class="muted">${now?.busy ? 'writing' : '\u2013'}</span>`}
        </dd>
        <dt>Head</dt>
        <dd>
          ${
            result && head !== null
              ? html`<wl-verdict verdict=${head}></wl-verdict>
                  <span class="muted" style="margin-inline-start: 12px"
                    >P(spoof) ${probability(result.headSpoofProbability)}</span
                  >`
              : html`<span class="muted">–</span>`
          }
          ${
            result?.agrees === null || result === null
              ? nothing
              : html`<span class="muted" style="margin-inline-start: 12px"
                  >${result.agrees ? 'they agree' : 'they disagree'}</span
                >`
          }
        </dd>
      </dl>
    `;
  }

  private strip(run: RunRecord, state: Readonly<SessionState>, going: boolean, chosen: string | null): unknown {
    return html`<div class="strip" role="group" aria-label="Probe frames">
      ${run.probeIds.map((id, index) => {
        const sample = state.data.samples.find((row) => row.id === id) ?? null;
        const verdict = tellings(run, state.probes, id, going).findLast(({ result }) => result !== null)?.result
          ?.verdict;
        return html`<button
          type="button"
          aria-pressed=${id === chosen ? 'true' : 'false'}
          aria-label="Probe ${index + 1}${sample ? `, labelled ${truth(sample)}` : ''}${verdict ? `, text says ${verdict}` : ''}"
          @click=${() => (this.picked = id)}
        >
          <wl-thumb .blob=${sample?.thumbnail ?? null}></wl-thumb>
          <span class="mark">${verdict ? html`<wl-verdict brief verdict=${verdict}></wl-verdict>` : nothing}</span>
        </button>`;
      })}
      ${
        going && this.picked !== null
          ? html`<button
              type="button"
              class="small"
              style="padding: 0 8px; align-self: center"
              @click=${() => (this.picked = null)}
            >
              Follow
            </button>`
          : nothing
      }
    </div>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { run } = state;
    if (run === null) return nothing;
    const going = isGoing(run);
    const chosen = this.chosen(run, writingNow(state.probes, going));
    if (chosen === null) {
      return html`<p class="muted">
        This run has no probe frames. Set Probes above 0 before the next run to watch faces being explained.
      </p>`;
    }
    const sample = state.data.samples.find((row) => row.id === chosen) ?? null;
    const all = tellings(run, state.probes, chosen, going);
    const [first = null, before = null, now = null] = threeOf(all, this.from);
    const earlier = all.slice(0, -1);
    const name = (telling: Telling | null): string => (telling === null ? 'Step 0' : `Step ${telling.step}`);
    const picker =
      earlier.length > 1
        ? html`<select
            aria-label="Compare with step"
            @change=${(event: Event) => (this.from = Number((event.target as HTMLSelectElement).value))}
          >
            ${earlier.map(({ step }) => html`<option value=${step} ?selected=${step === first?.step}>Step ${step}</option>`)}
          </select>`
        : name(first);
    return html`
      <h2 class="hidden">Probe frames</h2>
      <div class="face">
        <wl-frame
          .session=${session}
          .sampleId=${sample ? chosen : ''}
          alt=${sample ? pictureOf(sample) : ''}
        ></wl-frame>
        <div class="facts">${this.facts(sample, all.at(-1) ?? null)} ${this.strip(run, state, going, chosen)}</div>
      </div>
      <div class="columns ${before === null ? 'two' : ''}">
        ${this.column(first, picker, 'Earlier explanation', '', 'Before step 1 the model explains each face once.')}
        ${before === null ? nothing : this.column(before, name(before), 'Explanation before', 'before', '')}
        ${this.column(
          now,
          html`Now${now ? html`<span class="muted" style="font-weight: 400">, step ${now.step}</span>` : nothing}`,
          'Explanation now',
          '',
          going
            ? `The same face, explained again every ${run.config.evaluateEvery === 1 ? 'step' : `${count(run.config.evaluateEvery)} steps`}.`
            : 'The run ended before it explained this face again.',
        )}
      </div>
    `;
  }
}
