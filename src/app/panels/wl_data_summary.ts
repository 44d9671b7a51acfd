/** What the data are: counts, the split, and whether faces are shown. */
import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Label, SampleRow } from '../../protocol';
import { facesHidden, whyHidden } from '../../session/faces';
import type { DataState, Session, SessionState } from '../../session/types';
import '../elements/wl_verdict';
import { count, plural } from '../format';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

interface Column {
  key: string;
  label: Label | null;
  attack: string | null;
}

/** More kinds of attack than this do not fit beside each other: they get a list of their own. */
const MOST_ATTACKS = 3;

/** Everything that is counted over all samples. */
interface Figures {
  /** Attacks of the spoof samples with their numbers, in the order of names; `unnamed` where none is given. */
  attacks: [attack: string, n: number][];
  /** Columns of the count table: live, then spoof or each attack, then spoof without a named attack, then unlabelled. */
  heads: Column[];
  /** Samples by set and column. */
  counts: Map<string, Map<string, number>>;
  /** Some samples are of an official part of their set. */
  parted: boolean;
  train: { all: number; live: number };
  test: { all: number; live: number };
}

const columnOf = ({ label, attack }: SampleRow, byAttack: boolean): Column => {
  const named = label === 'spoof' && byAttack ? attack : null;
  return { key: `${label === 'live' ? 0 : label === 'spoof' ? 1 : 2}/${named ?? ''}`, label, attack: named };
};

/** Two passes over tens of thousands of samples: to be made when these change, not at each step of an import. */
function figuresOf({ samples, split }: Pick<DataState, 'samples' | 'split'>): Figures {
  const attacks = attacksOf(samples);
  const byAttack = attacks.length <= MOST_ATTACKS;
  const heads = new Map<string, Column>();
  const counts = new Map<string, Map<string, number>>();
  let parted = false;
  const shares = [split.train, split.test].map((ids) => ({ ids: new Set(ids), all: 0, live: 0 }));
  for (const sample of samples) {
    const column = columnOf(sample, byAttack);
    if (!heads.has(column.key)) heads.set(column.key, column);
    let own = counts.get(sample.set);
    if (own === undefined) counts.set(sample.set, (own = new Map<string, number>()));
    own.set(column.key, (own.get(column.key) ?? 0) + 1);
    if (sample.part !== undefined) parted = true;
    for (const share of shares) {
      if (!share.ids.has(sample.id)) continue;
      share.all++;
      if (sample.label === 'live') share.live++;
    }
  }
  const [train, test] = shares;
  const none = { all: 0, live: 0 };
  return {
    attacks,
    heads: [...heads.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
    ...{ counts, parted, train: train ?? none, test: test ?? none },
  };
}

/** Attacks of the spoof samples with their numbers, in the order of names; `unnamed` where none is given. */
export function attacksOf(samples: readonly SampleRow[]): [attack: string, n: number][] {
  const found = new Map<string, number>();
  for (const { label, attack } of samples) {
    if (label === 'spoof') found.set(attack ?? 'unnamed', (found.get(attack ?? 'unnamed') ?? 0) + 1);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

@customElement('wl-data-summary')
export class WlDataSummary extends SessionElement {
  static override styles = [
    shared,
    css`
      section + section {
        margin-block-start: 24px;
      }
      h2 {
        margin-block-end: 4px;
      }
      .attacks {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(160px, 1fr));
        gap: 4px 32px;
        margin-block-start: 12px;
      }
      .attacks div {
        display: flex;
        justify-content: space-between;
        gap: 8px;
      }
      tr:last-child :is(td, th) {
        border: 0;
      }
    `,
  ];

  private figures: Figures | null = null;
  private figuresFor: Pick<DataState, 'samples' | 'split'> | null = null;

  /** Counted again only when samples or split have changed. */
  private counted(data: DataState): Figures {
    const { samples, split } = data;
    if (this.figures === null || this.figuresFor?.samples !== samples || this.figuresFor.split !== split) {
      this.figures = figuresOf(data);
      this.figuresFor = { samples, split };
    }
    return this.figures;
  }

  private counts({ attacks, heads, counts }: Figures): unknown {
    const byAttack = attacks.length <= MOST_ATTACKS;
    const sets = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return html`<div class="scroll named" tabindex="0" role="region" aria-label="Counts by set">
      <table>
        <thead>
          <tr>
            <th scope="col">Set</th>
            ${heads.map(
              ({ label, attack }) =>
                html`<th scope="col" class="number">
                  ${label === null ? 'no label' : html`<wl-verdict verdict=${label} word=${attack ?? label}></wl-verdict>`}
                </th>`,
            )}
            <th scope="col" class="number">all</th>
          </tr>
        </thead>
        <tbody>
          ${sets.map(([set, own]) => {
            const all = [...own.values()].reduce((sum, n) => sum + n, 0);
            return html`<tr>
              <th scope="row">${set}</th>
              ${heads.map(({ key }) => {
                const n = own.get(key) ?? 0;
                return html`<td class="number ${n === 0 ? 'muted' : ''}">${count(n)}</td>`;
              })}
              <td class="number">${count(all)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
      ${
        byAttack
          ? nothing
          : html`<dl class="attacks small" aria-label="Spoof samples by attack">
              ${attacks.map(
                ([attack, n]) =>
                  html`<div>
                    <dt>${attack}</dt>
                    <dd>${count(n)}</dd>
                  </div>`,
              )}
            </dl>`
      }
    </div>`;
  }

  private faces(state: Readonly<SessionState>, session: Session): unknown {
    const why = whyHidden(state);
    return html`<section>
      <label class="choice small"
        ><input
          type="checkbox"
          id="hide-faces"
          .checked=${facesHidden(state)}
          @change=${(event: Event) =>
            this.act(session.setFaces((event.target as HTMLInputElement).checked ? 'hidden' : 'shown'))}
        />No thumbnails: show no face, here or in exports</label
      >
      ${why === null ? nothing : html`<p class="small muted">${why} Untick the box if your use of it allows that.</p>`}
    </section>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { data, config } = state;
    const { samples, split } = data;
    const figures = this.counted(data);
    const share = ({ all, live }: Figures['train']): string =>
      `${plural(all, 'sample')}: ${count(live)} live, ${count(all - live)} spoof`;
    return html`
      <section>
        <h2>Counts</h2>
        ${this.counts(figures)}
      </section>
      <section>
        <h2>Split</h2>
        <dl class="small facts">
          <dt>Train</dt>
          <dd>${share(figures.train)}</dd>
          <dt>Held out</dt>
          <dd>${share(figures.test)}</dd>
          <dt>Cut by</dt>
          <dd>${config.splitBy}, never within one; seed ${config.seed}</dd>
        </dl>
        ${
          figures.parted
            ? html`<p class="small muted" style="margin-block-start: 4px">
                Official parts of a set (train, development, test) are used by Protocols alone.
              </p>`
            : nothing
        }
        ${split.problems.map((problem) => html`<p class="small warning" style="margin-block-start: 4px">${problem}</p>`)}
      </section>
      ${samples.length > 0 ? this.faces(state, session) : nothing}
    `;
  }
}
