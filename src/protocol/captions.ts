/** Captions on their way from a table to the samples they belong to. */
import type { CaptionSource, CaptionStyle, FaceSet, FrameRole, Label, Rejection } from './samples';

/** Longest caption accepted, characters. The paper's reasoning captions have a few hundred words. */
export const MAX_CAPTION = 50_000;

/** What a row of a table says its caption is of. */
export type CaptionOf =
  /** A video of a public set, by its name in the paper's caption set, as the table writes it: which frame is not said. */
  | { kind: 'video'; faceSet: FaceSet; originalDir: string; label: Label }
  /** A file, and a frame of it; without a set any that has the file, without a role every frame. */
  | { kind: 'file'; set: string | null; file: string; role: FrameRole | null };

/** One caption of a table that has not found its sample yet. */
export interface CaptionRow {
  /** The table's path. */
  table: string;
  /** 1-based line, entry or row in it. */
  line: number;
  of: CaptionOf;
  style: CaptionStyle;
  text: string;
  /** Of the file, where a table of one's own says it; a video of the public set is found by its label. */
  label?: Label;
  /** As the table names it; null for live, or where it says nothing. */
  attack: string | null;
  source: CaptionSource;
}

/** What caption tables hold. */
export interface CaptionTables {
  rows: CaptionRow[];
  rejected: Rejection[];
  notes: string[];
}
