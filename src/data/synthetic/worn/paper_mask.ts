/** A printed face on a sheet that is bent around the head, with holes cut for the eyes. */
import { within, type Limits } from '../camera/ranges';
import { ellipse, segment } from '../distances';
import { clamp, smoothstep } from '../maths';
import { noise } from '../noise';
import type { Random } from '../random';
import type { Rgb } from '../raster';
import type { Cue } from '../types';
import { MARK, type Bench } from './bench';
import { Evidence } from './evidence';
import { drawMouth, type MouthDrawing } from './features';
import { drawSkin } from './pigments';
import { Plane } from './plane';

export interface MaskPaper {
  kind: 'mask-paper';
  /** Half width and half height of the cut face, face units 0.7..1.2 and 0.9..1.6. */
  halfWidth: number;
  halfHeight: number;
  /** Printed skin, hair line and lips, reflectance 0..1. */
  skin: Rgb;
  hair: Rgb;
  lips: Rgb;
  /** Loss of ink toward paper, 0..0.5. */
  fade: number;
  /** Half width and half height of the eye holes, face units 0.12..0.3 and 0.06..0.18. */
  holeWidth: number;
  holeHeight: number;
  /** Lean of the sheet at one face unit from its middle, tangent 0.1..1.2: a cylinder around the head. */
  bend: number;
  /** Creases: how many facets the bend falls into, 2..6; each is flat. */
  facets: number;
  /** Unsteadiness of the scissors, face units 0..0.04. */
  ragged: number;
  tilt: number;
  shiftX: number;
  shiftY: number;
  /** Seeds cut and creases. */
  seed: number;
}

export const MASK_PAPER_LIMITS: Limits<MaskPaper> = {
  halfWidth: [0.7, 1.2],
  halfHeight: [0.9, 1.6],
  skin: [0, 1],
  hair: [0, 1],
  lips: [0, 1],
  fade: [0, 0.5],
  holeWidth: [0.12, 0.3],
  holeHeight: [0.06, 0.18],
  bend: [0.1, 1.2],
  facets: [2, 6],
  ragged: [0, 0.04],
  tilt: [-0.15, 0.15],
  shiftX: [-0.1, 0.1],
  shiftY: [-0.15, 0.15],
  seed: [-2147483648, 2147483647],
};

export function drawMaskPaper(random: Random): MaskPaper {
  const dark = random.uniform(0.015, 0.1);
  const skin = drawSkin(random);
  return {
    kind: 'mask-paper',
    halfWidth: random.uniform(0.86, 1),
    halfHeight: random.uniform(1.12, 1.3),
    skin,
    hair: [dark * 1.3, dark, dark * 0.7],
    lips: [
      skin[0] * random.uniform(0.6, 0.8),
      skin[1] * random.uniform(0.25, 0.4),
      skin[2] * random.uniform(0.3, 0.45),
    ],
    fade: random.uniform(0, 0.12),
    holeWidth: random.uniform(0.17, 0.22),
    holeHeight: random.uniform(0.085, 0.12),
    bend: random.uniform(0.4, 0.8),
    facets: random.int(3, 4),
    ragged: random.uniform(0.005, 0.02),
    tilt: random.uniform(-0.06, 0.06),
    shiftX: random.uniform(-0.03, 0.03),
    shiftY: random.uniform(-0.04, 0.04),
    seed: random.seed(),
  };
}

export function validateMaskPaper(mask: MaskPaper): void {
  within('Paper mask', mask, MASK_PAPER_LIMITS);
  if (!Number.isInteger(mask.facets)) {
    throw new RangeError(`Paper mask: facets is ${mask.facets}, and must be a whole number`);
  }
}

export function wearMaskPaper(bench: Bench, mask: MaskPaper): Cue[] {
  const { layers } = bench;
  const { leftEye, rightEye, mouth, noseTip } = layers.landmarks;
  const unit = layers.unit;
  const soft = 0.5 / unit;
  const cx = (leftEye[0] + rightEye[0] + 2 * mouth[0]) / 4;
  const cy = (leftEye[1] + rightEye[1]) / 4 + mouth[1] / 2 - 0.1 * unit;
  const plane = new Plane(bench, cx, cy, mask.tilt);
  const [lx, ly] = plane.toPiece(...leftEye);
  const [rx, ry] = plane.toPiece(...rightEye);
  const apart = clamp((rx - lx) / 2, 0.3, 0.52);
  const middle = (lx + rx) / 2;
  const eyeY = (ly + ry) / 2;
  const mouthY = plane.toPiece(...mouth)[1];
  const noseY = plane.toPiece(...noseTip)[1];
  const lips: MouthDrawing = { width: 0.31, fullness: 0.11, lips: mask.lips, smile: 0.02, teeth: 0 };
  const hole = (x: number, y: number): number =>
    ellipse(Math.abs(x - middle) - apart, y - eyeY, mask.holeWidth, mask.holeHeight);
  const face = (x: number, y: number): number =>
    ellipse(x, y, mask.halfWidth, mask.halfHeight) + mask.ragged * noise(x * 7, y * 7, mask.seed);
  plane.lay({
    outline(x, y) {
      const px = x - mask.shiftX;
      const py = y - mask.shiftY;
      return Math.max(face(px, py), -hole(px, py));
    },
    ink(x, y, colour) {
      const px = x - mask.shiftX;
      const py = y - mask.shiftY;
      const ex = Math.abs(px - middle) - apart;
      // The photographed face's own light, printed: darker toward the outline, beside the nose and below the brows.
      const round = 1 - 0.4 * clamp((px * px) / (mask.halfWidth * mask.halfWidth));
      const beside = smoothstep(0.1, 0.02, segment(Math.abs(px - middle), py, 0.1, eyeY + 0.1, 0.19, noseY + 0.02));
      const under = smoothstep(0.07, 0.02, segment(Math.abs(px - middle), py, 0, noseY + 0.11, 0.13, noseY + 0.1));
      const cheek = smoothstep(0.1, 0.02, segment(Math.abs(px - middle), py, 0.25, noseY + 0.06, 0.38, mouthY)) * 0.5;
      const shade = round * (1 - 0.4 * beside) * (1 - 0.65 * under) * (1 - 0.3 * cheek);
      for (let c = 0; c < 3; c++) colour[c] = mask.skin[c]! * shade;
      const brow = smoothstep(0.06, 0.03, Math.abs(py - eyeY + 0.24 - 0.6 * ex * ex)) * (Math.abs(ex) < 0.25 ? 1 : 0);
      const top = smoothstep(-0.62, -0.7, py - 0.25 * px * px - 0.05 * noise(px * 6, 0, mask.seed));
      const dark = Math.max(0.85 * brow, top);
      for (let c = 0; c < 3; c++) colour[c] = colour[c]! + dark * (mask.hair[c]! - colour[c]!);
      drawMouth(px - middle, py - mouthY, lips, soft, colour);
      const edge = Math.max(face(px, py), -hole(px, py));
      const white = edge > -0.9 / unit ? 0.7 : 0;
      for (let c = 0; c < 3; c++) {
        colour[c] = clamp(colour[c]! + mask.fade * (0.75 - colour[c]!));
        colour[c] = colour[c]! + white * (0.82 - colour[c]!);
      }
      return MARK.surface;
    },
    lean(x, y, lean) {
      const slant = x + 0.12 * noise(y * 1.3, 3.7, mask.seed);
      const width = (2 * mask.halfWidth) / mask.facets;
      // Each facet has the lean of its middle.
      const at = (Math.floor(slant / width + mask.facets / 2) + 0.5 - mask.facets / 2) * width;
      lean[0] = mask.bend * at;
      lean[1] = 0;
    },
    sag: (x) => 0.5 * mask.bend * x * x,
    gloss: 0.03,
    shine: 8,
    lift: 0.05,
    overHair: true,
  });
  bench.castShadow(0.09, 0.55);
  // The holes' dark rims: pixels of the wearer beside the sheet, within a hole.
  const { width, height, marks, cover } = bench;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (cover[i]! >= 0.5 || !bench.isHead(i)) continue;
      const [px, py] = plane.toPiece(x + 0.5, y + 0.5);
      if (hole(px - mask.shiftX, py - mask.shiftY) > 0) continue;
      marks[i] = marks[i]! | MARK.hole;
    }
  }
  const evidence = new Evidence(bench);
  evidence.folded('folded paper', MARK.surface, 0.07);
  evidence.border('eye holes', MARK.hole, 0.08, 0.08);
  evidence.border('cut edge', MARK.surface, 0.06, 0.3);
  return evidence.cues();
}
