/**
 * `window.whylive`: the session for a script that drives the page (`tools/headless.mjs`), with promises that reject
 * where a panel would show a notice. Files come in through real file inputs, so they keep their relative paths and
 * take the same way as anyone's.
 */
import {
  WorkerError,
  type DeviceInfo,
  type GenerateRequest,
  type ModelInfo,
  type Prediction,
  type Preset,
  type Report,
  type RunConfig,
  type RunPhase,
  type ScoringRecord,
  type SourceFile,
} from '../protocol';
import { changedConfig, type ConfigChange } from './config';
import { encoded, type EncodedFile } from './encode';
import { automateExperiments, type ExperimentsAutomation } from './experiments/automation';
import { requestFor } from './generated';
import type { AppSession } from './session';
import type { ScoreOptions, Session } from './types';

/** Where a run stands, as plain data. */
export interface ProgressSnapshot {
  phase: RunPhase | 'none';
  /** What a long phase is doing, with counts. */
  detail: { label: string; done: number; total: number } | null;
  step: number;
  steps: number;
  loss: { total: number; cls: number; cap: number | null } | null;
  samplesPerSecond: number | null;
  secondsLeft: number | null;
  /** Half total error rate of the newest evaluation by each source, in [0, 1]. */
  hter: { head: number | null; text: number | null };
  captions: number;
  /** The newest finished caption. */
  lastCaption: { sampleId: string; text: string; verdict: string } | null;
}

export interface Automation extends ExperimentsAutomation {
  session: Session;
  /** Resolves when the page is ready; rejects with the sentence that the page shows when it cannot start. */
  ready(): Promise<{ device: DeviceInfo; model: ModelInfo | null }>;
  importEmbedded(): Promise<DataCounts>;
  /** Appends `<input type="file" id>` to the document, for Playwright's `setInputFiles`. */
  createInput(id: string, directory: boolean): void;
  /** Imports what several inputs hold as one import, so that a table in one labels the files of another. */
  importFromInputs(ids: string[]): Promise<DataCounts>;
  importFromInput(id: string): Promise<DataCounts>;
  /** Makes a set with the generator; what is left out is as in the page's form. */
  generate(request: Pick<GenerateRequest, 'domain'> & Partial<GenerateRequest>): Promise<DataCounts>;
  /** Loads the model folder that the input holds. */
  modelFromInput(id: string): Promise<ModelInfo>;
  /**
   * Takes over a preset, or the present configuration, with changes; `config.json` of an earlier run will do.
   *
   * @throws RangeError naming every key and value that cannot be used.
   */
  configure(change: ConfigChange, preset?: Preset): RunConfig;
  /** Loads the adapter folder that the input holds, as a run; resolves with its id. */
  adapterFromInput(id: string): Promise<string>;
  /**
   * Trains to the end, from initial parameters or from those of another run. Rejects with a sentence when the run
   * fails or is stopped early.
   */
  start(fromRunId?: string): Promise<Report>;
  /** Goes on from the newest checkpoint of a run (by default the newest run). */
  resume(moreSteps?: number, runId?: string): Promise<Report>;
  /**
   * Judges frames (null: all that are labelled) with the last checkpoint of a run (by default the present one). With the
   * id of a scoring in the options it goes on with that one.
   */
  score(
    sampleIds: string[] | null,
    options: ScoreOptions,
    runId?: string,
  ): Promise<{ record: ScoringRecord; predictions: Prediction[] }>;
  progress(): ProgressSnapshot;
  /** adapter/, metrics.csv, captions.jsonl, config.json, report.json of the run (by default the present one). */
  exportFiles(runId?: string): Promise<EncodedFile[]>;
  /** What `tools/continue` goes on from, with the frames as PNG only where asked. */
  exportBundle(options: { frames: boolean }, runId?: string): Promise<EncodedFile[]>;
  /** Sentences that the page shows now. */
  notices(): { kind: string; place: string; text: string }[];
}

/** What an import left in the data set. */
export interface DataCounts {
  samples: number;
  train: number;
  test: number;
  rejected: { file: string; reason: string }[];
  notes: string[];
  problems: string[];
}

export type { EncodedFile };

declare global {
  interface Window {
    whylive?: Automation;
  }
}

export function automate(session: AppSession): Automation {
  const counts = (): DataCounts => {
    const { samples, split, rejected, notes } = session.state.data;
    const { problems } = split;
    return { samples: samples.length, train: split.train.length, test: split.test.length, rejected, notes, problems };
  };
  const currentRun = (): string => {
    const id = session.state.run?.id ?? session.state.runs[0]?.id;
    if (id === undefined) throw new WorkerError({ cause: 'There is no run.', remedy: 'Start one first.' });
    return id;
  };
  const importAll = async (ids: string[]): Promise<DataCounts> => {
    await session.strict.importFiles(ids.flatMap(filesOf));
    return counts();
  };
  const ended = (id: string, phase: RunPhase): Report => {
    if (phase !== 'finished') {
      throw new WorkerError({
        cause: `The run ended as ${phase}.`,
        remedy: 'It can be continued from its checkpoint.',
      });
    }
    return session.report(id);
  };
  return {
    session,
    async ready() {
      await session.booted;
      const { boot, device, model, notices } = session.state;
      if (boot.phase !== 'ready' || device === null) {
        const said = notices.filter(({ kind }) => kind === 'error').map(({ text }) => text);
        throw new WorkerError({ cause: said.join(' ') || 'The page could not start.', remedy: '' });
      }
      return { device, model };
    },
    async importEmbedded() {
      await session.strict.importEmbedded();
      return counts();
    },
    createInput(id, directory) {
      document.getElementById(id)?.remove();
      const input = document.createElement('input');
      input.type = 'file';
      input.id = id;
      input.multiple = true;
      input.webkitdirectory = directory;
      input.hidden = true;
      document.body.append(input);
    },
    importFromInputs: importAll,
    importFromInput: (id) => importAll([id]),
    async generate({ domain, ...change }) {
      await session.strict.generate({ ...requestFor(domain), ...change });
      return counts();
    },
    async modelFromInput(id) {
      const files = filesOf(id);
      const name = files[0]?.path.split('/')[0] ?? id;
      await session.strict.loadModelFolder(name, files);
      const { model } = session.state;
      if (model === null) throw new WorkerError({ cause: 'The model was not loaded.', remedy: 'See the page.' });
      return model;
    },
    configure(change, preset) {
      session.setConfig(changedConfig(preset ?? session.state.config, change));
      return session.state.config;
    },
    async adapterFromInput(id) {
      const files = filesOf(id);
      return (await session.strict.loadAdapterFolder(files[0]?.path.split('/')[0] ?? id, files)).id;
    },
    async start(fromRunId) {
      const { id, phase } = await session.strict.startRun(fromRunId ?? null);
      return ended(id, phase);
    },
    async resume(moreSteps = 0, runId = currentRun()) {
      const { id, phase } = await session.strict.continueRun(runId, moreSteps);
      return ended(id, phase);
    },
    async score(sampleIds, options, runId = currentRun()) {
      const labelled = session.state.data.samples.filter(({ label }) => label !== null);
      const record = await session.strict.score(runId, sampleIds ?? labelled.map(({ id }) => id), options);
      return { record, predictions: await session.predictions(record.id) };
    },
    progress: () => snapshot(session),
    async exportFiles(runId = currentRun()) {
      return encoded(await session.strict.exportFiles(runId));
    },
    async exportBundle(options, runId = currentRun()) {
      return encoded(await session.strict.bundleFiles(runId, options));
    },
    ...automateExperiments(session),
    notices: () => session.state.notices.map(({ kind, place, text }) => ({ kind, place, text })),
  };
}

function snapshot(session: AppSession): ProgressSnapshot {
  const { run, runDetail } = session.state;
  const step = run?.steps.at(-1) ?? null;
  const caption = run?.captions.at(-1) ?? null;
  const hter = (source: 'head' | 'text'): number | null =>
    run?.evaluations.findLast((evaluation) => evaluation.source === source)?.hter ?? null;
  return {
    phase: run?.phase ?? 'none',
    detail: runDetail,
    step: step?.step ?? 0,
    steps: run?.config.steps ?? 0,
    loss: step?.loss ?? null,
    samplesPerSecond: step?.samplesPerSecond ?? null,
    secondsLeft: step?.secondsLeft ?? null,
    hter: { head: hter('head'), text: hter('text') },
    captions: run?.captions.length ?? 0,
    lastCaption: caption && { sampleId: caption.sampleId, text: caption.text, verdict: caption.verdict },
  };
}

function filesOf(id: string): SourceFile[] {
  const input = document.getElementById(id);
  if (!(input instanceof HTMLInputElement)) {
    throw new WorkerError({ cause: `There is no file input named ${id}.`, remedy: 'Call createInput first.' });
  }
  // A directory input gives the path below (and with) the chosen folder; a plain one gives an empty string.
  return [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}
