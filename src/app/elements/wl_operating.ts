/** ROC or DET curves of a few trained variants, as a drawing with a table behind it. */
import { LitElement, css, html, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CurvePoint } from '../../session/types';
import { probit } from '../../session/experiments/ways';
import { shared } from '../shared_styles';

export interface OperatingCurve {
  name: string;
  points: readonly CurvePoint[];
}

const SIZE = 260;
const DASHES = ['none', '6 4', '2 3'];
/** Ends of the DET's axes: half a per cent and its mirror. */
const [LEAST, MOST] = [0.005, 0.995];
const DET_TICKS = [0.01, 0.05, 0.2, 0.5, 0.8, 0.95];
const ROC_TICKS = [0, 0.25, 0.5, 0.75, 1];

@customElement('wl-operating')
export class WlOperating extends LitElement {
  static override styles = [
    shared,
    css`
      svg {
        display: block;
        width: 100%;
        max-width: 340px;
        overflow: visible;
      }
      text {
        fill: var(--muted);
        font-size: 10px;
      }
      .grid {
        stroke: var(--hairline);
      }
      .curve {
        fill: none;
        stroke: var(--ink);
        stroke-width: 1.6;
      }
      figcaption {
        margin-block-end: 4px;
      }
      .scroll {
        max-height: 240px;
        overflow-y: auto;
      }
    `,
  ];

  @property({ attribute: false }) curves: readonly OperatingCurve[] = [];
  @property() kind: 'roc' | 'det' = 'roc';

  /** A rate's place on an axis, 0 to 1. */
  private place(rate: number): number {
    if (this.kind === 'roc') return rate;
    const [low, high] = [probit(LEAST), probit(MOST)];
    return (probit(Math.min(MOST, Math.max(LEAST, rate))) - low) / (high - low);
  }

  private at({ frr, far }: CurvePoint): string {
    const y = this.kind === 'roc' ? 1 - far : far;
    return `${(this.place(frr) * SIZE).toFixed(1)},${((1 - this.place(y)) * SIZE).toFixed(1)}`;
  }

  override render(): unknown {
    const drawn = this.curves.filter(({ points }) => points.length > 0);
    const roc = this.kind === 'roc';
    if (drawn.length === 0) return nothing;
    const ticks = roc ? ROC_TICKS : DET_TICKS;
    const percent = (rate: number): string => `${Number((100 * rate).toFixed(1))} %`;
    const [x, y] = ['live called spoof (FRR)', roc ? 'spoof caught (1 \u2212 FAR)' : 'spoof called live (FAR)'];
    return html`<figure>
      <figcaption class="small">
        <strong>${roc ? 'ROC' : 'DET'}</strong>:
        ${drawn.map(({ name }, index) => `${name} ${['solid', 'dashed', 'dotted'][index % 3]}`).join(', ')}
      </figcaption>
      <svg
        viewBox="-46 -8 ${SIZE + 58} ${SIZE + 42}"
        role="img"
        aria-label="${roc ? 'ROC' : 'DET'}: ${y} against ${x}; the table below has the points"
      >
        ${ticks.map((tick) => {
          const at = this.place(tick) * SIZE;
          return svg`<line class="grid" x1=${at} x2=${at} y1="0" y2=${SIZE} />
            <line class="grid" x1="0" x2=${SIZE} y1=${SIZE - at} y2=${SIZE - at} />
            <text x=${at} y=${SIZE + 14} text-anchor="middle">${percent(tick)}</text>
            <text x="-4" y=${SIZE - at + 3} text-anchor="end">${percent(tick)}</text>`;
        })}
        ${drawn.map(
          ({ points }, index) =>
            svg`<polyline class="curve" stroke-dasharray=${DASHES[index % 3]} points=${points.map((point) => this.at(point)).join(' ')} />`,
        )}
        <text x=${SIZE / 2} y=${SIZE + 30} text-anchor="middle">${x}</text>
        <text x=${-SIZE / 2} y="-36" text-anchor="middle" transform="rotate(-90)">${y}</text>
      </svg>
      <details>
        <summary>The points as a table</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="Points of ${roc ? 'ROC' : 'DET'}">
          <table>
            <thead>
              <tr>
                <th scope="col">Variant</th>
                <th scope="col" class="number">Threshold</th>
                <th scope="col" class="number">FRR</th>
                <th scope="col" class="number">FAR</th>
              </tr>
            </thead>
            <tbody>
              ${drawn.flatMap(({ name, points }) =>
                points.map(
                  ({ frr, far, threshold }) =>
                    html`<tr>
                      <td>${name}</td>
                      <td class="number">${Number.isFinite(threshold) ? threshold.toFixed(3) : 'none'}</td>
                      <td class="number">${percent(frr)}</td>
                      <td class="number">${percent(far)}</td>
                    </tr>`,
                ),
              )}
            </tbody>
          </table>
        </div>
      </details>
    </figure>`;
  }
}
