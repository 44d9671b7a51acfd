import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readVerdict, verdictOf } from '../../src/evaluate/verdict';
import type { Verdict } from '../../src/protocol';

/** Written by hand, by the way a sentence states its verdict. */
const CASES: Record<string, [Verdict, string][]> = {
  'plain statements': [
    ['live', 'Live.'],
    ['spoof', 'Spoof.'],
    ['live', 'This is a live face.'],
    ['spoof', 'This is a spoof.'],
    ['live', 'The face is real.'],
    ['spoof', 'The face is fake.'],
    ['live', 'Live: the skin shows fine pores and soft shadows under the chin.'],
    ['spoof', 'Spoof: a regular grid covers the cheeks.'],
    ['live', 'The image shows a genuine person in front of the camera.'],
    ['live', 'The sample is bona fide.'],
    ['live', 'This looks like a bonafide presentation.'],
    ['live', 'A real human being is looking at the camera.'],
    ['live', 'The person appears to be physically present.'],
    ['live', 'I judge this face to be authentic.'],
    ['live', 'It is a live human face with natural shading.'],
    ['live', 'This is an image of a living person.'],
    ['live', 'The picture was taken of a real, three-dimensional face.'],
    ['live', 'This is an unspoofed image.'],
  ],
  'kinds of attack': [
    ['spoof', 'This is a printed photo.'],
    ['spoof', 'The face is printed on paper.'],
    ['spoof', 'The camera sees a paper print held by a hand.'],
    ['spoof', 'It is a print attack.'],
    ['spoof', 'The face is replayed on a screen.'],
    ['spoof', 'A replay attack.'],
    ['spoof', 'The face is shown on a phone screen.'],
    ['spoof', 'The person is displayed on a glossy tablet.'],
    ['spoof', 'This is a presentation attack made with a monitor.'],
    ['spoof', 'We see a photo of a photo.'],
    ['spoof', 'It is a picture of a screen.'],
    ['spoof', 'The image has been recaptured from a display.'],
    ['spoof', 'The subject wears a silicone mask.'],
    ['spoof', 'This face is a flat reproduction.'],
    ['spoof', 'The face was photographed from a printed page.'],
    ['spoof', 'It is a video replay and the colours shift in bands.'],
    ['spoof', 'An impostor presents a printout.'],
    ['spoof', 'This is a forged image.'],
  ],
  negation: [
    ['spoof', 'This is not a live face.'],
    ['live', 'Far from the camera, a live person is visible.'],
    ['spoof', 'The face is far from being a real one.'],
    ['live', 'This is not a spoof.'],
    ['spoof', "The face isn't real."],
    ['live', "It isn't fake."],
    ['live', 'It does not look like a spoof.'],
    ['spoof', 'The face does not look genuine.'],
    ['spoof', 'The texture is not that of a real face.'],
    ['spoof', 'The surface lacks the depth of a real face.'],
    ['spoof', 'Unlike a live face, the cheeks reflect light evenly.'],
    ['spoof', 'This cannot be a live person.'],
    ['spoof', 'It is anything but live, not a real person at all.'],
    ['live', 'There are no signs of spoofing.'],
    ['live', 'No evidence of a presentation attack was found.'],
    ['live', 'Nothing suggests a spoof.'],
    ['live', 'Signs of spoofing are absent.'],
    ['live', 'Spoof artefacts are not visible.'],
    ['live', 'The face is free of spoof artefacts.'],
    ['live', 'The absence of print artefacts is clear.'],
    ['live', 'This is neither a print nor a replay.'],
    ['live', 'It is neither a printed photo nor a face on a screen.'],
    ['live', 'A spoof can be ruled out.'],
    ['live', 'A spoof is unlikely.'],
    ['spoof', 'A live face is unlikely.'],
    ['spoof', 'This is non-live.'],
    ['spoof', 'The presentation is inauthentic.'],
    ['spoof', 'The face fails to look genuine.'],
    ['spoof', 'It is far too flat and not live.'],
    ['spoof', 'No live person is in front of the camera.'],
    ['live', 'There is no moire, screen border or paper edge that would betray a spoof.'],
    ['live', 'The image shows no artefacts, indicating a live face.'],
    ['live', 'No border is visible in this live face.'],
    ['live', 'There is no grid and the face is real.'],
    ['spoof', 'There is no natural depth, so this is a spoof.'],
    ['spoof', 'The face has no pores, which suggests a printed photo.'],
    ['spoof', 'Live: no.'],
    ['live', 'Spoof: no.'],
    ['spoof', 'Spoof: yes.'],
    ['spoof', 'There is no doubt that this is a spoof.'],
    ['live', 'This is without a doubt a live face.'],
    ['spoof', 'It is not only flat but also a print.'],
    ['spoof', 'The shading is inconsistent with a live person.'],
    ['spoof', 'It merely imitates a real face.'],
    ['live', 'The face does not lack the depth of a live person.'],
  ],
  comparison: [
    ['spoof', 'This is a printed photo of a real person.'],
    ['spoof', 'It is more like a print than a live face.'],
    ['live', 'This is a live face rather than a print.'],
    ['spoof', 'It is a replay rather than a live face.'],
    ['spoof', 'We see a screen replay instead of a real person.'],
    ['live', 'This is a real face, not a replay.'],
    ['spoof', 'This is a spoof, not a live face.'],
    ['spoof', 'It is not a print but a replay.'],
    ['spoof', 'The skin is smoother than that of a real person, as on a printed photo.'],
    ['spoof', 'A real face would show pores; this one is printed.'],
    ['live', 'A printed photo would show dots, but this face is live.'],
    ['spoof', 'The flat tones are consistent with a printed photograph.'],
    ['live', 'The soft shadow under the nose is consistent with a live face.'],
    ['spoof', 'The dots are typical of printed photos.'],
    ['spoof', 'Visible pixel rows point to a replay attack.'],
  ],
  hedging: [
    ['undecided', 'This might be a spoof.'],
    ['undecided', 'It could be live.'],
    ['undecided', 'Perhaps the face is real.'],
    ['undecided', 'A spoof cannot be ruled out.'],
    ['undecided', 'It is unclear whether this is a live face.'],
    ['undecided', 'I cannot tell if the face is live or a spoof.'],
    ['undecided', 'It is hard to say whether this is real or fake.'],
    ['undecided', 'The evidence is inconclusive.'],
    ['undecided', 'The image may show a printed photo.'],
    ['undecided', 'A dot pattern could indicate a print.'],
    ['undecided', 'If it were a print, dots would be visible.'],
    ['undecided', 'Printed photos often show dots.'],
    ['undecided', 'Is this face live or a spoof?'],
    ['undecided', 'Either live or spoof.'],
    ['undecided', 'The task is face anti-spoofing.'],
    ['undecided', 'The face is live/spoof.'],
    ['spoof', 'The face is probably a spoof.'],
    ['live', 'The face is most likely live.'],
    ['live', 'It seems to be a real person.'],
    ['spoof', 'This appears to be a replay on a monitor.'],
    ['spoof', 'It is hard to tell, but this is likely a print.'],
    ['live', 'If it were a print, dots would be visible; the face is live.'],
    ['live', 'No pattern that could suggest a spoof is seen.'],
  ],
  'contrast and contradiction': [
    ['spoof', 'At first glance the face looks real, but the dots reveal a printed photo.'],
    ['spoof', 'The face looks real. However, the grid shows that it is a replay.'],
    ['live', 'The edges look like a print, but this is a live face.'],
    ['spoof', 'Although the face looks genuine, it is a spoof.'],
    ['spoof', 'It is a spoof, although the face looks genuine.'],
    ['live', 'While the blur resembles a replay, the face is real.'],
    ['spoof', 'Despite looking like a real person, this is a mask.'],
    ['spoof', 'It looks live, yet it is a spoof.'],
    ['undecided', 'This is a live face. This is a spoof.'],
    ['undecided', 'The face is real and it is a printed photo.'],
    ['spoof', 'The face looks real. The paper looks printed. Therefore this is a spoof.'],
    ['live', 'One corner looks printed. The shadows look real. Overall, this is a live face.'],
    ['live', 'The face is live, but a little blurred.'],
  ],
  'no verdict at all': [
    ['undecided', ''],
    ['undecided', '   \n  '],
    ['undecided', 'The skin is smooth and the light comes from the left.'],
    ['undecided', 'A face with short hair in front of a wall.'],
    ['undecided', 'Colours shift in bands and the edges are blurred.'],
    ['undecided', '### 123 ???'],
    ['undecided', 'The head moves in real time.'],
    ['undecided', 'The room is lit by artificial light.'],
    ['undecided', 'They are in the living room.'],
    ['undecided', 'Visage en direct.'],
  ],
  'evidence only': [
    ['live', 'The eyes show clear liveness.'],
    ['spoof', 'There are signs of a replay on the cheeks.'],
    ['live', 'The relief of the nose supports the authenticity of the face.'],
    ['undecided', 'We assess the liveness of the face.'],
    ['live', 'The face has real skin texture.'],
  ],
  'six stages': [
    [
      'spoof',
      'Initial observation: the face looks real. Artifact detection: fine dots on the cheeks. Feature analysis: the nose is flat. ' +
        'Lighting and shadows: even light. Context: a paper edge. Final judgment: this is a spoof, a printed photo.',
    ],
    [
      'live',
      'Initial observation: a face. Artifact detection: no dots of a print. Feature analysis: the nose casts a shadow. ' +
        'Lighting and shadows: soft. Context: a room. Final judgment: live.',
    ],
    ['spoof', '1. Initial observation\nLooks like a live person.\n6. Make a final judgment\n**Spoof**'],
    ['live', '**Final Judgment:** The image is real.'],
    [
      'undecided',
      'Initial observation: a live face. Final judgment: it could be live or a spoof, and it may be a print.',
    ],
    ['live', 'Initial observation: this is a live face. Final judgment:'],
    ['live', 'Final verdict - a genuine face with no sign of a screen.'],
    ['undecided', 'Initial observation: a face. Final judgment: live. No, it is a spoof.'],
  ],
  'longer explanations': [
    [
      'spoof',
      'The skin texture appears unnaturally smooth and lacks the fine pores expected from a live person. The lighting across the cheeks is flat, without the gradual shading that real facial contours would produce. These features collectively suggest that the image is a spoof.',
    ],
    [
      'live',
      'The facial features exhibit natural texture. Soft shadows under the nose indicate genuine three-dimensional depth. There is no moire pattern, pixelation or flatness that would suggest a printed photo or a replay on a screen. Overall, the image appears to be of a live person.',
    ],
    [
      'spoof',
      '1. Initial observation: The face appears slightly blurry. 2. Artifact detection: There is visible pixelation along the jawline, typical of a digital screen. 3. Feature analysis: The eyes lack the sparkle of a real eye. 6. Make a final judgment: Based on these observations, the image is likely spoofed, possibly through a replay attack.',
    ],
    [
      'live',
      'Feature analysis: The skin displays natural texture. Context: The background does not raise any suspicion. Final judgment: Considering all the above, the image is real and not spoofed.',
    ],
    ['live', 'The image appears authentic, with no evidence of manipulation or spoofing.'],
    ['spoof', 'These cues point towards a photograph of a printed image rather than a live capture.'],
    ['live', 'There is nothing to indicate that the face is fake.'],
    [
      'spoof',
      'The uniform texture and absence of shadows strongly suggest that the face is not real but a printed photograph.',
    ],
    [
      'live',
      'Given the absence of typical spoofing artifacts such as moire patterns, paper texture or screen glare, I conclude that the face is live.',
    ],
    ['live', 'All of this makes a print or replay attack implausible; the face is live.'],
    ['spoof', 'The features are not what one would expect from a live person.'],
    ['live', 'Such fine detail would be hard to reproduce in a print. The face is real.'],
    ['live', 'The skin does not show the dot pattern of a print and there is no screen glare, so the face is live.'],
    ['spoof', 'I see no reason to believe this is a live face.'],
    ['live', 'I see no reason to believe this is a spoof.'],
    ['spoof', 'While some features look lifelike, the image is ultimately a spoof.'],
    ['undecided', 'The model could not decide.'],
  ],
};

describe('readVerdict', () => {
  for (const [group, cases] of Object.entries(CASES)) {
    it.each(cases)(`${group}: %s <- %s`, (verdict, sentence) => {
      expect(verdictOf(sentence)).toBe(verdict);
    });
  }

  it('is tested on at least 120 sentences', () => {
    expect(Object.values(CASES).flat().length).toBeGreaterThanOrEqual(120);
  });

  it('points at the words that decided', () => {
    const text = 'Looks sharp. Final judgment: this is a printed photo of a real person.';
    const reading = readVerdict(text);
    expect(reading.from).toBe('final judgment');
    expect(reading.mentions.map(({ start, end }) => text.slice(start, end))).toEqual(['printed photo']);
  });

  it('reads typographic quotes and dashes like plain ones', () => {
    expect(verdictOf('It isn\u2019t live \u2014 it\u2019s a \u201cprint\u201d.')).toBe('spoof');
  });

  it('does not hang or throw on long or hostile text', () => {
    const started = performance.now();
    for (const text of [
      'not '.repeat(20_000),
      'a photo of '.repeat(5_000),
      'displayed on a '.repeat(5_000),
      '\u0130'.repeat(1000) + ' live',
    ]) {
      expect(['live', 'spoof', 'undecided']).toContain(verdictOf(text));
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('the embedded face set', () => {
  const lines = readFileSync(new URL('../../public/demo/captions.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const rows = lines.map(
    (line) => JSON.parse(line) as Record<'file' | 'label' | 'caption_vanilla' | 'caption_reasoning', string>,
  );

  it('has captions whose verdict is their label, in both styles', () => {
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect([row.file, verdictOf(row.caption_vanilla)]).toEqual([row.file, row.label]);
      expect([row.file, verdictOf(row.caption_reasoning)]).toEqual([row.file, row.label]);
    }
  });
});

describe('a text of any length', () => {
  const UNITS = [
    'the face is live and not a print ',
    'if it is a print ',
    'were it printed it is ',
    'a photo of a real person ',
    'it is unclear whether it is real ',
    'although it is fake, live or spoof ',
    'However, it is live. ',
    'photo of the ',
    ' ',
    '-',
  ];
  const long = (unit: string, length: number): string => `A photo of the ${unit.repeat(length / unit.length)}`;

  it('is read in a time that grows with it: eight times the length is far from 64 times the time', () => {
    const milliseconds = (length: number): number => {
      const began = performance.now();
      for (const unit of UNITS) readVerdict(long(unit, length));
      return performance.now() - began;
    };
    const least = (length: number): number => Math.min(...[1, 2, 3].map(() => milliseconds(length)));
    least(5_000); // as compiled as it will be
    const short = least(10_000);
    expect(least(80_000) / short).toBeLessThan(28);
  });

  it('is read by the same rules, without a full stop and beyond a wide gap too', () => {
    expect(verdictOf(long('and the skin is smooth ', 50_000) + ', but the face is live')).toBe('live');
    expect(verdictOf(long('and the skin is smooth ', 50_000) + 'so it is a spoof')).toBe('spoof');
    const [mention] = readVerdict(`A face.${' '.repeat(50_000)}It is live`).mentions;
    expect(mention).toMatchObject({ start: 50_013, end: 50_017, meaning: 'live' });
  });
});
