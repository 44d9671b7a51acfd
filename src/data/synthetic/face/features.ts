/** Paints what is on the skin: eyes, brows, lips, beard, blush, freckles and the lines of age. */
import { clamp, mix, smoothstep, square } from '../maths';
import { fractal, lattice, noise } from '../noise';
import { REGION, type Person, type Shot } from '../types';
import type { Features } from './relief';

/** One point of the face as it is painted. */
export interface Paint {
  r: number;
  g: number;
  b: number;
  gloss: number;
  shine: number;
  region: number;
  /** Light of its own: the lamp mirrored in the eye. */
  glow: number;
  /** Added to the relief: pores and fine lines, units. */
  bump: number;
}

export function paintFace(X: number, Y: number, f: Features, person: Person, shot: Shot, out: Paint, px: number): void {
  const { seed } = person;
  const side = X < 0 ? -X : X;
  const pores = shot.pores;
  // Pores: the skin's own relief at the finest scale that the picture can hold, about two pixels.
  const grain = noise(X / px / 1.7, Y / px / 1.7, seed) + 0.7 * noise(X / px / 3.1, Y / px / 3.1, seed + 7);
  const patchy = fractal(X * 3, Y * 3, 2, seed + 3);
  const shade = 1 + 0.05 * patchy + 0.075 * pores * grain;
  [out.r, out.g, out.b] = person.skinAlbedo;
  const blush = 0.16 * bump2((side - 0.56) / 0.4, (Y - 0.35) / 0.4) + 0.1 * bump2(X / 0.22, (Y - f.noseY) / 0.25);
  out.r *= shade * (1 + 0.15 * blush);
  out.g *= shade * (1 - 0.55 * blush);
  out.b *= shade * (1 - 0.5 * blush);
  out.gloss = 0.1 + 0.1 * bump2(X / 0.5, (Y + 0.6) / 0.4) + 0.1 * bump2(X / 0.18, (Y - f.noseY) / 0.2);
  out.shine = 14;
  out.region = REGION.skin;
  out.glow = 0;
  out.bump = 0.012 * pores * grain;

  if (person.freckles > 0 && Y > -0.2 && Y < 0.65) freckle(X, Y, person, out);
  lines(X, Y, side, f, person.age, out);
  beard(X, Y, side, f, person, out, px);
  nostrils(Y, side, f, out);
  lips(Y, side, f, person, out);
  brow(X, Y, side, f, person, out, px);
  eye(X, Y, side, f, person, shot, out);
}

/** A round spot somewhere in each cell of a grid, in as many cells as the person has freckles. */
function freckle(X: number, Y: number, { freckles, seed }: Person, out: Paint): void {
  const cell = 0.085;
  const cx = Math.floor(X / cell);
  const cy = Math.floor(Y / cell);
  if (lattice(cx, cy, seed + 11) > 0.55 * freckles) return;
  const dx = X / cell - cx - 0.3 - 0.4 * lattice(cx, cy, seed + 12);
  const dy = Y / cell - cy - 0.3 - 0.4 * lattice(cx, cy, seed + 13);
  const spot = 0.8 * smoothstep(0.34, 0.16, Math.sqrt(dx * dx + dy * dy));
  darken(out, 1 - 0.28 * spot, 1 - 0.42 * spot, 1 - 0.5 * spot);
}

/** 1 in the middle, 0 from one radius on. */
function bump2(x: number, y: number): number {
  const r = 1 - x * x - y * y;
  return r > 0 ? r * r : 0;
}

function darken(out: Paint, r: number, g: number, b: number): void {
  out.r *= r;
  out.g *= g;
  out.b *= b;
}

function over(out: Paint, [r, g, b]: readonly [number, number, number], share: number): void {
  out.r = mix(out.r, r, share);
  out.g = mix(out.g, g, share);
  out.b = mix(out.b, b, share);
}

/** Lines across the forehead, beside the eyes and from nose to mouth: creases that hold shadow. */
function lines(X: number, Y: number, side: number, f: Features, age: number, out: Paint): void {
  const deep = smoothstep(0.45, 0.95, age);
  if (deep === 0) return;
  let crease = 0;
  for (let i = 0; i < 3; i++) {
    const y = -0.86 + i * 0.14 + 0.04 * X * X;
    if (side < 0.6) crease += smoothstep(0.035, 0.005, Math.abs(Y - y)) * smoothstep(0.6, 0.35, side);
  }
  const out1 = side - f.eyeX - f.eyeWidth - 0.04;
  if (out1 > 0 && out1 < 0.22) {
    for (const slope of [-0.6, 0, 0.55])
      crease += 0.8 * smoothstep(0.028, 0.004, Math.abs(Y - f.eyeY - slope * out1)) * smoothstep(0.22, 0.12, out1);
  }
  // Bags under the eyes and the fold from nose to mouth.
  const under = Math.sqrt(square(side - f.eyeX) + square(Y - f.eyeY));
  if (Y > f.eyeY + 0.08)
    crease += 0.7 * smoothstep(0.03, 0.006, Math.abs(under - 0.25)) * smoothstep(0.3, 0.1, Math.abs(side - f.eyeX));
  const fold = 0.24 + 0.22 * ((Y - f.noseY) / 0.4);
  if (Y > f.noseY - 0.02 && Y < f.mouthY + 0.12) crease += smoothstep(0.035, 0.006, Math.abs(side - fold));
  const dark = 1 - 0.42 * deep * clamp(crease);
  darken(out, dark, dark * 0.97, dark * 0.95);
}

function beard(X: number, Y: number, side: number, f: Features, person: Person, out: Paint, px: number): void {
  if (person.beard === 'none') return;
  const lip =
    smoothstep(0.12, 0.05, Math.abs(Y - (f.mouthY - f.lips - 0.1 + 0.28 * side * side))) *
    smoothstep(f.mouthWidth + 0.1, f.mouthWidth - 0.05, side);
  let cover = lip;
  if (person.beard === 'beard') {
    // The outline runs from the sideburn down the cheek and around the mouth.
    const edge = mix(0.72, 0.42, smoothstep(0.35, 0.95, side));
    cover = Math.max(
      cover,
      smoothstep(edge - 0.05, edge + 0.06, Y) *
        (1 - smoothstep(0.4, 0.3, Math.sqrt(square(X / 1.1) + square((Y - f.mouthY) * 1.5))) * 0.75),
    );
  }
  if (cover <= 0) return;
  const strands = 0.82 + 0.18 * noise(X / px / 1.4, Y / px / 3, person.seed + 21);
  over(out, person.hairAlbedo, clamp(cover * strands));
  out.gloss = mix(out.gloss, 0.05, cover);
  if (cover > 0.5) out.region = REGION.hair;
}

function nostrils(Y: number, side: number, f: Features, out: Paint): void {
  const hole = bump2((side - 0.1) / 0.075, (Y - f.noseY - 0.085) / 0.045);
  const wing =
    smoothstep(0.03, 0.005, Math.abs(Math.sqrt(square(side - f.noseWidth * 0.75) + square(Y - f.noseY)) - 0.11)) *
    (side > f.noseWidth * 0.75 ? 1 : 0);
  const dark = 1 - 0.75 * Math.sqrt(hole) - 0.3 * wing;
  darken(out, dark, dark * 0.95, dark * 0.95);
}

function lips(Y: number, side: number, f: Features, person: Person, out: Paint): void {
  const t = side / f.mouthWidth;
  if (t > 1.15) return;
  // Corners rise with a smile; the upper lip has its bow.
  const middle = f.mouthY + f.smile * (0.05 - 0.13 * t * t);
  const thin = Math.sqrt(Math.max(0, 1 - t * t));
  const gap = (f.open * thin) / 2;
  const top = middle - gap * 0.6 - f.lips * thin * (1 - 0.25 * smoothstep(0.16, 0, t));
  const bottom = middle + gap * 1.4 + f.lips * 1.25 * thin;
  const soft = 0.02;
  const inside =
    smoothstep(top - soft, top + soft, Y) * smoothstep(bottom + soft, bottom - soft, Y) * smoothstep(1.05, 0.95, t);
  if (inside <= 0) return;
  over(out, person.lipAlbedo, inside);
  out.gloss = mix(out.gloss, 0.3, inside);
  out.shine = 30;
  out.bump *= 1 - inside;
  if (inside > 0.5) out.region = REGION.lips;
  const parting = smoothstep(0.02, 0.004, Math.abs(Y - middle));
  if (gap < 0.01) {
    darken(out, 1 - 0.6 * parting, 1 - 0.65 * parting, 1 - 0.65 * parting);
    return;
  }
  const mouth =
    smoothstep(middle - gap * 0.6 - 0.012, middle - gap * 0.6 + 0.012, Y) *
    smoothstep(middle + gap * 1.4 + 0.012, middle + gap * 1.4 - 0.012, Y) *
    smoothstep(0.98, 0.85, t);
  if (mouth <= 0) return;
  over(out, [0.05, 0.012, 0.012], mouth);
  // Upper teeth: all of a smile, a rim of an open mouth.
  const teeth = middle - gap * 0.6 + (f.smile > 0 ? gap * 1.7 : 0.07);
  const white = mouth * smoothstep(teeth + 0.012, teeth - 0.012, Y);
  over(out, [0.78, 0.74, 0.66], white * 0.92);
  out.gloss = 0.2;
  if (mouth > 0.5) out.region = REGION.mouth;
}

function brow(X: number, Y: number, side: number, f: Features, person: Person, out: Paint, px: number): void {
  const along = (side - 0.17) / 0.5;
  if (along < -0.1 || along > 1.1) return;
  const y = f.browY - 0.06 * (1 - square(2 * along - 0.9)) + 0.02;
  const thick = (0.055 + 0.016 * person.browThickness) * (1 - 0.55 * smoothstep(0.55, 1.1, along));
  const cover =
    smoothstep(thick + 0.02, thick - 0.015, Math.abs(Y - y)) *
    smoothstep(-0.08, 0.04, along) *
    smoothstep(1.08, 0.95, along);
  if (cover <= 0) return;
  const [r, g, b] = person.hairAlbedo;
  const strands = 0.85 + 0.15 * noise(X / px / 1.3, Y / px / 2.4, person.seed + 31);
  // Brows are darker than the hair, but for black.
  over(out, [r * 0.6, g * 0.55, b * 0.5], clamp(cover * strands * 0.92));
  if (cover > 0.5) out.region = REGION.brow;
}

function eye(X: number, Y: number, side: number, f: Features, person: Person, shot: Shot, out: Paint): void {
  const t = (side - f.eyeX) / f.eyeWidth;
  if (t < -1.3 || t > 1.3) return;
  const arch = Math.max(0, 1 - t * t);
  const upper = f.eyeY - f.eyeHeight * 1.15 * arch;
  const lower = f.eyeY + f.eyeHeight * 0.85 * arch;
  const soft = 0.018;
  const inside =
    smoothstep(upper - soft, upper + soft, Y) *
    smoothstep(lower + soft, lower - soft, Y) *
    smoothstep(1.08, 0.92, Math.abs(t));
  if (inside > 0) {
    over(out, [0.72, 0.7, 0.68], inside);
    out.bump *= 1 - inside;
    out.gloss = mix(out.gloss, 0.25, inside);
    out.shine = 60;
    // Both eyes look into the camera: the iris moves against the turn of the head.
    const ix = (X < 0 ? -1 : 1) * (side - f.eyeX) + shot.yaw * 0.16;
    const iy = Y - f.eyeY + shot.pitch * 0.1;
    const r = Math.sqrt(ix * ix + iy * iy);
    const iris = inside * smoothstep(0.112, 0.092, r);
    over(out, person.eyeAlbedo, iris);
    over(out, [0.01, 0.01, 0.01], inside * smoothstep(0.052, 0.038, r));
    over(out, [0.02, 0.02, 0.02], 0.6 * iris * smoothstep(0.08, 0.1, r));
    const lx = ix - 0.045 * shot.light.direction[0];
    const ly = iy - 0.05 * shot.light.direction[1] + 0.02;
    out.glow = 1.1 * inside * shot.light.key * smoothstep(0.034, 0.016, Math.sqrt(lx * lx + ly * ly));
    if (inside > 0.5) out.region = REGION.eye;
  }
  // Lash line above, a thin one below; closed lids keep the upper.
  const lash = smoothstep(0.034, 0.01, Math.abs(Y - upper)) * smoothstep(1.15, 0.95, Math.abs(t));
  const rim = 0.4 * smoothstep(0.022, 0.006, Math.abs(Y - lower)) * smoothstep(1.1, 0.9, Math.abs(t));
  over(out, [0.03, 0.02, 0.018], clamp(0.9 * lash + rim));
  const crease = 0.3 * smoothstep(0.03, 0.008, Math.abs(Y - upper + 0.075)) * smoothstep(1.15, 0.8, Math.abs(t));
  darken(out, 1 - crease, 1 - crease, 1 - crease);
}
