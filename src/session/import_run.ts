/** An import that was said yes to: run, shown as it comes, and in the end accepted, left to go on with, or taken back. */
import { CancelledError, type CaptionRow, type PlannedFile, type SampleRow } from '../protocol';
import { matchingCaptions } from '../data/match_captions';
import { normalise } from '../data/paths';
import { takenBy } from '../data/stills';
import { removeFinished, type FileKey } from '../store/imported';
import { deleteFrames, loadSamples, saveSamples } from '../store/samples';
import { loadSetting, saveSetting } from '../store/settings';
import type { StateHolder } from './holder';
import { withMeasured, type Rates } from './import_rates';
import { doing, type ImportTurn } from './import_turn';
import { FALLBACK_SET, type Importer } from './importer';
import { isTrainingHeld, withCaptionLock, withImportLock } from './locks';
import { finishedOf, nameOfAll, type WaitingImport } from './pending_import';
import type { ShownData } from './shown_data';
import { ShownSamples } from './shown_samples';
import { inSlices } from './slices';
import type { Unfinished } from './unfinished';

/** So many files are imported without a word. */
export const FEW = 12;

export class ImportRun {
  /** What a file of a type has cost so far. */
  rates: Rates = {};

  constructor(
    private readonly holder: StateHolder,
    private readonly importer: Importer,
    private readonly turn: ImportTurn,
    private readonly shown: ShownData,
    private readonly unfinished: Unfinished,
    /** Called after rows were saved or removed. */
    private readonly changed: () => void,
  ) {}

  async restore(): Promise<void> {
    this.rates = (await loadSetting('import.rates')) ?? {};
  }

  /**
   * @throws CancelledError when it was ended; what it had done is then kept or removed, as was said
   * @throws WhyLiveError when no thread is left to decode, or the rows cannot be stored
   */
  async run(waiting: WaitingImport): Promise<void> {
    const { files, survey, entries } = waiting.plan;
    const total = takenBy(entries, waiting.options.rule).length;
    await this.turn.take(doing('Starting', 'files', total), (signal) =>
      withImportLock(async () => {
        if (total > FEW) await this.note(waiting, total);
        const coming = new ShownSamples(this.shown.samples, (samples) => this.holder.updateData({ samples }));
        const known = new Set(this.shown.samples.map(({ id }) => id));
        const fresh = new Map<string, SampleRow>();
        const orphans: string[] = [];
        const names = new Set(survey.sets.map(({ name }) => name));
        const before = this.shown.samples;
        const parts = otherParts(names, entries, before);
        let ended: Awaited<ReturnType<Importer['run']>>;
        try {
          ended = await this.importer.run(waiting.plan, waiting.options, {
            signal,
            gate: () => this.turn.open(),
            progress: (importing) => {
              if (!signal.aborted) this.holder.updateData({ importing });
            },
            rows: (rows, gone) => {
              for (const row of rows) if (!known.has(row.id)) fresh.set(row.id, row);
              coming.put(rows, gone);
            },
            orphans: (paths) => orphans.push(...paths),
            outcomes: (outcomes, bytes) => {
              this.rates = withMeasured(this.rates, waiting.options, outcomes, bytes);
            },
            match: async (captions) => {
              const { changed, notes } = await matched(captions);
              coming.put(changed, []);
              return notes;
            },
            all: () => coming.all().filter(({ set }) => names.has(set)),
          });
        } catch (error) {
          // What is saved stays: only the rest is missing.
          this.shown.show(coming.all());
          this.changed();
          await this.unfinished.leave();
          throw error;
        } finally {
          coming.end();
        }
        if (this.turn.unwanted) {
          await this.withdraw([...fresh.values()]);
          throw new CancelledError();
        }
        // What was said of an import as a whole, as that the disk was full, is over with the next.
        const again = new Set([...files.map(({ path }) => normalise(path)), FALLBACK_SET]);
        const about = names.size > 0 ? [...names] : [nameOfAll(files)];
        const added = addedTo(parts, before, coming.all());
        const report = { ...ended.report, notes: [...ended.report.notes, ...added] };
        await this.shown.accept(coming.all(), report, about, again, parts);
        await saveSetting('import.rates', this.rates);
        this.changed();
        // A run may be reading them; frames that stay behind cost only space.
        if (orphans.length > 0 && !(await isTrainingHeld())) {
          await deleteFrames(orphans.map((frame) => ({ frame }))).catch(() => undefined);
        }
        if (signal.aborted || ended.full) await this.unfinished.leave();
        else if (total > FEW) await this.unfinished.end();
        if (signal.aborted) throw new CancelledError();
      }),
    );
  }

  /** From now on a crash leaves an import to go on with. */
  private async note({ plan, options, handle }: WaitingImport, total: number): Promise<void> {
    const { files, survey, numericOne } = plan;
    const { rule, crop } = options;
    await this.unfinished.begin({
      ...{ name: nameOfAll(files), total, done: finishedOf(survey, options).files },
      since: { sets: survey.sets.map(({ name }) => name), began: Date.now() },
      ...{ options: { rule, crop }, numericOne, handle },
    });
  }

  /** Takes back what the import has added. */
  private async withdraw(rows: readonly SampleRow[]): Promise<void> {
    this.holder.updateData({ importing: doing('Removing what was stored') });
    const keys = new Map(rows.map(({ set, file }) => [`${set}\0${file}`, [set, file] satisfies FileKey]));
    await removeFinished(rows, [...keys.values()]);
    // Its row is gone: a frame that cannot be removed costs only space.
    await deleteFrames(rows).catch(() => undefined);
    // Samples that were there before may have been made anew: what is stored is what there is.
    this.shown.show(await loadSamples());
    await this.unfinished.end();
    this.changed();
  }
}

/**
 * Captions that name videos or files, given to the samples that are stored and saved; in steps between which the page may
 * draw. What is stored may be newer than what this tab shows: another may have edited captions meanwhile.
 */
export async function matched(captions: readonly CaptionRow[]): Promise<{ changed: SampleRow[]; notes: string[] }> {
  return withCaptionLock(async () => {
    const found = await inSlices(matchingCaptions(captions, await loadSamples()));
    await saveSamples(found.changed);
    return found;
  });
}

/** Of the sets with these names, those that have samples of which none is of the planned files. */
function otherParts(
  names: ReadonlySet<string>,
  entries: readonly PlannedFile[],
  samples: readonly SampleRow[],
): Set<string> {
  const planned = new Set(entries.map(({ known: { set, file } }) => `${set}\0${file}`));
  const parts = new Set(samples.filter(({ set }) => names.has(set)).map(({ set }) => set));
  for (const { set, file } of samples) if (planned.has(`${set}\0${file}`)) parts.delete(set);
  return parts;
}

/** Sets of one name that nothing in them says are one or two. */
function addedTo(parts: ReadonlySet<string>, before: readonly SampleRow[], now: readonly SampleRow[]): string[] {
  const count = (rows: readonly SampleRow[], name: string): number => rows.filter(({ set }) => set === name).length;
  return [...parts].flatMap((name) => {
    const [had, has] = [count(before, name), count(now, name)];
    if (has <= had) return [];
    return [
      `${name} was there already with other files (${had} ${had === 1 ? 'sample' : 'samples'}); ${has - had} were added to it. If it is another set of the same name, rename its folder and import it again.`,
    ];
  });
}
