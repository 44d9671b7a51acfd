/** Answers that a judgment has kept: whether they hold for what it is to judge now, and what is said of those that lack. */
import type { FailedFrame, SampleRow } from '../../protocol';
import { loadPredictions } from '../../store/scorings';

/**
 * True where a judgment can go on from what an earlier attempt has kept: every answer is of a frame in question, of the
 * picture and with the label that it has now, and was asked for a text where one is wanted. Otherwise half of it would be of other data.
 *
 * @param text  Ids of the frames whose text is generated; null: no reader wants one.
 */
export async function answersHold(
  scoringId: string,
  rows: readonly SampleRow[],
  text: ReadonlySet<string> | null,
): Promise<boolean> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return (await loadPredictions(scoringId)).every((answer) => {
    const row = byId.get(answer.sampleId);
    if (row?.label !== answer.label || (row.attack ?? null) !== answer.attack) return false;
    if (answer.frame !== undefined && answer.frame !== row.frame) return false;
    return text === null || text.has(row.id) === (answer.text !== null);
  });
}

/** `1 of 128 frames could not be judged. The first: W/print/7.png: ...` */
export function unjudged(failed: readonly FailedFrame[], frames: number): string {
  const [first] = failed;
  const said = `${failed.length} of ${frames} frames could not be judged.`;
  return first === undefined ? said : `${said} The first: ${first.file}: ${first.reason}`;
}
