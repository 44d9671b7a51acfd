/** Which data set each name of an experiment stands for: another can be given while nothing rests on the present one. */
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Experiment } from '../../protocol';
import { isRole, roleName, usedNames, type UsedName } from '../../session/experiments/ways';
import type { Session, SessionState } from '../../session/types';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

@customElement('wl-queue-sets')
export class WlQueueSets extends SessionElement {
  static override styles = [
    shared,
    css`
      details {
        margin-block-start: 8px;
      }
      .sets {
        display: grid;
        grid-template-columns: auto minmax(0, 320px) minmax(0, 1fr);
        align-items: center;
        gap: 4px 12px;
        margin-block-start: 8px;
      }
      select {
        width: 100%;
        text-overflow: ellipsis;
      }
      .sets .muted {
        overflow-wrap: anywhere;
      }
      @media (max-width: 640px) {
        .sets {
          grid-template-columns: auto minmax(0, 1fr);
        }
        .sets .muted {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  @property({ attribute: false }) experiment: Experiment | null = null;

  private one(
    { name, set, fixedBy }: UsedName,
    { data, queue }: Readonly<SessionState>,
    experiment: Experiment,
    session: Session,
  ): unknown {
    const loaded = data.sets.map((other) => other.name);
    const id = `set-of-${name}`;
    return html`<label for=${id}>${isRole(name) ? `${name}, ${roleName(name)}` : name}</label>
      <select
        id=${id}
        ?disabled=${fixedBy !== null || queue.elsewhere}
        @change=${(event: Event) =>
          this.act(session.experiments.assign(experiment.id, name, (event.target as HTMLSelectElement).value))}
      >
        ${
          loaded.includes(set)
            ? nothing
            : html`<option value=${set} .selected=${true}>
                ${set === name ? 'none' : `${set}, which is not loaded`}
              </option>`
        }
        ${loaded.map((other) => html`<option value=${other} .selected=${other === set}>${other}</option>`)}
      </select>
      <span class="muted">${fixedBy === null ? nothing : `used by ${fixedBy}`}</span>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { experiment } = this;
    const names = experiment === null ? [] : usedNames(experiment);
    if (experiment === null || names.length === 0) return nothing;
    return html`<details>
      <summary>Sets of what is not done yet</summary>
      <p class="small muted">
        A set can be changed until a job that uses it goes; what failed for want of it then waits again.
      </p>
      <div class="sets small">${names.map((name) => this.one(name, state, experiment, session))}</div>
    </details>`;
  }
}
