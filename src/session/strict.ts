/** What a script asks of the session: as the panels' actions, but what fails rejects instead of becoming a notice. */
import {
  WhyLiveError,
  type CallOptions,
  type GenerateRequest,
  type Report,
  type ScoringRecord,
  type SourceFile,
  type Survey,
} from '../protocol';
import type { RunRecord } from '../store/record';
import type { ZipFile } from '../store/zip';
import type { ImportHow, ScoreOptions } from './actions';
import { loadAdapter } from './adapters';
import { bundleFiles, bundleZip, type BundleOptions } from './bundle';
import { exportFiles, exportZip } from './exports';
import { facesHidden } from './faces';
import type { StateHolder } from './holder';
import { buildReport } from './report';
import type { SessionParts } from './session_parts';
import type { Threads } from './threads';

export class StrictActions {
  constructor(
    private readonly holder: StateHolder,
    private readonly parts: SessionParts,
    private readonly threads: Threads,
  ) {}

  async importEmbedded(): Promise<void> {
    void this.parts.usage.askToPersist();
    await this.parts.data.importEmbedded();
  }

  async importFiles(files: SourceFile[], how: ImportHow = {}): Promise<void> {
    void this.parts.usage.askToPersist();
    await this.parts.data.importFiles(files, how);
  }

  survey(files: SourceFile[]): Promise<Survey> {
    return this.parts.data.survey(files);
  }

  async generate(request: GenerateRequest): Promise<void> {
    void this.parts.usage.askToPersist();
    await this.parts.data.generate(request);
  }

  async loadModelFolder(name: string, files: SourceFile[]): Promise<void> {
    this.parts.occupied.mayLoad();
    await this.parts.models.loadFolder(name, files);
  }

  async loadEmbeddedModel(): Promise<void> {
    this.parts.occupied.mayLoad();
    await this.parts.models.loadEmbedded();
  }

  async loadAdapterFolder(name: string, files: SourceFile[], options: CallOptions = {}): Promise<RunRecord> {
    const { holder, parts } = this;
    parts.occupied.mayLoad();
    holder.clear('runs');
    const record = await loadAdapter(holder, this.threads, name, files, options);
    parts.runs.add(record);
    holder.updateInspect({ runId: record.id });
    for (const note of record.adapter?.notes ?? []) holder.say('runs', 'note', note);
    return record;
  }

  startRun(fromRunId: string | null = null): Promise<RunRecord> {
    return this.parts.training.start(fromRunId === null ? null : this.parts.runs.record(fromRunId));
  }

  continueRun(runId: string, moreSteps: number): Promise<RunRecord> {
    return this.parts.training.continue(runId, moreSteps);
  }

  /** @throws WhyLiveError where a run or another scoring is going; what was predicted before a failure is kept */
  async score(runId: string, sampleIds: readonly string[], options: ScoreOptions): Promise<ScoringRecord> {
    this.parts.occupied.mayScore();
    return this.parts.scorings.score(this.parts.runs.record(runId), sampleIds, options);
  }

  report(runId: string): Report {
    const { data, requests } = this.holder.state;
    return buildReport(this.parts.runs.record(runId), data.samples, requests);
  }

  exportFiles(runId: string): ReturnType<typeof exportFiles> {
    return exportFiles(this.threads, this.parts.runs.record(runId), this.report(runId));
  }

  exportRun(runId: string): Promise<Blob> {
    return exportZip(this.threads, this.parts.runs.record(runId), this.report(runId));
  }

  async bundleFiles(runId: string, options: BundleOptions): Promise<ZipFile[]> {
    this.mayTakeFrames(options);
    return bundleFiles(this.holder, this.threads, this.parts.runs.record(runId), options);
  }

  async exportBundle(runId: string, options: BundleOptions): Promise<Blob> {
    this.mayTakeFrames(options);
    return bundleZip(this.holder, this.threads, this.parts.runs.record(runId), options);
  }

  /** @throws WhyLiveError when frames are asked for while faces are hidden */
  private mayTakeFrames({ frames }: BundleOptions): void {
    if (!frames || !facesHidden(this.holder.state)) return;
    throw new WhyLiveError({
      cause: 'Faces are hidden, so no frame is put into a file.',
      remedy: 'Leave the frames out, or show faces again (Data) if the terms of the set allow it.',
    });
  }
}
