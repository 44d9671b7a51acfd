/** What a grammar reads from a name, and what a survey says of a file and of a set. */
import type { FaceSet, Label, OfficialPart } from '../../protocol';
import type { Recognised } from '../recognise';

/** A file of a survey. The fields that `Recognised` lacks are there only where a public set was recognised. */
export interface SurveyedFile extends Recognised {
  faceSet?: FaceSet;
  /** Absent where neither the name nor a folder nor a list says. */
  part?: OfficialPart;
  conditions?: Record<string, string>;
  /** The video's name in the paper's caption set; absent where that cannot hold the video (see each grammar). */
  originalDir?: string;
  /**
   * Degrees by which the recorded pictures are known to be turned. Of video files only: who cut stills from them may
   * have turned them. A decoder obeys it where the container itself says nothing of a rotation.
   */
  turn?: 180;
  /** Of a still that was cut from a video: its number among that video's stills, as the name has it. */
  frame?: number;
}

/** One set of a survey: a public one, or what the generic words make of the rest. */
export interface SurveyedSet {
  name: string;
  faceSet: FaceSet | null;
  /** Path of the folder that holds it; '' for the top. */
  root: string;
  /** What it was recognised by: its folders and its names, its names alone, or generic words. */
  by: 'folders' | 'names' | 'words';
  /** Pictures and videos that are imported. */
  files: number;
  /** Distinct videos; stills of one video count once. */
  videos: number;
  /** Distinct videos by part and label; `none` where neither is known. */
  parts: Record<OfficialPart | 'none', Record<Label | 'none', number>>;
  /** Distinct videos by attack. */
  attacks: Record<string, number>;
  /** Sentences about this set. */
  notes: string[];
}

/** How a public set writes its names. Grammars read names in any case. */
export interface Grammar {
  faceSet: FaceSet;
  /** As its makers write it. */
  title: string;
  /** A folder's name that speaks of this set. */
  hint: RegExp;
  /** True for a folder of the set's own layout, which is not the folder that holds the set. Lower case. */
  layout(folder: string): boolean;
  /**
   * @param name     of a video without its extension, or of a folder of stills
   * @param folders  around it, from the top
   * @param still    the name is of a picture or of a folder of pictures
   */
  read(name: string, folders: readonly string[], still: boolean): Reading | null;
  /** Whether names that could be anyone's are believed; see `Reading.sure`. */
  believes(unsure: Unsure): boolean;
  /** Reads what the part decides; null: the part decides nothing. */
  settle: ((reading: Reading, part: OfficialPart | undefined, users: Users) => Settled) | null;
  /** Videos of the whole set, by part; SiW-Mv2 has none. */
  full: Partial<Record<OfficialPart | 'none', Record<Label, number>>>;
  /** Files beside the videos that are neither picture nor video, by extension: what they are. */
  companions: Record<string, string>;
}

export interface Reading {
  /** Unique inside the set, or inside its part where `settle` says so. */
  video: string;
  label: Label;
  attack: string | null;
  subject: string | null;
  /** What the name itself says; it goes before a folder's word. */
  part?: OfficialPart;
  conditions: Record<string, string>;
  originalDir?: string;
  upsideDown?: true;
  frame?: number;
  /** The name can only be of this set. Other names are believed in company only. */
  sure: boolean;
  /** Folders that belong to the name: CASIA-FASD's user. */
  consumed?: number;
  /** A user's number that restarts in each part. */
  user?: number;
  /** The file is not for import: why, as a clause. */
  passedOver?: string;
}

/** Readings of one set that are not sure, where none is. */
export interface Unsure {
  videos: ReadonlySet<string>;
  /** Some are video files, not stills. */
  files: boolean;
}

/** User numbers seen. */
export interface Users {
  /** Where no folder names a part. */
  highest: number;
  /** Under a folder of the test part. */
  highestInTest: number;
}

export type Settled = Pick<Reading, 'video' | 'subject'> & { part?: OfficialPart; originalDir?: string };
