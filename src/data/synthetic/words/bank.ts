/**
 * The phrases of both kinds of caption. Broad scenes and the face set share them, so that a backbone has learned from
 * scenes every word that an explanation needs. `{on}` is what carries the thing (the face, the skin, the picture),
 * `{where}` a place, `{colour}` a colour.
 */
import type { AttackCue, LiveCue } from '../types';

export const DOTS = [
  'small dots cover {on} {where}',
  'rows of tiny dots lie over {on}',
  'a pattern of fine dots is spread over {on}',
  'tiny round dots are seen {where} on {on}',
  '{on} is covered with fine dots',
];
export const GRAIN = [
  'coarse grain covers {on} {where}',
  'specks of grain lie over {on}',
  'rough grain is spread over {on}',
  '{on} is rough with grain',
  'a layer of grain is seen on {on}',
];
export const GRID = [
  'a fine grid lies over {on} {where}',
  'thin crossing lines form a grid on {on}',
  'a grid of small cells covers {on}',
  '{on} is cut into tiny cells by a grid',
  'a regular grid is seen on {on}',
];
export const BANDS = [
  'wavy bands run across {on} {where}',
  'soft wavy bands cross {on}',
  'a pattern of wavy bands covers {on}',
  'wavy bands of shade lie over {on}',
  '{on} is crossed by wavy bands',
];
export const PALE_BORDER = [
  'a pale border is seen {where}',
  'a pale border runs along {on} {where}',
  'a light edge with a pale border shows {where}',
  'there is a pale border {where}',
];
export const DARK_BORDER = [
  'a dark frame is seen {where}',
  'a dark frame runs along {on} {where}',
  'a straight dark frame shows {where}',
  'there is a dark frame {where}',
];
export const BLUISH = [
  'the colours have a bluish cast',
  'a bluish cast lies over {on}',
  '{on} has a bluish tint',
  'a cool bluish tint is seen on {on}',
];
export const STREAK = [
  'a pale streak of glare crosses {on} {where}',
  'a slanting streak of glare lies {where}',
  'a bright streak of glare runs over {on} {where}',
  'there is a streak of glare {where}',
];
export const SPOT = [
  'a bright spot of glare sits {where}',
  'a round spot of glare lies {where}',
  'a pale spot of glare is seen {where}',
  'there is a spot of glare {where}',
];
export const FADED = [
  'the colours are faded',
  'the colours look faded and weak',
  '{on} has faded colours',
  'faded colours are seen on {on}',
];
export const FLAT = [
  '{on} looks flat',
  'the light on {on} is flat',
  'flat shading hides the depth of {on}',
  'the shading is flat',
  'flat light takes the depth from {on}',
];
export const ROUND = [
  'the head looks round',
  'the shading gives the face depth',
  'nose and cheeks stand out in depth',
  'the cheeks are shaded and look round',
  'light and shade make the head look round',
];
export const SMOOTH = [
  'the skin is smooth',
  'the skin looks smooth and even',
  'smooth skin is seen {where}',
  'the cheeks are smooth and even',
  'the skin has a smooth even tone',
];
export const PORES = [
  'fine pores are seen on the skin',
  'the skin shows fine pores',
  'the skin is uneven with fine pores',
  'small pores cover the cheeks',
  'pores give the skin a fine texture',
];
export const PLASTIC = [
  '{on} shines like plastic',
  'a plastic shine lies on {on} {where}',
  'the skin has a hard plastic shine',
  'a shine like plastic is seen {where}',
];
export const BENT = [
  'the sheet is bent',
  'a bend of the sheet runs over {on}',
  'the sheet bends {where} and shades {on}',
  '{on} is bent with the sheet',
];
export const LINES = [
  'painted lines cross {on} {where}',
  'painted lines are seen {where}',
  'dark painted lines lie on {on}',
  'there are painted lines {where}',
];

/** What is said of an attack cue. `{on}` and `{where}` as above. */
export const CUE_PHRASES: Record<AttackCue, readonly string[]> = {
  'halftone dots': DOTS,
  'ink grain': GRAIN,
  'faded colours': FADED,
  'paper edge': [...PALE_BORDER, 'the pale border of a sheet shows {where}'],
  'paper curl': BENT,
  'flat light': FLAT,
  'sheet glare': [...SPOT, 'a broad sheen of glare lies {where}'],
  'pixel grid': GRID,
  'moire bands': BANDS,
  'blue cast': BLUISH,
  bezel: DARK_BORDER,
  'refresh band': [
    'a straight bar of shade runs across {on} {where}',
    'a bar of shade lies over {on} {where}',
    'a level bar of shade crosses {on}',
  ],
  'screen glare': STREAK,
  'cut edge': [
    'a piece with cut edges lies on {on} {where}',
    'cut edges are seen {where}',
    'sharp cut edges end the piece {where}',
    'a flat piece ends in cut edges {where}',
  ],
  'printed eyes': ['drawn eyes lie over the face', 'the eyes are drawn on a piece', 'drawn eyes are seen {where}'],
  'printed mouth': [
    'a drawn mouth lies over the face',
    'the mouth is drawn on a piece',
    'a drawn mouth is seen {where}',
  ],
  'paper rim': ['wide paper rims lie on the face', 'the glasses have paper rims', 'flat paper rims are seen {where}'],
  'thick makeup': [
    'thick paint covers the skin {where}',
    'the skin lies under thick paint',
    'thick paint is seen on the face',
  ],
  'hard makeup line': [
    'the paint ends in a hard line',
    'a hard line of paint is seen {where}',
    'a hard line ends the tone of the skin',
  ],
  'painted lines': LINES,
  'mask seam': ['a seam runs along the face {where}', 'a seam is seen {where}', 'a thin seam ends the shell {where}'],
  'smooth skin': SMOOTH,
  'rigid surface': [
    'the face is a stiff shell',
    'a stiff shell covers the face {where}',
    'the surface looks stiff {where}',
  ],
  'plastic shine': PLASTIC,
  'eye holes': ['the eyes sit in holes', 'holes are seen around the eyes', 'dark holes ring the eyes'],
  'folded paper': ['folds run over the face', 'the face is folded {where}', 'straight folds are seen {where}'],
  'painted hair': ['the hair is painted on', 'painted hair covers the head', 'the hair is one painted shape'],
  'staring eyes': ['the eyes stare', 'staring eyes look ahead', 'the eyes stare straight at us'],
};

export const LIVE_PHRASES: Record<LiveCue, readonly string[]> = {
  pores: PORES,
  'fine lines': ['fine lines mark the skin', 'the skin has fine lines of age', 'fine lines are seen around the eyes'],
  'rounded shading': ROUND,
  'soft shadow': [
    'a soft shadow lies {where}',
    'the shadow is soft {where}',
    'soft shadow falls {where}',
    'the face darkens softly {where}',
  ],
  'natural colours': [
    'the colours are natural',
    'the skin has natural colours',
    'natural colours are seen on the face',
  ],
  'catch lights': ['small lights show in the eyes', 'both eyes hold a small light', 'the eyes have small lights'],
};

/** How a cue is found again in a text: words that no other phrase has. Sentences are cut into clauses first. */
export const CUE_SIGNS: readonly { sign: RegExp; kinds: readonly AttackCue[] }[] = [
  { sign: /\bdots\b/, kinds: ['halftone dots'] },
  { sign: /\bgrain\b/, kinds: ['ink grain'] },
  { sign: /\bfaded\b/, kinds: ['faded colours'] },
  { sign: /\bpale border\b/, kinds: ['paper edge'] },
  { sign: /\b(?:bent|bends?)\b/, kinds: ['paper curl'] },
  { sign: /\bflat (?:light|shading)\b|\b(?:is|looks) flat\b/, kinds: ['flat light'] },
  { sign: /\bglare\b/, kinds: ['sheet glare', 'screen glare'] },
  { sign: /\b(?:grid|cells)\b/, kinds: ['pixel grid'] },
  { sign: /\bwavy\b/, kinds: ['moire bands'] },
  { sign: /\bbluish\b/, kinds: ['blue cast'] },
  { sign: /\bdark frame\b/, kinds: ['bezel'] },
  { sign: /\bbar of shade\b/, kinds: ['refresh band'] },
  { sign: /\bcut edges\b/, kinds: ['cut edge'] },
  { sign: /\bdrawn eyes\b|\beyes are drawn\b/, kinds: ['printed eyes'] },
  { sign: /\bdrawn mouth\b|\bmouth is drawn\b/, kinds: ['printed mouth'] },
  { sign: /\bpaper rims\b/, kinds: ['paper rim'] },
  { sign: /\bthick paint\b/, kinds: ['thick makeup'] },
  { sign: /\bhard line\b/, kinds: ['hard makeup line'] },
  { sign: /\bpainted lines\b/, kinds: ['painted lines'] },
  { sign: /\bseam\b/, kinds: ['mask seam'] },
  { sign: /\bsmooth\b/, kinds: ['smooth skin'] },
  { sign: /\bstiff\b/, kinds: ['rigid surface'] },
  { sign: /\bplastic\b/, kinds: ['plastic shine'] },
  { sign: /\bholes\b/, kinds: ['eye holes'] },
  { sign: /\bfold(?:s|ed)\b/, kinds: ['folded paper'] },
  { sign: /\bhair is (?:painted|one painted)\b|\bpainted hair\b/, kinds: ['painted hair'] },
  { sign: /\bstar(?:e|ing)\b/, kinds: ['staring eyes'] },
];
