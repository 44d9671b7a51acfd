/** Sample rows from what names, tables and decoders say. */
import type { FrameRole, Known, SampleRow } from '../protocol';
import type { FileFacts } from './annotations';
import type { StoredFrame } from './frame';
import type { Recognised } from './recognise';

export type { Known };

/** What a file's name says of it, in a public set more than in others. */
export type Named = Recognised &
  Partial<Pick<SampleRow, 'faceSet' | 'part' | 'conditions' | 'originalDir'>> & {
    turn?: 180;
    /** Of a still that was cut from a video: its number among that video's stills. */
    frame?: number;
  };

/** A table's word goes before the name's. */
export function combine(name: Named, facts: FileFacts | undefined): Known {
  const set = facts?.set ?? name.set;
  const label = facts?.label === undefined ? name.label : facts.label;
  const sameSide = name.label === label;
  return {
    set,
    file: name.file,
    video: `${set}/${facts?.video ?? name.video}`,
    label,
    attack: label === 'spoof' ? (facts?.attack ?? (sameSide ? name.attack : null)) : null,
    subject: facts?.subject ?? name.subject,
    captions: facts?.captions ?? {},
    sources: facts?.sources ?? {},
    overruled: facts?.table != null && name.label !== null && !sameSide,
    ...said(name),
    ...(name.turn === undefined ? {} : { turn: name.turn }),
  };
}

/**
 * First 16 hex digits of SHA-256 over set, file and role: the same file imported again has the same id. So has a
 * generated frame under the same seed: under another, one name is another person.
 */
export async function sampleId(set: string, file: string, role: FrameRole, seed?: number): Promise<string> {
  const name = `${set}\0${file}\0${role}${seed === undefined ? '' : `\0seed ${seed}`}`;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name));
  return [...new Uint8Array(digest, 0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The row of one stored frame; `frame` is the path that it is stored at.
 *
 * @param version  of the picture, where others may be made of the same file: it is part of the path, so that no picture
 *   is ever written over one that a stored row still means
 */
export async function sampleRow(
  known: Known,
  role: FrameRole,
  seconds: number,
  stored: StoredFrame & Pick<SampleRow, 'face'>,
  version?: string,
): Promise<SampleRow> {
  const id = await sampleId(known.set, known.file, role, known.seed);
  return {
    id,
    set: known.set,
    file: known.file,
    video: known.video,
    role,
    seconds,
    label: known.label,
    attack: known.attack,
    subject: known.subject,
    ...captionsOf(known, role),
    width: stored.width,
    height: stored.height,
    frame: `frames/${id}${version === undefined ? '' : `-${version}`}.png`,
    thumbnail: stored.thumbnail,
    ...said(known),
    ...(stored.face === undefined ? {} : { face: stored.face }),
  };
}

/** The frame's captions, and their sources where there are any. */
function captionsOf({ captions, sources }: Known, role: FrameRole): Pick<SampleRow, 'captions' | 'captionSources'> {
  const captionSources = { ...sources?.all, ...sources?.[role] };
  const texts = Object.entries({ ...captions.all, ...captions[role] });
  return {
    // Of one that the user cleared there is a source alone.
    captions: Object.fromEntries(texts.filter(([, text]) => text !== '')),
    ...(Object.keys(captionSources).length === 0 ? {} : { captionSources }),
  };
}

/** What is in a row only where it is known. */
function said({
  seed,
  faceSet,
  part,
  conditions,
  originalDir,
}: Partial<Known>): Partial<Pick<SampleRow, 'seed' | 'faceSet' | 'part' | 'conditions' | 'originalDir'>> {
  return {
    ...(seed === undefined ? {} : { seed }),
    ...(faceSet === undefined ? {} : { faceSet }),
    ...(part === undefined ? {} : { part }),
    ...(conditions === undefined ? {} : { conditions }),
    ...(originalDir === undefined ? {} : { originalDir }),
  };
}

/** A stored row as names and tables describe it now: its picture stays. */
export function retold(row: SampleRow, known: Known): SampleRow {
  const { id, role, seconds, width, height, frame, thumbnail, face, recipe } = row;
  const { set, file, video, label, attack, subject } = known;
  const stored = { id, role, seconds, width, height, frame, thumbnail, ...(face === undefined ? {} : { face }) };
  return {
    ...(recipe === undefined ? {} : { recipe }),
    ...{ ...stored, set, file, video, label, attack, subject },
    ...captionsOf(known, role),
    ...said(known),
  };
}

/** True when the two rows of one sample say the same; the picture is not looked at. */
export function sameWords(a: SampleRow, b: SampleRow): boolean {
  const words = (row: SampleRow): string => {
    const told: Partial<SampleRow> = { ...row };
    delete told.thumbnail;
    return JSON.stringify(told, Object.keys(flat(told)).sort());
  };
  return words(a) === words(b);
}

/** Every key at any depth, so that the order in which a row was put together does not count. */
function flat(value: object): Record<string, true> {
  const keys: Record<string, true> = {};
  for (const [key, inner] of Object.entries(value)) {
    keys[key] = true;
    if (typeof inner === 'object' && inner !== null) Object.assign(keys, flat(inner as object));
  }
  return keys;
}
