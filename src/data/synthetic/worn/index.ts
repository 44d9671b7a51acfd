/** Attacks that are worn: twelve kinds of SiW-Mv2, each as what happens physically to the surface of a face. */
import type { Random } from '../random';
import { ATTACKS, type Attack, type Cue, type FaceLayers, type Lighting } from '../types';
import { Bench } from './bench';
import {
  drawMakeupObfuscation,
  validateMakeupObfuscation,
  wearMakeupObfuscation,
  type MakeupObfuscation,
} from './disguise';
import {
  drawFunnyEye,
  drawPaperGlasses,
  validateFunnyEye,
  validatePaperGlasses,
  wearFunnyEye,
  wearPaperGlasses,
  type FunnyEye,
  type PaperGlasses,
} from './glasses';
import {
  drawMannequin,
  drawMaskSilicone,
  validateMannequin,
  validateMaskSilicone,
  wearMannequin,
  wearMaskSilicone,
  type Mannequin,
  type MaskSilicone,
} from './heads';
import { drawMakeupCosmetic, validateMakeupCosmetic, wearMakeupCosmetic, type MakeupCosmetic } from './makeup';
import {
  drawMakeupImpersonation,
  validateMakeupImpersonation,
  wearMakeupImpersonation,
  type MakeupImpersonation,
} from './paint';
import { drawMaskPaper, validateMaskPaper, wearMaskPaper, type MaskPaper } from './paper_mask';
import {
  drawPartialEye,
  drawPartialMouth,
  validatePartialEye,
  validatePartialMouth,
  wearPartialEye,
  wearPartialMouth,
  type PartialEye,
  type PartialMouth,
} from './pieces';
import {
  drawMaskHalf,
  drawMaskTransparent,
  validateMaskHalf,
  validateMaskTransparent,
  wearMaskHalf,
  wearMaskTransparent,
  type MaskHalf,
  type MaskTransparent,
} from './shells';

export { paintedTone } from './paint';

export type WornAttack = Exclude<Attack, 'print' | 'replay'>;
export const WORN_ATTACKS = ATTACKS.filter((kind): kind is WornAttack => kind !== 'print' && kind !== 'replay');

export type WornParameters =
  | FunnyEye
  | PartialEye
  | PartialMouth
  | PaperGlasses
  | MakeupCosmetic
  | MakeupImpersonation
  | MakeupObfuscation
  | MaskHalf
  | MaskSilicone
  | MaskTransparent
  | MaskPaper
  | Mannequin;

/** One example of an attack: what stays the same in both frames of a clip. */
export function drawWorn(kind: WornAttack, random: Random): WornParameters {
  switch (kind) {
    case 'funny-eye':
      return drawFunnyEye(random);
    case 'partial-eye':
      return drawPartialEye(random);
    case 'partial-mouth':
      return drawPartialMouth(random);
    case 'paper-glasses':
      return drawPaperGlasses(random);
    case 'makeup-cosmetic':
      return drawMakeupCosmetic(random);
    case 'makeup-impersonation':
      return drawMakeupImpersonation(random);
    case 'makeup-obfuscation':
      return drawMakeupObfuscation(random);
    case 'mask-half':
      return drawMaskHalf(random);
    case 'mask-silicone':
      return drawMaskSilicone(random);
    case 'mask-transparent':
      return drawMaskTransparent(random);
    case 'mask-paper':
      return drawMaskPaper(random);
    case 'mannequin':
      return drawMannequin(random);
  }
}

/** Throws a RangeError that names the first parameter out of its range. */
export function validateWorn(worn: WornParameters): void {
  switch (worn.kind) {
    case 'funny-eye':
      return validateFunnyEye(worn);
    case 'partial-eye':
      return validatePartialEye(worn);
    case 'partial-mouth':
      return validatePartialMouth(worn);
    case 'paper-glasses':
      return validatePaperGlasses(worn);
    case 'makeup-cosmetic':
      return validateMakeupCosmetic(worn);
    case 'makeup-impersonation':
      return validateMakeupImpersonation(worn);
    case 'makeup-obfuscation':
      return validateMakeupObfuscation(worn);
    case 'mask-half':
      return validateMaskHalf(worn);
    case 'mask-silicone':
      return validateMaskSilicone(worn);
    case 'mask-transparent':
      return validateMaskTransparent(worn);
    case 'mask-paper':
      return validateMaskPaper(worn);
    case 'mannequin':
      return validateMannequin(worn);
    default:
      throw new RangeError(`Worn attack: kind is ${String((worn as { kind?: unknown }).kind)}`);
  }
}

/**
 * Puts the attack on the face, in place, between `layFace` and `shade`: reflectance, relief, gloss, depth, and region
 * (REGION.worn where it covers most of a pixel). Glow changes where a cover hides an eye's catch light or mirrors the
 * room. The backdrop, the clothes and the light stay. Returns what shows of it in this frame, each with where and how
 * strongly, measured on the layers under `light`.
 */
export function wear(layers: FaceLayers, parameters: WornParameters, light: Lighting): Cue[] {
  validateWorn(parameters);
  const bench = new Bench(layers, light);
  switch (parameters.kind) {
    case 'funny-eye':
      return wearFunnyEye(bench, parameters);
    case 'partial-eye':
      return wearPartialEye(bench, parameters);
    case 'partial-mouth':
      return wearPartialMouth(bench, parameters);
    case 'paper-glasses':
      return wearPaperGlasses(bench, parameters);
    case 'makeup-cosmetic':
      return wearMakeupCosmetic(bench, parameters);
    case 'makeup-impersonation':
      return wearMakeupImpersonation(bench, parameters);
    case 'makeup-obfuscation':
      return wearMakeupObfuscation(bench, parameters);
    case 'mask-half':
      return wearMaskHalf(bench, parameters);
    case 'mask-silicone':
      return wearMaskSilicone(bench, parameters);
    case 'mask-transparent':
      return wearMaskTransparent(bench, parameters);
    case 'mask-paper':
      return wearMaskPaper(bench, parameters);
    case 'mannequin':
      return wearMannequin(bench, parameters);
  }
}
