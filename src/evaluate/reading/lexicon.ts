/** The words around a statement that decide what it claims. Everything is lower case. */

/** What a live/genuine adjective may qualify to be a statement about the whole. */
export const CLASS_NOUNS = new Set(
  (
    'face faces person persons human humans individual individuals subject subjects man woman people user sample ' +
    'presentation image images capture picture photo photograph frame head being client someone one presence'
  ).split(' '),
);

/** What it may qualify to be a statement about evidence only. */
export const EVIDENCE_NOUNS = new Set(
  (
    'skin texture depth shadow shadows highlight highlights light lighting colour colours color colors tone tones edge edges ' +
    'feature features detail details movement pores surface relief volume shading hair eyes structure contour contours ' +
    'artefact artefacts artifact artifacts sign signs cue cues trace traces pattern patterns indicator indicators evidence ' +
    'clue clues marker markers characteristic characteristics lines dots border borders noise effect effects related ' +
    'appearance quality gradients reflections scene room world'
  ).split(' '),
);

/** `signs of`, `evidence of a ...`: what follows is evidence. */
export const EVIDENCE_OF = new Set(
  (
    'sign signs trace traces evidence indication indications indicator indicators hint hints mark marks artefact artefacts ' +
    'artifact artifacts clue clues symptom symptoms cue cues feature features characteristic characteristics'
  ).split(' '),
);

/** Turn what follows into its opposite. */
export const NEGATORS = new Set(
  'not no never none nothing nobody neither nor without cannot hardly barely scarcely nowhere'.split(' '),
);

/** Verbs, nouns and prepositions that do the same; a plain negator right before them cancels them. */
export const LEXICAL_NEGATOR =
  /^(?:lack(?:s|ed|ing)?|absen(?:ce|t)|unlike|fail(?:s|ed|ing|ure)?|missing|devoid|free|than|exclud(?:es?|ed|ing)|inconsistent|deviat\w*|differ(?:s|ed|ent|ing)?|contradict\w*|atypical|untypical|uncharacteristic|unlikely|impossible|improbable|refut\w*|against|opposed|contrary|contrast|doubt(?:s|ed|ful)?|questionable|avoid(?:s|ing)?|instead|compared|false|wrong|incorrect|mistaken|untrue|rul(?:e|es|ed|ing)|den(?:y|ies|ied|ying)|undermin\w*|far|outweigh(?:s|ing)?|los(?:es?|ing)|incompatible|odds|away|seldom|rarely|little|insufficient|reduc(?:es?|ed|ing)|lower(?:s|ed|ing)?|decreas(?:es?|ed|ing)|diminish(?:es|ed|ing)?|too)$/;

/** Say that something else plays the part of what follows: "imitates a real face" is no real face. */
export const PRETENCE =
  /^(?:imitat\w*|mimic\w*|pretend\w*|simulat\w*|impersonat\w*|posing|poses|pass(?:ing)?|so-called|supposed(?:ly)?|ostensibl[ey]|purported(?:ly)?|alleged(?:ly)?)$/;

/** Make what follows (or precedes) a possibility, which decides nothing. */
export const HEDGES = new Set('may might could possibly perhaps maybe potentially conceivably'.split(' '));

/** A mention after these is asked about, not stated. */
export const OPEN_QUESTION =
  /\b(?:whether|either|unclear|uncertain|inconclusive|ambiguous|undetermined|undecided|unsure|(?:not|n't|cannot|never|hardly|far\s+from)\s+(?:be\s+)?(?:\w+ly\s+)?(?:clear|sure|certain|obvious|decided)|(?:can(?:not|'t|\s+not)|could(?:n't|\s+not)|unable\s+to|impossible\s+to|hard\s+to|difficult\s+to|not\s+possible\s+to|too\s+\w+\s+to)\s+(?:\w+\s+)?(?:tell|say|decide|determine|judge|conclude|distinguish|know|classify)|(?:assess|determine|determining|judge|judging|evaluate|evaluating|verify|verifying|check|checking|assessing)\s+(?:the|its|his|her))\b/g;

/** Begin a sentence or clause whose statement holds against what came before. */
export const TURN = new Set('but however yet nevertheless nonetheless still instead rather'.split(' '));
/** Begin a clause that is granted, not claimed. */
export const CONCESSION = new Set('although though while whereas despite notwithstanding'.split(' '));
/** Mark a first impression. */
export const FIRST_IMPRESSION =
  /\b(?:at\s+first(?:\s+(?:glance|sight|look))?|first\s+impression|initially|seemingly|superficially|made\s+to\s+(?:look|appear|seem))\b/g;
/** Mark a sentence as the conclusion. */
export const CONCLUSION =
  /\b(?:therefore|thus|hence|overall|conclu(?:de|des|ded|ding|sion)|verdict|judge?ment|final(?:ly)?|taken\s+together|altogether|all\s+in\s+all|in\s+sum(?:mary)?|to\s+sum\s+up|consequently|accordingly|classif(?:y|ied)|decision)\b/;
