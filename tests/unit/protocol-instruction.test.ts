import { expect, it } from 'vitest';
import { filledInstruction, type SampleRow } from '../../src/protocol';

const of = (label: SampleRow['label'], attack: string | null) => ({ label, attack, set: 'S', file: 'live/1.png' });

it.each([
  ['live', null, 'The face is live (no attack).'],
  ['spoof', 'print', 'The face is spoof (a printed photo).'],
  ['spoof', 'replay', 'The face is spoof (a picture on a screen).'],
  ['spoof', 'mask', 'The face is spoof (a mask).'],
  ['spoof', 'paper-glasses', 'The face is spoof (an attack of the kind paper glasses).'],
  ['spoof', 'toString', 'The face is spoof (an attack of the kind toString).'],
  ['spoof', null, 'The face is spoof (an attack of unknown kind).'],
] as const)('%s, %s', (label, attack, filled) => {
  expect(filledInstruction('The face is {label} ({attack}).', of(label, attack))).toBe(filled);
});

it('leaves other braces and `$` alone, fills each place, and refuses what is not known', () => {
  expect(filledInstruction('{label}, {label}? {x} {Label}', of('live', null))).toBe('live, live? {x} {Label}');
  expect(filledInstruction('{attack}', of('spoof', '$&'))).toBe('an attack of the kind $&');
  expect(filledInstruction('Describe the face.', of(null, null))).toBe('Describe the face.');
  expect(() => filledInstruction('Why {label}?', of(null, null))).toThrow(
    'S/live/1.png: It has no label, and the instruction speaks of its {label}. Label it',
  );
});
