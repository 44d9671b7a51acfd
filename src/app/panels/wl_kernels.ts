/** Which of several kernels runs for each operation on this GPU, how long each takes, and the choice among them. */
import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { KernelReport } from '../../protocol';
import type { Session, SessionState } from '../../session/types';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { isGoing } from '../wording';

/** `tiles 1.2 ms, rows refused`: every variant with its time, where it has one. */
export function kernelTimes({ variants }: KernelReport): string {
  return variants
    .map(({ name, available, milliseconds, refused }) => {
      if (!available) return `${name} not on this GPU`;
      if (refused) return `${name} refused`;
      return milliseconds === null
        ? `${name} not timed`
        : `${name} ${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;
    })
    .join(', ');
}

@customElement('wl-kernels')
export class WlKernels extends SessionElement {
  static override styles = [
    shared,
    css`
      table {
        margin-block: 8px;
      }
    `,
  ];

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const going = isGoing(state.run);
    return html`
      <h3 style="font-size: inherit">Kernels</h3>
      <p class="small muted">
        Each operation runs as the kernel that was fastest on this GPU, as its default where none was timed, or as the
        one chosen here.
      </p>
      <table class="small">
        <thead>
          <tr>
            <th scope="col">Operation</th>
            <th scope="col">Kernel</th>
            <th scope="col">Time of one trial</th>
          </tr>
        </thead>
        <tbody>
          ${state.kernels.map(
            (report) =>
              html`<tr>
                <th scope="row">${report.operation}</th>
                <td>
                  <select
                    aria-label="Kernel of ${report.operation}"
                    ?disabled=${going}
                    @change=${(event: Event) => {
                      const { value } = event.target as HTMLSelectElement;
                      this.act(session.setKernel(report.operation, value === '' ? null : value));
                    }}
                  >
                    <option value="" ?selected=${!report.forced}>
                      ${report.variants.some(({ milliseconds }) => milliseconds !== null) ? 'fastest' : 'default'}${report.forced ? '' : ` (${report.current})`}
                    </option>
                    ${report.variants.map(
                      ({ name, available }) =>
                        html`<option
                          value=${name}
                          ?disabled=${!available}
                          ?selected=${report.forced && report.current === name}
                        >
                          ${name}
                        </option>`,
                    )}
                  </select>
                </td>
                <td>${kernelTimes(report)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${
        state.kernels.some(({ variants }) => variants.some(({ refused }) => refused))
          ? html`<p class="small muted">
              Refused: the GPU did not run the kernel, or the GPU or the page ended while it was timed. It is tried
              again only when you measure again.
            </p>`
          : nothing
      }
      <button type="button" ?disabled=${going} @click=${() => this.act(session.measureKernels())}>Measure again</button>
    `;
  }
}
