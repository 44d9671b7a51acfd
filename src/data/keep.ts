/** What becomes of a frame, wherever it comes from: a PNG in OPFS and a row. */
import type { CallContext, SampleRow } from '../protocol';
import { writeFrame } from '../store/frames';
import type { StoredFrame } from './frame';
import { sampleRow, type Known } from './rows';

export interface KeepHooks extends Pick<CallContext, 'signal' | 'progress'> {
  /** Called with rows as they come, in batches; also with those of a call that ends as an error. */
  samples(rows: SampleRow[]): void;
  /** Stores a frame; the room `store` does it unless a test takes its place. */
  write?: ((path: string, png: Blob) => Promise<void>) | undefined;
}

/** A frame with its place in its video, 0 seconds for a still, and the face that was found in the whole picture. */
export type TimedFrame = StoredFrame & Pick<SampleRow, 'role' | 'seconds' | 'face'>;

/** Stores the frames of one file or clip and gives their rows; `version` as in `sampleRow`. */
export async function keepFrames(
  known: Known,
  frames: readonly TimedFrame[],
  write: KeepHooks['write'] = writeFrame,
  version?: string,
): Promise<SampleRow[]> {
  const rows: SampleRow[] = [];
  for (const frame of frames) {
    const row = await sampleRow(known, frame.role, frame.seconds, frame, version);
    await write(row.frame, frame.png);
    rows.push(row);
  }
  return rows;
}
