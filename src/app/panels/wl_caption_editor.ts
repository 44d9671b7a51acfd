/**
 * One sample's captions, to read and to write: the picture, both styles, where each is from, what an audit remarks.
 * What was typed is saved when the field is left, also by walking on or closing.
 */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { CaptionMark, CaptionStyle, SampleRow } from '../../protocol';
import type { Session, SessionState } from '../../session/types';
import '../elements/wl_caption_field';
import '../elements/wl_dialog';
import '../elements/wl_frame';
import '../elements/wl_verdict';
import { count } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import { focused } from '../shortcuts';
import { pictureOf, role, sourceWord } from '../wording';

const STYLES: readonly CaptionStyle[] = ['vanilla', 'reasoning'];

@customElement('wl-caption-editor')
export class WlCaptionEditor extends SessionElement {
  static override styles = [
    shared,
    css`
      .head {
        margin-block-end: 12px;
      }
      .grid {
        display: grid;
        grid-template-columns: 224px minmax(0, 1fr);
        gap: 24px;
      }
      .file {
        overflow-wrap: anywhere;
      }
      .about > * + * {
        margin-block-start: 8px;
      }
      .caption + .caption {
        margin-block-start: 16px;
      }
      @media (max-width: 720px) {
        .grid {
          grid-template-columns: minmax(0, 1fr);
        }
        wl-frame {
          max-width: 160px;
        }
      }
    `,
  ];

  @state() private opened = false;
  @state() private sampleId = '';
  /** Samples to walk through. */
  private ids: readonly string[] = [];
  /** What stands in a field and is not saved yet. */
  @state() private typed: Partial<Record<CaptionStyle, string>> = {};

  /** @param ids  the samples to walk through with the arrow keys; `sampleId` is among them, or the first is taken */
  show(sampleId: string | null, ids: readonly string[]): void {
    this.ids = ids;
    this.sampleId = sampleId ?? ids[0] ?? '';
    this.typed = {};
    this.opened = this.sampleId !== '';
  }

  private sample(): SampleRow | undefined {
    return this.session?.state.data.samples.find(({ id }) => id === this.sampleId);
  }

  private async walk(by: number): Promise<void> {
    const next = this.ids[this.ids.indexOf(this.sampleId) + by];
    if (next === undefined) return;
    await this.saveAll();
    this.sampleId = next;
  }

  private async saveAll(): Promise<void> {
    for (const style of STYLES) await this.save(style);
  }

  private async save(style: CaptionStyle): Promise<void> {
    const text = this.typed[style];
    if (text === undefined) return;
    await this.session?.captions.edit(this.sampleId, style, text);
    if (this.typed[style] !== text) return;
    const rest = { ...this.typed };
    delete rest[style];
    this.typed = rest;
  }

  private async close(): Promise<void> {
    await this.saveAll();
    this.opened = false;
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (focused()?.matches('textarea')) return;
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    this.act(this.walk(event.key === 'ArrowRight' ? 1 : -1));
  };

  /** Remarks that only the audit of all captions can make. */
  private shared(style: CaptionStyle): CaptionMark[] {
    const { audit, stale } = this.session!.state.captions;
    if (audit === null || stale) return [];
    const found = audit.findings.find((each) => each.sampleId === this.sampleId && each.style === style);
    return (
      found?.marks.filter(({ kind }) => kind === 'identical' || kind === 'both frames' || kind === 'template') ?? []
    );
  }

  private caption(style: CaptionStyle, sample: SampleRow, session: Session): unknown {
    const typed = this.typed[style];
    const text = typed ?? sample.captions[style] ?? '';
    return html`<section class="caption">
      <wl-caption-field
        .session=${session}
        .sampleId=${sample.id}
        .kind=${style}
        .name=${style}
        .text=${text}
        .also=${text === (sample.captions[style] ?? '') ? this.shared(style) : []}
        ?tall=${style === 'reasoning'}
        @typed=${({ detail }: CustomEvent<string>) => (this.typed = { ...this.typed, [style]: detail })}
        @left=${() => this.act(this.save(style))}
      >
        <span class="small muted"
          >${typed !== undefined ? 'not saved yet' : text === '' ? cleared(sample, style) : `${sourceWord(sample, style)}${from(sample, style)}`}</span
        >
      </wl-caption-field>
      ${this.pair(style, sample, session)}
    </section>`;
  }

  private pair(style: CaptionStyle, sample: SampleRow, session: Session): unknown {
    const { candidates = 0 } = sample.captionSources?.[style] ?? {};
    if (candidates < 2) return nothing;
    const { samples } = session.state.data;
    const others = samples.filter(
      ({ set, video, id }) => set === sample.set && video === sample.video && id !== sample.id,
    );
    const [other] = others;
    return html`<p class="small muted" style="margin-block-start: 4px">
        One of ${count(candidates)} captions for this video. The caption set does not say which frame each was written
        for.
      </p>
      ${
        other === undefined || others.length > 1
          ? nothing
          : html`<details>
              <summary>The other, now with the ${other.role} frame</summary>
              <p class="small" style="margin-block: 4px">${other.captions[style] ?? 'none'}</p>
              <button type="button" @click=${() => this.act(this.swap(style, session))}>Swap the two</button>
            </details>`
      }`;
  }

  private async swap(style: CaptionStyle, session: Session): Promise<void> {
    await this.save(style);
    await session.captions.swap(this.sampleId, style);
  }

  private async takeBack(session: Session): Promise<void> {
    await this.saveAll();
    await session.captions.undo();
  }

  private body(sample: SampleRow, state: Readonly<SessionState>, session: Session): unknown {
    const at = this.ids.indexOf(sample.id);
    const { undo } = state.captions;
    return html`<div @keydown=${this.key}>
      <div class="row spread head">
        <span class="row">
          <button
            type="button"
            class="icon"
            aria-label="Sample before"
            ?disabled=${at <= 0}
            @click=${() => this.act(this.walk(-1))}
          >
            ${icon('back')}
          </button>
          <span class="small">${at < 0 ? nothing : `${count(at + 1)} of ${count(this.ids.length)}`}</span>
          <button
            type="button"
            class="icon"
            aria-label="Sample after"
            autofocus
            ?disabled=${at < 0 || at === this.ids.length - 1}
            @click=${() => this.act(this.walk(1))}
          >
            ${icon('next')}
          </button>
          <span class="small muted">Arrow keys walk</span>
        </span>
        <button type="button" ?disabled=${undo === null} @click=${() => this.act(this.takeBack(session))}>
          ${undo === null ? 'Nothing to undo' : 'Undo'}
          ${undo === null ? nothing : html`<span class="hidden">: ${undo}</span>`}
        </button>
      </div>
      <div class="grid">
        <div class="about small">
          <wl-frame .session=${session} sampleId=${sample.id} alt=${pictureOf(sample)}></wl-frame>
          <p class="file">${sample.file}</p>
          <p class="muted">${sample.set}, ${role(sample)}</p>
          <p>
            ${
              sample.label === null
                ? html`<span class="muted">no label</span>`
                : html`<wl-verdict verdict=${sample.label}></wl-verdict> ${sample.attack ?? nothing}`
            }
          </p>
        </div>
        <div>${STYLES.map((style) => this.caption(style, sample, session))}</div>
      </div>
    </div>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const sample = this.sample();
    return html`<wl-dialog
      heading="Captions"
      .open=${this.opened && sample !== undefined}
      style="--dialog-width: 960px"
      @close=${() => this.act(this.close())}
    >
      ${this.opened && sample !== undefined ? this.body(sample, state, session) : nothing}
    </wl-dialog>`;
  }
}

function from(sample: SampleRow, style: CaptionStyle): string {
  const { from: name = '' } = sample.captionSources?.[style] ?? {};
  return name === '' ? '' : `, ${name}`;
}

/** A caption that the user emptied stays so, whatever tables say: see `data/keep_captions`. */
function cleared(sample: SampleRow, style: CaptionStyle): unknown {
  return sample.captionSources?.[style]?.kind === 'edited' ? 'cleared here' : nothing;
}
