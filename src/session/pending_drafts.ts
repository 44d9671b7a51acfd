/** Drafts that wait to be taken or thrown away: shown, and kept by the browser until then. */
import type { PendingDraft } from '../protocol';
import { deleteSetting, loadSetting, saveSetting } from '../store/settings';
import type { StateHolder } from './holder';

export class PendingDrafts {
  private saving: Promise<void> | null = null;
  /** They changed while they were being saved. */
  private again = false;

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
    const before = this.all;
    const kept = (await loadSetting('captions.drafts')) ?? [];
    // What changed here meanwhile is newer.
    if (this.saving === null && this.all === before) this.holder.updateCaptions({ drafts: this.known(kept) });
  }

  /** Shows these and no others; resolves when they are saved. Changes that come while it saves are saved together. */
  put(drafts: readonly PendingDraft[]): Promise<void> {
    this.holder.updateCaptions({ drafts: [...drafts] });
    this.again = true;
    return (this.saving ??= this.save());
  }

  /** Drops those whose samples are gone. */
  async forget(): Promise<void> {
    const left = this.known(this.all);
    if (left.length < this.all.length) await this.put(left);
  }

  private known(drafts: readonly PendingDraft[]): PendingDraft[] {
    const ids = new Set(this.holder.state.data.samples.map(({ id }) => id));
    return drafts.filter(({ sampleId }) => ids.has(sampleId));
  }

  private async save(): Promise<void> {
    try {
      while (this.again) {
        this.again = false;
        if (this.all.length === 0) await deleteSetting('captions.drafts');
        else await saveSetting('captions.drafts', [...this.all]);
      }
      this.changed();
    } catch (error) {
      this.holder.fail('data', error);
    } finally {
      this.saving = null;
    }
  }
}
