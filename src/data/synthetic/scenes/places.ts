/** Where the named places of a picture are. */
import type { Random } from '../random';
import type { Place } from '../types';

export type Spot = Exclude<Place, 'all over'>;
export const SPOTS = ['left', 'right', 'top', 'bottom', 'centre'] as const satisfies readonly Spot[];

/** Middle of each place, as parts of the picture's edge. */
const MIDDLE: Record<Spot, readonly [number, number]> = {
  left: [0.25, 0.5],
  right: [0.75, 0.5],
  top: [0.5, 0.24],
  bottom: [0.5, 0.77],
  centre: [0.5, 0.5],
};

/**
 * A position at a place, as parts of the picture's edge. `along` is how far it may stray in the direction that does not
 * change what the place is called (up and down at the left), `across` in the other.
 */
export function position(place: Spot, random: Random, along: number, across: number): [number, number] {
  const [x, y] = MIDDLE[place];
  const a = random.uniform(-along, along);
  const b = random.uniform(-across, across);
  if (place === 'centre') return [x + b, y + a * 0.5];
  return place === 'left' || place === 'right' ? [x + b, y + a] : [x + a, y + b];
}
