/** Colours that worn things come in, linear reflectance. */
import type { Random } from '../random';
import { hex, type Rgb } from '../raster';

const SKINS = ['#f0cdb8', '#e2b394', '#c98f6b', '#9a6444', '#5e3b28'].map(hex);
const IRISES = ['#4a2f1c', '#2e6fa8', '#4d7a45', '#7a5a2a', '#6f7f8a'].map(hex);
const CARDS = ['#f4f2ec', '#f4f2ec', '#d8332c', '#2456b8', '#f2c81f', '#2d9a52', '#e0589a', '#1c1c1e'].map(hex);
const LIPSTICKS = ['#a8122a', '#c2183c', '#7a1238', '#d0447a', '#5c1420', '#c8502e'].map(hex);
const SHADOWS = ['#3a6fd0', '#7a35b0', '#1f9aa0', '#c98a1e', '#26262c', '#c03a80', '#c8ccd4'].map(hex);
const DARK_PAINTS = ['#101012', '#101012', '#b4141e', '#1c3e9a', '#1e6a3c'].map(hex);
const PALE_PAINTS = ['#f2f0ea', '#f2f0ea', '#e8b81a', '#d8d4cc', '#7ad0e0'].map(hex);
const SHELLS = ['#f0ede6', '#e6d2c0', '#1a1a1c', '#b01a20', '#c9a86a', '#b8bcc2', '#2a4a8a'].map(hex);

const varied = (random: Random, colour: Rgb, spread: number): Rgb => {
  const level = random.uniform(1 - spread, 1 + spread);
  const one = (v: number): number => Math.min(1, v * level * random.uniform(1 - 0.4 * spread, 1 + 0.4 * spread));
  return [one(colour[0]), one(colour[1]), one(colour[2])];
};

export const drawSkin = (random: Random): Rgb => varied(random, random.pick(SKINS), 0.12);
export const drawIris = (random: Random): Rgb => varied(random, random.pick(IRISES), 0.2);
export const drawCard = (random: Random): Rgb => varied(random, random.pick(CARDS), 0.08);
export const drawLipstick = (random: Random): Rgb => varied(random, random.pick(LIPSTICKS), 0.15);
export const drawShadow = (random: Random): Rgb => varied(random, random.pick(SHADOWS), 0.2);
/** Two paints that stand out from each other, so one of them does from any skin. */
export const drawPaints = (random: Random): [Rgb, Rgb] => {
  const pair: [Rgb, Rgb] = [
    varied(random, random.pick(DARK_PAINTS), 0.08),
    varied(random, random.pick(PALE_PAINTS), 0.08),
  ];
  return random.chance(0.5) ? pair : [pair[1], pair[0]];
};
export const drawShell = (random: Random): Rgb => varied(random, random.pick(SHELLS), 0.08);
