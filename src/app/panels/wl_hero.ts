/** The first visit: one button that starts the demo, one line that says what will happen and how long it takes. */
import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Session, SessionState } from '../../session/types';
import { addData } from '../add_data';
import '../elements/wl_face';
import '../elements/wl_progress';
import { plural } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import './wl_generate';

@customElement('wl-hero')
export class WlHero extends SessionElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        align-items: center;
        min-height: min(880px, calc(100dvh - 160px));
      }
      .hero {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1.05fr);
        align-items: center;
        gap: clamp(32px, 6vw, 112px);
        max-width: 1320px;
        margin-inline: auto;
        width: 100%;
      }
      h1 {
        font-size: clamp(1.75rem, 3.1vw, 2.75rem);
        line-height: 1.15;
        letter-spacing: -0.02em;
        text-wrap: balance;
      }
      .what {
        margin-block: 24px 32px;
        max-width: 52ch;
      }
      .start {
        min-height: 48px !important;
        padding-inline: 28px !important;
        font-size: 1rem !important;
      }
      .length {
        margin-block: 12px 0;
        min-height: 46px;
        max-width: 52ch;
      }
      .own {
        margin-block-start: 24px;
        padding-block-start: 24px;
        border-block-start: 1px solid var(--hairline);
      }
      @media (max-width: 860px) {
        .hero {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  private async import(kind: 'folder' | 'files', session: Session): Promise<void> {
    await addData(kind, session);
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { boot, config } = state;
    const ready = boot.phase === 'ready';
    return html`<div class="hero">
      <div>
        <h1>Is this a face, or a picture of one? Watch a model learn to tell, and to say why.</h1>
        <p class="what">
          A small vision-language model trains here, on your machine, on faces that never leave this tab. It calls each
          one live or spoof and explains the call in six steps.
        </p>
        <button
          type="button"
          class="primary start"
          id="start-demo"
          ?disabled=${!ready}
          aria-describedby="length"
          @click=${() => this.act(session.startDemo())}
        >
          ${icon('play')} Start the demo
        </button>
        <div class="length small muted" id="length">
          ${
            boot.phase === 'starting'
              ? html`Getting ready${boot.progress ? html`: ${boot.progress.label}` : nothing}. The button opens in a few
                seconds.`
              : boot.phase === 'failed'
                ? 'The page could not start: the message above says why.'
                : html`Loads generated faces, none of a real person, and trains for ${plural(config.steps, 'step')}.
                  About a minute on two processor cores. Pause or stop at any time.`
          }
        </div>
        <div class="own">
          <p class="small muted" style="margin-block-end: 12px">
            Or use your own images and videos, dropped anywhere on the page, or generate a set of other faces.
          </p>
          <div class="row">
            <button type="button" ?disabled=${!ready} @click=${() => this.act(this.import('folder', session))}>
              ${icon('folder')} Choose a folder
            </button>
            <button type="button" ?disabled=${!ready} @click=${() => this.act(this.import('files', session))}>
              ${icon('files')} Choose files
            </button>
            <wl-generate .session=${session}></wl-generate>
          </div>
        </div>
      </div>
      <wl-face></wl-face>
    </div>`;
  }
}
