/** A set made with the generator, beside what is there: one of the same name is replaced once the new one is complete. */
import { keepCaptions, keptNotes } from '../data/keep_captions';
import { ImportError, type GenerateRequest, type ImportReport, type SampleRow } from '../protocol';
import { deleteFrames, saveSamples } from '../store/samples';
import { checkGenerate, framesOf } from './generated';
import type { StateHolder } from './holder';
import { doing, type ImportTurn } from './import_turn';
import { isTrainingHeld } from './locks';
import { merged, type ShownData } from './shown_data';
import type { Threads } from './threads';

export class Generating {
  /** Rows of the set that is being made, each of a frame that was stored; null: none is. */
  private arrived: SampleRow[] | null = null;

  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
    private readonly turn: ImportTurn,
    private readonly shown: ShownData,
    /** Called after rows were saved. */
    private readonly changed: () => void,
  ) {
    threads.frames.on('import.samples', (rows) => {
      if (this.arrived === null) return;
      this.arrived.push(...rows);
      if (!this.turn.ended) this.holder.updateData({ samples: merged(this.shown.samples, rows) });
    });
  }

  /**
   * What fails, or is ended, leaves the data as they were.
   *
   * @throws ImportError when a thread is not sealed, another import is going, the request cannot be met, or a run may be
   *   using the frames that would be replaced
   */
  async generate(request: GenerateRequest): Promise<void> {
    this.turn.requireFree();
    checkGenerate(request);
    const isOld = ({ set }: SampleRow): boolean => set === request.domain;
    if (this.shown.samples.some(isOld) && (await isTrainingHeld())) {
      throw new ImportError({
        cause: 'A run is going, here or in another tab, and may be reading the frames that would be replaced.',
        remedy: 'Stop the run first, or generate another set.',
        file: request.domain,
      });
    }
    // Asking for the lock took a moment, in which another import may have begun.
    this.turn.requireFree();
    const before = this.shown.samples;
    const others = before.filter((row) => !isOld(row));
    this.holder.updateData({ samples: others });
    await this.turn.take(doing('Starting', 'frames', framesOf(request).all), async (signal) => {
      this.arrived = [];
      try {
        const report = await this.threads.frames.call('generate.run', request, {
          signal,
          onProgress: (importing) => {
            if (!signal.aborted) this.holder.updateData({ importing });
          },
        });
        await this.accept(request.domain, report, before.filter(isOld), others);
      } catch (error) {
        this.holder.updateData({ importing: doing('Removing what was stored', 'frames') });
        const paths = new Set(before.map(({ frame }) => frame));
        // The call's own error is what the user needs to see; a frame left behind costs only space.
        await deleteFrames(this.arrived.filter(({ frame }) => !paths.has(frame))).catch(() => undefined);
        this.shown.show(before);
        throw error;
      } finally {
        this.arrived = null;
      }
    });
  }

  private async accept(
    domain: string,
    report: ImportReport,
    old: readonly SampleRow[],
    others: readonly SampleRow[],
  ): Promise<void> {
    const kept = new Set(report.samples.map(({ frame }) => frame));
    const { rows, ...told } = keepCaptions(old, report.samples, new Set());
    await saveSamples(rows, old);
    const said = { rejected: [], notes: keptNotes(told) };
    await this.shown.accept([...others, ...rows], said, [domain], new Set());
    // The new rows are saved: a frame of the old ones that cannot be removed costs only space.
    await deleteFrames(old.filter(({ frame }) => !kept.has(frame))).catch(() => undefined);
    this.changed();
  }
}
