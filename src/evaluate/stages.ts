/**
 * The six stages of a reasoning caption: where each begins, and what it says.
 *
 * Stage names follow `REASONING_STAGES` (the paper's list); common variants of the headings ("Examine lighting and
 * shadows", "Make a final judgment", British spelling, numbers, Markdown stars) are recognised too.
 */
import { REASONING_STAGES } from '../protocol';

export type StageName = (typeof REASONING_STAGES)[number];

export interface Stage {
  name: StageName;
  /** The text under the heading, trimmed. */
  body: string;
  /** Offsets of `body` in the text. */
  start: number;
  end: number;
}

/** The words a heading may use, by stage. */
const HEADINGS: Record<StageName, string> = {
  'Initial observation': 'initial\\s+(?:observations?|impression|assessment)',
  'Artifact detection': '(?:detection\\s+of\\s+)?art[ei]facts?(?:\\s+(?:detection|analysis|check))?',
  'Feature analysis': '(?:facial\\s+)?features?\\s+(?:analysis|examination)',
  'Lighting and shadows': '(?:examine\\s+|examination\\s+of\\s+)?lighting\\s*(?:and|&)\\s*shadows?(?:\\s+analysis)?',
  Context: '(?:consider(?:ation\\s+of)?\\s+|contextual\\s+)?(?:the\\s+)?(?:context|assessment\\s+of\\s+context)',
  'Final judgment': '(?:make\\s+a\\s+)?(?:final\\s+(?:judge?ment|verdict|decision|conclusion)|conclusion|verdict)',
};

/** Optional number, list mark, `Step 3`, `#` and `**` before a heading. */
const LEAD = '(?:#{1,6}\\s*|\\*{1,2}|[-\\u2022]\\s+)*(?:(?:step|stage)\\s+)?(?:\\(?[1-9]\\s*[.):-]\\s*)?\\*{0,2}';

// A heading stands at the start of the text, of a line, or of a sentence, and is closed by a colon or a line end;
// a number before it may stand in for the colon ("6. Final judgment - ...").
const PATTERN = new RegExp(
  `(?:^|[\\n\\r]|[.!?]["')\\]]*\\s+|\\s(?=[1-6]\\s*[.):]))\\s*${LEAD}(?:${Object.entries(HEADINGS)
    .map(([name, words]) => `(?<${groupOf(name)}>${words})`)
    .join('|')})\\*{0,2}(?:\\s*[:\\u2013\\u2014]\\*{0,2}|\\s+-\\s|\\*{0,2}\\s*(?=[\\n\\r]|$))`,
  'gi',
);

function groupOf(name: string): string {
  return name.replace(/\W/g, '');
}

/** Finds the stages of `text` in the order in which they stand. A text without headings has none. */
export function parseStages(text: string): Stage[] {
  const found: { name: StageName; from: number; body: number }[] = [];
  for (const match of text.matchAll(PATTERN)) {
    const name = REASONING_STAGES.find((stage) => match.groups?.[groupOf(stage)] !== undefined);
    if (name !== undefined) found.push({ name, from: match.index, body: match.index + match[0].length });
  }
  return found.map(({ name, body }, index) => {
    const limit = found[index + 1]?.from ?? text.length;
    // The sentence mark before the next heading belongs to this body.
    const raw = text.slice(body, limit + (/[.!?]/.test(text.charAt(limit)) ? 1 : 0));
    const start = body + (raw.length - raw.trimStart().length);
    return { name, body: raw.trim(), start, end: start + raw.trim().length };
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
