/** A run as files: what a zip holds, and what a headless run writes to its folder. */
import type { ExportFile, Report } from '../protocol';
import type { RunRecord } from '../store/record';
import { captionsJsonl, configJson, metricsCsv } from '../store/runfiles';
import { zipFiles } from '../store/zip';
import type { Threads } from './threads';

/** The PEFT folder, where the run has an adapter, and the four files beside it. */
export async function exportFiles(threads: Threads, record: RunRecord, report: Report): Promise<ExportFile[]> {
  const { id: runId, config } = record;
  const adapter = await threads.trainer.call('adapter.export', { runId, config });
  const text = (path: string, content: string): ExportFile => ({ path, bytes: new TextEncoder().encode(content) });
  return [
    ...adapter.map(({ path, bytes }) => ({ path: path.startsWith('adapter/') ? path : `adapter/${path}`, bytes })),
    text('metrics.csv', metricsCsv(record)),
    text('captions.jsonl', captionsJsonl(report.captions)),
    text('config.json', configJson(config)),
    text('report.json', JSON.stringify(report, null, 2) + '\n'),
  ];
}

export async function exportZip(threads: Threads, record: RunRecord, report: Report): Promise<Blob> {
  return zipFiles(await exportFiles(threads, record, report));
}
