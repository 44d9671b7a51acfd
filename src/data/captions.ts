/** Captions as text: which of the two styles one is written in, and how long it may be. */
import { parseStages, stagesInOrder, type CaptionStyle } from '../protocol';

/** Stages in order from which on a text counts as reasoning: annotators forget one or two. */
const REASONED = 4;

/** `reasoning` when at least four of the six stage headings stand in order; `vanilla` otherwise. */
export function captionStyle(text: string): CaptionStyle {
  return stagesInOrder(parseStages(text)) >= REASONED ? 'reasoning' : 'vanilla';
}
