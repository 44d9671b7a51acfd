/** The captions of the data: where they are from, what an audit finds in them, and what can be done about it. */
import { css, html, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { AUDIT_KINDS, type AuditKind, type AuditReport, type CaptionStyle, type SampleRow } from '../../protocol';
import type { Session, SessionState } from '../../session/types';
import { download } from '../download';
import '../elements/wl_progress';
import { count, duration, percent, plural } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { focused } from '../shortcuts';
import { bareWords, sourceWord } from '../wording';
import './wl_drafts';

const STYLES: readonly CaptionStyle[] = ['vanilla', 'reasoning'];
const KINDS = Object.keys(AUDIT_KINDS) as AuditKind[];

/** Captions of a style by where they are from, the most common first. */
function sources(samples: readonly SampleRow[], style: CaptionStyle): { all: number; by: [string, number][] } {
  const by = new Map<string, number>();
  for (const sample of samples) {
    if ((sample.captions[style] ?? '') === '') continue;
    const word = sourceWord(sample, style);
    by.set(word, (by.get(word) ?? 0) + 1);
  }
  const sorted = [...by].sort((a, b) => b[1] - a[1]);
  return { all: sorted.reduce((sum, [, n]) => sum + n, 0), by: sorted };
}

/** Fires `edit` when the editor is asked for. */
@customElement('wl-captions')
export class WlCaptions extends SessionElement {
  static override styles = [
    shared,
    css`
      h2 {
        margin-block-end: 4px;
      }
      #found {
        /* Under the header and the strip. */
        scroll-margin-block: 136px 16px;
      }
      .actions {
        margin-block-start: 12px;
      }
      .kinds {
        margin-block: 8px;
      }
      .kinds li {
        display: flex;
        justify-content: space-between;
        align-items: baseline;
        gap: 16px;
        border-block-end: 1px solid var(--hairline);
      }
      .kinds button[aria-pressed='true'] {
        font-weight: var(--strong);
        text-decoration: none;
      }
      .shared li {
        padding-block: 4px;
        overflow-wrap: anywhere;
      }
      details {
        margin-block-start: 4px;
      }
      .progress {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 16px;
        align-items: start;
        margin-block-start: 8px;
      }
    `,
  ];

  /** Ids of the samples that the table shows now, in its order. */
  @property({ attribute: false }) shown: () => readonly string[] = () => [];
  @query('#found') private readonly found!: HTMLElement | null;
  private counted: { samples: readonly SampleRow[]; lines: unknown } | null = null;

  private lines(samples: readonly SampleRow[]): unknown {
    if (this.counted?.samples !== samples) {
      const lines = STYLES.map((style) => {
        const { all, by } = sources(samples, style);
        const words = by.map(([word, n]) => `${count(n)} ${word}`).join(', ');
        return html`<dt>${style}</dt>
          <dd>${all === 0 ? 'none' : by.length === 1 ? words : `${count(all)}: ${words}`}</dd>`;
      });
      const bare = samples.filter(({ captions: { vanilla, reasoning } }) => (vanilla ?? reasoning) === undefined);
      if (bare.length > 0) {
        const labelled = bare.filter(({ label }) => label !== null).length;
        lines.push(
          html`<dt>neither</dt>
            <dd>${bareWords(labelled, bare.length - labelled)}</dd>`,
        );
      }
      this.counted = { samples, lines };
    }
    return this.counted.lines;
  }

  /** What it finds is brought into view, as its place may lie below the fold, unless one is busy elsewhere by now. */
  private async audit(session: Session): Promise<void> {
    const before = session.state.captions.audit;
    await session.captions.audit();
    await this.updateComplete;
    const at = focused();
    const elsewhere = at !== null && at !== document.body && !this.renderRoot.contains(at);
    if (session.state.captions.audit === before || elsewhere) return;
    this.found?.focus({ preventScroll: true });
    this.found?.scrollIntoView({ block: 'nearest' });
  }

  private save(session: Session, what: 'table' | 'json' | 'csv'): void {
    if (what === 'table') download(session.captions.table(), 'captions.jsonl');
    else download(session.captions.findings(what), `caption-audit.${what}`);
  }

  private byGroup({ groups, counts }: AuditReport): unknown {
    const kinds = KINDS.filter((kind) => counts[kind] !== undefined);
    return html`<details>
      <summary>By set, style and table</summary>
      <div class="scroll named" tabindex="0" role="region" aria-label="Audit by set, style and table">
        <table>
          <thead>
            <tr>
              ${['Set', 'Style', 'From'].map((name) => html`<th scope="col">${name}</th>`)}
              ${['captions', 'median words', ...kinds].map((name) => html`<th scope="col" class="number">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${groups.map(
              (group) =>
                html`<tr>
                  <th scope="row">${group.set}</th>
                  <td>${group.style}</td>
                  <td>${group.source === 'unknown' ? 'not kept' : `${group.source} ${group.from}`}</td>
                  <td class="number">${count(group.captions)}</td>
                  <td class="number">${count(group.words.median)}</td>
                  ${kinds.map((kind) => html`<td class="number">${count(group.counts[kind] ?? 0)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  private repeated({ templates, sentences, fiveWords }: AuditReport): unknown {
    if (templates.length + sentences.length === 0) return nothing;
    return html`<details>
      <summary>What captions share</summary>
      <ul class="small shared" role="list">
        ${STYLES.flatMap((style) => {
          const runs = fiveWords[style];
          if (runs === undefined) return [];
          return html`<li>
            ${style}: ${percent(runs.distinct / runs.all, runs.all)} of ${count(runs.all)} runs of five words are
            different ones.
          </li>`;
        })}
        ${templates.map(
          ({ style, captions, example }) =>
            html`<li>
              <span class="strong">${plural(captions, `${style} caption`)}</span>, alike but for label and attack:
              ${example}
            </li>`,
        )}
        ${sentences.map(
          ({ style, captions, example }) =>
            html`<li>
              <span class="strong">${plural(captions, `${style} caption`)}</span> with the sentence: ${example}
            </li>`,
        )}
      </ul>
    </details>`;
  }

  private result(report: AuditReport, state: Readonly<SessionState>, session: Session): unknown {
    const { filter, stale } = state.captions;
    const kinds = KINDS.filter((kind) => report.counts[kind] !== undefined);
    return html`<section id="found" tabindex="-1" aria-label="What the audit remarks">
      <p class="small muted" role="status" style="margin-block-start: 12px">
        ${plural(report.captions, 'caption')} audited in ${duration(Math.max(0.1, report.seconds))}:
        ${count(report.findings.filter(({ marks }) => marks.some(({ kind }) => kind !== 'both frames')).length)} with a
        remark. ${stale ? html`<span class="warning">Captions have changed since; audit again.</span>` : nothing}
      </p>
      ${
        kinds.length === 0
          ? nothing
          : html`<ul class="kinds small" role="list" aria-label="Remarks: press one to see its samples alone">
              ${kinds.map(
                (kind) =>
                  html`<li>
                    <button
                      type="button"
                      class="link"
                      title=${AUDIT_KINDS[kind]}
                      aria-pressed=${filter === kind ? 'true' : 'false'}
                      @click=${() => session.captions.filter(filter === kind ? null : kind)}
                    >
                      ${kind}
                    </button>
                    <span>${count(report.counts[kind] ?? 0)}</span>
                  </li>`,
              )}
            </ul>`
      }
      ${filter === null ? nothing : html`<p class="small">${AUDIT_KINDS[filter]} The table shows these samples alone.</p>`}
      ${this.byGroup(report)} ${this.repeated(report)}
      <p class="small muted" style="margin-block-start: 8px">
        The audit reads text alone: a caption without a remark need not be true of its picture.
      </p>
      <div class="row actions">
        ${(['csv', 'json'] as const).map(
          (format) =>
            html`<button type="button" class="quiet" @click=${() => this.save(session, format)}>
              ${icon('down')} Audit as ${format.toUpperCase()}
            </button>`,
        )}
      </div>
    </section>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const { samples, importing } = state.data;
    const { audit, auditing } = state.captions;
    const any = samples.some(({ captions }) => Object.keys(captions).length > 0);
    const cleared = samples.some(({ captionSources = {} }) =>
      Object.values(captionSources).some(({ kind }) => kind === 'edited'),
    );
    const busy = importing !== null || state.boot.phase !== 'ready';
    const edit = (): boolean => this.dispatchEvent(new CustomEvent('edit'));
    return html`
      <h2>Captions</h2>
      <dl class="small facts">${this.lines(samples)}</dl>
      <div class="row actions">
        <button
          type="button"
          id="audit-captions"
          ?disabled=${!any || busy || auditing !== null}
          @click=${() => this.act(this.audit(session))}
        >
          Audit
        </button>
        <button type="button" id="edit-captions" ?disabled=${busy} @click=${edit}>Look through</button>
        <wl-drafts .session=${session} .shown=${this.shown}></wl-drafts>
        <button type="button" class="quiet" ?disabled=${!any && !cleared} @click=${() => this.save(session, 'table')}>
          ${icon('down')} Export
        </button>
      </div>
      ${
        auditing === null
          ? nothing
          : html`<div class="progress">
              <wl-progress name="Audit" .progress=${auditing}></wl-progress>
              <button type="button" @click=${() => session.captions.cancelAudit()}>Cancel</button>
            </div>`
      }
      ${audit === null || auditing !== null ? nothing : this.result(audit, state, session)}
    `;
  }
}
