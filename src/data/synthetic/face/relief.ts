/** Height of the features over the skull, in units: what shading shows of a face is the slope of this. */
import { smoothstep } from '../maths';
import type { Person, Shot } from '../types';

/** Places of the features on this face, (X, Y) in units. */
export interface Features {
  eyeX: number;
  eyeY: number;
  eyeWidth: number;
  eyeHeight: number;
  browY: number;
  noseY: number;
  noseWidth: number;
  mouthY: number;
  mouthWidth: number;
  lips: number;
  /** Parting of the lips, units. */
  open: number;
  smile: number;
}

export function featuresOf(person: Person, shot: Shot): Features {
  const smile = shot.expression === 'smiling' ? 1 : 0;
  const open = shot.expression === 'open mouth' ? 0.24 : smile * 0.085;
  return {
    eyeX: 0.4 + 0.035 * person.eyeDistance,
    eyeY: -0.1,
    eyeWidth: 0.21 + 0.025 * person.eyeSize,
    eyeHeight: (0.1 + 0.018 * person.eyeSize - 0.015 * smile) * (1 - 0.9 * shot.blink),
    browY: -0.39 - 0.02 * person.eyeSize,
    noseY: 0.36 + 0.05 * person.noseLength,
    noseWidth: 0.2 + 0.04 * person.noseWidth,
    mouthY: 0.78 + 0.03 * person.faceLength,
    mouthWidth: 0.33 + 0.04 * person.mouthWidth + 0.09 * smile - 0.04 * (open > 0.2 ? 1 : 0),
    lips: 0.075 + 0.022 * person.lipFullness,
    open,
    smile,
  };
}

/** 1 at the middle, 0 from one radius on, smooth: a bell without an exponential. */
function dome(x: number, y: number): number {
  const r = 1 - x * x - y * y;
  return r > 0 ? r * r : 0;
}

/** Height at (X, Y) of the head, units; about -0.1 (sockets) to 0.45 (tip of the nose). */
export function reliefAt(X: number, Y: number, f: Features, age: number): number {
  const side = X < 0 ? -X : X;
  // Nose: a ridge that rises to the tip, wings beside it.
  const along = (Y + 0.18) / (f.noseY + 0.18);
  let h = 0;
  if (along > -0.2 && along < 1.4) {
    const rise = 0.1 + 0.24 * smoothstep(0, 1, along);
    const fall = 1 - smoothstep(1.0, 1.25, along);
    const width = f.noseWidth * (0.62 + 0.55 * smoothstep(0.2, 1, along));
    const t = X / width;
    const ridge = 1 - t * t;
    if (ridge > 0) h += rise * fall * ridge * smoothstep(-0.2, 0.15, along);
  }
  // Every feature is a dome of its own height on the face: those that a place is above or below of are not computed.
  if (Math.abs(Y - f.noseY + 0.03) < 0.13)
    h += 0.1 * dome((side - f.noseWidth * 0.8) / 0.13, (Y - f.noseY + 0.03) / 0.13);
  if (Y < f.eyeY + 0.27) {
    // Brow ridge, sockets and the ball of the eye in them.
    h += 0.07 * dome((side - 0.38) / 0.45, (Y - f.browY - 0.04) / 0.17);
    h -= 0.13 * dome((side - f.eyeX) / 0.36, (Y - f.eyeY + 0.02) / 0.27);
    h += 0.08 * dome((side - f.eyeX) / 0.24, (Y - f.eyeY) / 0.17);
  }
  // Cheekbones, rounder with a smile; the folds beside the mouth deepen with age and smile.
  h += (0.08 + 0.06 * f.smile) * dome((side - 0.56) / 0.38, (Y - 0.3) / 0.36);
  if (Y > 0.3) {
    const fold = side - (0.24 + (0.22 * (Y - f.noseY)) / 0.4);
    h -= (0.012 + 0.035 * f.smile + 0.05 * age) * dome(fold / 0.085, (Y - 0.6) / 0.3);
    // Lips and the hollow under them, chin.
    h += 0.075 * dome(X / (f.mouthWidth + 0.08), (Y - f.mouthY) / (0.15 + f.open));
    h -= 0.05 * dome(X / 0.3, (Y - f.mouthY - 0.2 - f.open * 0.6) / 0.1);
    h += 0.1 * dome(X / 0.34, (Y - 1.16) / 0.24);
  }
  return h;
}
