/** An opened video, whatever its container and codec: pictures by time or one after another. */
import type { Painter } from './frame';

export { openClip, type ClipOptions } from './clip/open';

/** One decoded picture, upright. Close it when it was painted: a few hold as much memory as a clip. */
export interface ClipPicture {
  /** 0 for the clip's first frame. In `all` every picture is counted; in `at` null where the container does not say. */
  index: number | null;
  /** When it is shown, seconds from the clip's start. */
  seconds: number;
  /** Upright size with square pixels. */
  width: number;
  height: number;
  paint: Painter;
  close(): void;
}

export interface Clip {
  /** For people: `H.264 in MP4`. */
  readonly format: string;
  /** Upright size of the pictures, pixels. */
  readonly width: number;
  readonly height: number;
  /** Seconds. */
  readonly duration: number;
  /** The file ends before the video does: moments are those of what is left. */
  readonly cut?: boolean;
  /** The picture shown at each moment (seconds from the start, ascending); null where there is none. */
  at(moments: readonly number[]): AsyncIterable<ClipPicture | null>;
  /**
   * Every picture in the order in which they are shown. Ending the loop early ends the decoding.
   * @param wanted  of a picture's index: those that are not wanted are left out at less cost
   */
  all(wanted?: (index: number) => boolean): AsyncIterable<ClipPicture>;
  /** Gives decoder and file back. */
  close(): void;
}
