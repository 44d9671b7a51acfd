/** The page: header, training strip, one of four views, and the dialogs behind the header's buttons. */
import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { facesHidden } from '../session/faces';
import type { Session, SessionState, View } from '../session/types';
import './elements/wl_drop';
import './elements/wl_notices';
import './elements/wl_progress';
import { count } from './format';
import { icon } from './icons';
import './panels/wl_data';
import { keysOn } from './panels/wl_help';
import './panels/wl_inspect';
import type { WlInspect } from './panels/wl_inspect';
import './panels/wl_runs';
import './panels/wl_seal';
import './panels/wl_settings';
import './panels/wl_strip';
import './panels/wl_train';
import { SessionElement } from './session_element';
import { shared } from './shared_styles';
import { VIEWS, handleKey } from './shortcuts';
import { applyTheme } from './tokens';
import { veil } from './veil';
import { isGoing } from './wording';
import { page } from './why_live_styles';

const THEMES = ['auto', 'light', 'dark'] as const;

@customElement('why-live')
export class WhyLive extends SessionElement {
  static override styles = [
    shared,
    page,
    css`
      :host {
        min-height: 100dvh;
      }
    `,
  ];

  @state() private helping = false;
  @query('main') private main!: HTMLElement;
  @query('wl-inspect') private inspect?: WlInspect;
  private shown: View | null = null;

  private readonly key = (event: KeyboardEvent): void => {
    if (this.session === null || !keysOn()) return;
    const actions = {
      help: () => (this.helping = true),
      walk: (by: number) => this.inspect?.walk(by),
    };
    if (handleKey(event, this.session, actions)) event.preventDefault();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.key);
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    const state = this.session?.state;
    if (!state) return;
    applyTheme(state.theme);
    const name = VIEWS.find(({ id }) => id === state.view)?.name ?? '';
    const step = state.run?.steps.at(-1)?.step ?? 0;
    const progress = state.run && isGoing(state.run) ? `${count(step)} of ${count(state.run.config.steps)}, ` : '';
    const title = `${progress}${name} \u00b7 WhyLive`;
    if (document.title !== title) document.title = title;
    // A view is a new page to whoever reads it: it starts at its top, for the eye and for the screen reader.
    if (this.shown !== null && this.shown !== state.view) {
      scrollTo(0, 0);
      this.main.focus({ preventScroll: true });
    }
    this.shown = state.view;
  }

  private panel(view: View, session: Session): unknown {
    switch (view) {
      case 'data':
        return html`<wl-data .session=${session}></wl-data>`;
      case 'train':
        return html`<wl-train .session=${session}></wl-train>`;
      case 'inspect':
        return html`<wl-inspect .session=${session}></wl-inspect>`;
      case 'runs':
        return html`<wl-runs .session=${session}></wl-runs>`;
    }
  }

  private theme(session: Session, theme: SessionState['theme']): unknown {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    const label = `Theme: ${theme}. Change to ${next}`;
    return html`<button
      type="button"
      class="icon"
      aria-label=${label}
      title=${label}
      @click=${() => session.setTheme(next)}
    >
      ${icon(theme)}
    </button>`;
  }

  private failed(session: Session): unknown {
    return html`<section class="failed">
      <h1>The page could not start</h1>
      <p>The message above says what is wrong and what to do. Your data and runs are kept.</p>
      <div class="row">
        <button type="button" class="primary" @click=${() => location.reload()}>Load again</button>
        <button type="button" @click=${() => this.act(session.setBackend('wasm'))}>Try the processor (WASM)</button>
      </div>
    </section>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { view, boot } = state;
    // Before any picture is drawn.
    veil.set(facesHidden(state));
    const lost = boot.phase === 'failed' && state.data.samples.length === 0 && state.runs.length === 0;
    return html`
      <button type="button" class="skip" @click=${() => this.main.focus()}>Skip to the content</button>
      <header>
        <span class="brand"
          ><svg
            width="22"
            height="22"
            viewBox="0 0 22 22"
            fill="none"
            stroke="currentColor"
            stroke-width="1.6"
            aria-hidden="true"
          >
            <path d="M1 6V1h5M16 1h5v5M21 16v5h-5M6 21H1v-5" />
            <path d="M11 4.5c-3.3 0-5 2.4-5 6 0 4 2.3 7 5 7s5-3 5-7c0-3.6-1.7-6-5-6z" /></svg
          >WhyLive</span
        >
        <nav aria-label="Views">
          ${VIEWS.map(
            ({ id, name }, index) =>
              html`<button
                type="button"
                aria-current=${id === view ? 'page' : 'false'}
                title="${name} (${index + 1})"
                @click=${() => session.show(id)}
              >
                <span data-name=${name}>${name}</span>
              </button>`,
          )}
        </nav>
        <div class="tools">
          <wl-seal .session=${session}></wl-seal>
          <wl-settings .session=${session}></wl-settings>
          ${this.theme(session, state.theme)}
          <button
            type="button"
            class="icon"
            aria-label="Keys and help"
            aria-haspopup="dialog"
            @click=${() => (this.helping = true)}
          >
            ${icon('help')}
          </button>
        </div>
      </header>
      ${state.run === null ? nothing : html`<wl-strip .session=${session}></wl-strip>`}
      <main tabindex="-1" id="main">
        <wl-notices .session=${session} place="page"></wl-notices>
        ${lost ? this.failed(session) : this.panel(view, session)}
      </main>
      <wl-drop .session=${session}></wl-drop>
      <wl-help .open=${this.helping} @close=${() => (this.helping = false)}></wl-help>
    `;
  }
}
