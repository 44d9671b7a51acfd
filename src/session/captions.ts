/** The captions of the samples: edited, swapped, audited and drafted. Every change is saved before it is shown. */
import {
  WhyLiveError,
  type AuditKind,
  type CaptionMark,
  type CaptionStyle,
  type DraftRequest,
  type SampleRow,
} from '../protocol';
import { loadSome } from '../store/samples';
import {
  EDITED,
  audited,
  captionOf,
  changedSince,
  gone,
  idsOf,
  pairOf,
  rowOf,
  same,
  swapped,
  withCaption,
  without,
  type Caption,
  type Key,
} from './caption_rows';
import { standing, type Step } from './caption_steps';
import { auditCsv, auditJson, captionTable } from './caption_table';
import { toDraft } from './draft_request';
import type { StateHolder } from './holder';
import { withCaptionLock } from './locks';
import { PendingDrafts } from './pending_drafts';
import type { Threads } from './threads';
import type { CaptionActions, PendingDraft } from './types';

/** Edits that can be taken back. */
const UNDOS = 100;
/** Words of English text for one token of a usual vocabulary, about. */
const WORDS_A_TOKEN = 0.75;
const STYLES: readonly CaptionStyle[] = ['vanilla', 'reasoning'];

export class CaptionDesk implements CaptionActions {
  private steps: Step[] = [];
  private readonly drafts: PendingDrafts;
  private auditor: AbortController | null = null;
  private drafter: AbortController | null = null;
  private drafted: { from: string } | null = null;

  /**
   * @param replace  saves rows and shows them
   * @param mayAsk   throws while the model is at work elsewhere
   * @param changed  tells other tabs
   * @param draftsChanged  the same of the drafts that wait
   */
  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
    private readonly replace: (rows: SampleRow[]) => Promise<void>,
    private readonly mayAsk: () => void,
    private readonly changed: () => void,
    draftsChanged: () => void,
  ) {
    this.drafts = new PendingDrafts(holder, draftsChanged);
    threads.trainer.on('caption.draft', (draft) => {
      if (this.drafted === null) return;
      const { from } = this.drafted;
      void this.drafts.change((all) => [
        ...all.filter((other) => !same(other, draft)),
        { ...draft, from, edited: false },
      ]);
    });
  }

  edit(sampleId: string, style: CaptionStyle, text: string): Promise<void> {
    return this.inTurn(async () => {
      const rows = await loadSome([sampleId]);
      const row = rowOf(rows, sampleId);
      const now = text.trim();
      if ((row.captions[style]?.trim() ?? '') === now) return;
      await this.put(
        `edit of ${row.file}`,
        [
          // A cleared caption has a source too: that it is empty is what no table may change.
          { sampleId, style, text: now, source: EDITED },
        ],
        rows,
      );
    });
  }

  swap(sampleId: string, style: CaptionStyle): Promise<void> {
    return this.inTurn(async () => {
      const pair = pairOf(this.row(sampleId), this.holder.state.data.samples);
      const rows = await loadSome([sampleId, ...(pair === null ? [] : [pair.id])]);
      const row = rowOf(rows, sampleId);
      if (pair === null) {
        throw new WhyLiveError({
          cause: 'The video has not two frames, so there is nothing to swap with.',
          remedy: '',
          file: row.file,
        });
      }
      const other = rowOf(rows, pair.id);
      await this.put(
        `swap in ${row.file}`,
        [
          { sampleId, style, ...swapped(captionOf(other, style)) },
          { sampleId: other.id, style, ...swapped(captionOf(row, style)) },
        ],
        rows,
      );
    });
  }

  undo(): Promise<void> {
    return this.inTurn(async () => {
      const step = this.steps.at(-1);
      if (step === undefined) return;
      const rows = await loadSome(idsOf(step.before));
      // Another tab may have written there since, which this one has not read yet.
      const stands = standing([step], [...rows.values()]).length > 0;
      if (stands) await this.write(step.before, rows);
      this.steps.pop();
      this.holder.updateCaptions({ undo: this.steps.at(-1)?.what ?? null });
      if (!stands) throw changedSince(step.what);
    });
  }

  audit(): Promise<void> {
    return this.guard(async () => {
      this.cancelAudit();
      const controller = new AbortController();
      this.auditor = controller;
      const { samples } = this.holder.state.data;
      const captions = samples.flatMap((row) =>
        STYLES.flatMap((style) => {
          const { text } = captionOf(row, style);
          return text === '' ? [] : [audited(row, style, text)];
        }),
      );
      const starting = { done: 0, total: captions.length, unit: 'captions', rate: null, secondsLeft: null };
      this.holder.updateCaptions({ auditing: { label: 'Reading captions', ...starting } });
      try {
        const audit = await this.threads.frames.call(
          'captions.audit',
          { captions, longWords: this.longWords },
          {
            signal: controller.signal,
            onProgress: (auditing) => {
              if (this.auditor === controller) this.holder.updateCaptions({ auditing });
            },
          },
        );
        const stale = this.holder.state.data.samples !== samples;
        this.holder.updateCaptions({ audit, stale });
      } finally {
        if (this.auditor === controller) {
          this.auditor = null;
          this.holder.updateCaptions({ auditing: null });
        }
      }
    });
  }

  cancelAudit(): void {
    this.auditor?.abort();
  }

  filter(filter: AuditKind | null): void {
    this.holder.updateCaptions({ filter });
  }

  async marks(sampleId: string, style: CaptionStyle, text: string): Promise<CaptionMark[]> {
    const row = this.holder.state.data.samples.find(({ id }) => id === sampleId);
    if (row === undefined || text.trim() === '') return [];
    const captions = [audited(row, style, text)];
    const report = await this.threads.frames.call('captions.audit', { captions, longWords: this.longWords });
    return report.findings[0]?.marks ?? [];
  }

  table(): Blob {
    return new Blob([captionTable(this.holder.state.data.samples)], { type: 'application/x-ndjson' });
  }

  findings(format: 'json' | 'csv'): Blob {
    const { captions, data } = this.holder.state;
    if (captions.audit === null) {
      throw new WhyLiveError({ cause: 'The captions have not been audited.', remedy: 'Start the audit first.' });
    }
    return format === 'json'
      ? new Blob([auditJson(captions.audit, data.samples)], { type: 'application/json' })
      : new Blob([auditCsv(captions.audit, data.samples)], { type: 'text/csv' });
  }

  draft({ sampleIds, ...asked }: Omit<DraftRequest, 'samples'> & { sampleIds: string[] }): Promise<void> {
    return this.guard(async () => {
      if (this.drafter !== null) {
        throw new WhyLiveError({ cause: 'Captions are being drafted.', remedy: 'Let it finish, or cancel it.' });
      }
      this.mayAsk();
      const { samples, from } = toDraft(this.holder.state, { sampleIds, ...asked });
      this.drafted = { from };
      const controller = new AbortController();
      this.drafter = controller;
      const { style } = asked;
      this.holder.updateCaptions({ drafting: { style, progress: null } });
      try {
        await this.threads.trainer.call(
          'caption.drafts',
          { ...asked, samples },
          {
            signal: controller.signal,
            onProgress: (progress) => this.holder.updateCaptions({ drafting: { style, progress } }),
          },
        );
      } finally {
        this.drafter = null;
        this.drafted = null;
        this.holder.updateCaptions({ drafting: null });
      }
    });
  }

  cancelDrafts(): void {
    this.drafter?.abort();
  }

  editDraft(sampleId: string, style: CaptionStyle, text: string): void {
    void this.drafts.change((all) =>
      all.map((draft) => (same(draft, { sampleId, style }) ? { ...draft, text, edited: true } : draft)),
    );
  }

  accept(which: Key | null, replace: boolean): Promise<void> {
    return this.inTurn(async () => {
      const asked = this.drafts.all.filter((draft) => which === null || same(draft, which));
      const rows = await loadSome(idsOf(asked));
      const there = (draft: PendingDraft): boolean => captionOf(rows.get(draft.sampleId), draft.style).text !== '';
      const taken = asked.filter((draft) => {
        const fits = rows.has(draft.sampleId) && draft.text.trim() !== '';
        return fits && (replace || !there(draft));
      });
      if (taken.length > 0) {
        await this.put(
          taken.length === 1 ? 'a draft that was taken' : `${taken.length} drafts that were taken`,
          taken.map(({ sampleId, style, text, from, edited }) => ({
            sampleId,
            style,
            text: text.trim(),
            source: edited ? EDITED : { kind: 'draft', from },
          })),
          rows,
        );
      }
      await this.drafts.change(without(taken));
      if (taken.length < asked.length) {
        this.holder.say(
          'data',
          'note',
          asked.length - taken.length === 1
            ? '1 draft still waits: it is empty, or its sample has a caption of that style already.'
            : `${asked.length - taken.length} drafts still wait: they are empty, or their samples have a caption of that style already.`,
        );
      }
    });
  }

  discard(which: Key | null): void {
    const these = which === null ? this.drafts.all : [which];
    void this.drafts.change(without(these));
  }

  /** Brings back the drafts that wait. */
  async restore(): Promise<void> {
    await this.drafts.restore();
  }

  /** The samples may be others than those that were edited and audited: what no longer holds of them is forgotten. */
  forget(): void {
    const { samples } = this.holder.state.data;
    this.steps = standing(this.steps, samples);
    const { audit } = this.holder.state.captions;
    const none = samples.length === 0;
    this.holder.updateCaptions({
      audit: none ? null : audit,
      stale: audit !== null && !none,
      ...(none ? { filter: null } : {}),
      undo: this.steps.at(-1)?.what ?? null,
    });
    void this.drafts.forget();
  }

  private get longWords(): number {
    return Math.round(this.holder.state.config.maxCaptionTokens * WORDS_A_TOKEN);
  }

  private row(sampleId: string): SampleRow {
    const row = this.holder.state.data.samples.find(({ id }) => id === sampleId);
    if (row === undefined) throw gone();
    return row;
  }

  /** Writes captions into `rows`, as they are stored, and remembers what stood there. */
  private async put(what: string, captions: readonly (Key & Caption)[], rows: Map<string, SampleRow>): Promise<void> {
    const before = captions.map(({ sampleId, style }) => ({
      sampleId,
      style,
      ...captionOf(rowOf(rows, sampleId), style),
    }));
    const after = captions.map(({ sampleId, style, text }) => {
      return { sampleId, style, text, frame: rowOf(rows, sampleId).frame };
    });
    await this.write(captions, rows);
    this.steps = [...this.steps, { what, before, after }].slice(-UNDOS);
    this.holder.updateCaptions({ undo: what });
  }

  /** What is stored may be newer than what is shown, by another tab: only the captions themselves are this tab's word. */
  private async write(captions: readonly (Key & Caption)[], rows: Map<string, SampleRow>): Promise<void> {
    for (const { sampleId, style, text, source } of captions) {
      rows.set(sampleId, withCaption(rowOf(rows, sampleId), style, { text, source }));
    }
    const written = new Set(idsOf(captions));
    await this.replace([...rows.values()].filter(({ id }) => written.has(id)));
    this.holder.updateCaptions({ stale: this.holder.state.captions.audit !== null });
    this.changed();
  }

  /** One change after another, here and over all tabs: each rests on what the one before has stored. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    return this.guard(() => withCaptionLock(work));
  }

  private async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.holder.fail('data', error);
    }
  }
}
