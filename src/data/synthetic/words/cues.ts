/** Which attack cues a caption claims, by the bank's signs; "no dots are seen" claims none. */
import type { AttackCue, Facts } from '../types';
import { CUE_SIGNS } from './bank';
import { VISIBLE } from './explain';

const DENIED = /\b(?:no|not|nothing|without|free of|none|neither|nor)\b/;

/** Each claim as the cues that it may stand for (glare is said of paper and of screens). */
export function cuesNamed(text: string): (readonly AttackCue[])[] {
  const found = new Set<readonly AttackCue[]>();
  for (const clause of text.toLowerCase().split(/[.;:,]|\bwhile\b|\band\b(?! (?:even|weak|cheeks|shade)\b)/)) {
    if (DENIED.test(clause)) continue;
    for (const { sign, kinds } of CUE_SIGNS) if (sign.test(clause)) found.add(kinds);
  }
  return [...found];
}

/** How many attack cues a caption names, and how many of those are visible in the frame. */
export function cueHits(text: string, facts: Pick<Facts, 'cues'>): { named: number; present: number } {
  const there = new Set<string>(facts.cues.filter(({ strength }) => strength > VISIBLE).map(({ kind }) => kind));
  const named = cuesNamed(text);
  return { named: named.length, present: named.filter((kinds) => kinds.some((kind) => there.has(kind))).length };
}
