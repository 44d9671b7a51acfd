/** One protocol on one test: operating curves, confusion, each attack, and who disagrees with whom. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Interval } from '../../protocol';
import type { ResultDetail, Session, VariantDetail } from '../../session/types';
import '../elements/wl_confusion';
import '../elements/wl_operating';
import { count, percent, plural } from '../format';
import { shared } from '../shared_styles';

/** More of them nobody reads here; the export has all. */
const MOST_LISTED = 50;

/** A rate of `n` samples over its interval. */
function cell(rate: number | null, n: number, interval: Interval | undefined): unknown {
  const end = (share: number): number => Math.round(100 * share);
  return html`<td class="number">
    ${percent(rate, n)}
    ${
      interval === undefined
        ? nothing
        : html`<small title="${plural(interval.videos, 'video')} drawn from"
            >${end(interval.level)} %: ${end(interval.low)} to ${end(interval.high)}</small
          >`
    }
  </td>`;
}

@customElement('wl-result-detail')
export class WlResultDetail extends LitElement {
  static override styles = [
    shared,
    css`
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(260px, 1fr));
        gap: 24px 48px;
        margin-block-start: 16px;
      }
      h3 {
        margin-block-end: 4px;
      }
      .listed {
        max-height: 280px;
        overflow-y: auto;
      }
      small {
        display: block;
        color: var(--muted);
        white-space: nowrap;
      }
      li {
        padding-block: 2px;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) session: Session | null = null;
  @property({ attribute: false }) detail: ResultDetail | null = null;

  private variant({ variant, measures }: VariantDetail): unknown {
    const { reader, policyWords, threshold, n, live, spoof, unit, notes, byAttack } = measures;
    return html`<section aria-label=${variant}>
      ${
        reader !== 'text' && threshold === null
          ? html`<h3>${variant}</h3>
              <p class="small">
                Without a threshold nothing is called live or spoof: the notes say why there is none.
              </p>`
          : html`<wl-confusion
              .caption=${variant}
              .confusion=${measures.confusion}
              ?undecided=${reader === 'text'}
            ></wl-confusion>`
      }
      <p class="small muted">
        ${reader}, ${policyWords}${threshold === null ? nothing : `, threshold ${threshold.toFixed(3)}`};
        ${plural(n, unit)}, ${count(live)} live, ${count(spoof)} spoof.
      </p>
      ${
        byAttack.length < 2
          ? nothing
          : html`<table>
              <caption class="hidden">
                Each attack against all live, ${variant}
              </caption>
              <thead>
                <tr>
                  <th scope="col">Attack</th>
                  <th scope="col" class="number">HTER</th>
                  <th scope="col" class="number">APCER</th>
                  <th scope="col" class="number">n spoof</th>
                </tr>
              </thead>
              <tbody>
                ${byAttack.map(
                  (attack) =>
                    html`<tr>
                      <th scope="row">${attack.attack}</th>
                      ${cell(attack.hter, attack.spoof + attack.live, attack.intervals?.hter)}
                      ${cell(attack.far, attack.spoof, attack.intervals?.far)}
                      <td class="number">${count(attack.spoof)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }
      ${notes.map((note) => html`<p class="small muted">${note}</p>`)}
    </section>`;
  }

  private inspect(id: string, runId: string): void {
    this.session?.setInspect({ runId });
    this.session?.selectSample(id);
    this.session?.show('inspect');
  }

  private agreements({ variant, runId, agreements }: VariantDetail): unknown {
    return agreements.map(({ first, second, n, observed, kappa, contradictions, unit }) => {
      const loaded = new Set(this.session?.state.data.samples.map(({ id }) => id));
      return html`<section aria-label="${variant}: ${first.reader} and ${second.reader}">
        <h3>${variant}: ${first.reader} and ${second.reader}</h3>
        <p class="small">
          Cohen’s kappa ${kappa === null ? 'undefined' : kappa.toFixed(2)}; the same verdict in ${percent(observed, n)}
          of ${plural(n, unit)}. ${plural(contradictions.length, 'contradiction')}.
        </p>
        ${
          contradictions.length === 0
            ? nothing
            : html`<details>
                <summary>Which</summary>
                <ul class="small listed">
                  ${contradictions
                    .slice(0, MOST_LISTED)
                    .map(
                      ({ trial, first: one, second: other }) =>
                        html`<li>
                          ${
                            loaded.has(trial.id)
                              ? html`<button type="button" class="link" @click=${() => this.inspect(trial.id, runId)}>
                                  ${trial.set}/${trial.file}
                                </button>`
                              : html`${trial.set}/${trial.file}`
                          }:
                          ${trial.label}; ${first.reader} says ${one}, ${second.reader} ${other}
                        </li>`,
                    )}
                </ul>
                ${contradictions.length > MOST_LISTED ? html`<p class="small muted">The first ${MOST_LISTED}.</p>` : nothing}
              </details>`
        }
      </section>`;
    });
  }

  override render(): unknown {
    const { detail } = this;
    if (detail === null) return nothing;
    if (detail.variants.length === 0) return html`<p class="small muted">Nothing of it is judged in this way yet.</p>`;
    const curves = detail.variants.map(({ variant, points }) => ({ name: variant, points }));
    return html`
      <div class="pair">${detail.variants.map((variant) => this.variant(variant))}</div>
      ${detail.tests.map(({ first, second, n, onlyFirst, onlySecond, p, test }) =>
        n === 0
          ? html`<p class="small" style="margin-block-start: 16px">
              McNemar: no video has a verdict of both ${first} and ${second}, so nothing can be compared.
            </p>`
          : html`<p class="small" style="margin-block-start: 16px">
              McNemar by video, on the same ${plural(n, 'video')}: ${first} alone is right on ${count(onlyFirst)},
              ${second} alone on ${count(onlySecond)}; p ${p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`} (${test}).
            </p>`,
      )}
      <div class="pair">
        <wl-operating kind="roc" .curves=${curves}></wl-operating>
        <wl-operating kind="det" .curves=${curves}></wl-operating>
      </div>
      <div class="pair">${detail.variants.flatMap((variant) => this.agreements(variant))}</div>
    `;
  }
}
