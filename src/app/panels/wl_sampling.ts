/** Inspect: whether a caption takes the likeliest word each time, or draws its words, and how boldly. */
import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { CaptionSampling } from '../../protocol';
import type { Session, SessionState } from '../../session/types';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

/** A choice of this page: lively, and seldom out of the training texts. */
const START: CaptionSampling = { temperature: 0.8, topK: 0, topP: 0.95, seed: 0 };

interface Field {
  key: Exclude<keyof CaptionSampling, 'seed'>;
  label: string;
  hint: string;
  min: number;
  max: number;
  step: number;
}

const FIELDS: readonly Field[] = [
  {
    key: 'temperature',
    label: 'Temperature',
    hint: 'Above 1 bolder, below 1 closer to the likeliest words',
    min: 0.05,
    max: 5,
    step: 0.05,
  },
  {
    key: 'topP',
    label: 'Top p',
    hint: 'Only the likeliest tokens that together reach this probability',
    min: 0.01,
    max: 1,
    step: 0.01,
  },
  {
    key: 'topK',
    label: 'Top k',
    hint: 'Only this many of the likeliest tokens; 0: all',
    min: 0,
    max: 100_000,
    step: 1,
  },
];

@customElement('wl-sampling')
export class WlSampling extends SessionElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 16px;
      }
      input {
        width: 76px;
      }
    `,
  ];

  protected view({ inspect: { sampling } }: Readonly<SessionState>, session: Session): unknown {
    const choose = (event: Event): void =>
      session.setInspect({ sampling: (event.target as HTMLSelectElement).value === 'drawn' ? START : null });
    return html`<label class="field"
        >Words
        <select id="words" @change=${choose}>
          <option value="likeliest" ?selected=${sampling === null}>the likeliest</option>
          <option value="drawn" ?selected=${sampling !== null}>drawn</option>
        </select>
      </label>
      ${sampling === null ? nothing : FIELDS.map((field) => this.field(field, sampling, session))}`;
  }

  private field({ key, label, hint, min, max, step }: Field, sampling: CaptionSampling, session: Session): unknown {
    const change = (event: Event): void => {
      const input = event.target as HTMLInputElement;
      // The browser says what is wrong with a value; the last one that was right stays in use.
      if (input.reportValidity()) session.setInspect({ sampling: { ...sampling, [key]: input.valueAsNumber } });
    };
    return html`<label class="field" title=${hint}
      >${label}
      <input
        type="number"
        name=${key}
        required
        min=${min}
        max=${max}
        step=${step}
        .value=${String(sampling[key])}
        @change=${change}
      />
    </label>`;
  }
}
