/** Which attack cues a caption claims, by the bank's signs; "no dots are seen" claims none. */
import type { AttackCue, Facts } from '../types';
import { VISIBLE } from './explain';

/** How a cue is found again in a text: words that no other phrase has. Sentences are cut into clauses first. */
const CUE_SIGNS: readonly { sign: RegExp; kinds: readonly AttackCue[] }[] = [
  { sign: /\bdots\b/, kinds: ['halftone dots'] },
  { sign: /\bgrain\b/, kinds: ['ink grain'] },
  { sign: /\bfaded\b/, kinds: ['faded colours'] },
  { sign: /\bpale border\b/, kinds: ['paper edge'] },
  { sign: /\b(?:bent|bends?)\b/, kinds: ['paper curl'] },
  {
    sign: /\bflat (?:light|shading)\b|\b(?:light|shading)(?: on the \w+)? is flat\b|\b(?:looks|falls) flat\b/,
    kinds: ['flat light'],
  },
  { sign: /\bstreak of glare\b/, kinds: ['glare streak'] },
  { sign: /\bspot of glare\b/, kinds: ['glare spot'] },
  { sign: /\bsheen of glare\b/, kinds: ['sheet glare'] },
  { sign: /\b(?:grid|cells)\b/, kinds: ['pixel grid'] },
  { sign: /\bwavy\b/, kinds: ['moire bands'] },
  { sign: /\bbluish\b/, kinds: ['blue cast'] },
  { sign: /\bdark frame\b/, kinds: ['bezel'] },
  { sign: /\bbar of shade\b/, kinds: ['refresh band'] },
  { sign: /\bcut edges\b/, kinds: ['cut edge'] },
  { sign: /\bdrawn eyes\b|\beyes are drawn\b/, kinds: ['printed eyes'] },
  { sign: /\bdrawn mouth\b|\bmouth is drawn\b/, kinds: ['printed mouth'] },
  { sign: /\bpaper rims\b/, kinds: ['paper rim'] },
  { sign: /\bthick (?:layer of )?paint\b/, kinds: ['thick makeup'] },
  { sign: /\bhard line\b/, kinds: ['hard makeup line'] },
  { sign: /\bpainted lines\b/, kinds: ['painted lines'] },
  { sign: /\bseam\b/, kinds: ['mask seam'] },
  { sign: /\bsmooth\b/, kinds: ['smooth skin'] },
  { sign: /\bstiff\b/, kinds: ['rigid surface'] },
  { sign: /\bplastic\b/, kinds: ['plastic shine'] },
  { sign: /\bholes\b/, kinds: ['eye holes'] },
  { sign: /\bfold(?:s|ed)\b/, kinds: ['folded paper'] },
  { sign: /\bhair (?:is|looks) (?:one )?painted\b|\bpainted hair\b/, kinds: ['painted hair'] },
  { sign: /\bstar(?:e|ing)\b/, kinds: ['staring eyes'] },
];

const DENIED = /\b(?:no|not|nothing|without|free of|none|neither|nor)\b/;

/** Each claim as the cues that it may stand for. */
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
