/** The lamp of a clip, drawn from a domain's ranges. */
import { draw, type Range } from '../camera/ranges';
import type { Random } from '../random';
import type { Rgb } from '../raster';
import type { LightSide, Lighting } from '../types';

export interface LightStyle {
  /** Where the key light stands, with weights. */
  sides: readonly (readonly [LightSide, number])[];
  /** Part 0..1 of the light that comes from the lamp; the rest comes from all round and fills the shadows. */
  hardness: Range;
  /** Lamp and surroundings together, about 1. */
  level: Range;
  /** Colour of the lamp and of the surroundings: > 0 is warm (red over blue), about -0.2..0.3. */
  warmth: Range;
  fillWarmth: Range;
}

/** Right and down parts of the lamp's direction, before drawing; toward the camera is what is left of a unit. */
const TOWARD: Readonly<Record<LightSide, readonly [number, number]>> = {
  left: [-0.72, -0.24],
  right: [0.72, -0.24],
  above: [0, -0.74],
  front: [0, -0.12],
};

const tinted = (warmth: number): Rgb => [1 + warmth, 1, 1 - warmth];

export function drawLight(random: Random, style: LightStyle): Lighting {
  const side = random.weighted(style.sides);
  const [right, down] = TOWARD[side];
  const x = right + random.uniform(-0.1, 0.1);
  const y = down + random.uniform(-0.1, 0.1);
  const z = Math.sqrt(Math.max(0.04, 1 - x * x - y * y));
  const length = Math.sqrt(x * x + y * y + z * z);
  const hardness = draw(random, style.hardness);
  const level = draw(random, style.level);
  return {
    side,
    direction: [x / length, y / length, z / length],
    key: level * hardness,
    fill: level * (1 - hardness),
    keyColour: tinted(draw(random, style.warmth)),
    fillColour: tinted(draw(random, style.fillWarmth)),
  };
}
