/**
 * What is wrong with one caption by itself, with the places. Every check is linear in the text: patterns have no nested
 * repetition, and the verdict reader, which is not, sees a bounded part.
 */
import {
  REASONING_STAGES,
  parseStages,
  stagesInOrder,
  type AuditCaption,
  type AuditKind,
  type CaptionMark,
  type CaptionStyle,
  type Stage,
} from '../../protocol';
import { readVerdict } from '../verdict';

/** The verdict is read from the last so many characters: a final judgment stands at the end. */
const MOST_READ = 4000;
const FEWEST_WORDS = 5;

const FORBIDDEN: { kind: AuditKind; styles: readonly CaptionStyle[]; pattern: RegExp }[] = [
  {
    kind: 'background',
    styles: ['vanilla'],
    pattern:
      /\b(?:background|backdrop|surroundings?|scenery|environment|behind (?:the |his |her |their |this )?(?:face|head|person|subject|man|woman|him|her|them))\b/gi,
  },
  {
    kind: 'resolution',
    styles: ['vanilla', 'reasoning'],
    pattern: /\b(?:resolutions?|(?:low|high|hi)-?res|megapixels?|dpi|ppi)\b/gi,
  },
];

const EYES =
  /^(?:eyes?|pupils?|iris(?:es)?|corneas?|corneal|eyeballs?|glass(?:es)?|eyeglass(?:es)?|spectacles|lens(?:es)?|eyewear)$/;
const REFLECTIONS = /^(?:reflect\w*|glare|glint\w*|catch-?lights?|specular\w*|highlights?)$/;
/** Words between an eye and its reflection. */
const NEAR = 4;

/** Marks of one caption, in the order of the text; of its label only where it has one. */
export function checkCaption(
  caption: Pick<AuditCaption, 'text' | 'style' | 'label'>,
  longWords: number,
): CaptionMark[] {
  const { text, style, label } = caption;
  const words = countWords(text);
  const marks = [...forbidden(text, style), ...eyeReflections(text)];
  if (words < FEWEST_WORDS) marks.push(whole('short', words === 1 ? '1 word' : `${words} words`));
  if (words > longWords) marks.push(whole('long', `${words} words`));
  if (style === 'reasoning') {
    const stages = parseStages(text);
    marks.push(...stageMarks(stages), ...earlyVerdicts(text, stages));
  }
  marks.push(...verdictMarks(text, label));
  return marks.sort((a, b) => a.start - b.start);
}

export function countWords(text: string): number {
  let words = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}'\u2019-]*/gu)) if (match[0] !== '') words++;
  return words;
}

function whole(kind: AuditKind, words: string): CaptionMark {
  return { kind, start: 0, end: 0, words };
}

function forbidden(text: string, style: CaptionStyle): CaptionMark[] {
  return FORBIDDEN.filter(({ styles }) => styles.includes(style)).flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)].map(({ index, 0: words }) => ({
      kind,
      start: index,
      end: index + words.length,
      words,
    })),
  );
}

/** An eye and a reflection within a few words of one sentence. */
function eyeReflections(text: string): CaptionMark[] {
  const marks: CaptionMark[] = [];
  // Ends of the last eye and the last reflection, counted in words; a sentence's end puts both out of reach.
  let eye = { at: -Infinity, start: 0 };
  let reflection = { at: -Infinity, start: 0 };
  let at = 0;
  for (const { index, 0: token } of text.matchAll(/[\p{L}\p{N}-]+|[.!?\n]/gu)) {
    if (/^[.!?\n]$/.test(token)) {
      eye = reflection = { at: -Infinity, start: 0 };
      continue;
    }
    at++;
    const word = token.toLowerCase();
    const isEye = EYES.test(word);
    if (!isEye && !REFLECTIONS.test(word)) continue;
    const other = isEye ? reflection : eye;
    if (at - other.at <= NEAR + 1) {
      const end = index + token.length;
      marks.push({ kind: 'eye reflections', start: other.start, end, words: text.slice(other.start, end) });
      eye = reflection = { at: -Infinity, start: 0 };
    } else if (isEye) eye = { at, start: index };
    else reflection = { at, start: index };
  }
  return marks;
}

function stageMarks(stages: readonly Stage[]): CaptionMark[] {
  const marks: CaptionMark[] = [];
  const missing = REASONING_STAGES.filter((name) => !stages.some((stage) => stage.name === name));
  if (missing.length > 0) marks.push(whole('stage missing', missing.join(', ')));
  const seen = new Set<string>();
  for (const { name, body, from, start, end } of stages) {
    if (seen.has(name)) marks.push({ kind: 'stage repeated', start: from, end: start, words: name });
    seen.add(name);
    if (!/[\p{L}\p{N}]/u.test(body)) marks.push({ kind: 'stage empty', start: from, end, words: name });
  }
  if (stagesInOrder(stages) < seen.size) {
    marks.push(
      whole(
        'stages out of order',
        stages
          .map(({ name }) => name)
          .slice(0, 12)
          .join(', '),
      ),
    );
  }
  return marks;
}

/** Statements of a verdict under the headings before the final judgment. */
function earlyVerdicts(text: string, stages: readonly Stage[]): CaptionMark[] {
  const last = stages.findLastIndex(({ name }) => name === 'Final judgment');
  if (last < 0) return [];
  const before = { body: text.slice(0, stages[0]!.from), start: 0 };
  const marks: CaptionMark[] = [];
  let left = MOST_READ;
  for (const { body, start } of [before, ...stages.slice(0, last)]) {
    const part = body.slice(0, left);
    left -= part.length;
    for (const mention of readVerdict(part).mentions) {
      if (mention.strength !== 'claim' || mention.conceded) continue;
      const place = { start: start + mention.start, end: start + mention.end };
      marks.push({ kind: 'early verdict', ...place, words: text.slice(place.start, place.end) });
    }
  }
  return marks;
}

function verdictMarks(text: string, label: AuditCaption['label']): CaptionMark[] {
  const from = Math.max(0, text.length - MOST_READ);
  const { verdict, mentions } = readVerdict(text.slice(from));
  // Where anything is stated and nothing follows, statements contradict each other.
  if (verdict === 'undecided')
    return [whole('undecided', mentions.length > 0 ? 'says both live and spoof' : 'no verdict')];
  if (label === null || verdict === label) return [];
  const place = mentions.findLast(({ meaning }) => meaning === verdict);
  const start = from + (place?.start ?? 0);
  const end = from + (place?.end ?? 0);
  return [{ kind: 'contradiction', start, end, words: `says ${verdict}, labelled ${label}` }];
}
