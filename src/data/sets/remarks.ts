/** Sentences about one public set: what is unusual in this tree, and what the set cannot give. */
import type { OfficialPart } from '../../protocol';
import type { Group, Member } from './groups';
import { counted, examples } from './sentences';
import type { Twins } from './twins';
import type { SurveyedFile } from './types';

/** A file that is kept. */
export interface Seen {
  member: Member;
  file: SurveyedFile;
  partAgainst: OfficialPart | undefined;
}

/**
 * @param members all of the set's files, also those that are left out
 */
export function remarksOn(group: Group, seen: readonly Seen[], members: readonly Member[], twins: Twins): string[] {
  const notes: string[] = [];
  const { faceSet, title } = group.grammar;
  if (group.roots.length > 1) {
    notes.push(`The folders ${group.roots.join(' and ')} hold one part each and became one set.`);
  }
  notes.push(...againstFolders(group, seen), ...leftOut(members));
  const otherPart = distinct(seen.filter(({ partAgainst }) => partAgainst !== undefined));
  if (otherPart.length > 0) {
    notes.push(
      `${counted(otherPart.length, 'video lies', 'videos lie')} in a folder of another part than the persons of ${title} belong to; the persons were believed: ${examples(otherPart)}.`,
    );
  }
  if (twins.twice.length > 0) {
    notes.push(
      `${counted(twins.twice.length, 'video is', 'videos are')} there more than once and taken once: ${examples(twins.twice)}.`,
    );
  }
  if (twins.both.length > 0) {
    notes.push(
      `${counted(twins.both.length, 'video is', 'videos are')} there as a video and as stills, which count as one: ${examples(twins.both)}.`,
    );
  }
  const rotated = seen.filter(({ file }) => file.conditions?.['rotated'] !== undefined);
  if (rotated.length > 0) {
    const clips = distinct(rotated).length;
    const it = clips === 1 ? 'It is' : 'They are';
    const turned = rotated.some(({ file }) => file.turn === undefined)
      ? `Stills cut from ${clips === 1 ? 'it' : 'them'} may stand upside down: look at one.`
      : `${it} turned when decoded, unless the file itself says how it stands.`;
    notes.push(`${counted(clips, 'live clip')} of the android camera stood upside down. ${turned}`);
  }
  if (faceSet === 'siw-mv2') {
    notes.push(
      'The names say nothing of persons (a number is a sequence): a split by subject is impossible, and the same person may be on both sides of a split by video.',
    );
  }
  if (faceSet === 'casia-fasd') notes.push(...casia(seen));
  if (faceSet === 'replay-attack') {
    const loose = distinct(seen.filter(({ file }) => file.label === 'spoof' && file.originalDir === undefined));
    if (loose.length > 0) {
      notes.push(
        `Neither name nor folder of ${counted(loose.length, 'attack')} says fixed or hand: no caption of the caption set can be matched to them, e.g. ${loose[0]!}.`,
      );
    }
  }
  return notes;
}

/** Names were believed where a folder says the other label. */
function againstFolders({ grammar }: Group, seen: readonly Seen[]): string[] {
  const wrong = seen.filter(({ member: { candidate }, file }) => {
    const said = candidate.prefix?.label ?? candidate.place.label;
    return said !== null && said !== file.label;
  });
  if (wrong.length === 0) return [];
  const high = wrong.filter(({ file }) => grammar.faceSet === 'casia-fasd' && /HR_1$/.test(file.video));
  const others = wrong.filter((entry) => !high.includes(entry));
  const notes: string[] = [];
  if (high.length > 0) {
    notes.push(
      `${counted(high.length, 'file')} of HR_1, the live clips of high quality, ${high.length === 1 ? 'lies' : 'lie'} under spoof in this copy of the set; ${high.length === 1 ? 'it was' : 'they were'} read as live: ${examples(high.map(({ file }) => file.file))}.`,
    );
  }
  if (others.length > 0) {
    notes.push(
      `The folders of ${counted(others.length, 'file')} say the other label than the names, and the names were believed: ${examples(others.map(({ file }) => `${file.file} is ${file.label}`))}.`,
    );
  }
  return notes;
}

/** Files that the grammar itself leaves out, by reason. */
function leftOut(members: readonly Member[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { path, candidate } of members) {
    const why = candidate.reading.passedOver;
    if (why === undefined) continue;
    const list = reasons.get(why);
    if (list) list.push(path);
    else reasons.set(why, [path]);
  }
  return [...reasons].map(
    ([why, paths]) => `${counted(paths.length, 'file was', 'files were')} left out: ${why} (${examples(paths, 1)}).`,
  );
}

function casia(seen: readonly Seen[]): string[] {
  const notes: string[] = [];
  if (seen.some(({ file }) => file.part === 'test' && file.subject !== null)) {
    const flat = seen.filter(
      ({ member: { candidate } }) => (candidate.prefix?.part ?? candidate.place.part) === undefined,
    );
    const highest = Math.max(0, ...new Set(flat.map(({ member }) => member.candidate.reading.user ?? 0)));
    if (highest > 30)
      notes.push('Users are numbered from 1 to 50 without a folder for train and test: 1 to 20 were read as train.');
    else if (highest > 20)
      notes.push('No folder says train or test; only test has users beyond 20, so all were read as test.');
    if (flat.length < seen.length) notes.push('User numbers start again in test: user n there is subject 20 + n.');
  }
  const unknown = distinct(seen.filter(({ file }) => file.part === undefined));
  if (unknown.length > 0) {
    notes.push(
      `No folder says whether ${counted(unknown.length, 'video belongs', 'videos belong')} to train or test, whose users have the same numbers: give the folders train_release and test_release if you have both.`,
    );
  }
  return notes;
}

function distinct(seen: readonly Seen[]): string[] {
  return [...new Set(seen.map(({ file }) => file.video))];
}
