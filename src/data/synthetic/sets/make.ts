/** Generated sets, frame by frame. */
import type { CaptionStyle } from '../../../protocol';
import { Random } from '../random';
import type { Attack, Facts } from '../types';
import { reasoningCaption, vanillaCaption } from '../words';
import { FRAMES_A_SECOND, clipOf, keptFrames, type Clip } from './clip';
import { domainOf } from './domains';
import { renderFrame } from './frame';
import { checkRequest } from './request';
import type { SetFrame, SetRequest } from './types';

/** The request's clips in order: by subject, live clips first, then each attack's. */
export function* clipsOf({ domain, subjects, liveClips, attackClips, attacks, seed }: SetRequest): Generator<Clip> {
  const place = domainOf(domain);
  const kinds: readonly (readonly [Attack | null, number])[] = [
    [null, liveClips],
    ...attacks.map((attack) => [attack, attackClips] as const),
  ];
  for (let number = 1; number <= subjects; number++) {
    for (const [attack, takes] of kinds) {
      for (let take = 1; take <= takes; take++) yield clipOf(place, seed, number, attack, take);
    }
  }
}

/** Captions of the asked styles; `part` tells frames of one clip apart. */
export function captionsOf(
  clip: Clip,
  part: string | number,
  facts: Facts,
  styles: readonly CaptionStyle[],
): SetFrame['captions'] {
  const captions: SetFrame['captions'] = {};
  for (const style of styles) {
    const random = new Random(clip.seed, clip.name, 'words', style, part);
    captions[style] = style === 'vanilla' ? vanillaCaption(facts, random) : reasoningCaption(facts, random);
  }
  return captions;
}

/**
 * The frames of a set, one at a time, two of each clip. A frame depends on the seed and its clip's name alone: asking
 * for more persons, clips or attacks adds frames and changes none.
 * @throws ImportError at the first step, see `checkRequest`
 */
export function* makeSet(request: SetRequest): Generator<SetFrame> {
  checkRequest(request);
  for (const clip of clipsOf(request)) {
    const kept = keptFrames(clip);
    for (const role of ['early', 'middle'] as const) {
      const index = kept[role];
      const { pixels, edge, facts } = renderFrame(clip, index);
      yield {
        clip: clip.name,
        role,
        seconds: index / FRAMES_A_SECOND,
        subject: clip.subject,
        width: edge,
        height: edge,
        pixels,
        facts,
        captions: captionsOf(clip, index, facts, request.styles),
      };
    }
  }
}
