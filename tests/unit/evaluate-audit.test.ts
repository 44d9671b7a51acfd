/** The audit of captions: what it finds, where, and that no text makes it slow. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/evaluate/audit/audit';
import { checkCaption } from '../../src/evaluate/audit/checks';
import { auditCaptions } from '../../src/evaluate/audit/service';
import { REASONING_STAGES, parseStages, type AuditCaption, type CaptionStyle, type Label } from '../../src/protocol';

const LONG = 200;

const BODIES = [
  'A face.',
  'No grid of dots.',
  'The skin has grain.',
  'Soft shadows.',
  'A plain wall.',
  'This is a live face.',
];
const reasoned = (bodies: readonly string[] = BODIES, order = [0, 1, 2, 3, 4, 5]): string =>
  order.map((i) => `${REASONING_STAGES[i]}: ${bodies[i]}`).join(' ');

/** `kind: words` of each mark. */
const found = (text: string, style: CaptionStyle = 'reasoning', label: Label | null = 'live'): string[] =>
  checkCaption({ text, style, label }, LONG).map(({ kind, words }) => `${kind}: ${words}`);

const caption = (text: string, change: Partial<AuditCaption> = {}): AuditCaption => ({
  sampleId: text,
  set: 'M',
  style: 'vanilla',
  label: 'live',
  text,
  source: { kind: 'public set', from: 'v.parquet', candidates: 2 },
  ...change,
});

describe('a caption by itself', () => {
  test('with six stages in order and a verdict of its label has no mark', () => {
    expect(found(reasoned())).toEqual([]);
    expect(found('The skin has fine grain, and the light is even. This is a live face.', 'vanilla')).toEqual([]);
  });

  test('with stages missing, empty, twice or in another order', () => {
    expect(found(reasoned(BODIES, [0, 1, 3, 5]))).toEqual(['stage missing: Feature analysis, Context']);
    expect(found(reasoned(['A face.', ' ', '...', 'Soft shadows.', 'A wall.', 'This is a live face.']))).toEqual([
      'stage empty: Artifact detection',
      'stage empty: Feature analysis',
    ]);
    expect(found(reasoned(BODIES, [0, 1, 2, 2, 3, 4, 5]))).toEqual(['stage repeated: Feature analysis']);
    expect(found(reasoned(BODIES, [0, 2, 1, 3, 4, 5]))).toEqual([
      'stages out of order: Initial observation, Feature analysis, Artifact detection, Lighting and shadows, Context, Final judgment',
    ]);
  });

  test('that names its verdict early, at the place', () => {
    const text = reasoned([
      'A live face.',
      'This is clearly a spoof.',
      'No sign of a print.',
      'Soft.',
      'A wall.',
      'It is live.',
    ]);
    const marks = checkCaption({ text, style: 'reasoning', label: 'live' }, LONG);
    expect(marks.map(({ kind, start, end }) => [kind, text.slice(start, end)])).toEqual([
      ['early verdict', 'live'],
      ['early verdict', 'spoof'],
    ]);
  });

  test('that names what its instructions forbid', () => {
    const told =
      'The background is blurred and the resolution is low. A glint lies on the nose, and her eyes look left. It is a live face.';
    expect(found(told, 'vanilla')).toEqual(['background: background', 'resolution: resolution']);
    expect(found('A glint shows in her eyes. It is a live face.', 'vanilla')).toEqual([
      'eye reflections: glint shows in her eyes',
    ]);
    expect(found('Reflections in the glasses look natural. It is a live face.', 'vanilla')).toEqual([
      'eye reflections: Reflections in the glasses',
    ]);
    expect(found('The eyes look left. Highlights lie on the nose. It is a live face.', 'vanilla')).toEqual([]);
    const reasoning = reasoned([
      'A face.',
      'No dots.',
      'Grain.',
      'Soft.',
      'The background is a wall, in high-res.',
      'It is a live face.',
    ]);
    expect(found(reasoning)).toEqual(['resolution: high-res']);
  });

  test('that contradicts its label, decides nothing, or has the wrong length', () => {
    expect(found('The skin is flat and even. This is a printed photo.', 'vanilla')).toEqual([
      'contradiction: says spoof, labelled live',
    ]);
    expect(found('The skin is flat and even, with a fine grain.', 'vanilla')).toEqual(['undecided: no verdict']);
    expect(found('The face is real. It is a printed photo.', 'vanilla')).toEqual([
      'undecided: says both live and spoof',
    ]);
    expect(found('A live face.', 'vanilla')).toEqual(['short: 3 words']);
    expect(found(`${'grain '.repeat(LONG)}. This is a live face.`, 'vanilla')).toEqual(['long: 205 words']);
    expect(found('This is a printed photo.', 'vanilla', null)).toEqual([]);
  });
});

describe('captions together', () => {
  test('that share texts, texts but for label words, and sentences', () => {
    const report = audit({
      longWords: LONG,
      captions: [
        caption('The skin of the cheek is even. This is a live face.', { sampleId: 'a' }),
        caption('The skin of the cheek is even.  This is a LIVE face.', { sampleId: 'b' }),
        caption('The skin of the cheek is even. This is a spoof face.', { sampleId: 'c', label: 'spoof' }),
        caption('Grain and pores are seen on the forehead. It is a real person.', { sampleId: 'd', set: 'C' }),
        caption(reasoned(), { sampleId: 'a', style: 'reasoning', source: null }),
      ],
    });
    expect(report.counts).toEqual({ identical: 2, template: 3 });
    expect(report.findings.map(({ sampleId, marks }) => [sampleId, marks.map(({ words }) => words)])).toEqual([
      ['a', ['1 other caption', '2 other captions']],
      ['b', ['1 other caption', '2 other captions']],
      ['c', ['2 other captions']],
    ]);
    expect(report.templates).toEqual([
      {
        style: 'vanilla',
        captions: 3,
        example: 'The skin of the cheek is even. This is a live face.',
        sampleIds: ['a', 'b', 'c'],
      },
    ]);
    expect(report.sentences[0]).toMatchObject({ captions: 3, example: 'The skin of the cheek is even' });
    expect(report.groups.map(({ set, style, source, captions }) => [set, style, source, captions])).toEqual([
      ['C', 'vanilla', 'public set', 1],
      ['M', 'reasoning', 'unknown', 1],
      ['M', 'vanilla', 'public set', 3],
    ]);
    expect(report.groups[2]).toMatchObject({
      counts: { identical: 2, template: 3 },
      words: { least: 12, median: 12, most: 12 },
    });
    // 12 words are 8 runs of five, of which two have the label's word.
    expect(report.fiveWords.vanilla).toEqual({ all: 3 * 8 + 9, distinct: 8 + 2 + 9 });
  });

  test('of one video are told apart from those of different videos', () => {
    const text = 'The skin of the cheek is even. This is a live face.';
    const report = audit({
      longWords: LONG,
      captions: [
        caption(text, { sampleId: 'a1', video: 'a' }),
        caption(text, { sampleId: 'a2', video: 'a' }),
        caption(text, { sampleId: 'b1', video: 'b' }),
        caption('Grain and pores are seen on the forehead. It is a real person.', { sampleId: 'c1', video: 'c' }),
        caption('Grain and pores are seen on the forehead. It is a real person.', { sampleId: 'c2', video: 'c' }),
      ],
    });
    expect(report.counts).toEqual({ identical: 3, 'both frames': 4 });
    expect(
      report.findings.map(({ sampleId, marks }) => [sampleId, marks.map(({ kind, words }) => `${kind} ${words}`)]),
    ).toEqual([
      ['a1', ['identical 1 other caption', 'both frames 1 other caption']],
      ['a2', ['identical 1 other caption', 'both frames 1 other caption']],
      ['b1', ['identical 2 other captions']],
      ['c1', ['both frames 1 other caption']],
      ['c2', ['both frames 1 other caption']],
    ]);
  });

  test('thousands at once, told of on the way', async () => {
    const captions = Array.from({ length: 2000 }, (_, i) => {
      const label = i % 5 === 0 ? 'live' : 'spoof';
      const bodies = [
        ...BODIES.slice(0, 5).map((body) => `${body} Face ${i} is seen under light ${i % 7}.`),
        `This is ${label}.`,
      ];
      return caption(reasoned(bodies), { sampleId: `s${i}`, style: 'reasoning', label });
    });
    const told: number[] = [];
    const context = {
      signal: new AbortController().signal,
      progress: ({ done }: { done: number }) => void told.push(done),
    };
    const report = await auditCaptions({ captions, longWords: LONG }, context);
    expect(report.counts).toEqual({ template: 2000 });
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    const stopped = new AbortController();
    stopped.abort();
    await expect(auditCaptions({ captions, longWords: LONG }, { ...context, signal: stopped.signal })).rejects.toThrow(
      'Cancelled',
    );
  });
});

describe('no text is too much', () => {
  const PIECES = [
    ' ',
    '\n',
    '. ',
    'live ',
    'Context: ',
    '1. ',
    '**',
    'no ',
    'verdict ',
    'if it were ',
    '(',
    'Final judgment:\n',
    'although live but ',
    'eyes glare ',
    'photo of a photo of ',
    'background ',
    '# ',
    "'",
  ];

  test.each(PIECES)('50,000 characters of %j', (piece) => {
    const text = piece.repeat(Math.ceil(50_000 / piece.length)).slice(0, 50_000);
    let began = performance.now();
    parseStages(text);
    expect(performance.now() - began).toBeLessThan(1500);
    began = performance.now();
    audit({ captions: [caption(text, { style: 'reasoning' }), caption(text)], longWords: LONG });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('and none makes it throw, with every place in the text (property)', () => {
    const piece = fc.oneof(fc.constantFrom(...PIECES, ...REASONING_STAGES.map((stage) => `${stage}: `)), fc.string());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom('vanilla', 'reasoning'), (pieces, style) => {
        const text = pieces.join('');
        for (const { start, end } of checkCaption({ text, style, label: 'live' }, LONG)) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
        const stages = parseStages(text);
        stages.forEach(({ body, from, start, end }, i) => {
          expect(text.slice(start, end)).toBe(body);
          expect(from).toBeGreaterThanOrEqual(stages[i - 1]?.end ?? 0);
        });
      }),
    );
  });
});
