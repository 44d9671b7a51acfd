/** What the words behind a mention make of it: a denial, an open end, a statement about its kind in general. */
import type { Sentence } from './sentences';

const DENIED_AFTER =
  /^\s*(?:artefacts?\s+|artifacts?\s+|signs?\s+|cues?\s+|traces?\s+|attempts?\s+|attacks?\s+|face\s+|person\s+)?(?:of\s+(?:the|this|his|her)\s+[a-z]+\s+)?(?:(?:is|are|was|were|seems?|appears?|looks?|remains?|can\s+be|could\s+be|has\s+been|have\s+been)\s+)(?:clearly\s+|entirely\s+|completely\s+|very\s+|highly\s+)?(?:(?:absent|missing|lacking|nowhere)\b(?!\s+(?:the|any|a|its)\b)|ruled\s+out|excluded|dismissed|rejected|unlikely|improbable|impossible|doubtful|questionable|wrong|false|mistaken|incorrect|untrue|untenable|unfounded|refuted|deceptive|misleading|illusory|an\s+illusion|out\s+of\s+the\s+question|not\s+(?:be\s+)?(?:visible|seen|present|found|detected|observed|evident|apparent|there|the\s+case|likely|supported|indicated|noticeable|plausible|convincing))|^\s*not\s+(?:detected|confirmed|found|present|established|verified|supported|seen|observed)\b|^\s*(?:does\s+not|doesn't|did\s+not|cannot|can't)\s+(?:hold|stand)(?:\s+up)?\s*(?:[.,;:!]|$)/;
/** "makes a print or a replay implausible": no verb between the mention and its denial. */
const IMPLAUSIBLE_AFTER =
  /^(?:\s+or\s+(?:an?\s+)?[a-z]+)?(?:\s+(?:attack|face|person))?\s+(?:implausible|unlikely|improbable|impossible)\b/;
const OPEN_AFTER =
  /^\s*\w*\s*(?:cannot|can't|can\s+not|could\s+not)\s+be\s+(?:\w+\s+)?(?:ruled\s+out|excluded|confirmed|dismissed|denied|rejected)|^\s*(?:is|remains)\s+(?:possible|open|unclear|uncertain)/;
const GENERIC_AFTER =
  /^(?:\s+[a-z]+)?\s+(?:never|seldom|rarely|would|should|could|might|may|can(?:not)?|often|usually|typically|tends?|generally|always|normally)\b/;
const ANSWER_AFTER = /^\s*[:=-]\s*(?<answer>no|false|yes|true)\b/;

export type After = 'denied' | 'open' | 'generic' | 'affirmed' | null;

/** Characters behind a mention that can speak of it. */
const REACH = 200;

const CHANCE_BEFORE = /\b(?:probability|likelihood|chances?|odds|risk|possibility)\b[^.;:]{0,40}$/;
const LOW_AFTER =
  /^[^.,;:]{0,30}?\b(?:is|are|seems?|appears?|remains?)\s+(?:very\s+|extremely\s+|quite\s+|rather\s+|too\s+)?(?:low|slim|negligible|remote|minimal|small|tiny|close\s+to\s+zero)\b/;

/** What the words of the sentence make of a mention between `start` and `end`, from there on. */
export function scopeAfter({ text }: Sentence, start: number, end: number): After {
  const rest = text.slice(end, end + REACH);
  if (LOW_AFTER.test(rest) && CHANCE_BEFORE.test(text.slice(Math.max(0, start - REACH), start))) return 'denied';
  const answer = ANSWER_AFTER.exec(rest)?.groups?.['answer'];
  if (answer !== undefined) return answer === 'no' || answer === 'false' ? 'denied' : 'affirmed';
  if (OPEN_AFTER.test(rest)) return 'open';
  if (DENIED_AFTER.test(rest) || IMPLAUSIBLE_AFTER.test(rest)) return 'denied';
  if (GENERIC_AFTER.test(rest)) return 'generic';
  return null;
}

const ELSEWHERE =
  /^\s+(?:hangs?\s+|is\s+hanging\s+)?(?:on|at|against|across)\s+(?:an?|the|his|her|their)\s+(?:\w+\s+)?(?:shirt|t-shirt|sweater|jacket|bag|walls?|table|desk|shelf|door|lap|background)\b/;

/** "The print on his shirt": what the words from `end` on place is a thing in the scene, not the face. */
export function isElsewhere({ text }: Sentence, end: number): boolean {
  return ELSEWHERE.test(text.slice(end, end + REACH));
}
