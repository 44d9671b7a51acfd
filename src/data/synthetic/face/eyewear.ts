/** Glasses before the face: rims, bridge and temples, drawn on a plane that turns with the head. No lens reflects. */
import { clamp, smoothstep } from '../maths';
import type { Eyewear } from '../types';
import type { Features } from './relief';

export interface Glass {
  /** Share of rim and of tinted lens at this place, 0..1. */
  rim: number;
  lens: number;
}

/** At (X, Y) of the head, shifted to the glasses' plane by the caller; `px` is a pixel in units. */
export function glassesAt(kind: Eyewear, X: number, Y: number, f: Features, px: number, out: Glass): void {
  out.rim = 0;
  out.lens = 0;
  if (kind === 'none') return;
  const side = X < 0 ? -X : X;
  const half = Math.max(0.035, 1.1 * px);
  const y = Y - f.eyeY - 0.03;
  const x = side - f.eyeX - 0.02;
  let distance: number;
  if (kind === 'round glasses') distance = Math.sqrt(x * x + y * y) - 0.27;
  else {
    const high = kind === 'sunglasses' ? 0.23 : 0.19;
    const dx = Math.abs(x) - 0.24;
    const dy = Math.abs(y) - high + 0.06;
    const ox = Math.max(dx, 0);
    const oy = Math.max(dy, 0);
    distance = Math.sqrt(ox * ox + oy * oy) + Math.min(0, Math.max(dx, dy)) - 0.06;
  }
  const soft = 0.6 * px;
  out.rim = smoothstep(half + soft, half - soft, Math.abs(distance));
  if (kind === 'sunglasses') out.lens = smoothstep(soft, -soft, distance);
  const bridge = smoothstep(half + soft, half - soft, Math.abs(y + 0.06)) * (side < f.eyeX - 0.22 ? 1 : 0);
  const temple = smoothstep(half + soft, half - soft, Math.abs(y + 0.08)) * (side > f.eyeX + 0.27 ? 1 : 0);
  out.rim = clamp(Math.max(out.rim, bridge, temple));
}
