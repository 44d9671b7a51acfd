/**
 * What the page knows, as the panels see it. Panels read `session.state` and call the session's methods (`actions`); the
 * session talks to the workers and the store. A panel never talks to a worker itself.
 */
import type {
  AuditKind,
  AuditReport,
  CaptionSampling,
  BackendChoice,
  CaptionResult,
  CaptionStyle,
  DeviceInfo,
  ErrorData,
  Experiment,
  FaceSet,
  HubListing,
  KernelChoices,
  KernelReport,
  ModelInfo,
  NetworkProof,
  PeerAnswer,
  PeerInfo,
  PendingDraft,
  Protocol,
  Progress,
  Rejection,
  Report,
  RunConfig,
  SampleRow,
  SetSummary,
  Survey,
  Tried,
  WeightChoice,
} from '../protocol';
import type { StoredModel } from '../store/models';
import type { RunRecord } from '../store/record';
import type { BundleOptions } from './bundle';
import type { QueueState } from './experiments/types';
import type { Estimate } from './import_rates';
import type { RunOptions } from './import_plan';

/** Lives in the store; panels import it from here. */
export type { BundleOptions, Estimate, PendingDraft, RunOptions, RunRecord, StoredModel };
export type * from './actions';
export type * from './experiments/types';

export type View = 'data' | 'train' | 'inspect' | 'runs';

/** Something to tell the user in place: an error with its remedy, or a plain note. */
export interface Notice {
  id: string;
  kind: 'error' | 'warning' | 'note';
  /** Where in the page it belongs. */
  place: View | 'page';
  error: ErrorData | null;
  text: string;
}

export interface DataState {
  samples: SampleRow[];
  sets: SetSummary[];
  rejected: Rejection[];
  /** Remarks on the samples that are there, then what each import said, the newest first. */
  notes: string[];
  importing: Progress | null;
  /** The import hands out no more files until it is resumed. */
  paused: boolean;
  /** An import that waits for a yes. */
  pending: PendingImport | null;
  /** An import that was cut off, and can go on. */
  unfinished: UnfinishedState | null;
  /** Files in whose frames no face was found. */
  noFace: string[];
  /** Public sets among the samples whose faces may not be shown in public. */
  keptBack: FaceSet[];
  /** The split that a run started now would use (from `config.splitBy`, `testShare`, `seed`). */
  split: { train: string[]; test: string[]; problems: string[] };
}

/** What an import would do, before it does. */
export interface PendingImport {
  /** Names of the folders. */
  name: string;
  survey: Survey;
  options: RunOptions;
  /** Files that an earlier import with these options has finished, and those of them that it could not use. */
  finished: { files: number; refused: number };
  /** What came of trying a few files; more may come while `trying`. */
  tried: Tried[];
  trying: boolean;
  estimate: Estimate;
}

export interface UnfinishedState {
  name: string;
  total: number;
  /** Files that are finished and kept, those that could not be used among them. */
  done: number;
  /** The browser can open the folder again by itself. */
  canOpen: boolean;
}

/** One of the two columns of Inspect. */
export interface ExplainColumn {
  text: string;
  busy: boolean;
  result: CaptionResult | null;
}

export interface InspectState {
  sampleId: string | null;
  style: CaptionStyle;
  runId: string | null;
  /** null: greedy. The seed of the last captions; the next ones get another. */
  sampling: CaptionSampling | null;
  on: ExplainColumn;
  off: ExplainColumn;
}

/** Another model, run by another engine, asked about the same frame. */
export interface OtherState {
  model: PeerInfo | null;
  /** What is being done to open one; null: nothing. */
  opening: Progress | null;
  /** The answer so far. */
  text: string;
  busy: boolean;
  answer: PeerAnswer | null;
  /** Key of the stored model that was opened last; null: it came from elsewhere. */
  key: string | null;
}

/** What is known of the captions and done about them, beside the rows themselves. */
export interface CaptionState {
  audit: AuditReport | null;
  /** Captions have changed since the audit. */
  stale: boolean;
  auditing: Progress | null;
  /** Only samples with a mark of this kind are to be shown; null: all. */
  filter: AuditKind | null;
  /** What the next undo takes back, as words; null: nothing. */
  undo: string | null;
  drafting: { style: CaptionStyle; progress: Progress | null } | null;
  drafts: PendingDraft[];
}

/** A probe caption as it streams during a run, keyed `step/sampleId`. */
export interface ProbeCaption {
  step: number;
  sampleId: string;
  text: string;
  result: CaptionResult | null;
}

/** Where backbones come from, and what is being done about one. */
export interface BackboneState {
  /** Models of the hub that this browser keeps, finished or not. */
  stored: StoredModel[];
  /** Folders on disk that can be opened again, the newest first. */
  folders: { id: string; name: string; opened: number }[];
  /** What the hub said of the model that was asked for: waits for a yes. */
  listing: HubListing | null;
  /** The work that is going; one at a time. */
  busy: { what: 'looking' | 'downloading' | 'loading'; name: string; progress: Progress | null } | null;
  /** Why the last work failed; `key` is the stored model it was about, where there is one. */
  failure: { error: ErrorData; key: string | null } | null;
  /** What the last work did, as a sentence. */
  outcome: string | null;
}

/** Frames that are being judged with a run's last checkpoint. */
export interface ScoringState {
  id: string;
  runId: string;
  runName: string;
  /** What the frames are: `development`, or the name of a set. */
  test: string;
  progress: Progress;
}

export interface SessionState {
  view: View;
  theme: 'auto' | 'light' | 'dark';
  /** Settings, this browser's memory and URL (`?faces=`); `auto`: hidden where a set's terms want it. */
  faces: 'auto' | 'shown' | 'hidden';
  /** Settings panel and URL (`?backend=`). */
  backend: BackendChoice;
  /** Settings panel and URL (`?weights=`). */
  weights: WeightChoice;
  boot: { phase: 'starting' | 'ready' | 'failed'; progress: Progress | null };
  device: DeviceInfo | null;
  /** Variants that the user chose, by operation (URL `?kernels=operation:variant,...`). */
  kernelChoices: KernelChoices;
  /** Operations of the open device that have several kernels; empty on WASM. */
  kernels: KernelReport[];
  model: ModelInfo | null;
  /** Address of the model hub (URL `?hub=`). */
  hub: string;
  backbone: BackboneState;
  proofs: NetworkProof[];
  /** Requests any thread made since the page finished loading. */
  requests: Report['network'];
  data: DataState;
  captions: CaptionState;
  config: RunConfig;
  /** The run in progress or last looked at in Train; null before the first. */
  run: RunRecord | null;
  runDetail: { label: string; done: number; total: number } | null;
  probes: ProbeCaption[];
  runs: RunRecord[];
  /** Kept in this browser, the newest first. */
  experiments: Experiment[];
  queue: QueueState;
  /** Protocols that the user has made or imported. */
  ownProtocols: Protocol[];
  /** The scoring that is going in this tab; null: none. */
  scoring: ScoringState | null;
  inspect: InspectState;
  other: OtherState;
  notices: Notice[];
  storage: { usage: number; quota: number; persisted: boolean } | null;
}
