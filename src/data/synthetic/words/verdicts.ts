/** The sentence that concludes a caption: live, or a spoof and of what kind. The only one that says so. */
import type { Random } from '../random';
import type { Attack, Facts } from '../types';
import { fill } from './grammar';

const KIND: Record<Attack, readonly string[]> = {
  print: ['a print', 'a printed photo', 'a photo on paper'],
  replay: ['a replay', 'a replayed video', 'a video on a screen'],
  'funny-eye': ['funny-eye glasses', 'comic glasses'],
  'partial-eye': ['a partial attack on the eyes', 'a paper piece over the eyes'],
  'partial-mouth': ['a partial attack on the mouth', 'a paper piece over the mouth'],
  'paper-glasses': ['paper glasses', 'glasses cut from paper'],
  'makeup-cosmetic': ['makeup', 'cosmetic makeup'],
  'makeup-impersonation': ['makeup', 'makeup of another person'],
  'makeup-obfuscation': ['makeup', 'makeup that hides the face'],
  'mask-half': ['a half mask', 'a mask over half of the face'],
  'mask-silicone': ['a silicone mask', 'a mask of silicone'],
  'mask-transparent': ['a transparent mask', 'a clear mask'],
  'mask-paper': ['a paper mask', 'a mask of paper'],
  mannequin: ['a mannequin', 'a mannequin head'],
};
const LIVE = [
  'This is a live face.',
  'So this is a live face.',
  'The face is live.',
  'I judge this face to be live.',
  'It is a genuine live face.',
  'So the face is live.',
  'I judge it to be live.',
];
const SPOOF = [
  'This is a spoof, {kind}.',
  'So this is a spoof: {kind}.',
  'The face is a spoof, {kind}.',
  'I judge this face to be a spoof, {kind}.',
  'It is a spoof made with {kind}.',
  'So the face is a spoof: {kind}.',
  'I judge it to be a spoof, {kind}.',
];

/** What a verdict is about: the frame's own facts, but for texts that train words alone. */
export type Judged = Pick<Facts, 'attack'>;

export function verdict({ attack }: Judged, random: Random): string {
  return attack === null ? random.pick(LIVE) : fill(random.pick(SPOOF), { kind: random.pick(KIND[attack]) });
}
