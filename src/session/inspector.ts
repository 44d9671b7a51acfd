/** Inspect: one frame explained twice, with the adapter and without, streamed piece by piece. */
import { ModelError, TrainingError, type CaptionPiece, type SampleRow } from '../protocol';
import { readFrame } from '../store/frames';
import type { StateHolder } from './holder';
import type { Threads } from './threads';
import type { ExplainColumn, InspectState } from './types';

type Side = 'on' | 'off';

const EMPTY: ExplainColumn = { text: '', busy: false, result: null };
/** Object URLs kept at once; the oldest is given back. */
const URLS = 256;

export class Inspector {
  private readonly urls = new Map<string, Promise<string>>();
  private controller: AbortController | null = null;
  private readonly requests = new Map<string, Side>();
  private count = 0;

  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
  ) {
    threads.trainer.on('caption.piece', (piece) => this.piece(piece));
  }

  select(sampleId: string): void {
    this.cancel();
    this.holder.updateInspect({ sampleId, on: EMPTY, off: EMPTY });
  }

  set(change: Partial<Pick<InspectState, 'style' | 'runId' | 'sampling'>>): void {
    this.cancel();
    this.holder.updateInspect({ ...change, on: EMPTY, off: EMPTY });
  }

  /** Explains the chosen frame: without the adapter always, with it where a run is chosen. */
  async explain(): Promise<void> {
    const { inspect, data, model, config } = this.holder.state;
    const sample = data.samples.find(({ id }) => id === inspect.sampleId);
    if (sample === undefined) {
      throw new TrainingError({ cause: 'No frame is chosen.', remedy: 'Choose one in the strip of frames.' });
    }
    if (model === null) {
      throw new ModelError({ cause: 'No model is loaded.', remedy: 'Load the embedded model or a model folder.' });
    }
    this.cancel();
    const controller = new AbortController();
    this.controller = controller;
    const sides: Side[] = inspect.runId === null ? ['off'] : ['on', 'off'];
    const { sampling } = inspect;
    this.holder.updateInspect({
      // Both sides draw with the same numbers, and the next captions with others.
      sampling: sampling === null ? null : { ...sampling, seed: sampling.seed + 1 },
      on: { ...EMPTY, busy: sides.includes('on') },
      off: { ...EMPTY, busy: true },
    });
    try {
      // One after the other: both would share one device, and two half-done captions help nobody.
      for (const side of sides) await this.one(sample, side, config.maxCaptionTokens, controller.signal);
    } finally {
      if (this.controller === controller) {
        this.controller = null;
        const { on, off } = this.holder.state.inspect;
        this.holder.updateInspect({ on: { ...on, busy: false }, off: { ...off, busy: false } });
      }
    }
  }

  cancel(): void {
    this.controller?.abort();
    this.controller = null;
    this.requests.clear();
    const { on, off } = this.holder.state.inspect;
    if (on.busy || off.busy) this.holder.updateInspect({ on: { ...on, busy: false }, off: { ...off, busy: false } });
  }

  /** An object URL of the stored frame, shared by every caller that asks for the same sample. */
  async frameUrl(sampleId: string): Promise<string> {
    const known = this.urls.get(sampleId);
    if (known !== undefined) {
      this.urls.delete(sampleId); // asked for again: it becomes the youngest
      this.urls.set(sampleId, known);
      return known;
    }
    const row = this.holder.state.data.samples.find(({ id }) => id === sampleId);
    if (row === undefined) {
      throw new TrainingError({
        cause: 'This frame is no longer in the data set.',
        remedy: 'Import it again.',
        file: sampleId,
      });
    }
    const url = readFrame(row.frame).then((file) => URL.createObjectURL(file));
    this.urls.set(sampleId, url);
    url.catch(() => this.urls.delete(sampleId));
    this.giveBack(URLS);
    return url;
  }

  /** Gives back object URLs, oldest first, until at most `keep` are left. After a change of data, all of them. */
  giveBack(keep = 0): void {
    for (const [id, old] of this.urls) {
      if (this.urls.size <= keep) return;
      this.urls.delete(id);
      old.then(URL.revokeObjectURL, () => undefined);
    }
  }

  private async one(sample: SampleRow, side: Side, maxTokens: number, signal: AbortSignal): Promise<void> {
    const { style, runId, sampling } = this.holder.state.inspect;
    const requestId = `explain-${++this.count}`;
    this.requests.set(requestId, side);
    try {
      const result = await this.threads.trainer.call(
        'caption.explain',
        { requestId, sample, style, adapter: side, runId: side === 'on' ? runId : null, maxTokens, sampling },
        { signal },
      );
      if (!signal.aborted) this.holder.updateInspect({ [side]: { text: result.text, busy: false, result } });
    } finally {
      this.requests.delete(requestId);
    }
  }

  private piece(piece: CaptionPiece): void {
    const side = piece.requestId === null ? undefined : this.requests.get(piece.requestId);
    if (side === undefined) return;
    const column = this.holder.state.inspect[side];
    if (column.result === null) this.holder.updateInspect({ [side]: { ...column, text: piece.text } });
  }
}
