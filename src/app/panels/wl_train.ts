/** Train: set a run up, start it, and watch it learn. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { PAPER, provenance, type RunConfig } from '../../protocol';
import { captionRemark } from '../../session/plan';
import type { RunRecord, Session, SessionState } from '../../session/types';
import '../elements/wl_notices';
import '../elements/wl_parts';
import '../elements/wl_progress';
import { bytes, count, date, duration, million, plural } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { isGoing, trainRows, whyNotStart } from '../wording';
import './wl_config';
import './wl_curves';
import './wl_probes';
import './wl_protocols';

const PARTS = [
  { id: 'run', name: 'One run' },
  { id: 'protocols', name: 'Protocols' },
];

@customElement('wl-train')
export class WlTrain extends SessionElement {
  static override styles = [
    shared,
    css`
      .run {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(320px, 400px);
        gap: 24px 48px;
        margin-block-start: 16px;
      }
      wl-probes {
        height: max(560px, calc(100dvh - 216px));
        max-height: 860px;
      }
      .setup {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 300px;
        gap: 24px 64px;
        margin-block-start: 16px;
      }
      aside section + section {
        margin-block-start: 24px;
      }
      dd {
        overflow-wrap: anywhere;
      }
      .why {
        max-width: 44ch;
        text-align: end;
      }
      .config {
        margin-block-start: 24px;
        padding-block-start: 16px;
        border-block-start: 1px solid var(--hairline);
      }
      .config dl {
        grid-template-columns: repeat(auto-fill, minmax(260px, 1fr));
        padding-block: 8px;
      }
      .config dl > div {
        display: flex;
        gap: 12px;
      }
      @media (min-width: 1600px) {
        .run {
          grid-template-columns: minmax(0, 1fr) 520px;
          gap: 24px 64px;
        }
      }
      @media (max-width: 960px) {
        .run,
        .setup {
          grid-template-columns: minmax(0, 1fr);
        }
        .why {
          text-align: start;
        }
      }
      @media (max-width: 700px) {
        wl-probes {
          height: auto;
          max-height: none;
        }
      }
    `,
  ];

  /** Shows the configuration although there is a run to look at. */
  @state() private again = false;
  /** One run, or the protocols. */
  @state() private section: 'run' | 'protocols' = 'run';
  @state() private invalid: string | null = null;
  /** A tall window has room for taller charts. */
  @state() private roomy = false;
  private readonly tall = matchMedia('(min-height: 940px) and (min-width: 961px)');
  private readonly measure = (): void => void (this.roomy = this.tall.matches);

  override connectedCallback(): void {
    super.connectedCallback();
    this.tall.addEventListener('change', this.measure);
    this.measure();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.tall.removeEventListener('change', this.measure);
  }

  private setup(state: Readonly<SessionState>, session: Session): unknown {
    const why = whyNotStart(state, this.invalid);
    const { data, model, device, boot, config } = state;
    const remark = captionRemark(config, trainRows(state));
    return html`
      <div class="bar">
        <h1>Train</h1>
        <div class="row">
          <span class="small muted why" id="why">${why ?? nothing}</span>
          ${
            state.run === null
              ? nothing
              : html`<button type="button" @click=${() => (this.again = false)}>Back to the last run</button>`
          }
          <button
            type="button"
            class="primary"
            id="start-run"
            ?disabled=${why !== null}
            aria-describedby="why"
            @click=${() => {
              this.again = false;
              this.act(session.startRun());
            }}
          >
            ${icon('play')} Start training
          </button>
        </div>
      </div>
      <wl-notices .session=${session} place="train"></wl-notices>
      <div class="setup">
        <section aria-labelledby="recipe">
          <h2 id="recipe" style="margin-block-end: 8px">Recipe</h2>
          <wl-config
            .session=${session}
            @validity=${(event: CustomEvent<string | null>) => (this.invalid = event.detail)}
          ></wl-config>
        </section>
        <aside aria-label="What will be trained on what">
          <section>
            <h2>Data</h2>
            ${
              data.samples.length === 0
                ? html`<p class="small muted" style="margin-block-end: 8px">No samples yet.</p>
                    <button type="button" @click=${() => session.show('data')}>Go to Data</button>`
                : html`<p class="small">
                      ${plural(data.split.train.length, 'sample')} to train on, ${count(data.split.test.length)} held
                      out.
                    </p>
                    ${data.split.problems.map((problem) => html`<p class="small warning">${problem}</p>`)}
                    ${remark === null ? nothing : html`<p class="small warning" id="caption-remark">${remark}</p>`}`
            }
          </section>
          <section>
            <h2>Model</h2>
            ${
              model === null
                ? html`<p class="small muted" style="margin-block-end: 8px">None is loaded yet.</p>
                    <button
                      type="button"
                      id="load-model"
                      ?disabled=${boot.phase !== 'ready'}
                      @click=${() => this.act(session.loadEmbeddedModel())}
                    >
                      Load the embedded model
                    </button>`
                : html`<p class="small">
                      ${model.name}, ${million(model.parameters)} parameters, ${model.architecture}.
                    </p>
                    ${model.synthetic ? html`<p class="small muted">Made on generated scenes; it never saw a photograph.</p>` : nothing}`
            }
          </section>
          <section>
            <h2>Machine</h2>
            ${
              device === null
                ? html`<p class="small muted">Not open yet.</p>`
                : html`<p class="small">${device.backend === 'webgpu' ? 'WebGPU' : 'WASM'}: ${device.adapter}.</p>
                    <p class="small muted">${device.reason}</p>`
            }
          </section>
        </aside>
      </div>
    `;
  }

  private facts(run: RunRecord): unknown {
    const keys = Object.keys(run.config) as (keyof RunConfig)[];
    const last = run.steps.at(-1);
    return html`<details class="config">
      <summary>Configuration and provenance</summary>
      <dl class="small facts">
        ${keys.map((key) => {
          const from = provenance(run.config, key);
          return html`<div>
            <dt>${key}</dt>
            <dd>
              ${String(run.config[key])}
              <span class=${from === 'differs from the paper' ? 'warning' : 'muted'}
                >${from}${from === 'differs from the paper' ? ` (${String(PAPER[key])})` : nothing}</span
              >
            </dd>
          </div>`;
        })}
      </dl>
      <p class="small muted">
        ${run.model.name}, ${million(run.model.parameters)} parameters, ${million(run.trainableParameters)} trainable.
        Started ${date(run.created)}${last ? html`; peak memory ${bytes(last.memory.peakBytes)}` : nothing}.
      </p>
    </details>`;
  }

  private ended(run: RunRecord, session: Session): unknown {
    const inspect = (): void => {
      session.setInspect({ runId: run.id });
      session.show('inspect');
    };
    // A run that ended early is first of all to be gone on with.
    const early = run.phase !== 'finished' && run.checkpointStep !== null;
    return html`
      <button type="button" class="quiet" @click=${() => (this.again = true)}>New run</button>
      ${
        run.checkpointStep === null
          ? nothing
          : html`<button
              type="button"
              class=${early ? 'primary' : ''}
              @click=${() => this.act(session.continueRun(run.id, run.phase === 'finished' ? run.config.steps : 0))}
            >
              ${icon('play')}
              ${run.phase === 'finished' ? `Train ${plural(run.config.steps, 'more step')}` : `Go on from step ${count(run.checkpointStep)}`}
            </button>`
      }
      <button type="button" class=${early ? '' : 'primary'} @click=${inspect}>Inspect faces ${icon('next')}</button>
    `;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    return html`<wl-parts
        name="Parts of Train"
        .parts=${PARTS}
        .shown=${this.section}
        @choose=${(event: CustomEvent<'run' | 'protocols'>) => (this.section = event.detail)}
      ></wl-parts>
      ${
        this.section === 'protocols'
          ? html`<wl-protocols .session=${session}></wl-protocols>`
          : html`<wl-queue brief .session=${session}></wl-queue>${this.oneRun(state, session)}`
      }`;
  }

  private oneRun(state: Readonly<SessionState>, session: Session): unknown {
    const { run } = state;
    const going = isGoing(run);
    if (run === null || (this.again && !going)) return this.setup(state, session);
    return html`
      <div class="bar">
        <h1>${run.name}</h1>
        <div class="row">
          ${
            going
              ? html`<span class="small muted"
                  >${run.phase === 'paused' ? 'Paused. Space goes on.' : 'Learning here, on this machine. Space pauses.'}</span
                >`
              : this.ended(run, session)
          }
        </div>
      </div>
      <wl-notices .session=${session} place="train"></wl-notices>
      ${
        run.phase === 'finished'
          ? html`<p class="hidden" role="status">
              Finished ${plural(run.config.steps, 'step')} in ${duration(run.seconds)}.
            </p>`
          : nothing
      }
      <div class="run">
        <wl-probes .session=${session}></wl-probes>
        <wl-curves .session=${session} ?tall=${this.roomy}></wl-curves>
      </div>
      ${this.facts(run)}
    `;
  }
}
