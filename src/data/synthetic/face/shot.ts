/** Draws what changes between clips (pose, light, expression, place) and the little that changes within one. */
import { clamp } from '../maths';
import type { Random } from '../random';
import type { Rgb } from '../raster';
import {
  BACKDROPS,
  COLOURS,
  EXPRESSIONS,
  EYEWEAR,
  LIGHT_SIDES,
  type Lighting,
  type LightSide,
  type Shot,
} from '../types';

const TOWARD: Record<LightSide, readonly [number, number, number]> = {
  left: [-0.86, -0.18, 0.48],
  right: [0.86, -0.18, 0.48],
  above: [0, -0.86, 0.5],
  front: [0, -0.12, 0.99],
};

/** A lamp on one side; `side` is drawn when it is not given. */
export function drawLighting(random: Random, side: LightSide = random.pick(LIGHT_SIDES)): Lighting {
  const [x, y, z] = TOWARD[side];
  const key = random.uniform(0.68, 0.86);
  return {
    side,
    direction: unit(x + random.uniform(-0.1, 0.1), y + random.uniform(-0.1, 0.1), z + random.uniform(-0.06, 0.06)),
    key,
    fill: random.uniform(0.94, 1.06) - key,
    keyColour: warmth(random.uniform(-0.06, 0.1)),
    fillColour: warmth(random.uniform(-0.1, 0.04)),
  };
}

export function drawShot(random: Random, options: Partial<Shot> = {}): Shot {
  const yaw = random.chance(0.45)
    ? random.uniform(-0.12, 0.12)
    : random.uniform(0.24, 0.45) * (random.chance(0.5) ? 1 : -1);
  const drawn: Shot = {
    yaw,
    pitch: random.uniform(-0.16, 0.16),
    roll: random.uniform(-0.13, 0.13),
    x: 0.5 + random.uniform(-0.05, 0.05),
    y: 0.5 + random.uniform(-0.03, 0.05),
    scale: random.uniform(0.27, 0.34),
    expression: random.pick(EXPRESSIONS),
    blink: 0,
    eyewear: random.weighted(EYEWEAR.map((word) => [word, word === 'none' ? 3 : 1] as const)),
    light: drawLighting(random),
    backdrop: random.pick(BACKDROPS),
    backdropColour: random.pick(COLOURS),
    shirt: random.pick(COLOURS),
    pores: random.uniform(0.8, 1.4),
    seed: random.seed(),
  };
  return { ...drawn, ...options };
}

/**
 * The other end of the head's sway in the same clip; lamp and room stay.
 *
 * @param amount  1 is somebody who holds still for a camera: at most 3.4 degrees of turn, a hundredth of the frame
 */
export function stir(shot: Shot, random: Random, amount: number): Shot {
  return {
    ...shot,
    yaw: clamp(shot.yaw + amount * random.uniform(-0.06, 0.06), -0.6, 0.6),
    pitch: clamp(shot.pitch + amount * random.uniform(-0.03, 0.03), -0.3, 0.3),
    roll: clamp(shot.roll + amount * random.uniform(-0.02, 0.02), -0.3, 0.3),
    x: shot.x + amount * random.uniform(-0.012, 0.012),
    y: shot.y + amount * random.uniform(-0.008, 0.008),
  };
}

/** Colour of a lamp: above zero warm, below cool; 0.1 is about 1,000 K around daylight. */
function warmth(t: number): Rgb {
  return [1 + t, 1 + 0.1 * t, 1 - 1.2 * t];
}

function unit(x: number, y: number, z: number): readonly [number, number, number] {
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
}
