/** What an import said of the data, what it did not take, and in which it found no face. */
import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Label } from '../../protocol';
import type { Session, SessionState } from '../../session/types';
import { count, plural } from '../format';
import { radios } from '../radios';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { rejectedWords } from '../wording';

/** Lines of a list that are drawn: thousands would hold up the page. */
const MOST_LISTED = 300;
/** Notes that are read at a glance; the others are folded. */
const MOST_NOTES = 5;

/** What the notes say `1` means in a numeric label column; null when no note is about it. */
export function numericOne(notes: readonly string[]): Label | null {
  for (const note of notes) {
    const match = /(?<![-\d])1\b\W{0,4}(?:means|stands for|(?:(?:is|was) )?(?:read )?as|is)\W{1,4}(live|spoof)/i.exec(
      note,
    );
    if (match) return match[1]?.toLowerCase() === 'live' ? 'live' : 'spoof';
  }
  return null;
}

/** A reason that begins with the name of its file, which stands before it already. */
const withoutName = (reason: string, file: string): string =>
  reason.startsWith(`${file}, `) ? reason.slice(file.length + 2) : reason;

@customElement('wl-data-notes')
export class WlDataNotes extends SessionElement {
  static override styles = [
    shared,
    css`
      section {
        margin-block-start: 24px;
      }
      h2 {
        margin-block-end: 4px;
      }
      li {
        padding-block: 4px;
        overflow-wrap: anywhere;
      }
      details ul {
        max-height: 320px;
        overflow: auto;
      }
    `,
  ];

  /** A long list, opened on demand. */
  private folded(summary: string, label: string, lines: readonly unknown[], open = false): unknown {
    return html`<details ?open=${open}>
      <summary>${summary}</summary>
      <ul class="small" role="list" tabindex="0" aria-label=${label}>
        ${lines.slice(0, MOST_LISTED).map((line) => html`<li>${line}</li>`)}
        ${lines.length > MOST_LISTED ? html`<li class="muted">and ${count(lines.length - MOST_LISTED)} more</li>` : nothing}
      </ul>
    </details>`;
  }

  private notes(notes: readonly string[], session: Session): unknown {
    if (notes.length === 0) return nothing;
    const one = numericOne(notes);
    const rest = notes.slice(MOST_NOTES);
    return html`<section>
      <h2>Notes</h2>
      <ul class="small" role="list">
        ${notes.slice(0, MOST_NOTES).map((note) => html`<li>${note}</li>`)}
      </ul>
      ${rest.length === 0 ? nothing : this.folded(`${plural(rest.length, 'more note')}`, 'More notes', rest)}
      ${one === null ? nothing : this.polarity(session, one)}
    </section>`;
  }

  private polarity(session: Session, one: Label): unknown {
    const choices: Label[] = ['live', 'spoof'];
    return html`<fieldset class="row small" style="margin-block: 4px">
      <legend class="muted" style="float: inline-start; margin-inline-end: 12px">In the label column, 1 means</legend>
      ${radios(
        'one',
        one,
        choices.map((value) => ({ value, words: value })),
        (label) => this.act(session.setNumericOne(label)),
      )}
    </fieldset>`;
  }

  protected view({ data }: Readonly<SessionState>, session: Session): unknown {
    const { notes, rejected, noFace } = data;
    return html`
      ${this.notes(notes, session)}
      ${
        rejected.length > 0
          ? html`<section>
              <h2>Not used</h2>
              ${this.folded(
                `${rejectedWords(rejected)}; everything else was used`,
                'Files and rows of tables that were not used',
                rejected.map(
                  ({ file, reason }) => html`<span class="strong">${file}</span>: ${withoutName(reason, file)}`,
                ),
                rejected.length <= MOST_NOTES,
              )}
            </section>`
          : nothing
      }
      ${
        noFace.length > 0
          ? html`<section>
              <h2>Without a face</h2>
              ${this.folded(
                `${plural(noFace.length, 'file')} with a frame in which no face was found`,
                'Files with a frame in which no face was found',
                noFace,
              )}
            </section>`
          : nothing
      }
    `;
  }
}
