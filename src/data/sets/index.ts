/**
 * Recognition of public face anti-spoofing sets from names alone: MSU-MFSD, CASIA-FASD, Replay-Attack, OULU-NPU,
 * SiW-Mv2, and their repacks. Pure: runs in the page, in workers and in Node, and opens no file.
 *
 *   const texts = new Map<string, string>();  // normalised path -> text, where isList(path) and holdsList(path, text)
 *   const surveyed = survey(paths, { fallbackSet: 'My files', lists: texts });
 *   surveyed.files.get(path)       // SurveyedFile: what `recognise` gives, and faceSet, part, conditions, originalDir,
 *                                  // turn (180 for clips that stand on their heads), frame (number of a cut still)
 *   surveyed.passedOver.get(path)  // a clause that says why the file is left out
 *   surveyed.sets                  // per set: counts by part, label and attack; root, how sure, sentences
 *   surveyed.notes                 // all sentences for the user
 *
 * Paths in both maps are normalised (`normalise` of ../paths). Every path that is given is in exactly one of them, but
 * for clutter (`isClutter`). What no grammar reads is in `files` as `recognise` reads it, whatever its extension: the
 * importer looks at its first bytes.
 *
 * Sets are found in this order: folders of a set's own layout or name; names of files that only one set can have; words
 * such as `live` and `spoof`; tables, which the importer reads afterwards and whose word goes before all of these.
 * A set's folder may lie anywhere, be named anything, be there in part, twice, or not at all (loose files).
 *
 * Subjects are `msu-002`, `casia-21`, `replay-009`, `oulu-55`: unique over sets, and the same in two copies of one set.
 * Videos are unique inside a set and the same for a video and stills cut from it; `chooseStills`
 * of ../stills says which of these are taken.
 * `originalDir` is the video's name in the paper's caption set. It is absent for CASIA-FASD's test part, whose users have
 * the numbers of train users, for attacks of Replay-Attack without `fixed` or `hand`, and for SiW-Mv2.
 *
 * A survey never fails: what is odd gives a sentence.
 */
export { GRAMMARS, grammarOf } from './grammars';
export { MAX_LIST_BYTES, holdsList, isList } from './lists';
export { survey, type Survey, type SurveyOptions } from './survey';
export type { Grammar, SurveyedFile, SurveyedSet } from './types';
