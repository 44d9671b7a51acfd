/** The protocols to choose from: what each would train and test on, and what the chosen ones come to. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { SET_ROLES, type Protocol, type SetRole } from '../../protocol';
import { roleName } from '../../session/experiments/ways';
import type { Preview, ProtocolPreview } from '../../session/types';
import { count, duration, plural } from '../format';
import { shared } from '../shared_styles';

const isRole = (name: string): name is SetRole => SET_ROLES.some((role) => role === name);

export interface Choice {
  /** Of the protocol. */
  id: string;
  chosen: boolean;
}

/** @fires choose - a `Choice` */
@customElement('wl-protocol-list')
export class WlProtocolList extends LitElement {
  static override styles = [
    shared,
    css`
      td,
      th {
        vertical-align: top;
      }
    `,
  ];

  @property({ attribute: false }) protocols: readonly Protocol[] = [];
  /** Of those that are chosen. */
  @property({ attribute: false }) preview: Preview | null = null;
  @property({ attribute: false }) without: ReadonlySet<string> = new Set();

  private choose(id: string, chosen: boolean): void {
    this.dispatchEvent(new CustomEvent<Choice>('choose', { detail: { id, chosen } }));
  }

  private row({ id, variants, train, tests, about }: Protocol): unknown {
    const chosen = !this.without.has(id);
    const of = chosen ? this.preview?.protocols.find((one) => one.id === id) : undefined;
    const whatFor = about === '' ? `Trains on ${train.join(', ')}; tests on ${tests.join(', ')}.` : about;
    return html`<tr>
      <td>
        <input
          type="checkbox"
          aria-label="Protocol ${id}"
          .checked=${chosen}
          @change=${(event: Event) => this.choose(id, (event.target as HTMLInputElement).checked)}
        />
      </td>
      <th scope="row">
        <span class="strong" style="color: var(--ink)">${id}</span><br />
        ${variants.map(({ name }) => name).join(', ')}
      </th>
      <td>${of ? this.comes(of) : html`<span class="muted">${whatFor}</span>`}</td>
    </tr>`;
  }

  private comes({ train, trainCount, developmentCount, tests, problem, notes }: ProtocolPreview): unknown {
    const lacks = train.filter(({ set }) => set === null).map(({ name }) => name);
    return html`
      <p>
        Trains on ${train.map(({ name, set }) => set ?? `${name} (not loaded)`).join(', ')}:
        ${plural(trainCount.frames, 'frame')}, ${count(trainCount.live)} live, ${count(trainCount.spoof)} spoof;
        ${count(developmentCount.frames)} held back for thresholds.
      </p>
      ${tests.map(
        ({ name, set, count: n, text, textless, problem: missing }) =>
          html`<p class=${missing === null ? 'muted' : 'warning'}>
            ${
              set === null
                ? `Tests on ${name}: not loaded.`
                : missing === null
                  ? `Tests on ${set ?? name}: ${plural(n.frames, 'frame')} of ${plural(n.videos, 'video')}, ${count(n.live)} live, ${count(n.spoof)} spoof, text of ${count(text)}${textless.length > 0 ? ` (of no ${textless.join(', ')})` : ''}.`
                  : `Tests on ${name}: ${missing}`
            }
          </p>`,
      )}
      ${problem === null ? nothing : html`<p class="error">${lacks.length > 0 ? `Cannot be trained without ${lacks.join(', ')}.` : problem}</p>`}
      ${notes.filter((note) => !this.common.has(note)).map((note) => html`<p class="warning">${note}</p>`)}
    `;
  }

  private get shown(): ProtocolPreview[] {
    return (this.preview?.protocols ?? []).filter(({ id }) => !this.without.has(id));
  }

  /** Sets that chosen protocols name and that are not there: what to do about them is said once. */
  private missing(): unknown {
    const names = this.shown.flatMap(({ train, tests }) => [...train, ...tests].filter(({ set }) => set === null));
    const unique = [...new Set(names.map(({ name }) => name))];
    if (unique.length === 0) return nothing;
    const titles = unique.map((name) => (isRole(name) ? `${name} (${roleName(name)})` : name));
    const [them, others] = unique.length === 1 ? ['it', 'another set'] : ['them', 'other sets'];
    return html`<p class="small warning" id="missing">
      Not loaded: ${titles.join(', ')}. Import or generate ${them} under Data, or name ${others} for ${them}.
    </p>`;
  }

  /** Notes of several of the chosen protocols: said once, above them. */
  private get common(): Set<string> {
    const all = this.shown.flatMap(({ notes }) => notes);
    return new Set(all.filter((note, index) => all.indexOf(note) < index));
  }

  private cost(): unknown {
    const { preview } = this;
    if (preview === null || preview.protocols.length === 0) return nothing;
    const { trainings, steps, scorings, frames, text, left, seconds } = preview;
    if (trainings === 0)
      return html`<p class="small" id="cost">None of the ${plural(left, 'job')} can run with these data.</p>`;
    return html`<p class="small" id="cost">
      ${plural(trainings, 'training')} of ${plural(steps, 'step')} in all, each distinct one once;
      ${plural(scorings, 'judgment')} of ${plural(frames, 'frame')}, text of ${count(text)}.
      ${
        seconds === null
          ? `How long it takes is known after a run with this model on this device${text > 0 ? ' that wrote captions' : ''}.`
          : `About ${duration(seconds)}, by what earlier runs took here.`
      }
      ${left === 0 ? nothing : `Without ${plural(left, 'job')} that cannot run with these data: the rows say why.`}
    </p>`;
  }

  override render(): unknown {
    return html`
      ${this.cost()} ${this.missing()}
      ${[...this.common].map((note) => html`<p class="small warning common">${note}</p>`)}
      <div class="scroll" tabindex="0" role="region" aria-label="Protocols">
        <table>
          <thead>
            <tr>
              <th scope="col"><span class="hidden">Chosen</span></th>
              <th scope="col">Protocol, variants</th>
              <th scope="col">What it trains and tests on</th>
            </tr>
          </thead>
          <tbody>
            ${this.protocols.map((protocol) => this.row(protocol))}
          </tbody>
        </table>
      </div>
    `;
  }
}
