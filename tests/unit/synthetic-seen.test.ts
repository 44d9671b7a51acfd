/** What is said of a face that something covers. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/data/synthetic/random';
import { hex } from '../../src/data/synthetic/raster';
import { seenUnder } from '../../src/data/synthetic/sets/seen';
import type { Facts } from '../../src/data/synthetic/types';
import { reasoningCaption, vanillaCaption } from '../../src/data/synthetic/words';
import { drawMakeupImpersonation } from '../../src/data/synthetic/worn/paint';
import { drawMaskHalf } from '../../src/data/synthetic/worn/shells';
import { drawPartialMouth } from '../../src/data/synthetic/worn/pieces';

const SEEN: Pick<Facts, 'person' | 'expression'> = {
  person: { skin: 'pale', hair: 'red', hairStyle: 'short', beard: 'none', age: 0.2 },
  expression: 'smiling',
};
const PALE = hex('#f6ddd0');

describe('the mouth', () => {
  const half = drawMaskHalf(new Random(1));

  it('is told below an upper half mask and not under a lower one', () => {
    expect(seenUnder({ ...half, half: 'upper' }, SEEN, PALE).expression).toBe('smiling');
    expect(seenUnder({ ...half, half: 'lower' }, SEEN, PALE).expression).toBeNull();
    expect(seenUnder(null, SEEN, PALE)).toEqual(SEEN);
  });

  it('is not told where another is printed over it', () => {
    expect(seenUnder(drawPartialMouth(new Random(2)), SEEN, PALE).expression).toBeNull();
  });

  it('is in no caption where it is covered', () => {
    const facts: Facts = {
      ...SEEN,
      label: 'spoof',
      attack: 'mask-half',
      expression: null,
      eyewear: 'none',
      light: 'left',
      backdrop: 'plain',
      backdropColour: 'blue',
      grainy: false,
      freckled: false,
      facing: 'left',
      cues: [],
    };
    for (let i = 0; i < 60; i++) {
      const text = `${vanillaCaption(facts, new Random(i))} ${reasoningCaption(facts, new Random(i))}`;
      expect(text).not.toMatch(/mouth|lips|smil/i);
    }
  });
});

describe('the skin', () => {
  it('is that of the paint where a face is painted as another', () => {
    const dark = { ...drawMakeupImpersonation(new Random(3)), tone: hex('#573522') };
    expect(seenUnder(dark, SEEN, PALE).person).toEqual({ ...SEEN.person, skin: 'dark' });
    // Paint that would hardly show on this skin is mixed lighter or darker until it does.
    const alike = seenUnder({ ...dark, tone: PALE }, SEEN, PALE).person.skin;
    expect(alike).not.toBe('pale');
  });
});
