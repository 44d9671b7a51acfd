/** What a run on sets that are not drawn yet would be refused for: to be told before hours of drawing, not after. */
import { split, type SplitSample } from '../data/split';
import { TrainingError, missingClass, type GenerateRequest, type RunConfig, type SampleRow } from '../protocol';
import { checkPlan } from './plan';

/** As much of a clip's rows as decides whether a run can start. */
type Foreseen = SplitSample & Pick<SampleRow, 'captions'>;

/** What keeps a run on these sets alone from starting, as a sentence or two; null when nothing does. */
export function foreseenProblem(requests: readonly GenerateRequest[], config: RunConfig): string | null {
  const rows = requests.flatMap(rowsOfRequest);
  // Persons of a set are alike in number and kind of clips: whoever is held out, the classes that are left are these.
  const chosen = new Set(split(rows, config).train);
  const train = rows.filter(({ id }) => chosen.has(id));
  const label = missingClass(config, train);
  if (label !== null) {
    return (
      `There would be no ${label} clip to train on, so the live/spoof head would have nothing to tell apart. ` +
      `Ask for more ${label} clips or persons, hold out a smaller share, or set alpha to 0 to train captions only.`
    );
  }
  try {
    checkPlan(config, train);
    return null;
  } catch (error) {
    if (error instanceof TrainingError) return `${error.why} ${error.remedy}`.trim();
    throw error;
  }
}

function rowsOfRequest({ domain, subjects, liveClips, attackClips, attacks, styles }: GenerateRequest): Foreseen[] {
  const captions = Object.fromEntries(styles.map((style) => [style, style]));
  const clips = (subject: string, kind: string, count: number): Foreseen[] =>
    Array.from({ length: count }, (_, take) => {
      const id = `${subject} ${kind} ${take}`;
      return { id, set: domain, video: id, subject, label: kind === 'live' ? 'live' : 'spoof', captions };
    });
  return Array.from({ length: subjects }, (_, number) => `${domain} ${number}`).flatMap((subject) => [
    ...clips(subject, 'live', liveClips),
    ...attacks.flatMap((attack) => clips(subject, attack, attackClips)),
  ]);
}
