/** Points of ROC and DET curves for drawing. */
import { farAt, frrAt, hasBoth, type Curve } from './curve';

export interface CurvePoint {
  /** Share of live called spoof: the x axis of the ROC, where spoof is what is to be found. */
  frr: number;
  /** Share of spoof called live; the ROC's y axis is 1 - FAR. */
  far: number;
  /** At or above it a score is called spoof; Infinity at the end where nothing is. */
  threshold: number;
}

/** More points than a plot has pixels are of no use. */
export const MOST_POINTS = 400;

/**
 * Operating points from (FRR 1, FAR 0) to (FRR 0, FAR 1), both ends always there. Points on a straight line between
 * their neighbours are left out; of what is then still more than `most`, points that lie a like way apart are kept, so
 * none that is left out is farther than 2 / (most - 2) from one that is kept. Empty where a class is missing.
 */
export function operatingPoints(curve: Curve, most = MOST_POINTS): CurvePoint[] {
  if (!hasBoth(curve)) return [];
  const { scores } = curve.ranking;
  const points: CurvePoint[] = [];
  for (let i = 0; i <= scores.length; i++) {
    const point = { frr: frrAt(curve, i), far: farAt(curve, i), threshold: scores[i] ?? Infinity };
    const [before, last] = points.slice(-2);
    if (before !== undefined && last !== undefined && straight(before, last, point)) points.pop();
    points.push(point);
  }
  if (points.length <= most) return points;
  // A step along the curve raises FAR or lowers FRR: from end to end it is 2 long.
  const along = ({ far, frr }: CurvePoint): number => far + 1 - frr;
  const apart = 2 / Math.max(1, most - 2);
  const kept: CurvePoint[] = [points[0]!];
  for (const point of points.slice(1, -1)) if (along(point) - along(kept.at(-1)!) >= apart) kept.push(point);
  return [...kept, points.at(-1)!];
}

/** Only runs along one axis: there counts tell exactly. */
function straight(a: CurvePoint, b: CurvePoint, c: CurvePoint): boolean {
  return (a.far === b.far && b.far === c.far) || (a.frr === b.frr && b.frr === c.frr);
}
