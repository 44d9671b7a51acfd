/** Captions as text: which of the two styles one is written in, and how long it may be. */
import { REASONING_STAGES, type CaptionStyle } from '../protocol';

/** Longest caption accepted, characters. The paper's reasoning captions have a few hundred words. */
export const MAX_CAPTION = 50_000;

/** Stage names as annotators write them, in the order of `REASONING_STAGES`. */
const HEADINGS: Record<(typeof REASONING_STAGES)[number], string> = {
  'Initial observation': 'initial\\s+(?:observation|impression)s?',
  'Artifact detection': '(?:detect(?:ion\\s+of)?\\s+)?art[ei]facts?(?:\\s+detection)?',
  'Feature analysis': '(?:facial\\s+)?features?\\s+analysis|analy[sz]e\\s+(?:facial\\s+)?features',
  'Lighting and shadows': '(?:examine\\s+)?lighting\\s*(?:and|&)\\s*shadows?',
  Context: '(?:consider\\s+)?(?:the\\s+)?context',
  'Final judgment': '(?:make\\s+(?:a|the)\\s+)?final\\s+(?:judge?ment|verdict|decision|conclusion)',
};

// A heading opens the text, a line or a sentence, may be numbered or starred, and ends in a colon, a dash or its line.
const PATTERNS = REASONING_STAGES.map(
  (stage) =>
    new RegExp(
      `(?:^|[\\n\\r]|[.!?]["')*]*\\s)[\\s#*]*(?:(?:step|stage)\\s*)?(?:\\(?\\d\\s*[.):-])?[\\s*]*` +
        `(?:${HEADINGS[stage]})[\\s*]*(?:[:\\u2013\\u2014]|-\\s|[\\n\\r]|$)`,
      'gi',
    ),
);

/** `reasoning` when at least four of the six stage headings stand in order; `vanilla` otherwise. */
export function captionStyle(text: string): CaptionStyle {
  let from = 0;
  let found = 0;
  for (const pattern of PATTERNS) {
    pattern.lastIndex = Math.max(0, from - 1);
    const match = pattern.exec(text);
    if (match === null) continue;
    found++;
    // The line end that closes one heading may open the next.
    from = match.index + match[0].length;
  }
  return found >= 4 ? 'reasoning' : 'vanilla';
}
