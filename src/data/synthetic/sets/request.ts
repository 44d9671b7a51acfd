/** What may be asked for, and how much that is. */
import { ImportError, type CaptionStyle } from '../../../protocol';
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

const KEYS: Readonly<Record<keyof SetRequest, true>> = {
  domain: true,
  subjects: true,
  liveClips: true,
  attackClips: true,
  attacks: true,
  styles: true,
  seed: true,
};
const STYLES: readonly string[] = ['vanilla', 'reasoning'] satisfies CaptionStyle[];

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
  const unknown = Object.keys(request).find((key) => !Object.hasOwn(KEYS, key));
  if (unknown !== undefined) {
    refuse(domain, `${quote(unknown)} is no part of a request.`, `Its parts are ${Object.keys(KEYS).join(', ')}.`);
  }
  whole(domain, 'The number of persons', subjects, 1, SET_LIMITS.subjects);
  whole(domain, 'The number of live clips a person', liveClips, 0, SET_LIMITS.clips);
  whole(domain, 'The number of clips a person and attack', attackClips, 0, SET_LIMITS.clips);
  whole(domain, 'The seed', seed, 0, SET_LIMITS.seed);
  const offered = domainOf(domain).attacks;
  list(domain, 'attack', attacks, (attack) => {
    if (!(offered as readonly unknown[]).includes(attack)) {
      refuse(domain, `This set has no attack ${quote(attack)}.`, `It offers ${offered.join(', ')}.`);
    }
  });
  list(domain, 'caption style', styles, (style) => {
    if (!(STYLES as readonly unknown[]).includes(style)) {
      refuse(domain, `There is no caption style ${quote(style)}.`, 'Choose vanilla, reasoning, both or none.');
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

function whole(domain: DomainName, what: string, value: unknown, least: number, most: number): void {
  const number = typeof value === 'number';
  if (number && Number.isInteger(value) && value >= least && value <= most) return;
  // In quotes where it is no number: '3' would look like what is asked for.
  const said = number ? String(value) : quote(value);
  refuse(domain, `${what} is ${said}.`, `It must be a whole number from ${least} to ${most}.`);
}

/** Goes through a list that a script may have written wrongly: no list at all, or something twice. */
function list(domain: DomainName, what: string, values: unknown, check: (value: unknown) => void): void {
  if (!Array.isArray(values)) {
    refuse(domain, `The ${what}s are ${quote(values)}.`, `Give a list of ${what}s, which may be empty.`);
  }
  for (const [index, value] of (values as unknown[]).entries()) {
    check(value);
    if (values.indexOf(value) !== index) {
      refuse(domain, `The ${what} ${quote(value)} is asked for twice.`, `Name every ${what} once.`);
    }
  }
}

function refuse(file: DomainName | null, cause: string, remedy: string): never {
  throw new ImportError({ cause, remedy, file });
}

const quote = (value: unknown): string => `'${String(value)}'`;
