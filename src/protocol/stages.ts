/**
 * The six stages of a reasoning caption: where each begins, and what it says. One reader for the page, the import, the
 * verdict and the audit.
 *
 * Headings follow `REASONING_STAGES` (the paper's list) and common variants ("Examine lighting and shadows", "Make a
 * final judgment", British spelling, numbers, Markdown stars). Every pattern is tried on a few characters around a
 * heading's words, so that the time is linear in the text, whatever stands in it.
 */
import { REASONING_STAGES } from './samples';

export type StageName = (typeof REASONING_STAGES)[number];

export interface Stage {
  name: StageName;
  /** The text under the heading, trimmed. */
  body: string;
  /** Offset of the heading's first character, its number or mark included. */
  from: number;
  /** Offsets of `body` in the text. */
  start: number;
  end: number;
}

/** The words a heading may use, in the order of `REASONING_STAGES`. `_` stands for a gap between words. */
const HEADINGS = [
  'initial_(?:observations?|impressions?|assessment)',
  '(?:detect(?:ion_of)?_)?arte?i?facts?(?:_(?:detection|analysis|check))?',
  '(?:facial_)?features?_(?:analysis|examination)|analy[sz]e_(?:facial_)?features',
  '(?:examine_|examination_of_)?lighting_(?:and|&)_shadows?(?:_analysis)?',
  '(?:consider(?:ation_of)?_|contextual_)?(?:the_)?(?:context|assessment_of_context)|context(?:ual)?_(?:analysis|evaluation|assessment)',
  '(?:make_(?:a|the)_)?final_(?:judge?ment|verdict|decision|conclusion)|conclusion|verdict',
];
const GAP = '\\s{1,3}';
const WORDS = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${HEADINGS.map((words) => `(${words.replaceAll('_', GAP)})`).join('|')})(?![\\p{L}\\p{N}])`,
  'giu',
);

/** Characters looked at before and behind a heading's words. */
const BEFORE = 64;
const BEHIND = 16;
/** Stands for text beyond these, so that `^` and `$` mean the text's own ends. */
const MORE = 'x';

/** Number, list mark, `Step 3`, `#` and `**` before a heading. */
const LEAD = '(?:[#*_>\\u2022[-]|\\s){0,12}(?:(?:step|stage)\\s{1,2})?(?:\\(?[1-9]\\s{0,2}[.):-]\\s{0,3})?[*_[]{0,3}';
// A heading stands at the start of the text, of a line, or of a sentence, or has a number in running text.
const OPENS = new RegExp(
  `(?:^|[\\n\\r]|[.!?]["')\\]*_]{0,4}\\s|\\s(?=\\(?[1-6]\\s{0,2}[.):]))\\s{0,12}(?<lead>${LEAD})$`,
  'i',
);
const FOLLOWS = new RegExp(`^\\s{0,12}(?<lead>${LEAD})$`, 'i');
/** It is closed by a bracket, a colon, a dash or its line's end. */
const CLOSES =
  /^[*_]{0,3}(?:\][*_]{0,3}(?:\s{0,3}[:\u2013\u2014])?|\s{0,3}[:\u2013\u2014][*_]{0,3}|\s{1,2}-\s|[*_]{0,3}[ \t]{0,8}(?=[\n\r]|$))/;

/** Finds the stages of `text` in the order in which they stand. A text without headings has none. */
export function parseStages(text: string): Stage[] {
  const found: { name: StageName; from: number; body: number }[] = [];
  for (const match of text.matchAll(WORDS)) {
    const end = match.index + match[0].length;
    const closing = CLOSES.exec(text.slice(end, end + BEHIND) + (end + BEHIND < text.length ? MORE : ''));
    if (closing === null) continue;
    const least = Math.max(0, match.index - BEFORE);
    const before = text.slice(least, match.index);
    // Where nothing stands under the heading before, this one follows its colon.
    const previous = found.at(-1)?.body ?? -1;
    const opening =
      OPENS.exec((least > 0 ? MORE : '') + before) ??
      (previous >= least ? FOLLOWS.exec(text.slice(previous, match.index)) : null);
    if (opening === null) continue;
    const lead = opening.groups!['lead']!.trimStart().length;
    const name = REASONING_STAGES[match.slice(1).findIndex((group) => group !== undefined)]!;
    found.push({ name, from: match.index - lead, body: end + closing[0].length });
  }
  return found.map(({ name, from, body }, index) => {
    const raw = text.slice(body, found[index + 1]?.from ?? text.length);
    const start = body + (raw.length - raw.trimStart().length);
    return { name, body: raw.trim(), from, start, end: start + raw.trim().length };
  });
}

/** The last `Final judgment` stage with something in it, or null. */
export function finalJudgment(text: string): Stage | null {
  return (
    parseStages(text)
      .filter((stage) => stage.name === 'Final judgment' && /\w/.test(stage.body))
      .at(-1) ?? null
  );
}

/** Most stages that stand in the paper's order, others passed over: 6 in a whole reasoning caption. */
export function stagesInOrder(stages: readonly Pick<Stage, 'name'>[]): number {
  // best[i]: most that end with stage i.
  const best = REASONING_STAGES.map(() => 0);
  for (const { name } of stages) {
    const index = REASONING_STAGES.indexOf(name);
    best[index] = Math.max(best[index]!, 1 + Math.max(0, ...best.slice(0, index)));
  }
  return Math.max(...best);
}
