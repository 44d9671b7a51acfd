/** An import that waits for a yes: what it would do, how long that would take, and a few files tried meanwhile. */
import { recipeOf, refusedBy } from '../data/recipe';
import type { SourceFile, Survey } from '../protocol';
import type { StateHolder } from './holder';
import { estimate, untried, withTried, type Rates } from './import_rates';
import type { ImportPlan, RunOptions } from './import_plan';
import type { Importer } from './importer';

/** Longest time that trying a few files takes, seconds. */
const TRIAL = 6;

/** What is waiting, as it would be run. */
export interface WaitingImport {
  plan: ImportPlan;
  options: RunOptions;
  handle: FileSystemDirectoryHandle | null;
}

export class PendingImport {
  private waiting: (Omit<WaitingImport, 'options'> & { trial: AbortController }) | null = null;

  constructor(
    private readonly holder: StateHolder,
    private readonly importer: Importer,
    private readonly rates: () => Rates,
  ) {}

  /** Shows what an import would do, and tries a few files of types that were never measured. */
  wait({ plan, options, handle }: WaitingImport): void {
    this.drop();
    const waiting = { plan, handle, trial: new AbortController() };
    this.waiting = waiting;
    const { survey } = plan;
    const rates = this.rates();
    const finished = finishedOf(survey, options);
    const guess = (known: Rates) => estimate(survey, options, known, this.importer.threads, finished.files);
    const places = untried(survey, options, rates);
    this.holder.updateData({
      pending: {
        ...{ name: nameOfAll(plan.files), survey, options, finished },
        ...{ tried: [], trying: places.length > 0, estimate: guess(rates) },
      },
    });
    if (places.length === 0) return;
    const { signal } = waiting.trial;
    const tell = (tried: Awaited<ReturnType<Importer['try']>>): void => {
      const { pending } = this.holder.state.data;
      if (signal.aborted || pending === null) return;
      const known = guess(withTried(this.rates(), options, tried));
      this.holder.updateData({ pending: { ...pending, tried, trying: false, estimate: known } });
    };
    // A trial that fails leaves the import as it is, only without an estimate.
    void this.importer.try(plan, places, options, TRIAL, signal).then(tell, () => tell([]));
  }

  /** Changes how it would be done. */
  set(change: Partial<RunOptions>): void {
    const { pending } = this.holder.state.data;
    if (pending === null || this.waiting === null) return;
    const options = { ...pending.options, ...change };
    // The authors cut the faces tightly; their rule counts these crops.
    if (change.rule === 'authors' && change.crop === undefined) options.crop = 'tight';
    this.wait({ ...this.waiting, options });
  }

  /** A yes: what was waiting, which waits no longer; null where nothing was. */
  take(): WaitingImport | null {
    const { pending } = this.holder.state.data;
    const { waiting } = this;
    if (pending === null || waiting === null) return null;
    this.drop();
    return { plan: waiting.plan, options: pending.options, handle: waiting.handle };
  }

  /** A no. */
  drop(): void {
    this.waiting?.trial.abort();
    this.waiting = null;
    this.holder.updateData({ pending: null });
  }
}

/** Files of the survey that an earlier import has finished, and those of them that it could not use. */
export function finishedOf({ finished }: Survey, options: RunOptions): { files: number; refused: number } {
  const recipe = recipeOf(options);
  const refused = finished[refusedBy(recipe)] ?? 0;
  return { files: (finished[recipe] ?? 0) + (options.again ? 0 : refused), refused };
}

/** What the files' paths begin with: `MSU-MFSD`, or `MSU-MFSD and 2 more`. */
export function nameOfAll(files: readonly SourceFile[]): string {
  const roots = new Set(files.map(({ path }) => (path.includes('/') ? (path.split('/')[0] ?? '') : 'files')));
  const [first = 'files'] = roots;
  return roots.size > 1 ? `${first} and ${roots.size - 1} more` : first;
}
