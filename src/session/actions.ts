/** What the page can do, as the panels call it. */
import type {
  AuditKind,
  BackboneMemoryRow,
  CallOptions,
  CaptionMark,
  BackendChoice,
  CaptionStyle,
  DraftRequest,
  FailedFrame,
  GenerateRequest,
  Label,
  ModelUse,
  Prediction,
  Report,
  RunConfig,
  ScoringReaders,
  ScoringRecord,
  ScoringSetting,
  SourceFile,
  WeightChoice,
} from '../protocol';
import type { BundleOptions } from './bundle';
import type { ExperimentActions } from './experiments/types';
import type { RunOptions } from './import_plan';
import type { InspectState, PendingDraft, SessionState, View } from './types';

/** How files are imported. */
export interface ImportHow {
  /** Show what would be done first, where it is more than a few files. */
  ask?: boolean;
  options?: RunOptions;
  /** The folder, where the browser gives a handle to it. */
  handle?: FileSystemDirectoryHandle | null;
}

/** Each reports its failure as a notice of the Data view. */
export interface CaptionActions {
  /** Writes a caption; an empty one removes it. It counts as edited from then on, and no import replaces it. */
  edit(sampleId: string, style: CaptionStyle, text: string): Promise<void>;
  /** Swaps the captions of the two frames of a video. */
  swap(sampleId: string, style: CaptionStyle): Promise<void>;
  undo(): Promise<void>;
  /** Looks at every caption of every sample. */
  audit(): Promise<void>;
  cancelAudit(): void;
  filter(kind: AuditKind | null): void;
  /** What is wrong with a caption by itself, as it stands in an editor. */
  marks(sampleId: string, style: CaptionStyle, text: string): Promise<CaptionMark[]>;
  /** All captions as JSON Lines, which an import reads back. */
  table(): Blob;
  /** The audit's findings. */
  findings(format: 'json' | 'csv'): Blob;
  /** Drafts captions with the loaded model; each waits in `drafts`. */
  draft(request: Omit<DraftRequest, 'samples'> & { sampleIds: string[] }): Promise<void>;
  cancelDrafts(): void;
  editDraft(sampleId: string, style: CaptionStyle, text: string): void;
  /** Takes one draft, or all of those that replace nothing; `replace`: also where there is a caption. */
  accept(which: Pick<PendingDraft, 'sampleId' | 'style'> | null, replace: boolean): Promise<void>;
  discard(which: Pick<PendingDraft, 'sampleId' | 'style'> | null): void;
}

/** Each reports its failure in `state.backbone.failure`. */
export interface BackboneActions {
  /**
   * Asks the hub what a model consists of, for our engine or (`ask`) for the second one. The token stays in memory, and
   * goes to the hub's own host alone.
   */
  look(id: string, revision: string, token: string, use?: ModelUse): Promise<void>;
  /** What a run with the present settings would hold on a GPU, for each backbone that is known by name. */
  memory(): Promise<BackboneMemoryRow[]>;
  /** Says no to the listing. */
  forget(): void;
  /** Says yes to the listing: fetches it, keeps it and, unless it is for the second engine, loads it. */
  download(): Promise<void>;
  /** Goes on with a stored model whose download has not ended; the token as in `look`, empty: the one in memory. */
  goOn(key: string, token: string): Promise<void>;
  /** Ends what is going; what has arrived stays. Resolves when nothing is going any more. */
  cancel(): Promise<void>;
  loadEmbedded(): Promise<void>;
  loadStored(key: string): Promise<void>;
  /** Removes a stored model from this browser. */
  remove(key: string): Promise<void>;
  /** True where the browser can remember a folder. */
  readonly remembers: boolean;
  /** Opens the browser's own folder dialog, loads what is chosen and remembers it. */
  chooseFolder(): Promise<void>;
  /** Loads a folder that came as plain files: nothing to remember. */
  loadFolder(name: string, files: SourceFile[]): Promise<void>;
  openFolder(id: string): Promise<void>;
  forgetFolder(id: string): Promise<void>;
}

export interface ScoreOptions {
  readers: ScoringReaders;
  /** What the frames are: `development`, or the name of a set. */
  test: string;
  /** A scoring that is there: it goes on with the frames that it has no prediction of. Not given: a new one. */
  scoringId?: string;
  experimentId?: string | null;
  /** Kept with a new scoring; one that goes on keeps its own. */
  setting?: ScoringSetting;
  /** Frames of it that could not be read and are not to be tried again: kept with the others. */
  failed?: readonly FailedFrame[];
  /** Whose question is asked; not given: the one that the run's own evaluations ask. */
  style?: CaptionStyle | null;
  /** Not given: the longest caption of the run. */
  maxTokens?: number | null;
}

/** Fires `change` (a plain Event) after each batch of updates, at most once a frame. */
export interface Session extends EventTarget {
  readonly state: Readonly<SessionState>;

  show(view: View): void;
  setTheme(theme: SessionState['theme']): void;
  /** Reopens the device with another backend; refused while a run is going. */
  setBackend(backend: BackendChoice): Promise<void>;
  /** Loads the model again with its frozen weights held in another way; refused while a run is going. */
  setWeights(weights: WeightChoice): Promise<void>;
  /** Forces one kernel of an operation, or (null) goes back to the fastest; refused while a run is going. */
  setKernel(operation: string, variant: string | null): Promise<void>;
  /** Times the kernels of this GPU again. */
  measureKernels(): Promise<void>;
  dismiss(noticeId: string): void;

  /** Imports the embedded face set (on the path that every folder takes). */
  importEmbedded(): Promise<void>;
  /** Imports files; with `ask` (the default) more than a few wait in `data.pending` for `startImport`. */
  importFiles(files: SourceFile[], how?: ImportHow): Promise<void>;
  /** True where the browser can remember a folder. */
  readonly remembersFolders: boolean;
  /** Opens the browser's own folder dialog and imports what is chosen. */
  chooseDataFolder(): Promise<void>;
  /** Changes how the waiting import would be done. */
  setPending(change: Partial<RunOptions>): void;
  startImport(): Promise<void>;
  /** Says no to the waiting import. */
  dropImport(): void;
  pauseImport(): void;
  resumeImport(): void;
  /** Makes a set with the generator; one of the same name is replaced. `importing` and `cancelImport` are about it too. */
  generate(request: GenerateRequest): Promise<void>;
  /** Ends what is going. What an import has done is kept, unless `remove`; a generated set is removed in any case. */
  cancelImport(what?: 'keep' | 'remove'): void;
  /** Goes on with the import that was cut off; `files` where the browser cannot open the folder by itself. */
  goOnImporting(files?: SourceFile[]): Promise<void>;
  /** Forgets the import that was cut off; what it has done is kept. */
  forgetUnfinished(): Promise<void>;
  setFaces(faces: 'shown' | 'hidden'): Promise<void>;
  /** Says what `1` means in numeric label columns and imports the last files again. */
  setNumericOne(label: Label): Promise<void>;
  clearData(): Promise<void>;
  /** Removes all that this browser keeps for the page: data, runs, models, settings. Refused while a run is going. */
  deleteEverything(): Promise<void>;

  /** Audit, editor and drafts of captions. */
  readonly captions: CaptionActions;

  loadEmbeddedModel(): Promise<void>;
  /** Loads a PEFT folder for the loaded backbone; it becomes a run that can be inspected and begun from. */
  loadAdapterFolder(name: string, files: SourceFile[], options?: CallOptions): Promise<void>;
  /** The models of the hub and folders on disk. */
  readonly backbones: BackboneActions;

  /** Protocols, the queue that works through them, and their results. */
  readonly experiments: ExperimentActions;

  setConfig(change: Partial<RunConfig>): void;
  /** One click: embedded set and model where nothing else is loaded, then a run with the current config. */
  startDemo(): Promise<void>;
  startRun(): Promise<void>;
  /** A new run with the present data and settings that begins with the parameters of another. */
  startFrom(runId: string): Promise<void>;
  pauseRun(): Promise<void>;
  resumeRun(): Promise<void>;
  stopRun(): Promise<void>;
  /** Goes on from the last checkpoint: an interrupted run, or `moreSteps` after the end. */
  continueRun(runId: string, moreSteps: number): Promise<void>;

  selectSample(sampleId: string): void;
  setInspect(change: Partial<Pick<InspectState, 'style' | 'runId' | 'sampling'>>): void;
  /** Streams both columns, adapter on and off. */
  explain(): Promise<void>;
  cancelExplain(): void;
  /** Opens another model from an ONNX folder on disk, in a thread of its own without network. */
  openOtherFolder(name: string, files: SourceFile[]): Promise<void>;
  /** The same with a model of the hub that this browser keeps. */
  openOtherStored(key: string): Promise<void>;
  /** The loaded backbone, turned into ONNX and run by ONNX Runtime. */
  openOwnAsOther(): Promise<void>;
  /** Asks the other model about the chosen frame, in the chosen style. */
  askOther(): Promise<void>;
  /** Stops opening or answering. */
  cancelOther(): void;
  closeOther(): void;
  /** An upright image URL of a sample's stored frame (object URL, cached). */
  frameUrl(sampleId: string): Promise<string>;

  /**
   * Judges frames with the last checkpoint of a run and keeps each answer as it comes; `state.scoring` tells how far it is.
   * Rejects after it has shown why. Called again with the record's id, it goes on with the frames that are left.
   */
  score(runId: string, sampleIds: readonly string[], options: ScoreOptions): Promise<ScoringRecord>;
  /** What was predicted before is kept. */
  cancelScoring(): void;
  /** What a scoring has said so far, by the samples' ids. */
  predictions(scoringId: string): Promise<Prediction[]>;

  renameRun(runId: string, name: string): Promise<void>;
  /** With its checkpoints, and the scorings of it that belong to no experiment. */
  deleteRun(runId: string): Promise<void>;
  /** report.json of a run. */
  report(runId: string): Report;
  /** A zip: adapter/ (PEFT), metrics.csv, captions.jsonl, config.json, report.json. */
  exportRun(runId: string): Promise<Blob>;
  /** A zip that `tools/continue` goes on from: settings, samples without pictures, adapter, optimiser. */
  exportBundle(runId: string, options: BundleOptions): Promise<Blob>;
}
