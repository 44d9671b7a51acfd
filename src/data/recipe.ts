/** How frames were chosen and cropped, as one word for the journal: another recipe is another import. */
import { USUAL_FRAMES, type FrameOptions, type FrameRule } from '../protocol';

export function recipeOf({ rule, crop }: FrameOptions = USUAL_FRAMES): string {
  return `${rule}/${crop}`;
}

/** The rule of a recipe, also of one that `refusedBy` gives. */
export function ruleOf(recipe: string): FrameRule {
  return recipe.startsWith('authors/') ? 'authors' : 'paper';
}

/** True where a face has to be found in each frame. */
export function looksForFaces({ rule, crop }: FrameOptions): boolean {
  return rule === 'authors' || crop !== 'none';
}

/** Raised when this page decodes what it refused before: refused files are then tried again. */
const GENERATION = 2;

/**
 * The recipe of a file that could not be used: what one browser cannot decode, or one version of this page, another may.
 */
export function refusedBy(recipe: string, browser = navigator.userAgent): string {
  const version = /(?:Firefox|Chrome|Version)\/(\d+)/.exec(browser);
  return `${recipe} refused by ${GENERATION}/${version?.[0] ?? 'unknown'}`;
}
