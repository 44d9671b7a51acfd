/** A reasoning caption as the page shows it, also while it is still being written: its stages, and text outside them. */
import { REASONING_STAGES, parseStages } from '../protocol';

export interface CaptionPart {
  /** Index into REASONING_STAGES, or null for text outside any stage. */
  stage: number | null;
  text: string;
}

/** Splits `text` at its stage headings, in order of appearance. */
export function captionParts(text: string): CaptionPart[] {
  const stages = parseStages(text);
  const before = text.slice(0, stages[0]?.from ?? text.length).trim();
  return [
    ...(before === '' ? [] : [{ stage: null, text: before }]),
    ...stages.map(({ name, body }) => ({ stage: REASONING_STAGES.indexOf(name), text: body })),
  ];
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
