/** A generated set, as it is asked for and as it comes. */
import type { CaptionStyle } from '../../../protocol';
import type { Attack, Facts } from '../types';

/** Four domains to train and test on, and one of attacks that training never sees. Not the real sets, and named so. */
export const DOMAINS = ['synthetic-M', 'synthetic-C', 'synthetic-I', 'synthetic-O', 'synthetic-W'] as const;
export type DomainName = (typeof DOMAINS)[number];

export interface SetRequest {
  domain: DomainName;
  /** Persons; each has `liveClips` live clips and `attackClips` of every attack. Subjects of a domain never occur in another. */
  subjects: number;
  liveClips: number;
  attackClips: number;
  /** Which attacks; each domain offers some (`domainOf(name).attacks`). May be empty. */
  attacks: readonly Attack[];
  /** Caption styles to write; may be empty for a set without captions. */
  styles: readonly CaptionStyle[];
  /** 0 .. 2^31 - 1. The same request and seed give the same bytes on every machine. */
  seed: number;
}

/** One of the two frames of a clip. */
export interface SetFrame {
  /** `synthetic-M/live/M01_1`: set, folder and clip, without extension. */
  clip: string;
  role: 'early' | 'middle';
  /** Seconds into the clip. */
  seconds: number;
  subject: string;
  width: number;
  height: number;
  /** sRGB bytes [height, width, 4], opaque. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
  facts: Facts;
  captions: Partial<Record<CaptionStyle, string>>;
}
