/** Where in a video each rule takes its two frames; pure, for clips and for videos that are there as stills. */

/** The paper's rule: where in a clip each frame is taken, as a share of its duration. */
export const MOMENTS = { early: 0.1, middle: 0.5 } as const;

/** The authors' rule: pictures from one that is looked at to the next. */
export const EVERY = 5;
/** Place of the early frame's crop among the crops. */
export const EARLY_CROP = 4;

/**
 * Places of the kept crops among `crops`, one or two, ascending. The authors leave out a video with fewer than five;
 * here its first and its last are kept, so that no video is lost, and a note says so.
 */
export function keptCrops(crops: number): number[] {
  if (crops === 0) return [];
  const last = crops - 1;
  const [early, middle] =
    crops <= EARLY_CROP ? [0, last] : [EARLY_CROP, Math.min(EARLY_CROP + Math.floor(crops / 2), last)];
  return early === middle ? [early] : [early, middle];
}
