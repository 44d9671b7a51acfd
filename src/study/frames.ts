/** Generated frames as training and judging take them: rows with pixels in memory, nothing stored. */
import { makeSet, type SetFrame, type SetRequest } from '../data/synthetic';
import type { Facts } from '../data/synthetic/types';
import type { FrameSource, Pixels } from '../evaluate/judge';
import type { VisionLanguageModel } from '../model';
import type { SampleRow } from '../protocol';

/** A sample and what the generator knows of it. */
export interface KnownSample {
  row: SampleRow;
  facts: Facts;
}

export class FramesInMemory implements FrameSource {
  private readonly kept = new Map<string, Promise<Pixels>>();
  private readonly sets = new Map<string, readonly KnownSample[]>();

  constructor(private readonly model: Pick<VisionLanguageModel, 'preprocess'>) {}

  /** Makes the set and keeps its frames' pixels; the same request is made once. */
  add(request: SetRequest): readonly KnownSample[] {
    const key = JSON.stringify(request);
    const known = this.sets.get(key) ?? this.make(request);
    this.sets.set(key, known);
    return known;
  }

  private make(request: SetRequest): KnownSample[] {
    const made: KnownSample[] = [];
    for (const frame of makeSet(request)) {
      const row = rowOf(frame, request);
      const { width, height, pixels } = frame;
      this.kept.set(row.id, this.model.preprocess({ width, height, data: pixels }));
      made.push({ row, facts: frame.facts });
    }
    return made;
  }

  async pixels({ id }: SampleRow): Promise<Pixels> {
    const pixels = this.kept.get(id);
    if (pixels === undefined) throw new RangeError(`No frame was generated for ${id}`);
    return pixels;
  }
}

/** Clips of different seeds have the same names: the seed is part of a frame's identity. */
function rowOf(frame: SetFrame, { domain: set, seed }: SetRequest): SampleRow {
  const id = `${frame.clip} ${frame.role}, seed ${seed}`;
  return {
    id,
    set,
    file: frame.clip,
    video: frame.clip,
    role: frame.role,
    seconds: frame.seconds,
    label: frame.facts.label,
    attack: frame.facts.attack,
    subject: frame.subject,
    captions: frame.captions,
    width: frame.width,
    height: frame.height,
    frame: id,
    thumbnail: new Blob([]),
  };
}
