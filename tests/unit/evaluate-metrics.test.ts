import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rates, type Scored } from '../../src/evaluate/metrics';
import { REASONING_STAGES, finalJudgment, parseStages, type Label, type Verdict } from '../../src/protocol';

const scored = (...pairs: [Label, Verdict][]): Scored[] => pairs.map(([truth, verdict]) => ({ truth, verdict }));

describe('rates', () => {
  it('counts an undecided verdict as an error on its own side', () => {
    const result = rates(
      scored(
        ['live', 'live'],
        ['live', 'spoof'],
        ['live', 'undecided'],
        ['live', 'live'],
        ['spoof', 'spoof'],
        ['spoof', 'undecided'],
      ),
    );
    expect(result).toEqual({
      n: 6,
      far: 0.5,
      frr: 0.5,
      hter: 0.5,
      accuracy: 0.5,
      undecided: 2,
      note: null,
      confusion: {
        liveAsLive: 2,
        liveAsSpoof: 1,
        liveUndecided: 1,
        spoofAsLive: 0,
        spoofAsSpoof: 1,
        spoofUndecided: 1,
      },
    });
  });

  it('leaves a rate undefined when its class is absent, and says so', () => {
    expect(rates(scored(['spoof', 'live'], ['spoof', 'spoof']))).toMatchObject({
      far: 0.5,
      frr: null,
      hter: null,
      accuracy: 0.5,
      note: 'No live sample was scored: FRR and HTER are undefined.',
    });
    expect(rates(scored(['live', 'live']))).toMatchObject({ far: null, frr: 0, hter: null });
    expect(rates([])).toMatchObject({ n: 0, far: null, frr: null, hter: null, accuracy: null });
  });

  it('keeps HTER and accuracy in step: with balanced classes accuracy is 1 - HTER', () => {
    const verdict = fc.constantFrom<Verdict>('live', 'spoof', 'undecided');
    fc.assert(
      fc.property(fc.array(fc.tuple(verdict, verdict), { minLength: 1 }), (pairs) => {
        const result = rates(pairs.flatMap(([live, spoof]) => scored(['live', live], ['spoof', spoof])));
        expect(result.accuracy).toBeCloseTo(1 - result.hter!, 12);
        expect(Object.values<number>({ ...result.confusion }).reduce((a, b) => a + b)).toBe(result.n);
      }),
    );
  });
});

describe('parseStages', () => {
  const bodies = ['a face.', 'no dots.', 'a round nose.', 'soft shadows.', 'a room.', 'this face is live.'];

  it('finds six stages on one line or on lines of their own, numbered or starred', () => {
    const forms = [
      REASONING_STAGES.map((name, i) => `${name}: ${bodies[i]!}`).join(' '),
      REASONING_STAGES.map((name, i) => `${i + 1}. ${name}: ${bodies[i]!}`).join(' '),
      REASONING_STAGES.map((name, i) => `**${i + 1}. ${name}**\n${bodies[i]!}`).join('\n\n'),
      REASONING_STAGES.map((name, i) => `### Step ${i + 1}: ${name}\n${bodies[i]!}`).join('\n'),
      REASONING_STAGES.map((name, i) => `[${name}] ${bodies[i]!}`).join(' '),
      REASONING_STAGES.map((name, i) => `${i + 1}. [${name}]: ${bodies[i]!}`).join('\n'),
    ];
    for (const text of forms) {
      const stages = parseStages(text);
      expect(stages.map((stage) => stage.name)).toEqual([...REASONING_STAGES]);
      expect(stages.map((stage) => stage.body)).toEqual(bodies);
      for (const stage of stages) expect(text.slice(stage.start, stage.end)).toBe(stage.body);
    }
  });

  it("knows the headings of the paper's instruction", () => {
    const text =
      '4. Examine lighting and shadows\nEven.\n5. Consider context\nA wall.\n6. Make a final judgment\nSpoof.';
    expect(parseStages(text).map(({ name, body }) => [name, body])).toEqual([
      ['Lighting and shadows', 'Even.'],
      ['Context', 'A wall.'],
      ['Final judgment', 'Spoof.'],
    ]);
  });

  it('takes no heading from running text', () => {
    expect(parseStages('The context of the image and the final judgment of the reader differ.')).toEqual([]);
    expect(finalJudgment('Final judgment:')).toBeNull();
  });
});
