/** The dry run: what an import would do, before it does, and how it is to be done. */
import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { FaceCrop, FrameRule, SurveyGroup, SurveyedSet } from '../../protocol';
import type { PendingImport, Session, SessionState } from '../../session/types';
import '../elements/wl_dialog';
import '../elements/wl_verdict';
import { bytes, count, duration, plural } from '../format';
import { radios, type Choice } from '../radios';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

const RULES: readonly Choice<FrameRule>[] = [
  {
    value: 'paper',
    words: 'Early and middle',
    about: 'The paper’s text: one frame at a tenth of a clip, one at its half.',
  },
  {
    value: 'authors',
    words: 'As the authors cut them',
    about: 'Tight face crops of every fifth frame; of these the one at 4 and the one half the clip later.',
  },
];
const CROPS: readonly Choice<FaceCrop>[] = [
  { value: 'none', words: 'Whole frame' },
  { value: 'margin', words: 'Face with a margin' },
  { value: 'tight', words: 'Tight face' },
];
/** Most lines of a list before it is cut. */
const MOST = 8;
/** Parts in the order in which they are used. */
const PARTS = ['train', 'development', 'test', null] as const;

@customElement('wl-survey')
export class WlSurvey extends SessionElement {
  static override styles = [
    shared,
    css`
      section {
        margin-block-start: 20px;
      }
      .figures {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 40px;
      }
      .figures dt {
        font-size: var(--small);
      }
      .figures dd {
        font-size: var(--large);
        font-weight: var(--strong);
      }
      /* The tables of all sets are as one. */
      table {
        table-layout: fixed;
      }
      th:first-child {
        width: 6rem;
      }
      th:last-child {
        width: 4rem;
      }
      h3 {
        margin-block-start: 12px;
      }
      .options label {
        display: flex;
      }
      .options {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 8px 32px;
      }
      li {
        padding-block: 2px;
        overflow-wrap: anywhere;
      }
      footer {
        position: sticky;
        inset-block-end: 0;
        margin: 24px -24px -24px;
        padding: 12px 24px;
        background: var(--paper);
        border-block-start: 1px solid var(--hairline);
      }
      @media (max-width: 560px) {
        .options {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  private figures({ survey, finished, trying, estimate }: PendingImport, storage: SessionState['storage']): unknown {
    const left = Math.max(0, survey.files - finished.files);
    const room = storage === null ? null : storage.quota - storage.usage;
    const waiting = trying ? 'trying a few files' : '\u2013';
    return html`<dl class="figures">
        <div>
          <dt>To decode</dt>
          <dd>${plural(left, 'file')}</dd>
        </div>
        <div>
          <dt>${finished.files > 0 ? 'Frames in all, at most' : 'Frames, at most'}</dt>
          <dd>${count(survey.frames)}</dd>
        </div>
        <div>
          <dt>Takes about</dt>
          <dd>${estimate.seconds === null ? waiting : duration(estimate.seconds)}</dd>
        </div>
        <div>
          <dt>Stores about</dt>
          <dd>${estimate.bytes === null ? waiting : bytes(estimate.bytes)}</dd>
        </div>
      </dl>
      ${
        finished.files > 0
          ? html`<p class="small" style="margin-block-start: 8px">
              ${plural(finished.files, 'file')} of ${count(survey.files)} ${finished.files === 1 ? 'is' : 'are'} there
              already and will not be decoded again.
            </p>`
          : nothing
      }
      ${
        room !== null && estimate.bytes !== null && estimate.bytes > room
          ? html`<p class="small warning" style="margin-block-start: 8px">
              The browser grants this page ${bytes(room)} more. The import would end when that is full, with what is
              done kept. Free disk space, or leave sets out.
            </p>`
          : nothing
      }`;
  }

  private groups(groups: readonly SurveyGroup[]): unknown {
    const parts = PARTS.filter((part) => groups.some((group) => group.part === part));
    return parts.map((part) => {
      const own = groups.filter((group) => group.part === part);
      return html`<tr>
        <td>${part ?? (parts.length > 1 ? 'no part' : 'all')}</td>
        <td>
          ${own
            .sort((a, b) => order(a) - order(b) || b.files - a.files)
            .map(
              ({ label, attack, files }) =>
                html`<span class="nowrap" style="margin-inline-end: 16px"
                  >${label === null ? 'no label' : html`<wl-verdict verdict=${label} word=${attack ?? label}></wl-verdict>`}
                  ${count(files)}</span
                > `,
            )}
        </td>
        <td class="number">${count(own.reduce((sum, { files }) => sum + files, 0))}</td>
      </tr>`;
    });
  }

  private set(set: SurveyedSet): unknown {
    return html`<h3>
        ${set.name}${set.faceSet === null || set.faceSet === set.name.toLowerCase() ? nothing : html` <span class="muted">${set.faceSet}</span>`}
      </h3>
      <p class="small muted">${set.how}</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Files of ${set.name}">
        <table>
          <thead>
            <tr>
              <th scope="col">Part</th>
              <th scope="col">Label or attack</th>
              <th scope="col" class="number">files</th>
            </tr>
          </thead>
          <tbody>
            ${this.groups(set.groups)}
          </tbody>
        </table>
      </div>`;
  }

  private problems({ survey, tried }: PendingImport): unknown {
    const bad = tried.filter(({ problem }) => problem !== null);
    return html`
      ${
        bad.length > 0
          ? html`<section>
              <h2>Of those tried, these cannot be used here</h2>
              <ul class="small" role="list">
                ${bad.slice(0, MOST).map(({ path, problem }) => html`<li><span class="strong">${path}</span>: ${problem}</li>`)}
              </ul>
              <p class="small muted">Others like them are passed over one by one, with a sentence each.</p>
            </section>`
          : nothing
      }
      ${
        survey.passedOver.length > 0
          ? html`<section>
              <h2>Not opened</h2>
              <ul class="small" role="list">
                ${survey.passedOver.slice(0, MOST).map(
                  ({ why, files, examples }) =>
                    html`<li>
                      ${plural(files, 'file')}: ${/^\./.test(why) ? `${why}, neither image, video nor table` : why}
                      <span class="muted">(${examples.slice(0, 2).join(', ')}${files > 2 ? ', …' : ''})</span>
                    </li>`,
                )}
                ${survey.passedOver.length > MOST ? html`<li class="muted">and ${count(survey.passedOver.length - MOST)} more kinds</li>` : nothing}
              </ul>
            </section>`
          : nothing
      }
      ${
        survey.rejected.length + survey.notes.length > 0
          ? html`<section>
              <h2>Remarks</h2>
              <ul class="small" role="list">
                ${survey.notes.slice(0, MOST).map((note) => html`<li>${note}</li>`)}
                ${survey.rejected.slice(0, MOST).map(({ file, reason }) => html`<li><span class="strong">${file}</span>: ${reason}</li>`)}
                ${survey.rejected.length > MOST ? html`<li class="muted">and ${count(survey.rejected.length - MOST)} more</li>` : nothing}
              </ul>
            </section>`
          : nothing
      }
    `;
  }

  private options({ options, finished }: PendingImport, session: Session): unknown {
    return html`<section class="options">
      <fieldset>
        <legend class="strong small">Frames of a video</legend>
        ${radios('rule', options.rule, RULES, (rule) => session.setPending({ rule }))}
        <p class="small muted">${RULES.find(({ value }) => value === options.rule)?.about}</p>
      </fieldset>
      <fieldset>
        <legend class="strong small">Cut out</legend>
        ${radios('crop', options.crop, CROPS, (crop) => session.setPending({ crop }))}
        <p class="small muted">Frames in which no face is found are listed, where faces are cut out.</p>
      </fieldset>
      ${
        finished.refused > 0
          ? html`<label class="choice"
              ><input
                type="checkbox"
                name="again"
                .checked=${options.again}
                @change=${(event: Event) => session.setPending({ again: (event.target as HTMLInputElement).checked })}
              />Try ${plural(finished.refused, 'file')} again that could not be used before</label
            >`
          : nothing
      }
    </section>`;
  }

  protected view({ data, storage }: Readonly<SessionState>, session: Session): unknown {
    const { pending } = data;
    return html`<wl-dialog
      heading=${pending === null ? 'Import' : `Import ${pending.name}?`}
      style="--dialog-width: 760px"
      .open=${pending !== null}
      @close=${() => session.dropImport()}
    >
      ${
        pending === null
          ? nothing
          : html`
              ${this.figures(pending, storage)}
              <section>
                <h2>${plural(pending.survey.sets.length, 'set')}</h2>
                ${pending.survey.sets.map((set) => this.set(set))}
              </section>
              ${this.options(pending, session)} ${this.problems(pending)}
              <footer class="row">
                <button
                  type="button"
                  class="primary"
                  id="start-import"
                  autofocus
                  @click=${() => this.act(session.startImport())}
                >
                  Import
                </button>
                <button type="button" id="drop-import" @click=${() => session.dropImport()}>Not now</button>
              </footer>
            `
      }
    </wl-dialog>`;
  }
}

const order = ({ label }: SurveyGroup): number => (label === 'live' ? 0 : label === 'spoof' ? 1 : 2);
