/** Finds the six stage headings in a reasoning caption, also while it is still being written. */
import { REASONING_STAGES } from '../protocol';

export interface CaptionPart {
  /** Index into REASONING_STAGES, or null for text outside any stage. */
  stage: number | null;
  text: string;
}

/** How models write the headings: singular or plural, `&` for `and`, British or American spelling. */
const NAMES = [
  'initial observations?',
  'arte?i?facts? detection',
  'feature analysis',
  'lighting (?:and|&) shadows?(?: analysis)?',
  'context(?:ual)?(?: analysis| evaluation| assessment)?',
  'final judge?ment',
];

/** A heading starts a sentence and ends in a colon or a line break; numbers and Markdown marks around it are dropped. */
const HEADING = new RegExp(
  `(?:^|(?<=[\\s.!?]))(?:stage\\s+)?(?:\\d{1,2}[.):]\\s*)?[#*_]{0,4}\\s*(${NAMES.map((name) => `(?:${name})`).join('|')})\\s*[*_]{0,3}\\s*(?::\\s*[*_]{0,3}|\\n)`,
  'gi',
);

/** Splits `text` at its stage headings, in order of appearance. */
export function captionParts(text: string): CaptionPart[] {
  const parts: CaptionPart[] = [];
  let stage: number | null = null;
  let from = 0;
  const push = (to: number): void => {
    const piece = text.slice(from, to).trim();
    if (stage !== null || piece !== '') parts.push({ stage, text: piece });
  };
  for (const match of text.matchAll(HEADING)) {
    const name = match[1] ?? '';
    push(match.index);
    stage = NAMES.findIndex((pattern) => new RegExp(`^(?:${pattern})$`, 'i').test(name));
    from = match.index + match[0].length;
  }
  push(text.length);
  return parts;
}

/** True when the text has at least one stage heading. */
export function isStaged(parts: readonly CaptionPart[]): boolean {
  return parts.some((part) => part.stage !== null);
}

/** All six stages in the paper's order with what was written under each (null: not reached). */
export function stageTexts(parts: readonly CaptionPart[]): { name: string; text: string | null }[] {
  return REASONING_STAGES.map((name, index) => {
    const found = parts.filter((part) => part.stage === index).map((part) => part.text);
    return { name, text: found.length === 0 ? null : found.join(' ') };
  });
}
