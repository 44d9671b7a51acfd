/** The user's own protocols: made in a form, taken from a file, written to one. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Protocol } from '../../protocol';
import { checkProtocol, PAPER_PROTOCOLS, readProtocols, writeProtocols } from '../../session/experiments/ways';
import type { Session, SessionState } from '../../session/types';
import '../elements/wl_confirm';
import '../elements/wl_dialog';
import { download } from '../download';
import { choose } from '../drop';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';

/** The form as it is typed. */
interface Draft {
  id: string;
  train: string;
  tests: string;
  variants: string;
  parts: Protocol['parts'];
  developmentShare: string;
}

const VARIANTS = JSON.stringify(
  [
    { name: 'vanilla', config: { reasoningShare: 0 } },
    { name: 'vanilla+reasoning', config: { reasoningShare: 0.5 } },
  ],
  null,
  1,
);
const EMPTY: Draft = { id: '', train: '', tests: '', variants: VARIANTS, parts: 'official', developmentShare: '0.2' };

const names = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

@customElement('wl-own-protocols')
export class WlOwnProtocols extends SessionElement {
  static override styles = [
    shared,
    css`
      form {
        display: grid;
        gap: 12px;
      }
      form > label {
        display: grid;
        gap: 4px;
      }
      textarea {
        min-height: 120px;
        font: var(--small) / 1.4 var(--mono);
      }
      ul {
        margin-block-start: 8px;
      }
    `,
  ];

  @state() private draft: Draft | null = null;
  /** Id of the protocol that is edited; null: a new one. */
  @state() private edited: string | null = null;
  @state() private problems: string[] = [];
  /** Id of the protocol that is to be removed, once that is confirmed. */
  @state() private removing: string | null = null;
  /** What was typed for a new one when the form was left. */
  private unsaved: Draft | null = null;

  private async take(own: readonly Protocol[], session: Session): Promise<void> {
    const [source] = await choose('files');
    if (source === undefined) return;
    const taken = [...PAPER_PROTOCOLS, ...own].map(({ id }) => id);
    const { protocols, problems } = readProtocols(await source.file.text(), taken);
    this.problems = problems;
    if (protocols.length > 0) await session.experiments.saveProtocols([...own, ...protocols]);
  }

  private save(own: readonly Protocol[], session: Session): void {
    const { draft, edited } = this;
    if (draft === null) return;
    const label = draft.id.trim() === '' ? 'The protocol' : `Protocol ${draft.id.trim()}`;
    let variants: unknown;
    try {
      variants = JSON.parse(draft.variants);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.problems = [`${label}: the variants are not JSON (${why}).`];
      return;
    }
    const share = draft.developmentShare.trim() === '' ? NaN : Number(draft.developmentShare);
    // The form has no field for what a file says of a protocol: it stays.
    const about = own.find(({ id }) => id === edited)?.about ?? '';
    const value = {
      ...draft,
      about,
      train: names(draft.train),
      tests: names(draft.tests),
      variants,
      developmentShare: share,
    };
    const checked = checkProtocol(value, label);
    if ('problems' in checked) {
      this.problems = checked.problems;
      return;
    }
    const { protocol } = checked;
    const others = own.filter(({ id }) => id !== edited);
    if ([...PAPER_PROTOCOLS, ...others].some(({ id }) => id === protocol.id)) {
      this.problems = [`${label}: there is one of that name. Choose another.`];
      return;
    }
    this.problems = [];
    this.draft = this.unsaved = null;
    this.act(session.experiments.saveProtocols([...others, protocol]));
  }

  private open(protocol: Protocol | null): void {
    this.problems = [];
    this.edited = protocol?.id ?? null;
    this.draft =
      protocol === null
        ? (this.unsaved ?? EMPTY)
        : {
            ...{ id: protocol.id, parts: protocol.parts, developmentShare: String(protocol.developmentShare) },
            ...{ train: protocol.train.join(', '), tests: protocol.tests.join(', ') },
            variants: JSON.stringify(protocol.variants, null, 1),
          };
  }

  private form(draft: Draft, own: readonly Protocol[], session: Session): unknown {
    const set = (key: keyof Draft) => (event: Event) => {
      this.draft = { ...draft, [key]: (event.target as HTMLInputElement).value };
    };
    return html`<form
      @submit=${(event: Event) => {
        event.preventDefault();
        this.save(own, session);
      }}
    >
      <label>Name <input type="text" id="own-id" autofocus .value=${draft.id} @input=${set('id')} /></label>
      <label
        >Trains on (roles M, C, I, O, W or names of data sets, with commas)
        <input type="text" id="own-train" .value=${draft.train} @input=${set('train')}
      /></label>
      <label>Tests on <input type="text" id="own-tests" .value=${draft.tests} @input=${set('tests')} /></label>
      <label
        >Variants: a name each, and the settings that it changes
        <textarea id="own-variants" spellcheck="false" .value=${draft.variants} @input=${set('variants')}></textarea>
      </label>
      <label
        >Parts
        <select id="own-parts" @change=${set('parts')}>
          <option value="official" ?selected=${draft.parts === 'official'}>official parts where a set has them</option>
          <option value="all" ?selected=${draft.parts === 'all'}>all of every set</option>
        </select></label
      >
      <label
        >Share of the sources’ persons held back for thresholds, where a set has no development part
        <input type="text" id="own-share" .value=${draft.developmentShare} @input=${set('developmentShare')}
      /></label>
      <div role="alert">${this.problems.map((problem) => html`<p class="small error">${problem}</p>`)}</div>
      <div class="row">
        <button type="submit" class="primary">Keep the protocol</button>
        <button
          type="button"
          @click=${() => {
            this.draft = this.unsaved = null;
          }}
        >
          Cancel
        </button>
      </div>
    </form>`;
  }

  protected view({ ownProtocols: own }: Readonly<SessionState>, session: Session): unknown {
    const { removing } = this;
    return html`
      <div class="row">
        <button type="button" id="new-protocol" @click=${() => this.open(null)}>New protocol…</button>
        <button type="button" @click=${() => this.act(this.take(own, session))}>${icon('folder')} From a file…</button>
        <button
          type="button"
          @click=${() => {
            const all = own.length > 0 ? own : PAPER_PROTOCOLS;
            download(new Blob([writeProtocols(all)], { type: 'application/json' }), 'protocols.json');
          }}
        >
          ${icon('down')} ${own.length > 0 ? 'Own ones as a file' : 'The paper’s as a file'}
        </button>
      </div>
      ${
        this.draft === null && this.problems.length > 0
          ? html`<div role="alert">${this.problems.map((problem) => html`<p class="small error">${problem}</p>`)}</div>`
          : nothing
      }
      <ul>
        ${own.map(
          (protocol) =>
            html`<li class="row small">
              ${protocol.id}
              <button type="button" class="link" @click=${() => this.open(protocol)}>Edit ${protocol.id}</button>
              <button type="button" class="link" @click=${() => (this.removing = protocol.id)}>
                Remove ${protocol.id}
              </button>
            </li>`,
        )}
      </ul>
      <wl-confirm
        heading="Remove ${removing ?? 'it'}?"
        yes="Remove the protocol"
        no="Keep it"
        .open=${removing !== null}
        @yes=${() => this.act(session.experiments.saveProtocols(own.filter(({ id }) => id !== removing)))}
        @close=${() => (this.removing = null)}
        >Experiments that were begun with it keep it; the list of protocols has it no longer.</wl-confirm
      >
      <wl-dialog
        heading=${this.edited === null ? 'New protocol' : `Protocol ${this.edited}`}
        .open=${this.draft !== null}
        @close=${() => {
          // What was typed for a new one is there again when the form is opened next.
          if (this.edited === null && this.draft !== null) this.unsaved = this.draft;
          this.draft = null;
        }}
      >
        ${this.draft === null ? nothing : this.form(this.draft, own, session)}
      </wl-dialog>
    `;
  }
}
