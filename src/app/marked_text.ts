/** A caption's text with the places that an audit marks. The text only ever becomes text nodes. */
import { html, type TemplateResult } from 'lit';
import type { CaptionMark } from '../protocol';

export interface MarkedPart {
  text: string;
  /** Kinds of the marks that cover it; none: plain text. */
  kinds: string[];
}

/** Cuts `text` at the ends of all marks; marks may overlap, and those without a place are left out. */
export function markedParts(text: string, marks: readonly CaptionMark[]): MarkedPart[] {
  const placed = marks.filter(({ start, end }) => end > start && end <= text.length);
  const cuts = [...new Set([0, text.length, ...placed.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  return cuts.slice(1).map((to, i) => {
    const from = cuts[i]!;
    const kinds = placed.filter(({ start, end }) => start <= from && end >= to).map(({ kind }) => kind);
    return { text: text.slice(from, to), kinds: [...new Set(kinds)] };
  });
}

export function markedText(text: string, marks: readonly CaptionMark[]): TemplateResult[] {
  return markedParts(text, marks).map(({ text: part, kinds }) =>
    kinds.length === 0 ? html`${part}` : html`<mark title=${kinds.join(', ')}>${part}</mark>`,
  );
}
