/** The state and its one way of changing: replaced, never edited, and announced at most once a frame. */
import { CancelledError, DEFAULT_HUB, errorToData, PRESETS } from '../protocol';
import type { Notice, SessionState } from './types';

/** A hidden tab draws no frames: then this timer announces the change instead (milliseconds). */
const HIDDEN_INTERVAL = 250;

export function initialState(): SessionState {
  return {
    view: 'data',
    theme: 'auto',
    faces: 'auto',
    backend: 'auto',
    weights: 'file',
    boot: { phase: 'starting', progress: null },
    device: null,
    kernelChoices: {},
    kernels: [],
    model: null,
    hub: DEFAULT_HUB,
    backbone: { stored: [], folders: [], listing: null, busy: null, failure: null, outcome: null },
    proofs: [],
    requests: [],
    data: {
      samples: [],
      sets: [],
      rejected: [],
      notes: [],
      importing: null,
      paused: false,
      pending: null,
      unfinished: null,
      noFace: [],
      keptBack: [],
      split: { train: [], test: [], problems: [] },
    },
    captions: {
      audit: null,
      stale: false,
      auditing: null,
      filter: null,
      undo: null,
      drafting: null,
      drafts: [],
    },
    config: { ...PRESETS.demo },
    run: null,
    runDetail: null,
    probes: [],
    runs: [],
    experiments: [],
    queue: { experimentId: null, phase: 'idle', elsewhere: false, progress: null, note: null },
    ownProtocols: [],
    scoring: null,
    inspect: {
      sampleId: null,
      style: 'reasoning',
      runId: null,
      sampling: null,
      on: { text: '', busy: false, result: null },
      off: { text: '', busy: false, result: null },
    },
    other: { model: null, opening: null, text: '', busy: false, answer: null, key: null },
    notices: [],
    storage: null,
  };
}

export class StateHolder extends EventTarget {
  private current = initialState();
  private announced = true;
  private notices = 0;

  get state(): Readonly<SessionState> {
    return this.current;
  }

  /** Replaces parts of the state. Whoever held the old state still sees it unchanged. */
  update(change: Partial<SessionState>): void {
    this.current = { ...this.current, ...change };
    if (!this.announced) return;
    this.announced = false;
    const announce = (): void => {
      if (this.announced) return;
      this.announced = true;
      this.dispatchEvent(new Event('change'));
    };
    requestAnimationFrame(announce);
    setTimeout(announce, HIDDEN_INTERVAL);
  }

  updateData(change: Partial<SessionState['data']>): void {
    this.update({ data: { ...this.current.data, ...change } });
  }

  updateCaptions(change: Partial<SessionState['captions']>): void {
    this.update({ captions: { ...this.current.captions, ...change } });
  }

  updateBackbone(change: Partial<SessionState['backbone']>): void {
    this.update({ backbone: { ...this.current.backbone, ...change } });
  }

  updateInspect(change: Partial<SessionState['inspect']>): void {
    this.update({ inspect: { ...this.current.inspect, ...change } });
  }

  /** Shows a plain sentence. The same sentence at the same place is shown once. */
  say(place: Notice['place'], kind: 'warning' | 'note', text: string): void {
    this.add({ place, kind, text, error: null });
  }

  /** Shows an error. A cancellation is what the user asked for, and no error. */
  fail(place: Notice['place'], error: unknown): void {
    if (error instanceof CancelledError) return;
    const data = errorToData(error);
    if (data.name === 'CancelledError') return;
    const text = `${data.file === null ? '' : `${data.file}: `}${data.cause} ${data.remedy}`.trim();
    this.add({ place, kind: 'error', text, error: data });
  }

  /** Turns a rejection into a notice at `place`: no panel has to. */
  async guard(place: Notice['place'], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail(place, error);
    }
  }

  dismiss(noticeId: string): void {
    this.update({ notices: this.current.notices.filter(({ id }) => id !== noticeId) });
  }

  /** Takes away notices of a place, e.g. errors of an import that is tried again. */
  clear(place: Notice['place']): void {
    if (!this.current.notices.some((notice) => notice.place === place)) return;
    this.update({ notices: this.current.notices.filter((notice) => notice.place !== place) });
  }

  private add(notice: Omit<Notice, 'id'>): void {
    const others = this.current.notices.filter(({ place, text }) => place !== notice.place || text !== notice.text);
    this.update({ notices: [...others, { ...notice, id: `notice-${++this.notices}` }] });
  }
}
