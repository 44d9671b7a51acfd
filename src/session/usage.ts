/** What this page keeps on disk: how much, how much there is, and whether the browser promises to keep it. */
import type { StateHolder } from './holder';

export class Usage {
  constructor(private readonly holder: StateHolder) {}

  /** Some browsers ask the user: so with the first thing that is stored, not at start. */
  async askToPersist(): Promise<void> {
    if (this.holder.state.storage?.persisted) return;
    await navigator.storage.persist().catch(() => false); // refused: the storage line says `best effort`
    await this.measure();
  }

  async measure(): Promise<void> {
    try {
      const [{ usage = 0, quota = 0 }, persisted] = await Promise.all([
        navigator.storage.estimate(),
        navigator.storage.persisted(),
      ]);
      this.holder.update({ storage: { usage, quota, persisted } });
    } catch {
      this.holder.update({ storage: null });
    }
  }
}
