/**
 * A session for tests of the page alone: its state is set by the test, its methods record that they were called.
 * The faces are drawn here; nothing in it comes from a model, and nothing of it is in the page.
 */
import type {
  CaptionMark,
  CaptionPiece,
  CaptionResult,
  DeviceInfo,
  Evaluation,
  HubListing,
  KernelReport,
  Label,
  ModelInfo,
  NetworkProof,
  Prediction,
  Report,
  RunConfig,
  SampleRow,
  ScoringRecord,
  StepEvent,
} from '../../src/protocol';
import { DEMO } from '../../src/protocol';
import { initialState } from '../../src/session/holder';
import type {
  BackboneActions,
  CaptionActions,
  ExperimentActions,
  Notice,
  Preview,
  ResultDetail,
  Table,
  RunRecord,
  Session,
  SessionState,
  View,
} from '../../src/session/types';

/** A drawn face: a flat print has a paper edge, a replay a bezel and bands. */
export function drawing(index: number, attack: string | null): string {
  const hue = (index * 47) % 360;
  const skin = `hsl(${20 + (index % 5) * 4} ${30 + (index % 3) * 8}% ${48 + (index % 4) * 8}%)`;
  const face = `<rect width="96" height="96" fill="hsl(${hue} 14% ${attack ? 62 : 46}%)"/>
    <path d="M18 96c4-18 16-24 30-24s26 6 30 24z" fill="hsl(${(hue + 120) % 360} 22% 34%)"/>
    <ellipse cx="48" cy="46" rx="21" ry="27" fill="${skin}"/>
    <path d="M26 42c0-18 10-28 22-28s22 10 22 28c-6-10-12-14-22-14s-16 4-22 14z" fill="hsl(${hue} 20% 18%)"/>
    <circle cx="40" cy="44" r="2.4" fill="#222"/><circle cx="56" cy="44" r="2.4" fill="#222"/>
    <path d="M48 46l-3 9h5M41 62q7 4 14 0" fill="none" stroke="#5a3a30" stroke-width="1.6"/>`;
  const over =
    attack === 'print'
      ? '<path d="M8 6h80v84H8z" fill="none" stroke="#fff" stroke-width="7"/><path d="M8 6h80v84H8z" fill="#fff" opacity=".16"/>'
      : attack === 'replay'
        ? '<path d="M3 3h90v90H3z" fill="none" stroke="#111" stroke-width="8"/><path d="M0 20h96M0 40h96M0 60h96M0 80h96" stroke="#bdf" stroke-width="4" opacity=".18"/>'
        : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="384" height="384" viewBox="0 0 96 96">${face}${over}</svg>`;
}

function picture(index: number, attack: string | null): Blob {
  return new Blob([drawing(index, attack)], { type: 'image/svg+xml' });
}

export const REASONING: Record<Label, string> = {
  live: `Initial observation: A person faces the camera from the middle of the frame. Artifact detection: No edge of paper, no bezel and no grid of dots is visible. Feature analysis: The skin has fine, uneven texture, and the nose casts a soft shadow that follows its shape. Lighting and shadows: Light falls from the upper left and fades across the cheek as it does on a round surface. Context: The wall behind is out of focus by a different amount than the ears. Final judgment: Depth, texture and light agree, so this is a live face.`,
  spoof: `Initial observation: A face fills a flat, bright rectangle inside the picture. Artifact detection: A straight white edge runs along all four sides, and the corners are square. Feature analysis: The skin is evenly smooth and the nose has no depth against the cheeks. Lighting and shadows: Brightness is the same on both sides of the face, and a sheen crosses its outline. Context: The background inside the edge does not go on outside of it. Final judgment: The edge and the flat light show a printed photo, so this is a spoof.`,
};
const EARLY = 'A picture of a round shape on a grey ground. The shape is on the left of the shape. The shape is grey.';

export function sample(index: number, overrides: Partial<SampleRow> = {}): SampleRow {
  const kind = index % 4;
  const attack = kind === 1 ? 'print' : kind === 3 ? 'replay' : null;
  const label: Label = attack === null ? 'live' : 'spoof';
  const video = Math.floor(index / 2);
  const set = index % 3 === 2 ? 'synthetic-M' : 'synthetic-C';
  return {
    id: `sample-${index}`,
    set,
    file: `${label}/subject-${String((video % 12) + 1).padStart(2, '0')}_${attack ?? 'real'}_${video}.mp4`,
    video: `${set}/${video}`,
    role: index % 2 === 0 ? 'early' : 'middle',
    seconds: index % 2 === 0 ? 0.4 : 2.1,
    label,
    attack,
    subject: `s${(video % 12) + 1}`,
    captions: index % 9 === 8 ? {} : { vanilla: 'Even light.', reasoning: REASONING[label] },
    width: 384,
    height: 384,
    frame: `frames/${index}.png`,
    thumbnail: picture(index, attack),
    ...overrides,
  };
}

export const DEVICE: DeviceInfo = {
  backend: 'wasm',
  adapter: '2 processor cores',
  software: false,
  reason: 'Only a software graphics adapter was found, and WASM is faster than that.',
  forced: false,
};

export const KERNELS: KernelReport[] = [
  {
    operation: 'linear',
    variants: [
      { name: 'rows', available: true, milliseconds: 3.412, refused: false },
      { name: 'tiles', available: true, milliseconds: 12.9, refused: false },
      { name: 'broken', available: true, milliseconds: null, refused: true },
      { name: 'matrix', available: false, milliseconds: null, refused: false },
    ],
    current: 'tiles',
    forced: true,
  },
];

export const MODEL: ModelInfo = {
  name: 'whylive-tiny',
  architecture: 'Idefics3',
  parameters: 5_400_000,
  imageSize: 128,
  imageTokens: 16,
  vocabulary: 4096,
  visionLayers: 4,
  textLayers: 4,
  synthetic: true,
  weights: 'file',
  fingerprint: 'f',
  revision: null,
  loadSeconds: 0.4,
};

export function proof(thread: NetworkProof['thread']): NetworkProof {
  const urls = ['https://probe.invalid/', 'wss://probe.invalid/'];
  return {
    thread,
    sealed: true,
    attempts: [
      ...urls.map((url, index) => ({
        url,
        means: index === 0 ? ('fetch' as const) : ('WebSocket' as const),
        outcome: 'refused' as const,
        detail: 'Refused by policy.',
      })),
      { url: '/probe', means: 'XMLHttpRequest', outcome: 'refused', detail: 'Refused by policy.' },
    ],
  };
}

export function stepsTo(done: number, steps: number): StepEvent[] {
  return Array.from({ length: done }, (_, index) => {
    const t = (index + 1) / steps;
    const wobble = Math.sin(index * 2.1) * 0.06 * (1 - t) + Math.sin(index * 0.7) * 0.03;
    const cls = 0.69 * Math.exp(-2.6 * t) + 0.05 + wobble;
    const cap = 3.1 * Math.exp(-2.2 * t) + 0.42 + wobble;
    return {
      runId: 'run-1',
      step: index + 1,
      steps,
      loss: { total: 0.7 * cls + 0.3 * cap, cls, cap },
      learningRate: 2e-3,
      gradientNorm: 1.2,
      samplesPerSecond: 4.21 + wobble,
      tokensPerSecond: 512.4,
      memory: { bytes: 412e6, peakBytes: 538e6, tensors: 812 },
      elapsed: (index + 1) * 1.9,
      secondsLeft: (steps - index - 1) * 1.9,
    };
  });
}

export function evaluation(step: number, source: Evaluation['source'], far: number, frr: number): Evaluation {
  const half = 12;
  const wrong = { spoof: Math.round(far * half), live: Math.round(frr * half) };
  return {
    runId: 'run-1',
    step,
    source,
    policy: source === 'head' ? 'P(spoof) >= 0.5' : 'text verdict, undecided counts as an error',
    unit: 'frame',
    n: 2 * half,
    hter: (far + frr) / 2,
    far,
    frr,
    accuracy: 1 - (far + frr) / 2,
    confusion: {
      liveAsLive: half - wrong.live,
      liveAsSpoof: source === 'head' ? wrong.live : 0,
      liveUndecided: source === 'head' ? 0 : wrong.live,
      spoofAsLive: wrong.spoof,
      spoofAsSpoof: half - wrong.spoof,
      spoofUndecided: 0,
    },
    undecided: source === 'head' ? 0 : wrong.live,
    note: null,
  };
}

export function caption(
  sampleId: string,
  step: number,
  label: Label,
  over: Partial<CaptionResult> = {},
): CaptionResult {
  const early = step === 0;
  return {
    runId: 'run-1',
    step,
    sampleId,
    style: 'reasoning',
    adapter: 'on',
    text: early ? EARLY : REASONING[label],
    verdict: early ? 'undecided' : label,
    headSpoofProbability: early ? 0.47 : label === 'spoof' ? 0.86 : 0.12,
    agrees: early ? null : true,
    tokens: early ? 26 : 121,
    truncated: false,
    seconds: early ? 1.1 : 4.6,
    ...over,
  };
}

export function runRecord(over: Partial<RunRecord> = {}): RunRecord {
  return {
    id: 'run-1',
    name: 'Demo, first run',
    created: Date.UTC(2026, 10, 23, 14, 5),
    updated: Date.UTC(2026, 10, 23, 14, 9),
    phase: 'training',
    config: DEMO,
    model: MODEL,
    device: DEVICE,
    trainIds: [],
    testIds: ['sample-0', 'sample-1', 'sample-2', 'sample-3'],
    probeIds: ['sample-1', 'sample-0', 'sample-3', 'sample-2'],
    sets: [
      { name: 'synthetic-C', samples: 64, live: 32, spoof: 32, unlabelled: 0 },
      { name: 'synthetic-M', samples: 32, live: 16, spoof: 16, unlabelled: 0 },
    ],
    rejected: [],
    steps: [],
    evaluations: [],
    captions: [],
    checkpointStep: null,
    trainableParameters: 412_000,
    seconds: 0,
    ...over,
  };
}

/** What the hub says of a model, made up. */
export const LISTING: HubListing = {
  endpoint: 'https://huggingface.co',
  id: 'HuggingFaceTB/SmolVLM-256M-Instruct',
  revision: 'main',
  commit: '0123456789abcdef0123456789abcdef01234567',
  licence: 'apache-2.0',
  gated: false,
  onnx: null,
  files: ['config.json', 'tokenizer.json', 'model.safetensors'].map((path, index) => ({
    path,
    bytes: [2_000, 3_500_000, 513_000_000][index] ?? 0,
    hash: { kind: 'sha256', hex: '0'.repeat(64) },
  })),
  bytes: 516_502_000,
};

/** A page that has booted, with no data yet. */
export function emptyState(): SessionState {
  return {
    ...initialState(),
    boot: { phase: 'ready', progress: null },
    device: DEVICE,
    kernels: KERNELS,
    model: MODEL,
    proofs: [proof('frames'), proof('trainer')],
    storage: { usage: 48e6, quota: 12e9, persisted: false },
  };
}

export class FakeSession extends EventTarget implements Session {
  state: SessionState;
  /** Names of the methods called, in order, with their arguments. */
  readonly calls: [string, ...unknown[]][] = [];
  private readonly urls = new Map<string, string>();

  constructor(state: Partial<SessionState> = {}) {
    super();
    this.state = { ...emptyState(), ...state };
  }

  /** Changes the state as a batch of updates does. */
  update(change: Partial<SessionState>): void {
    this.state = { ...this.state, ...change };
    this.dispatchEvent(new Event('change'));
  }

  /** One more piece of an Inspect caption. */
  piece(piece: Pick<CaptionPiece, 'adapter' | 'text'>): void {
    const column = { text: piece.text, busy: true, result: null };
    this.update({ inspect: { ...this.state.inspect, [piece.adapter]: column } });
  }

  private note(name: string, ...args: unknown[]): Promise<void> {
    this.calls.push([name, ...args]);
    return Promise.resolve();
  }

  show(view: View): void {
    void this.note('show', view);
    this.update({ view });
  }
  setTheme(theme: SessionState['theme']): void {
    void this.note('setTheme', theme);
    this.update({ theme });
  }
  setBackend = (backend: SessionState['backend']): Promise<void> => this.note('setBackend', backend);
  setWeights: Session['setWeights'] = (weights) => this.note('setWeights', weights);
  setKernel: Session['setKernel'] = (operation, variant) => this.note('setKernel', operation, variant);
  measureKernels = (): Promise<void> => this.note('measureKernels');
  dismiss(id: string): void {
    this.update({ notices: this.state.notices.filter((notice) => notice.id !== id) });
  }
  importEmbedded = (): Promise<void> => this.note('importEmbedded');
  importFiles: Session['importFiles'] = (files) => this.note('importFiles', files);
  remembersFolders = false;
  chooseDataFolder = (): Promise<void> => this.note('chooseDataFolder');
  setPending: Session['setPending'] = (change) => void this.note('setPending', change);
  startImport = (): Promise<void> => this.note('startImport');
  dropImport(): void {
    void this.note('dropImport');
    this.update({ data: { ...this.state.data, pending: null } });
  }
  pauseImport = (): void => void this.note('pauseImport');
  resumeImport = (): void => void this.note('resumeImport');
  goOnImporting: Session['goOnImporting'] = (files) => this.note('goOnImporting', files);
  forgetUnfinished = (): Promise<void> => this.note('forgetUnfinished');
  setFaces = async (faces: 'shown' | 'hidden'): Promise<void> => {
    await this.note('setFaces', faces);
    this.update({ faces });
  };
  generate: Session['generate'] = (request) => this.note('generate', request);
  cancelImport(what?: 'keep' | 'remove'): void {
    void this.note('cancelImport', ...(what === undefined ? [] : [what]));
  }
  setNumericOne = (label: Label): Promise<void> => this.note('setNumericOne', label);
  deleteEverything = (): Promise<void> => this.note('deleteEverything');
  readonly backbones: BackboneActions = {
    remembers: true,
    look: (id, revision, token, use) => this.note('look', id, revision, token, use),
    memory: () => Promise.resolve([{ id: 'HuggingFaceTB/SmolVLM-256M-Instruct', weights: 'int8', bytes: 1.4e9 }]),
    forget: () => void this.note('forget'),
    download: () => this.note('download'),
    goOn: (key, token) => this.note('goOn', key, token),
    cancel: () => this.note('cancel'),
    loadEmbedded: () => this.note('loadEmbedded'),
    loadStored: (key) => this.note('loadStored', key),
    remove: (key) => this.note('remove', key),
    chooseFolder: () => this.note('chooseFolder'),
    loadFolder: (name, files) => this.note('loadFolder', name, files),
    openFolder: (id) => this.note('openFolder', id),
    forgetFolder: (id) => this.note('forgetFolder', id),
  };
  /** What `preview` answers. */
  previewed: Preview = {
    protocols: [],
    trainings: 0,
    scorings: 0,
    steps: 0,
    frames: 0,
    text: 0,
    left: 0,
    seconds: null,
  };
  /** What `table` and `detail` answer. */
  tables: Table | null = null;
  detailed: ResultDetail | null = null;
  private asked<T>(name: string, args: unknown[], answer: T | null): Promise<T> {
    this.calls.push([name, ...args]);
    return answer === null ? Promise.reject(new Error(`No answer to ${name}`)) : Promise.resolve(answer);
  }
  readonly experiments: ExperimentActions = {
    preview: (request) => {
      this.calls.push(['preview', request]);
      return Promise.resolve(this.previewed);
    },
    start: (request) => this.note('experiments.start', request),
    goOn: (id) => this.note('experiments.goOn', id),
    show: (id) => void this.note('experiments.show', id),
    pause: () => this.note('experiments.pause'),
    resume: () => this.note('experiments.resume'),
    stop: () => this.note('experiments.stop'),
    skip: (id, job) => this.note('experiments.skip', id, job),
    putBack: (id, job) => this.note('experiments.putBack', id, job),
    retry: (id) => this.note('experiments.retry', id),
    assign: (id, name, set) => this.note('experiments.assign', id, name, set),
    rename: (id, name) => this.note('experiments.rename', id, name),
    remove: (id) => this.note('experiments.remove', id),
    table: (id, number, way) => this.asked('experiments.table', [id, number, way], this.tables),
    detail: (id, protocol, test, way) => this.asked('experiments.detail', [id, protocol, test, way], this.detailed),
    readers: () => Promise.resolve(['head', 'text']),
    exportTable: (table, format) => {
      this.calls.push(['experiments.exportTable', table.id, format]);
      return new Blob(['table']);
    },
    exportAll: (id) => this.asked('experiments.exportAll', [id], new Blob(['zip'])),
    saveProtocols: (own) => this.note('saveProtocols', own),
  };
  /** Marks that the editor is told of, whatever the text. */
  marked: CaptionMark[] = [];
  readonly captions: CaptionActions = {
    edit: (sampleId, style, text) => this.note('edit', sampleId, style, text),
    swap: (sampleId, style) => this.note('swap', sampleId, style),
    undo: () => this.note('undo'),
    audit: () => this.note('audit'),
    cancelAudit: () => void this.note('cancelAudit'),
    filter: (filter) => {
      void this.note('filter', filter);
      this.update({ captions: { ...this.state.captions, filter } });
    },
    marks: () => Promise.resolve(this.marked),
    table: () => new Blob(['{}']),
    findings: (format) => new Blob([format]),
    draft: (request) => this.note('draft', request),
    cancelDrafts: () => void this.note('cancelDrafts'),
    editDraft: (sampleId, style, text) => void this.note('editDraft', sampleId, style, text),
    accept: (which, replace) => this.note('accept', which, replace),
    discard: (which) => void this.note('discard', which),
  };
  clearData = (): Promise<void> => this.note('clearData');
  loadEmbeddedModel = (): Promise<void> => this.note('loadEmbeddedModel');
  loadAdapterFolder: Session['loadAdapterFolder'] = (name, files, options) =>
    this.note('loadAdapterFolder', name, files, options);
  setConfig(change: Partial<RunConfig>): void {
    void this.note('setConfig', change);
    this.update({ config: { ...this.state.config, ...change } });
  }
  startDemo = (): Promise<void> => this.note('startDemo');
  startRun = (): Promise<void> => this.note('startRun');
  startFrom = (id: string): Promise<void> => this.note('startFrom', id);
  pauseRun = (): Promise<void> => this.note('pauseRun');
  resumeRun = (): Promise<void> => this.note('resumeRun');
  stopRun = (): Promise<void> => this.note('stopRun');
  continueRun = (id: string, more: number): Promise<void> => this.note('continueRun', id, more);
  selectSample(sampleId: string): void {
    void this.note('selectSample', sampleId);
    this.update({ inspect: { ...this.state.inspect, sampleId } });
  }
  setInspect(change: Parameters<Session['setInspect']>[0]): void {
    void this.note('setInspect', change);
    this.update({ inspect: { ...this.state.inspect, ...change } });
  }
  explain = (): Promise<void> => this.note('explain');
  cancelExplain(): void {
    void this.note('cancelExplain');
  }
  openOtherFolder: Session['openOtherFolder'] = (name, files) => this.note('openOtherFolder', name, files);
  openOtherStored = (key: string): Promise<void> => this.note('openOtherStored', key);
  openOwnAsOther = (): Promise<void> => this.note('openOwnAsOther');
  askOther = (): Promise<void> => this.note('askOther');
  cancelOther(): void {
    void this.note('cancelOther');
  }
  closeOther(): void {
    void this.note('closeOther');
  }
  frameUrl(id: string): Promise<string> {
    const kept = this.urls.get(id);
    if (kept) return Promise.resolve(kept);
    const row = this.state.data.samples.find((one) => one.id === id);
    const url = URL.createObjectURL(picture(Number(id.split('-')[1] ?? 0), row?.attack ?? null));
    this.urls.set(id, url);
    return Promise.resolve(url);
  }
  renameRun = (id: string, name: string): Promise<void> => this.note('renameRun', id, name);
  score = async (...[runId, sampleIds, { test }]: Parameters<Session['score']>): Promise<ScoringRecord> => {
    await this.note('score', runId, test);
    const about = { id: 'scoring', experimentId: null, runId, runName: runId, test, created: 0 };
    return { ...about, frames: sampleIds.length, whole: true, seconds: 1, failed: [] };
  };
  cancelScoring = (): void => void this.note('cancelScoring');
  predictions = async (): Promise<Prediction[]> => [];
  deleteRun = (id: string): Promise<void> => this.note('deleteRun', id);
  report(): Report {
    throw new Error('The fake session has no report.');
  }
  exportRun = async (id: string): Promise<Blob> => {
    await this.note('exportRun', id);
    return new Blob(['zip']);
  };
  exportBundle: Session['exportBundle'] = async (id, { frames }) => {
    await this.note('exportBundle', id, frames);
    return new Blob(['zip']);
  };
}

export function notice(over: Partial<Notice>): Notice {
  return { id: 'n1', kind: 'error', place: 'data', error: null, text: '', ...over };
}
