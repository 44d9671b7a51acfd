/** What speaks for a living face in a frame, measured on person and shot. */
import { clamp, smoothstep } from '../maths';
import type { Cue, FaceLayers, Person, Place, Shot } from '../types';

const SHADOWED: Record<Shot['light']['side'], Place> = {
  left: 'right',
  right: 'left',
  above: 'bottom',
  front: 'centre',
};

/** Cues of LIVE_CUES with their strength before the camera; a camera's blur takes of it afterwards. */
export function liveCues(person: Person, shot: Shot, layers: FaceLayers): Cue[] {
  const fine = smoothstep(20, 40, layers.unit);
  const form = smoothstep(0.35, 0.75, shot.light.key);
  const sided = shot.light.side === 'front' ? 0.35 : 1;
  const cues: Cue[] = [
    { kind: 'pores', place: 'all over', strength: clamp(0.65 * shot.pores) * fine },
    { kind: 'rounded shading', place: 'all over', strength: form * (0.6 + 0.4 * sided) },
    { kind: 'soft shadow', place: SHADOWED[shot.light.side], strength: form * sided * 0.9 },
    // What of them is left in the domain's light and through its camera, the camera's part says.
    { kind: 'natural colours', place: 'all over', strength: 0.7 },
  ];
  if (person.age > 0.6) cues.push({ kind: 'fine lines', place: 'all over', strength: fine * clamp(person.age) * 0.9 });
  if (shot.blink < 0.4 && shot.eyewear !== 'sunglasses')
    cues.push({ kind: 'catch lights', place: 'centre', strength: 0.5 * fine });
  return cues;
}
