/** A run as a zip that another machine goes on from; with the frames only where the user asked for them. */
import { CancelledError, framePath, type CallOptions } from '../protocol';
import { readFrame } from '../store/frames';
import type { RunRecord } from '../store/record';
import { zipFiles, type ZipFile } from '../store/zip';
import { rowsOf } from './plan';
import type { StateHolder } from './holder';
import type { Threads } from './threads';

export interface BundleOptions extends CallOptions {
  /** Every frame that the run trains on or is tested on, as PNG: pictures of faces in a file on the disk. */
  frames: boolean;
}

/** The files of the bundle, frames as references that are read when their turn comes. */
export async function bundleFiles(
  holder: StateHolder,
  threads: Threads,
  record: RunRecord,
  { frames, ...options }: BundleOptions,
): Promise<ZipFile[]> {
  const { id: runId, config, trainIds, testIds, probeIds } = record;
  const { samples } = holder.state.data;
  const [train, test] = [rowsOf(trainIds, samples), rowsOf(testIds, samples)];
  const files: ZipFile[] = await threads.trainer.call(
    'run.bundle',
    { runId, config, train, test, probes: probeIds },
    options,
  );
  if (!frames) return files;
  const stored = [...train, ...test].map((row): ZipFile => {
    return { path: framePath(row), read: async () => new Uint8Array(await (await readFrame(row.frame)).arrayBuffer()) };
  });
  return [...files, ...stored];
}

export async function bundleZip(
  holder: StateHolder,
  threads: Threads,
  record: RunRecord,
  options: BundleOptions,
): Promise<Blob> {
  const { signal, onProgress } = options;
  const files = await bundleFiles(holder, threads, record, options);
  const started = performance.now();
  return zipFiles(files, (done, path) => {
    if (signal?.aborted) throw new CancelledError();
    const rate = done / Math.max(1e-3, (performance.now() - started) / 1000);
    const secondsLeft = (files.length - done) / Math.max(rate, 1e-3);
    onProgress?.({ label: path, done, total: files.length, unit: 'files', rate, secondsLeft });
  });
}
