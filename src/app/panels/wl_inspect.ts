/** Inspect: pick a frame, watch it being explained, with the adapter on and off side by side. */
import { css, html, nothing } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { CaptionStyle } from '../../protocol';
import type { RunRecord, Session, SessionState } from '../../session/types';
import '../elements/wl_notices';
import '../elements/wl_picker';
import type { WlPicker } from '../elements/wl_picker';
import { icon } from '../icons';
import { radios, type Choice } from '../radios';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import './wl_sampling';
import './wl_sheet';

const STYLES: readonly Choice<CaptionStyle>[] = [
  { value: 'reasoning', words: 'Reasoning' },
  { value: 'vanilla', words: 'Vanilla' },
];

@customElement('wl-inspect')
export class WlInspect extends SessionElement {
  static override styles = [
    shared,
    css`
      .view {
        display: grid;
        grid-template-columns: 232px minmax(0, 1fr);
        gap: 24px 40px;
        margin-block-start: 12px;
        height: max(520px, calc(100dvh - var(--above, 216px)));
        max-height: 880px;
      }
      select {
        max-width: 220px;
      }
      .note {
        min-height: 24px;
        margin-block-start: 4px;
      }
      fieldset {
        display: flex;
        gap: 16px;
      }
      .explain {
        min-width: 148px;
      }
      @media (min-width: 1600px) {
        .view {
          grid-template-columns: 320px minmax(0, 1fr);
        }
      }
      @media (max-width: 960px) {
        .view {
          grid-template-columns: minmax(0, 1fr);
          height: auto;
          max-height: none;
        }
        wl-picker {
          height: 232px;
        }
      }
    `,
  ];

  @query('wl-picker') private picker?: WlPicker;

  /** For the arrow keys of the page: goes to the sample `by` places on. */
  walk(by: number): void {
    this.picker?.walk(by);
  }

  private runs(state: Readonly<SessionState>): RunRecord[] {
    const { runs, run } = state;
    return run === null || runs.some(({ id }) => id === run.id) ? runs : [run, ...runs];
  }

  private controls(state: Readonly<SessionState>, session: Session, busy: boolean, why: string | null): unknown {
    const { inspect } = state;
    return html`<div class="row">
      <fieldset>
        <legend class="hidden">Style of explanation</legend>
        ${radios('style', inspect.style, STYLES, (style) => session.setInspect({ style }))}
      </fieldset>
      <label class="field"
        >Adapter of
        <select
          @change=${(event: Event) => session.setInspect({ runId: (event.target as HTMLSelectElement).value || null })}
        >
          <option value="" ?selected=${inspect.runId === null}>no run</option>
          ${this.runs(state).map(
            (run) => html`<option value=${run.id} ?selected=${run.id === inspect.runId}>${run.name}</option>`,
          )}
        </select>
      </label>
      <wl-sampling .session=${session}></wl-sampling>
      ${
        busy
          ? html`<button type="button" class="primary explain" @click=${() => session.cancelExplain()}>
              ${icon('stop')} Stop
            </button>`
          : html`<button
              type="button"
              class="primary explain"
              id="explain"
              ?disabled=${why !== null}
              aria-describedby="why"
              @click=${() => this.act(session.explain())}
            >
              Explain
            </button>`
      }
    </div>`;
  }

  private whyNot(state: Readonly<SessionState>): string | null {
    if (state.boot.phase === 'starting') return 'The threads are still starting; this takes a few seconds.';
    if (state.boot.phase === 'failed') return 'The page could not start; see the message above.';
    if (state.model === null) return 'No model is loaded.';
    if (state.inspect.sampleId === null) return 'Pick a frame first.';
    return null;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { data, inspect, model, boot } = state;
    const busy = inspect.on.busy || inspect.off.busy;
    const why = this.whyNot(state);
    if (data.samples.length === 0) {
      return html`<div class="bar"><h1>Inspect</h1></div>
        <wl-notices .session=${session} place="inspect"></wl-notices>
        <p class="muted" style="margin-block: 16px">
          There is no frame to look at yet. Add some under Data, or start the demo there.
        </p>
        <button type="button" class="primary" @click=${() => session.show('data')}>Go to Data</button>`;
    }
    return html`
      <div class="bar">
        <h1>Inspect</h1>
        ${this.controls(state, session, busy, why)}
      </div>
      <p class="note small muted" id="why">
        ${
          why ??
          (model?.synthetic
            ? 'The embedded backbone was made on generated scenes and never saw a photograph: its verdicts on real photos are unreliable.'
            : nothing)
        }
        ${
          model === null && boot.phase === 'ready'
            ? html`<button type="button" class="link small" @click=${() => this.act(session.loadEmbeddedModel())}>
                Load the embedded model
              </button>`
            : nothing
        }
      </p>
      <wl-notices .session=${session} place="inspect"></wl-notices>
      <div class="view" style="--above: ${state.run === null ? 176 : 242}px">
        <wl-picker
          .samples=${data.samples}
          .test=${new Set(data.split.test)}
          .selected=${inspect.sampleId ?? ''}
          @pick=${(event: CustomEvent<string>) => session.selectSample(event.detail)}
        ></wl-picker>
        ${
          inspect.sampleId === null
            ? html`<p class="muted">
                Pick a frame to see it large and have it explained. Arrow keys walk through them.
              </p>`
            : html`<wl-sheet .session=${session}></wl-sheet>`
        }
      </div>
    `;
  }
}
