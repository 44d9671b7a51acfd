/** An experiment as files: its tables in four formats, every number, every answer, and how it came about. */
import {
  attacksTable,
  confusionTable,
  measuresTable,
  paperTables,
  readersTable,
  variantsTable,
  writeTables,
  type Result,
  type Table,
} from '../../evaluate/report/index';
import { WhyLiveError, type Experiment, type ExportFile, type Prediction } from '../../protocol';
import { toCsv, type Field } from '../../store/csv';
import { loadPredictions, loadScoring } from '../../store/scorings';
import type { ZipFile } from '../../store/zip';
import type { Comparisons, Grounds } from './results';

const text = (path: string, content: string): ExportFile => ({ path, bytes: new TextEncoder().encode(content) });

/** Tables and numbers. `results` in every way that is to be written, and the comparisons of the same. */
export function tableFiles(results: readonly Result[], { readers, variants }: Comparisons): ExportFile[] {
  const tables = paperTables(results);
  const file = (table: Table): ExportFile => text(`${table.id}.csv`, writeTables([table], 'csv'));
  return [
    text('tables.md', writeTables(tables, 'markdown')),
    text('tables.tex', writeTables(tables, 'latex')),
    text('tables.csv', writeTables(tables, 'csv')),
    text('tables.json', writeTables(tables, 'json')),
    ...[measuresTable(results), attacksTable(results), confusionTable(results)].map(file),
    ...[readersTable(readers, results), variantsTable(variants, results)].map(file),
  ];
}

/** What was done with what, without samples or pictures. */
export function experimentFile(experiment: Experiment, { runs }: Grounds): ExportFile {
  const ids = new Set(experiment.trainings.map(({ runId }) => runId));
  const own = runs
    .filter(({ id }) => ids.has(id))
    .map(({ id, name, phase, config, model, device, sets, trainIds, testIds, seconds, steps }) => ({
      ...{ id, name, phase, config, model, device, sets, seconds, steps: steps.length },
      trained: trainIds.length,
      heldBack: testIds.length,
    }));
  const content = { format: 'whylive-experiment', version: 1, experiment, runs: own };
  return text('experiment.json', `${JSON.stringify(content, null, 1)}\n`);
}

const HEAD = ['protocol', 'variant', 'test', 'set', 'file', 'video', 'frame', 'label', 'attack', 'subject'];
const SAID = ['head', 'verdict', 'likelihood', 'truncated', 'text'];

/** Every answer of every scoring that is done, a line each; read when its turn comes. */
export function predictionsFile(experiment: Experiment): Extract<ZipFile, { read: unknown }> {
  return {
    path: 'predictions.csv',
    read: async () => {
      const parts: string[] = [toCsv([...HEAD, ...SAID], [])];
      for (const { training, test, scoringId, phase } of experiment.scorings) {
        const job = experiment.trainings.find(({ id }) => id === training);
        if (job === undefined || scoringId === null || phase !== 'done') continue;
        // Removed, by another tab: a file of a head line alone would pass for answers.
        if ((await loadScoring(scoringId)) === null) throw gone(experiment.name);
        const rows = (await loadPredictions(scoringId)).map((one) => lineOf([job.protocol, job.variant, test], one));
        // The head is there once.
        parts.push(toCsv([...HEAD, ...SAID], rows).slice(parts[0]!.length));
      }
      return new TextEncoder().encode(parts.join(''));
    },
  };
}

function gone(file: string): WhyLiveError {
  return new WhyLiveError({
    file,
    cause: 'Its answers are no longer stored: the experiment was removed meanwhile, maybe in another tab.',
    remedy: 'Work through its protocols again.',
  });
}

function lineOf(of: readonly string[], one: Prediction): Field[] {
  const { set, file, video, role, label, attack, subject, head, verdict, likelihood, truncated } = one;
  return [...of, set, file, video, role, label, attack, subject, head, verdict, likelihood, truncated, one.text];
}
