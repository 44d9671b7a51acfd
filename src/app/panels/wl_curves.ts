/** Losses and HTER on one time axis, and the latest rates of head and text with their n and policy. */
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Evaluation } from '../../protocol';
import type { RunRecord, SessionState } from '../../session/types';
import type { ChartLine } from '../elements/wl_chart';
import '../elements/wl_chart';
import '../elements/wl_confusion';
import '../elements/wl_metric';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { latest, policyOf } from '../wording';

const percentTick = (value: number | null): string => (value === null ? '\u2013' : `${Math.round(value * 100)} %`);
const lossTick = (value: number | null): string =>
  value === null ? '\u2013' : value >= 10 ? value.toFixed(0) : value.toFixed(2);

@customElement('wl-curves')
export class WlCurves extends SessionElement {
  static override styles = [
    shared,
    css`
      .source {
        display: grid;
        grid-template-columns: 132px repeat(3, minmax(0, 1fr));
        align-items: end;
        gap: 0 16px;
        padding-block: 6px;
        border-block-end: 1px solid var(--hairline);
      }
      .source h3 {
        grid-column: 1 / -1;
      }
      section + section {
        margin-block-start: 16px;
      }
      wl-chart + wl-chart {
        margin-block-start: 8px;
      }
    `,
  ];

  /** Uses the room of a tall window. */
  @property({ type: Boolean }) tall = false;

  private lossLines(run: RunRecord): ChartLine[] {
    return [
      { name: 'total', color: '--one', dash: [], values: run.steps.map(({ loss }) => loss.total) },
      { name: 'verdict', color: '--two', dash: [6, 3], values: run.steps.map(({ loss }) => loss.cls) },
      { name: 'caption', color: '--three', dash: [2, 3], values: run.steps.map(({ loss }) => loss.cap) },
    ];
  }

  private hterLines(run: RunRecord, at: number[]): ChartLine[] {
    const line = (source: Evaluation['source'], color: string, dash: number[]): ChartLine => {
      const own = run.evaluations.filter((evaluation) => evaluation.source === source);
      const n = own.at(-1)?.n;
      return {
        name: source,
        color,
        dash,
        points: true,
        values: at.map((step) => own.findLast((evaluation) => evaluation.step === step)?.hter ?? null),
        ...(n === undefined ? {} : { note: `n = ${n}` }),
      };
    };
    return [line('head', '--two', []), line('text', '--three', [6, 3])];
  }

  private rates(source: Evaluation['source'], evaluation: Evaluation | null): unknown {
    const name = source === 'head' ? 'Head' : 'Generated text';
    const e = evaluation;
    const n = e?.n ?? 0;
    const policy = e === null ? 'Measured at the first evaluation, before step 1.' : policyOf(e);
    return html`<div class="source">
      <h3>
        ${name}
        <span class="muted" style="font-weight: 400"
          >${e === null ? nothing : `at step ${e.step}${e.undecided > 0 ? `, ${e.undecided} undecided` : ''}`}</span
        >
      </h3>
      <wl-metric
        large
        name="HTER"
        .rate=${e?.hter ?? null}
        .n=${n}
        .policy=${`Half of FAR plus FRR. ${policy}`}
      ></wl-metric>
      <wl-metric
        name="FAR"
        .rate=${e?.far ?? null}
        .n=${n}
        .policy=${`Share of spoof samples not called spoof. ${policy}`}
      ></wl-metric>
      <wl-metric
        name="FRR"
        flip
        .rate=${e?.frr ?? null}
        .n=${n}
        .policy=${`Share of live samples not called live. ${policy}`}
      ></wl-metric>
      <wl-metric
        name="Accuracy"
        flip
        .rate=${e?.accuracy ?? null}
        .n=${n}
        .policy=${`Share of samples called right. ${policy}`}
      ></wl-metric>
    </div>`;
  }

  protected view({ run }: Readonly<SessionState>): unknown {
    if (run === null) return nothing;
    const at = [...new Set(run.evaluations.map((evaluation) => evaluation.step))].sort((a, b) => a - b);
    const head = latest(run, 'head');
    const text = latest(run, 'text');
    const steps = Math.max(run.config.steps, run.steps.at(-1)?.step ?? 0);
    return html`
      <section aria-labelledby="curves">
        <h2 id="curves" class="hidden">Curves</h2>
        <wl-chart
          heading="Loss"
          bare
          .x=${run.steps.map(({ step }) => step)}
          .lines=${this.lossLines(run)}
          .steps=${steps}
          .height=${this.tall ? 216 : 132}
          .format=${lossTick}
          empty="The first step draws the first point."
        ></wl-chart>
        <wl-chart
          heading="HTER"
          .x=${at}
          .lines=${this.hterLines(run, at)}
          .steps=${steps}
          .top=${1}
          .height=${this.tall ? 196 : 124}
          .format=${percentTick}
          empty="Measured before step 1, then at each evaluation."
        ></wl-chart>
      </section>
      <section aria-labelledby="rates">
        <h2 id="rates" class="hidden">Held-out samples</h2>
        ${this.rates('head', head)} ${this.rates('text', text)}
        <details style="margin-block-start: 8px">
          <summary>Confusion matrices</summary>
          <div style="display: grid; gap: 16px; padding-block: 8px">
            <wl-confusion caption="Head" .confusion=${head?.confusion ?? null}></wl-confusion>
            <wl-confusion caption="Generated text" undecided .confusion=${text?.confusion ?? null}></wl-confusion>
          </div>
        </details>
      </section>
    `;
  }
}
