/** What an import says in the end: sentences from the survey and from each file's outcome. */
import { EarlierLog } from '../data/earlier';
import { keptNotes, nothingKept, type KeptCaptions } from '../data/keep_captions';
import { summarise } from '../data/summary';
import { Tally } from '../data/tally';
import { extensionOf } from '../data/paths';
import type { FileOutcome, ImportReport, PortionResult, Rejection, SampleRow, Survey } from '../protocol';

/** Most files that are named one by one; the rest are counted. */
const MOST_NAMED = 2000;

/** Of a file that was there in another state; the sentence begins with the file's name. */
const REPLACED =
  'Another file of this set and name, with other content or date, was imported before, and was replaced. Where that was another set of the same name, rename one of the two folders and import both again.';

export class ImportLog {
  readonly rejected: Rejection[] = [];
  readonly noFace: string[] = [];
  readonly notes: string[] = [];
  /** Files that an earlier import had finished, and those that it could not use. */
  kept = 0;
  refusedBefore = 0;
  /** Samples of earlier imports that this one does not give. */
  readonly earlier = new EarlierLog();
  private readonly captionsKept = nothingKept();
  private unnamed = 0;
  private readonly other = new Tally();
  /** Remarks on how frames were chosen, with the files that they are about. */
  private readonly remarked = new Tally();

  take({ path, what, reason, noFace, note, replaced, earlier }: FileOutcome): void {
    if (earlier !== undefined) this.earlier.add(path, earlier);
    if (note !== null) this.remarked.add(note, path);
    if (replaced) this.remarked.add(REPLACED, path);
    if (noFace.length > 0) this.noFace.push(`${path}: ${noFace.map((role) => `${role} frame`).join(', ')}`);
    switch (what) {
      case 'imported':
      case 'left':
        break;
      case 'kept':
        this.kept++;
        break;
      case 'refused before':
        this.refusedBefore++;
        this.reject(path, reason ?? '');
        break;
      case 'refused':
        this.reject(path, reason ?? '');
        break;
      case 'other':
        this.other.add(typeOf(path), path);
        break;
    }
  }

  captions({ kept, replaced, lost }: KeptCaptions): void {
    this.captionsKept.kept.push(...kept);
    this.captionsKept.replaced.push(...replaced);
    this.captionsKept.lost.push(...lost);
  }

  reject(file: string, reason: string): void {
    if (this.rejected.length < MOST_NAMED) this.rejected.push({ file, reason });
    else this.unnamed++;
  }

  /**
   * @param samples  all rows of the imported files, finished ones among them
   * @param end      why the import ended early, where it did
   */
  report(
    survey: Survey,
    samples: SampleRow[],
    end: { left: number; full: PortionResult['full'] },
    fallbackSet: string,
    seconds: number,
  ): ImportReport {
    const rejected = [...survey.rejected, ...this.rejected];
    if (this.unnamed > 0) {
      rejected.push({
        file: fallbackSet,
        reason: `${this.unnamed} more ${this.unnamed === 1 ? 'file' : 'files'} could not be used.`,
      });
    }
    if (end.full !== null) {
      const { cause, remedy } = end.full;
      const rest = `${end.left} ${end.left === 1 ? 'file was' : 'files were'} not imported after that. What was is kept; give the same folder again to go on.`;
      rejected.push({ file: fallbackSet, reason: `${cause} ${rest} ${remedy}`.trim() });
    }
    const sets = summarise(samples);
    const passing: string[] = [];
    if (this.kept > 0) {
      passing.push(
        `${this.kept} ${this.kept === 1 ? 'file was' : 'files were'} there already, from an earlier import, and ${this.kept === 1 ? 'was' : 'were'} not decoded again.`,
      );
    }
    if (this.refusedBefore > 0) {
      passing.push(
        `${this.refusedBefore} ${this.refusedBefore === 1 ? 'file' : 'files'} that an earlier import could not use ${this.refusedBefore === 1 ? 'was' : 'were'} not tried again.`,
      );
    }
    const notes = [...survey.notes, ...this.notes, ...passing];
    for (const { why, files, examples } of this.remarked.list()) {
      notes.push(`${files === 1 ? examples[0] : `${files} files (${examples.join(', ')})`}: ${why}`);
    }
    notes.push(...this.earlier.notes(), ...keptNotes(this.captionsKept));
    const overruled = survey.sets.reduce((sum, set) => sum + set.overruled, 0);
    if (overruled > 0) {
      notes.push(
        `${overruled} ${overruled === 1 ? 'file has' : 'files have'} another label in a table than in the folder's name; the table was believed.`,
      );
    }
    notes.push(...this.passedOver(survey));
    if (samples.length === 0 && rejected.length === 0) {
      rejected.push({
        file: fallbackSet,
        reason:
          'There is no image or video in what was given. JPEG, PNG, WebP, MP4, MOV, WebM, MKV and AVI files are read.',
      });
    }
    rejected.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
    return { samples, sets, rejected, notes, passing, noFace: this.noFace.sort(), seconds };
  }

  /** Files of no use by their type. Why others were passed over, the survey's own sentences say. */
  private passedOver(survey: Survey): string[] {
    const types = new Map(this.other.list().map(({ why, files }) => [why, files]));
    for (const { why, files } of survey.passedOver) {
      if (isType(why)) types.set(why, (types.get(why) ?? 0) + files);
    }
    const list = [...types].sort().map(([type, count]) => `${count} ${type}`);
    return list.length === 0 ? [] : [`Passed over, being neither image, video nor table: ${list.join(', ')}.`];
  }
}

const isType = (why: string): boolean => /^\.|^without a type$/.test(why);

function typeOf(path: string): string {
  const extension = extensionOf(path);
  return extension === '' ? 'without a type' : `.${extension}`;
}
