/** A clip as its decoder gives it: not yet turned, watched or checked. `open.ts` makes a `Clip` of it. */
import type { Decoded } from './track';

/** A picture and its number, where the container counts. */
export interface Shown extends Decoded {
  index: number | null;
}

export interface ClipSource {
  /** `H.264 in MP4`. */
  readonly format: string;
  /** Square pixels, before `rotation`. */
  readonly width: number;
  readonly height: number;
  /** Clockwise degrees by which pictures are still to be turned. */
  readonly rotation: 0 | 90 | 180 | 270;
  readonly duration: number;
  /** The file ends before the video does. */
  readonly cut?: boolean;
  at(moments: readonly number[]): AsyncGenerator<Shown | null>;
  all(wanted: (index: number) => boolean): AsyncGenerator<Shown>;
  close(): void;
}

/** Added to each moment, seconds: the time of a frame as a float may lie just above the exact share. */
export const EPSILON = 1e-4;

/** What is to be closed when a clip is, or when opening it fails half way. */
export class Closers {
  private closers: (() => void)[] = [];
  private closed = false;

  add(close: () => void): void {
    // Opened for a clip that was given up meanwhile.
    if (this.closed) close();
    else this.closers.push(close);
  }

  run = (): void => {
    this.closed = true;
    for (const close of this.closers.reverse()) close();
    this.closers = [];
  };
}
