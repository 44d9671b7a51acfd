/** Drafts that wait to be taken or thrown away: shown, and kept by the browser until then. */
import type { PendingDraft } from '../protocol';
import { deleteSetting, loadSetting, saveSetting } from '../store/settings';
import type { StateHolder } from './holder';
import { withDraftLock } from './locks';

/** What a change makes of those that wait, whichever these are by then: another tab may change them too. */
type Change = (drafts: readonly PendingDraft[]) => PendingDraft[];

export class PendingDrafts {
  private saving: Promise<void> | null = null;
  /** Shown, and not yet stored. */
  private waiting: Change[] = [];

  /** @param changed  tells other tabs, once they are saved */
  constructor(
    private readonly holder: StateHolder,
    private readonly changed: () => void,
  ) {}

  get all(): readonly PendingDraft[] {
    return this.holder.state.captions.drafts;
  }

  /** Brings back those that this browser kept, where their samples are still there. */
  async restore(): Promise<void> {
    const kept = (await loadSetting('captions.drafts')) ?? [];
    // What is being saved shows its outcome itself.
    if (this.saving === null) this.show(kept);
  }

  /** Shows the change at once; resolves when it is saved. Changes that come while it saves are saved together. */
  change(change: Change): Promise<void> {
    this.holder.updateCaptions({ drafts: change(this.all) });
    this.waiting.push(change);
    return (this.saving ??= this.save());
  }

  /** Drops those whose samples are gone. */
  async forget(): Promise<void> {
    if (this.known(this.all).length < this.all.length) await this.change((drafts) => this.known(drafts));
  }

  private known(drafts: readonly PendingDraft[]): PendingDraft[] {
    const ids = new Set(this.holder.state.data.samples.map(({ id }) => id));
    return drafts.filter(({ sampleId }) => ids.has(sampleId));
  }

  private show(stored: readonly PendingDraft[]): void {
    const drafts = this.waiting.reduce<PendingDraft[]>((now, change) => change(now), this.known(stored));
    this.holder.updateCaptions({ drafts });
  }

  private async save(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        const stored = await withDraftLock(async () => {
          const changes = this.waiting;
          this.waiting = [];
          const before: PendingDraft[] = (await loadSetting('captions.drafts')) ?? [];
          const now = changes.reduce((drafts, change) => change(drafts), before);
          if (now.length === 0) await deleteSetting('captions.drafts');
          else await saveSetting('captions.drafts', now);
          return now;
        });
        this.show(stored);
      }
      this.changed();
    } catch (error) {
      this.holder.fail('data', error);
    } finally {
      this.saving = null;
    }
  }
}
