/** What the folders around a file say, and how stills are named after the video that they were cut from. */
import type { Label, OfficialPart } from '../../protocol';
import { wordsOf } from '../paths';
import { labelOfWords } from '../recognise';

const PARTS = new Map<string, OfficialPart>([
  ['train', 'train'],
  ['training', 'train'],
  ['dev', 'development'],
  ['devel', 'development'],
  ['development', 'development'],
  ['val', 'development'],
  ['valid', 'development'],
  ['validation', 'development'],
  ['test', 'test'],
  ['testing', 'test'],
]);

/** `Train_files`, `test_release`, `replayattack-devel`. Undefined where a name says none, or two. */
export function partOf(folder: string): OfficialPart | undefined {
  const said = new Set(wordsOf(folder).map((word) => PARTS.get(word)));
  said.delete(undefined);
  return said.size === 1 ? [...said][0] : undefined;
}

/** `real`, `attack`, `attk`, `live`, `Spoof`; null where a folder says nothing. */
export function labelOf(folder: string): Label | null {
  return labelOfWords(wordsOf(folder))?.label ?? null;
}

const LAYOUT =
  /^(?:(?:train(?:ing)?|dev(?:el(?:opment)?)?|val(?:id(?:ation)?)?|test(?:ing)?)(?:[ _-]?(?:release|files?|set|data|images?|frames?|videos?))?|real|live|bona[ _-]?fide|genuine|attacks?|attk|spoofs?|fakes?|videos?|frames?|faces?|crops?|cropped|images?|imgs?|pre(?:po|pro)cess(?:ed)?|preposess)$/;

/** Folders that any set may have between its own folder and its files. `folder` in lower case. */
export function commonLayout(folder: string): boolean {
  return LAYOUT.test(folder);
}

/** `oulu_train_live_1_1_01_1`: part, label and the video's own name. The first word is often another set's. */
const PREFIXED = /^[a-z]+_(train|dev|devel|test)_(live|spoof)_(.+)$/i;

export function unprefixed(name: string): { part: OfficialPart; label: Label; name: string } | null {
  const match = PREFIXED.exec(name);
  if (match === null) return null;
  return { part: PARTS.get(match[1]!.toLowerCase())!, label: match[2]!.toLowerCase() as Label, name: match[3]! };
}

/** The second form alone has a base, so it is asked after the first. */
const NUMBERED = /^(?:(frame|frm|crop|org|img|image|face|square\d+)[ _-]?)?(\d{1,9})$/i;
const AFTER_BASE = /^(.+?)[ _-](?:(frame|frm|crop|org|img|image|face|square\d+)[ _-]?)?(\d{1,9})$/i;

/** A still's name: what comes before its number, the word that says what it shows, and the number. */
export function stillOf(stem: string): { base: string; kind: string; number: number } | null {
  const pure = NUMBERED.exec(stem);
  if (pure !== null) return { base: '', kind: (pure[1] ?? '').toLowerCase(), number: Number(pure[2]) };
  const match = AFTER_BASE.exec(stem);
  return match === null ? null : { base: match[1]!, kind: (match[2] ?? '').toLowerCase(), number: Number(match[3]) };
}

/** A folder of stills may keep the extension of the video: `1.avi/10.png`. */
export function withoutVideoExtension(folder: string): string {
  return folder.replace(/\.(?:avi|mp4|m4v|mov|mkv|webm)$/i, '');
}
