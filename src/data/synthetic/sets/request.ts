/** What may be asked for, and how much that is. */
import { ImportError } from '../../../protocol';
import { domainOf } from './domains';
import { DOMAINS, type DomainName, type SetRequest } from './types';

/** Enough for every use of a generated set; above them a page would run out of storage or of its user's patience. */
export const SET_LIMITS = {
  subjects: 500,
  /** Clips of a person and kind. */
  clips: 20,
  /** Frames of a set. */
  frames: 20000,
  seed: 2147483647,
} as const;

/** Frames kept of a clip: early and middle, as of a video. */
export const FRAMES_OF_A_CLIP = 2;

/** Frames that `makeSet` yields for the request. */
export function countFrames({ subjects, liveClips, attackClips, attacks }: SetRequest): number {
  return FRAMES_OF_A_CLIP * subjects * (liveClips + attackClips * attacks.length);
}

/**
 * @throws ImportError that says what is wrong with the request and what would be right; nothing is made of a request
 * that is only nearly right.
 */
export function checkRequest(request: SetRequest): void {
  const { domain, subjects, liveClips, attackClips, attacks, styles, seed } = request;
  if (!(DOMAINS as readonly string[]).includes(domain)) {
    refuse(null, `There is no generated set named ${quote(domain)}.`, `Choose one of ${DOMAINS.join(', ')}.`);
  }
  whole(domain, 'The number of persons', subjects, 1, SET_LIMITS.subjects);
  whole(domain, 'The number of live clips a person', liveClips, 0, SET_LIMITS.clips);
  whole(domain, 'The number of clips a person and attack', attackClips, 0, SET_LIMITS.clips);
  whole(domain, 'The seed', seed, 0, SET_LIMITS.seed);
  const offered = domainOf(domain).attacks;
  attacks.forEach((attack, index) => {
    if (!offered.includes(attack)) {
      refuse(domain, `This set has no attack ${quote(attack)}.`, `It offers ${offered.join(', ')}.`);
    }
    if (attacks.indexOf(attack) !== index) {
      refuse(domain, `The attack ${quote(attack)} is asked for twice.`, 'Name every attack once.');
    }
  });
  (styles as readonly unknown[]).forEach((style, index) => {
    if (style !== 'vanilla' && style !== 'reasoning') {
      refuse(domain, `There is no caption style ${quote(style)}.`, 'Choose vanilla, reasoning, both or none.');
    }
    if ((styles as readonly unknown[]).indexOf(style) !== index) {
      refuse(domain, `The caption style ${quote(style)} is asked for twice.`, 'Name every style once.');
    }
  });
  const frames = countFrames(request);
  if (frames === 0) {
    refuse(
      domain,
      'The request asks for no clip at all.',
      'Ask for at least one live clip, or for at least one attack with one clip.',
    );
  }
  if (frames > SET_LIMITS.frames) {
    refuse(
      domain,
      `The request asks for ${frames} frames, and ${SET_LIMITS.frames} is the limit.`,
      'Ask for fewer persons, attacks or clips.',
    );
  }
}

function whole(domain: DomainName, what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  refuse(domain, `${what} is ${String(value)}.`, `It must be a whole number from ${least} to ${most}.`);
}

function refuse(file: DomainName | null, cause: string, remedy: string): never {
  throw new ImportError({ cause, remedy, file });
}

const quote = (value: unknown): string => `'${String(value)}'`;
