/**
 * The words that state a class. Only those count: texture words (moire, flat, natural) describe evidence and decide
 * nothing by themselves. Everything is lower case.
 */
import type { Label } from '../../protocol';

export interface Cue {
  meaning: Label;
  /**
   * `class`: says live or spoof as such. `kind`: names one kind of attack, so its negation ("not a print") leaves the
   * other kinds open and weighs less. `sign`: speaks of evidence of a class ("signs of liveness").
   */
  level: 'class' | 'kind' | 'sign';
  /** An adjective (`real`, `live`) must qualify the face or person, or stand as a predicate. */
  adjective?: 'strict' | 'loose';
  pattern: RegExp;
}

const DET = '(?:(?:an?|the|some|another|its|his|her|their|this|one)\\s+)?';
const ADJ = '(?:[a-z-]+\\s+){0,2}?';
const SCREEN = '(?:screens?|displays?|monitors?|tablets?|ipad|laptop|(?:smart)?phones?|television|tv)';
const PICTURE = '(?:photo(?:graph)?s?|pictures?|images?|portraits?|snapshots?)';
const SOMEBODY = '(?:persons?|humans?|human\\s+being|people|man|woman|somebody|someone|subject)';
const LIKENESS = '(?:photo(?:graph)?|picture|image|portrait|poster|likeness|copy|figure|video|recording|object)';
const OF_WHOM = `(?:\\s+of\\s+${DET}(?:${SOMEBODY}|face|him|her|one))?`;
const AGAINST = '(?:rather\\s+than|instead\\s+of|(?:and\\s+)?not)';
const word = (source: string): RegExp => new RegExp(`(?<![\\w-])(?:${source})(?![\\w-])`, 'g');

/** Longest match wins where two overlap. */
export const CUES: readonly Cue[] = [
  // Spoof, as such.
  {
    meaning: 'spoof',
    level: 'class',
    pattern: word('(?:face\\s+)?(?:presentation|spoof(?:ing)?)[ -]attacks?|attack(?:s|er)?'),
  },
  {
    meaning: 'spoof',
    level: 'class',
    pattern: word(
      'spoof(?:s|ed|ing)?|fak(?:e|es|ed|ery)|counterfeit|forged|forgery|impost[eo]r|fraud(?:ulent)?|sham|bogus',
    ),
  },
  {
    meaning: 'spoof',
    level: 'class',
    pattern: word('non[- ]?(?:live|genuine|real|authentic)|not-live|inauthentic|ungenuine|unreal'),
  },
  {
    meaning: 'spoof',
    level: 'class',
    pattern: word(
      `(?:manipulated|tampered|artificial|synthetic|reproduced|second-hand)\\s+(?:face|${PICTURE}|presentation|reproduction)`,
    ),
  },
  {
    meaning: 'spoof',
    level: 'class',
    pattern: word('reproductions?|re-?captur(?:e|es|ed|ing)|re-?photographed|photographed\\s+again|rebroadcast'),
  },
  {
    meaning: 'spoof',
    level: 'class',
    pattern: word(
      `facsimiles?|tampered\\s+with|second-generation\\s+(?:${PICTURE}|cop(?:y|ies))|(?:flat|mere)\\s+(?:cop(?:y|ies)|likeness)|cop(?:y|ies)\\s+of\\s+(?:an?|the|his|her|some(?:one|body)'s)\\s+(?:face|person|user)`,
    ),
  },
  // Something between the face and the camera, or in somebody's hands before it.
  {
    meaning: 'spoof',
    level: 'class',
    pattern: word(
      `(?:pasted|glued|taped|stuck|fixed|placed)\\s+(?:over|on|onto|to|in\\s+front\\s+of)\\s+${DET}${ADJ}(?:face|${SOMEBODY})|(?:holds|holding)\\s+up\\s+${DET}${ADJ}(?:${SCREEN}|${PICTURE}|prints?|sheets?|masks?)|(?:holds|holding)\\s+${DET}${ADJ}(?:${SCREEN}|${PICTURE}|prints?|sheets?)\\s+(?:that|which|showing|displaying|of)`,
    ),
  },
  { meaning: 'spoof', level: 'class', pattern: word('(?:face|person|subject|it)\\s+is\\s+(?:clearly\\s+)?artificial') },
  // What is made to deceive is no honest presentation.
  {
    meaning: 'spoof',
    level: 'class',
    pattern: word(
      '(?:made|meant|intended|designed|built|used|tries|try|trying|attempts?|attempting)\\s+to\\s+(?:deceive|fool|trick|cheat|mislead)',
    ),
  },
  // A picture set against a person, and the reverse below: only the contrast makes a claim of either.
  { meaning: 'spoof', level: 'class', pattern: word(`${LIKENESS}${OF_WHOM},?\\s+${AGAINST}\\s+${DET}${SOMEBODY}`) },
  {
    meaning: 'spoof',
    level: 'class',
    pattern: word(`not\\s+${DET}${SOMEBODY},?\\s+but\\s+(?:only\\s+|merely\\s+|just\\s+)?${DET}${LIKENESS}`),
  },
  {
    meaning: 'spoof',
    level: 'class',
    pattern: word(`${SOMEBODY}\\s+is\\s+not\\s+(?:really\\s+|actually\\s+)?(?:there|here|present)`),
  },
  // Spoof, by kind.
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(
      `(?:print(?:ed)?|photo|paper|replay(?:ed)?|video|screen|display|mask|cut)[ -](?:photo[ -]|replay[ -])?attacks?`,
    ),
  },
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(
      `printed(?:[ -]out)?(?:\\s+(?:colou?r|paper|glossy|flat|still))*\\s+(?:${PICTURE}|pages?|papers?|cop(?:y|ies)|faces?|sheets?)`,
    ),
  },
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(
      `(?:paper|photo(?:graphic)?|inkjet|laser)\\s+prints?|print-?outs?|prints?|printed|hard\\s+cop(?:y|ies)|paper\\s+(?:photo|copy|cut-?out)|photocop(?:y|ies)|cut-?outs?`,
    ),
  },
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(
      `(?:(?:screen|video|digital|display|monitor|phone|tablet)[ -])?replay(?:s|ed|ing)?|play(?:ed|ing)\\s+back|playback`,
    ),
  },
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(
      `(?:displayed|shown|presented|played|held|seen|viewed|photographed|filmed|appearing|reproduced)\\s+(?:up\\s+)?(?:on|by|from|off|through|via)\\s+${DET}${ADJ}(?:${SCREEN}|devices?|paper|sheet|poster|print|${PICTURE})`,
    ),
  },
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(
      `(?:on|off|from|of)\\s+(?:an?|the|another|some)\\s+${ADJ}(?:screens?|displays?|monitors?|tablets?|ipad|sheet\\s+of\\s+paper|poster)`,
    ),
  },
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(`on\\s+(?:glossy\\s+|matte?\\s+|plain\\s+|flat\\s+)?paper|on\\s+screen`),
  },
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(
      `(?:${PICTURE}|recordings?|videos?|cop(?:y|ies))\\s+of\\s+${DET}${ADJ}(?:${PICTURE}|prints?|${SCREEN}|videos?|recordings?)`,
    ),
  },
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(
      `(?:screen|display|monitor|tablet|phone)\\s+(?:recordings?|${PICTURE}|captures?|videos?)|(?:displayed|replayed|projected|recorded|flat|still)\\s+(?:${PICTURE}|videos?|faces?)|recordings?\\s+of`,
    ),
  },
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(
      '(?:(?:silicone|paper|plastic|latex|rigid|3d|printed|transparent)\\s+)?masks?|mannequins?|dummy|doll',
    ),
  },
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(
      `posters?|cut\\s+(?:photos?|pictures?)|cut\\s+out\\s+(?:of|from)\\s+${DET}${ADJ}(?:${PICTURE}|paper|sheet|page|magazine|poster)|(?:captured|copied|taken|filmed)\\s+(?:from|off)\\s+another\\s+(?:${PICTURE}|videos?|recordings?)`,
    ),
  },
  // A device that shows something, a sheet that is held to the lens.
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(`${SCREEN}\\s+(?:is\\s+)?(?:plays?|playing|shows?|showing|displays?|displaying|replays?|replaying)`),
  },
  {
    meaning: 'spoof',
    level: 'kind',
    pattern: word(
      `(?:sheet|page|card|cardboard|likeness|${PICTURE})(?:\\s+[a-z]+){0,6}?\\s+held\\s+(?:up|before|in\\s+front|to(?:wards?)?)|(?:hold|holds|holding)\\s+${DET}(?:sheet|page|card|likeness|${PICTURE})\\s+(?:up\\s+)?(?:to|before|in\\s+front)`,
    ),
  },
  {
    meaning: 'spoof',
    level: 'sign',
    pattern: word('spoof-like|fake-looking|lifeless(?:ness)?|spoof-related|print-like|screen-like'),
  },
  // Live.
  {
    meaning: 'live',
    level: 'class',
    adjective: 'loose',
    pattern: word('live(?![- ]?stream)|genuine|bona[ -]?fide|living(?!\\s+room)|alive'),
  },
  {
    meaning: 'live',
    level: 'class',
    adjective: 'strict',
    pattern: word('real(?![- ](?:time|world))|real-life|authentic|legitimate|actual|true|flesh[- ]and[- ]blood'),
  },
  {
    meaning: 'live',
    level: 'class',
    pattern: word(
      'un-?spoofed|non[- ]?spoof(?:ed)?|non[- ]?attack|spoof-free|attack-free|physically\\s+(?:present|there|here|in\\s+the\\s+room)|in\\s+the\\s+flesh|in\\s+person',
    ),
  },
  {
    meaning: 'live',
    level: 'class',
    pattern: word(
      `(?:first-?hand|direct)\\s+(?:capture|recording)|(?:filmed|captured|recorded|photographed)\\s+directly|${SOMEBODY}\\s+is\\s+(?:really\\s+|actually\\s+)?(?:there|here)`,
    ),
  },
  {
    meaning: 'live',
    level: 'class',
    pattern: word(`${SOMEBODY}(?:\\s+(?:him|her)self)?,?\\s+${AGAINST}\\s+${DET}${ADJ}${LIKENESS}`),
  },
  { meaning: 'live', level: 'sign', pattern: word('liveness|aliveness|genuineness|authenticity|signs?\\s+of\\s+life') },
];

/** Words near a cue that take it out of the text's claims altogether. */
export const NOT_A_CLAIM = word(
  '(?:hard|difficult|impossible)\\s+to\\s+(?:fake|spoof|forge|counterfeit)|anti[- ]?spoof(?:ing)?|(?:spoof(?:ing)?|liveness|attack|face|print|replay|fake)\\s+(?:detect(?:ion|or)|check|test)(?:\\s+(?:system|task|model))?|true\\s+(?:colou?rs?|to)',
);
