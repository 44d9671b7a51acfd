/** Sample rows from what names, tables and decoders say, and remarks on them. */
import type { FrameRole, SampleRow, SetSummary } from '../protocol';
import type { FileFacts } from './annotations';
import type { StoredFrame } from './frame';
import type { Recognised } from './recognise';

/** What the names of a public set say beyond those of any folder; absent otherwise. */
type SetField = (typeof SET_FIELDS)[number];
const SET_FIELDS = ['faceSet', 'part', 'conditions', 'originalDir'] as const;

/** What is known of a file before it is decoded. */
export type Known = Pick<SampleRow, 'set' | 'file' | 'video' | 'label' | 'attack' | 'subject' | SetField> & {
  /** Of the generator that drew it. */
  seed?: number;
  captions: FileFacts['captions'];
  /** Absent for a generated frame, whose captions have no source but the generator. */
  sources?: FileFacts['sources'];
  /** Table and name give different labels: the table was believed. */
  overruled: boolean;
};

/** A table's word goes before the name's. */
export function combine(name: Recognised & Pick<SampleRow, SetField>, facts: FileFacts | undefined): Known {
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
    ...setFields(name),
    captions: facts?.captions ?? {},
    sources: facts?.sources ?? {},
    overruled: facts?.table != null && name.label !== null && !sameSide,
  };
}

/** The fields that are there. */
function setFields(from: Pick<SampleRow, SetField>): Pick<SampleRow, SetField> {
  return Object.fromEntries(SET_FIELDS.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]));
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

/** The row of one stored frame; `frame` is the path that it is stored at. */
export async function sampleRow(
  known: Known,
  role: FrameRole,
  seconds: number,
  stored: StoredFrame & Pick<SampleRow, 'face'>,
): Promise<SampleRow> {
  const id = await sampleId(known.set, known.file, role, known.seed);
  const captionSources = { ...known.sources?.all, ...known.sources?.[role] };
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
    ...setFields(known),
    captions: { ...known.captions.all, ...known.captions[role] },
    width: stored.width,
    height: stored.height,
    frame: `frames/${id}.png`,
    thumbnail: stored.thumbnail,
    ...(Object.keys(captionSources).length === 0 ? {} : { captionSources }),
    ...(known.seed === undefined ? {} : { seed: known.seed }),
    ...(stored.face === undefined ? {} : { face: stored.face }),
  };
}

/** Sentences about the samples as a whole. */
export function remarks(samples: readonly SampleRow[], sets: readonly SetSummary[]): string[] {
  const notes: string[] = [];
  const labelled = samples.filter(({ label }) => label !== null);
  const mute = labelled.filter(({ captions }) => Object.keys(captions).length === 0).length;
  if (mute > 0) {
    notes.push(
      `${mute} of ${labelled.length} labelled samples ${mute === 1 ? 'has' : 'have'} no caption: ${mute === 1 ? 'it trains' : 'they train'} the live/spoof head only.`,
    );
  }
  for (const { name, samples: total, unlabelled } of sets) {
    if (unlabelled === 0) continue;
    const who =
      unlabelled === total
        ? `No sample of the set ${name} has a label`
        : `${unlabelled} of ${total} samples of the set ${name} have no label`;
    notes.push(`${who}: such samples can be inspected, but not trained or evaluated on.`);
  }
  return notes;
}
