/** The frames of a batch that can be read, and why the others cannot: a missing picture costs its own sample only. */
import { ImportError, StorageError, type FailedFrame, type SampleRow } from '../protocol';
import type { FrameSource, Pixels } from './judge';

export interface Readable<T extends SampleRow> {
  read: { sample: T; pixels: Pixels }[];
  failed: FailedFrame[];
}

/** In the samples' order. What is not the frame's own fault (a device that fails, say) is thrown. */
export async function readable<T extends SampleRow>(samples: readonly T[], frames: FrameSource): Promise<Readable<T>> {
  const outcomes = await Promise.allSettled(samples.map((sample) => frames.pixels(sample)));
  const result: Readable<T> = { read: [], failed: [] };
  for (const [i, outcome] of outcomes.entries()) {
    const sample = samples[i]!;
    if (outcome.status === 'fulfilled') result.read.push({ sample, pixels: outcome.value });
    else result.failed.push(failure(sample, outcome.reason));
  }
  return result;
}

/** @throws `error` where it is not about a frame */
export function failure(sample: SampleRow, error: unknown): FailedFrame {
  if (!(error instanceof ImportError || error instanceof StorageError)) throw error;
  return { sampleId: sample.id, file: `${sample.set}/${sample.file}`, reason: `${error.why} ${error.remedy}`.trim() };
}

/** `items` in order, by `size`. */
export function batches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
