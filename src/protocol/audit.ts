/** The audit of captions as it crosses threads: what is looked at, and what was found. */
import type { CaptionSource, CaptionStyle, Label } from './samples';

/** What may be wrong with one caption, and in one sentence why that matters. */
export const AUDIT_KINDS = {
  'stage missing': 'A reasoning caption lacks one of the six stages.',
  'stage empty': 'A stage has a heading and says nothing.',
  'stage repeated': 'A stage stands there more than once.',
  'stages out of order': 'The stages are not in the order of the paper.',
  'early verdict': 'The text says live or spoof before its final judgment, so its reasons follow the answer.',
  background: 'A vanilla caption is to be about the face only, and speaks of what is around it.',
  resolution: 'The resolution of the picture is no evidence, and neither style may name it.',
  'eye reflections': 'Reflections in eyes or glasses are no evidence, and neither style may name them.',
  contradiction: 'The text comes to another verdict than the label.',
  undecided: 'The text comes to no verdict, or says both.',
  identical: 'A sample of another video has the same text.',
  'both frames': 'Another frame of its video has the same text, which may be meant: no fault by itself.',
  template: 'A sample of another video has the same text but for the words of label and attack, and for numbers.',
  short: 'It has fewer than five words.',
  long: 'It is likely longer than the longest caption that training takes, and is cut there.',
} as const;
export type AuditKind = keyof typeof AUDIT_KINDS;

export interface AuditCaption {
  sampleId: string;
  set: string;
  /** Frames of one video may share a text; where it is not given each caption is of a video of its own. */
  video?: string;
  style: CaptionStyle;
  label: Label | null;
  text: string;
  source: CaptionSource | null;
}

export interface AuditRequest {
  captions: AuditCaption[];
  /** Words from which on a caption is `long`. */
  longWords: number;
}

/** A place in a caption. Of what is missing, or of the text as a whole, the span is empty. */
export interface CaptionMark {
  kind: AuditKind;
  start: number;
  end: number;
  /** The words there, or what is missing. */
  words: string;
}

export interface AuditFinding {
  sampleId: string;
  style: CaptionStyle;
  marks: CaptionMark[];
}

/** Captions of one set, style and table. */
export interface AuditGroup {
  set: string;
  style: CaptionStyle;
  source: CaptionSource['kind'] | 'unknown';
  /** The table, or the model's name. */
  from: string;
  captions: number;
  /** Captions with at least one mark of the kind. */
  counts: Partial<Record<AuditKind, number>>;
  words: { least: number; median: number; most: number };
}

/** One text, or one sentence, that several captions share. */
export interface Repeated {
  style: CaptionStyle;
  captions: number;
  example: string;
  sampleIds: string[];
}

export interface AuditReport {
  captions: number;
  seconds: number;
  longWords: number;
  counts: Partial<Record<AuditKind, number>>;
  groups: AuditGroup[];
  /** Of every caption that has one. */
  findings: AuditFinding[];
  /** The most common texts without the words of label and attack, the most common first. */
  templates: Repeated[];
  /** The most common whole sentences. */
  sentences: Repeated[];
  /** Runs of five words: how many there are and how many different ones, by style. */
  fiveWords: Partial<Record<CaptionStyle, { all: number; distinct: number }>>;
}
