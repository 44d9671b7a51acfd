/**
 * What can be generated and how much of it a request asks for, for the page. Only the generator's descriptions come
 * along; what draws faces stays in the frames thread.
 */
import { domainOf } from '../data/synthetic/sets/domains';
import { FRAMES_OF_A_CLIP, SET_LIMITS, checkRequest, countFrames } from '../data/synthetic/sets/request';
import { DOMAINS, type SetRequest } from '../data/synthetic/sets/types';
import { ImportError, type GenerateRequest } from '../protocol';

export { SET_LIMITS };

export interface GeneratedSet {
  name: string;
  /** One sentence: what it imitates and in what it differs. */
  about: string;
  attacks: readonly string[];
}

/** The sets that can be generated, in the order of the page. */
export const GENERATED_SETS: readonly GeneratedSet[] = DOMAINS.map((name) => {
  const { about, attacks } = domainOf(name);
  return { name, about, attacks };
});

/** The set's description; undefined for a name that is none. */
export const generatedSet = (name: string): GeneratedSet | undefined => GENERATED_SETS.find((set) => set.name === name);

/** What the form starts with: enough to train on in minutes, every attack of the domain, as many live as spoof clips. */
export function requestFor(domain: string): GenerateRequest {
  const attacks = generatedSet(domain)?.attacks ?? [];
  const styles = ['vanilla', 'reasoning'] as const;
  return { domain, subjects: 12, liveClips: 2, attackClips: 1, attacks, styles, seed: 0 };
}

/** @throws ImportError that says what is wrong with the request and what would be right. */
export function checkGenerate(request: GenerateRequest): void {
  checkRequest(request as SetRequest);
}

/** What is wrong with the request, as a sentence or two; null when nothing is. */
export function requestProblem(request: GenerateRequest): string | null {
  try {
    checkGenerate(request);
    return null;
  } catch (error) {
    if (error instanceof ImportError) return `${error.why} ${error.remedy}`.trim();
    throw error;
  }
}

/** Frames that the request makes. */
export function framesOf(request: GenerateRequest): { all: number; live: number; spoof: number } {
  const all = countFrames(request as SetRequest);
  const live = FRAMES_OF_A_CLIP * request.subjects * request.liveClips;
  return { all, live, spoof: all - live };
}

/** Stored bytes a pixel: PNG of a noisy picture, and the thumbnail. Measured over all domains. */
const BYTES_A_PIXEL = 2.6;
/** Drawing, encoding and storing, microseconds a pixel on one core: drawing alone takes 2.1 to 2.8 (docs/performance.md). */
const MICROSECONDS_A_PIXEL = 3;

/** About what a request that can be met costs. */
export function estimate(request: GenerateRequest): { bytes: number; seconds: number } {
  const { edge } = domainOf((request as SetRequest).domain).camera;
  const pixels = framesOf(request).all * edge * edge;
  return { bytes: pixels * BYTES_A_PIXEL, seconds: pixels * MICROSECONDS_A_PIXEL * 1e-6 };
}
