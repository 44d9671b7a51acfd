import { describe, expect, it } from 'vitest';
import {
  compareReaders,
  curveOfTrials,
  judge,
  mcnemar,
  measure,
  measureInTurns,
  normalCdf,
  operatingPoints,
  policiesOf,
  policyWords,
  probit,
  trialsOf,
  UNNAMED_ATTACK,
} from '../../src/evaluate/numbers';
import { CancelledError, WhyLiveError, type Interval, type Measures, type Prediction } from '../../src/protocol';
import { byHead, byText, prediction } from '../support/predictions';

const FIXED = { kind: 'fixed', threshold: 0.5 } as const;
const FRAMES = { reader: 'head', unit: 'frame' } as const;
const VIDEOS = { reader: 'head', unit: 'video' } as const;
const TEXTS = { reader: 'text', unit: 'video' } as const;

/** Scores in [0, 1] that overlap; a small generator of their own, so that nothing here rests on the library's. */
function drawn(videos: number, frames: number, seed = 1): Prediction[] {
  let state = seed;
  const next = (): number => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) / 0x7fffffff;
  const attacks = ['print', 'replay', 'mask-paper'];
  return Array.from({ length: videos }, (_, video) => {
    const label = next() < 0.4 ? ('live' as const) : ('spoof' as const);
    const middle = (label === 'live' ? 0.4 : 0.6) + 0.6 * (next() - 0.5);
    const attack = label === 'live' ? null : attacks[Math.floor(next() * attacks.length)]!;
    return Array.from({ length: frames }, (__, frame) =>
      prediction(label, {
        sampleId: `${seed} ${video} ${frame}`,
        video: `video ${video}`,
        attack,
        head: Math.min(1, Math.max(0, middle + 0.3 * (next() - 0.5))),
      }),
    );
  }).flat();
}

describe('numbers worked by hand', () => {
  // Live 0.1 0.2 0.3 0.6, spoof 0.2 0.7 0.8 0.9 1.0 (print, print, replay, replay, replay).
  const test = [
    ...byHead([0.1, 0.2, 0.3, 0.6], []),
    ...[0.2, 0.7].map((head) => prediction('spoof', { head, attack: 'print' })),
    ...[0.8, 0.9, 1].map((head) => prediction('spoof', { head, attack: 'replay' })),
  ];

  it('at 0.5', () => {
    // Called spoof: live 0.6; spoof all but 0.2. FRR 1/4, FAR 1/5, HTER (5/20 + 4/20) / 2 = 9/40.
    // Right: 3 live and 4 spoof of 9. Balanced: (3/4 + 4/5) / 2 = 31/40.
    const ours = measure(test, FIXED, FRAMES);
    expect(ours).toMatchObject({
      threshold: 0.5,
      n: 9,
      live: 4,
      spoof: 5,
      frr: 1 / 4,
      far: 1 / 5,
      hter: 9 / 40,
      accuracy: 7 / 9,
      balancedAccuracy: 31 / 40,
      bpcer: 1 / 4,
      // Print 1 of 2, replay 0 of 3; ACER (1/2 + 1/4) / 2.
      apcer: [
        { attack: 'print', n: 2, rate: 1 / 2 },
        { attack: 'replay', n: 3, rate: 0 },
      ],
      apcerMax: 1 / 2,
      acerAsPublished: 3 / 8,
      confusion: { liveAsLive: 3, liveAsSpoof: 1, spoofAsLive: 1, spoofAsSpoof: 4 },
    });
    // 20 pairs of a live and a spoof sample. Spoof 0.2 beats 0.1 and ties with 0.2: 1.5; the others beat all four: 16.
    expect(ours.auc).toBe(17.5 / 20);
    // All four live against two prints: accuracy 4/6, HTER (1/2 + 1/4) / 2; pairs 1.5 + 4 of 8.
    expect(ours.byAttack[0]).toMatchObject({ attack: 'print', live: 4, spoof: 2, hter: 3 / 8, auc: 5.5 / 8 });
    expect(ours.byAttack[0]!.accuracy).toBeCloseTo(4 / 6, 15);
    expect(ours.byAttack[1]).toMatchObject({ attack: 'replay', hter: 1 / 8, auc: 1, balancedAccuracy: 7 / 8 });
  });

  it('at equal errors', () => {
    // threshold 0.6: FAR 1/5, FRR 1/4, the nearest; at 0.7 FAR 1/5, FRR 0.
    const ours = measure(test, { kind: 'test-eer' }, FRAMES);
    expect([ours.threshold, ours.hter]).toEqual([0.6, 9 / 40]);
    // Between the two FAR stays 1/5 while FRR falls from 1/4 to 0: they meet at 1/5.
    expect(ours.eer).toBeCloseTo(1 / 5, 15);
    // No live above the threshold: it lies above 0.6, and spoof 0.7 to 1 are caught.
    expect(ours.tprAt1Fpr).toBe(4 / 5);
  });

  it('interpolates the equal error rate between two thresholds', () => {
    // Live 0.1 0.5, spoof 0.5 0.5 0.9. Below 0.5: FAR 0, FRR 1/2; below 0.9: FAR 2/3, FRR 0.
    // On the line (t): 2t/3 = 1/2 - t/2, t = 3/7, FAR = 2/7.
    expect(measure(byHead([0.1, 0.5], [0.5, 0.5, 0.9]), FIXED, FRAMES).eer).toBeCloseTo(2 / 7, 15);
  });

  it('sets thresholds on development data, half-way between its scores', () => {
    const development = byHead([0.1, 0.3], [0.7, 0.8, 0.9, 1]);
    const ours = measure(test, { kind: 'development-eer' }, { ...FRAMES, development });
    // Equal errors (none) from 0.3 to 0.7.
    expect([ours.threshold, ours.frr, ours.far]).toEqual([0.5, 1 / 4, 1 / 5]);
    // One in four may pass: below 0.8 lies one, below 0.9 two. Half-way from 0.7 to 0.8.
    const target = measure(test, { kind: 'development-apcer', target: 0.25 }, { ...FRAMES, development });
    expect(target.threshold).toBeCloseTo(0.75, 15);
    expect([target.frr, target.far]).toEqual([0, 2 / 5]);
  });

  it('draws a mean of two frames as one trial', () => {
    const two = (label: 'live' | 'spoof', video: string, ...scores: number[]): Prediction[] =>
      scores.map((head) => prediction(label, { video, head }));
    const videos = [...two('live', 'a', 0.2, 0.6), ...two('live', 'b', 0.4, 0.8), ...two('spoof', 'c', 0.3, 0.9)];
    // Means 0.4, 0.6, 0.6: one live of two and no spoof is called wrongly; of frames two of four and one of two.
    expect(measure(videos, FIXED, VIDEOS)).toMatchObject({ n: 3, frr: 1 / 2, far: 0, hter: 1 / 4 });
    expect(measure(videos, FIXED, FRAMES)).toMatchObject({ n: 6, frr: 1 / 2, far: 1 / 2 });
  });
});

describe('text', () => {
  it('has verdicts and no threshold; undecided is an error on its side', () => {
    const ours = measure(
      byText(['live', 'live', 'spoof', 'undecided'], ['spoof', 'undecided']),
      { kind: 'text' },
      TEXTS,
    );
    expect(ours).toMatchObject({ threshold: null, undecided: 2, frr: 1 / 2, far: 1 / 2, auc: null, eer: null });
    expect(ours.notes).toContain('Text has no score: AUC, EER and TPR at 1 % FPR are undefined.');
    expect(ours.policyWords).toBe('text verdict, undecided counts as an error');
  });

  it('of two frames: the decided one has the word, two that contradict one another are undecided, and both are told', () => {
    const pair = (video: string, ...verdicts: ('live' | 'spoof' | 'undecided')[]): Prediction[] =>
      verdicts.map((verdict) => prediction('spoof', { video, verdict, text: verdict }));
    const { trials, notes } = trialsOf(
      [
        ...pair('a', 'spoof', 'undecided'),
        ...pair('b', 'live', 'spoof'),
        ...pair('c', 'undecided', 'undecided'),
        ...pair('d', 'live', 'live'),
      ],
      'text',
      'video',
    );
    expect(trials.map(({ verdict, contradictory }) => [verdict, contradictory])).toEqual([
      ['spoof', false],
      ['undecided', true],
      ['undecided', false],
      ['live', false],
    ]);
    expect(notes).toEqual([
      'In 1 of 4 videos one text says live and another spoof.',
      'In 1 of 4 videos one text is undecided and the other frame has the word.',
    ]);
  });

  it('has no number under a threshold, and a score none under words', () => {
    const text = measure(byText(['live'], ['spoof']), FIXED, TEXTS);
    expect([text.hter, text.accuracy, text.n, text.byAttack[0]!.hter]).toEqual([null, null, 2, null]);
    expect(text.notes[0]).toBe('Text has no score to hold against a threshold: use the policy "text".');
    const head = measure(byHead([0.1], [0.9]), { kind: 'text' }, FRAMES);
    expect([head.hter, head.auc]).toEqual([null, 1]);
    expect(head.notes[0]).toMatch(/"text" is for text/);
  });
});

describe('what is missing', () => {
  it('leaves rates undefined, says so, and still counts', () => {
    const live = measure(byHead([0.1, 0.7], []), FIXED, FRAMES);
    expect(live).toMatchObject({
      n: 2,
      frr: 1 / 2,
      far: null,
      hter: null,
      balancedAccuracy: null,
      auc: null,
      eer: null,
    });
    expect(live).toMatchObject({ apcer: [], apcerMax: null, acerAsPublished: null, bpcer: 1 / 2, intervals: {} });
    expect(live.notes).toContain('No spoof sample was scored: FAR and HTER are undefined.');
    const spoof = measure(byHead([], [0.9]), { kind: 'test-eer' }, FRAMES);
    expect(spoof.notes[0]).toMatch(/one class only/);
    expect(spoof.byAttack[0]).toMatchObject({ live: 0, spoof: 1, hter: null, accuracy: null, auc: null });
    const nothing = measure([], FIXED, { ...FRAMES, bootstrap: { resamples: 10, seed: 0 } });
    expect([nothing.n, nothing.hter, nothing.notes]).toEqual([
      0,
      null,
      [expect.stringMatching(/every rate is undefined/)],
    ]);
    expect(measure([], { kind: 'test-eer' }, FRAMES).notes[0]).toMatch(/^The test set has no scored sample, so/);
  });

  it('asks for development data, of both classes', () => {
    const test = byHead([0.1], [0.9]);
    for (const development of [null, []]) {
      const ours = measure(test, { kind: 'development-eer' }, { ...FRAMES, development });
      expect([ours.threshold, ours.hter, ours.auc]).toEqual([null, null, 1]);
      expect(ours.notes[0]).toMatch(/no scored development data/);
    }
    const why = measure(
      test,
      { kind: 'development-eer' },
      { ...FRAMES, development: null, noDevelopment: 'Left out.' },
    );
    expect(why.notes[0]).toBe('Left out.');
    const one = measure(test, { kind: 'development-eer' }, { ...FRAMES, development: byHead([0.1], []) });
    expect(one.notes[0]).toMatch(/one class only/);
    const target = measure(test, { kind: 'development-apcer', target: 1 }, { ...FRAMES, development: test });
    expect(target.notes[0]).toMatch(/no target/);
  });

  it('leaves out frames that a reader said nothing of, twins, and videos of both labels', () => {
    const { trials, notes } = trialsOf(
      [
        prediction('live', { head: 0.1, sampleId: 'a' }),
        prediction('live', { head: 0.3, sampleId: 'a' }),
        prediction('live', { head: null }),
        prediction('live', { head: 0.2, video: 'v' }),
        prediction('spoof', { head: 0.2, video: 'v' }),
        prediction('spoof', { head: 0.2, attack: null }),
      ],
      'head',
      'frame',
    );
    expect(trials.map(({ score, attack }) => [score, attack])).toEqual([
      [0.3, null],
      [0.2, UNNAMED_ATTACK],
    ]);
    expect(notes).toEqual([
      '1 frame was there twice and counts once.',
      '1 of 5 frames has no probability of the head and is left out.',
      '1 video has frames of both labels and is left out, set/v: correct the labels.',
    ]);
  });

  it('keeps videos of one name in two sets apart', () => {
    const { trials } = trialsOf(
      [
        prediction('live', { set: 'M', video: 'v', head: 0.1 }),
        prediction('spoof', { set: 'C', video: 'v', head: 0.2 }),
      ],
      'head',
      'video',
    );
    expect(trials.map(({ id }) => id)).toEqual(['M/v', 'C/v']);
  });

  it.each([NaN, Infinity, -Infinity])('refuses a score of %s and names the file', (head) => {
    const bad = [prediction('live', { head, file: 'a/b.png' })];
    expect(() => measure(bad, FIXED, FRAMES)).toThrow(WhyLiveError);
    expect(() => measure(bad, FIXED, FRAMES)).toThrow(/^a\/b\.png: The probability of the head is/);
  });
});

describe('policies', () => {
  it('each have their own words, and the one that reads the test set says so', () => {
    const all = [...policiesOf('text'), ...policiesOf('head')];
    expect(new Set(all.map(policyWords)).size).toBe(all.length);
    expect(policyWords({ kind: 'test-eer' })).toMatch(/as SSDG and FLIP do: it uses target labels/);
    expect(policyWords({ kind: 'development-apcer', target: 0.05 })).toContain('APCER of at most 5 %');
  });

  it('hold on development data what they promise', () => {
    const development = drawn(300, 2);
    for (const target of [0, 0.01, 0.05, 0.1]) {
      const ours = measure(development, { kind: 'development-apcer', target }, { ...VIDEOS, development });
      expect(ours.far!).toBeLessThanOrEqual(target);
      expect(ours.far!).toBeGreaterThan(target - 2 / ours.spoof);
    }
  });
});

describe('intervals', () => {
  const bootstrap = { resamples: 400, seed: 3 };

  it('hold the value between them, are the same for a seed and narrower for more videos', () => {
    const few = measure(drawn(60, 2), FIXED, { ...VIDEOS, bootstrap });
    const many = measure(drawn(1500, 2), FIXED, { ...VIDEOS, bootstrap });
    const width = ({ intervals }: Measures, rate: 'hter' | 'auc'): number =>
      intervals[rate]!.high - intervals[rate]!.low;
    for (const ours of [few, many]) {
      for (const rate of ['hter', 'far', 'frr', 'accuracy', 'balancedAccuracy', 'auc', 'eer', 'tprAt1Fpr'] as const) {
        const { low, high } = ours.intervals[rate]!;
        expect([rate, low <= ours[rate]! && ours[rate]! <= high, low < high]).toEqual([rate, true, true]);
      }
      expect(
        ours.byAttack.every(({ hter, intervals }) => intervals!.hter!.low <= hter! && hter! <= intervals!.hter!.high),
      ).toBe(true);
      for (const { far, spoof, intervals } of ours.byAttack) {
        expect(intervals!.far!.low).toBeLessThanOrEqual(far!);
        expect(intervals!.far!.high).toBeGreaterThanOrEqual(far!);
        expect(intervals!.far!.videos).toBe(spoof);
      }
    }
    // 25 times as many videos: a fifth of the width, give or take.
    expect(width(many, 'hter') / width(few, 'hter')).toBeGreaterThan(0.1);
    expect(width(many, 'hter') / width(few, 'hter')).toBeLessThan(0.4);
    expect(few.intervals.hter).toMatchObject({ level: 0.95, resamples: 400, videos: 60 });
    expect(measure(drawn(60, 2), FIXED, { ...VIDEOS, bootstrap })).toEqual(few);
    expect(measure(drawn(60, 2), FIXED, { ...VIDEOS, bootstrap: { ...bootstrap, seed: 4 } }).intervals).not.toEqual(
      few.intervals,
    );
  });

  it('of a share are those of the binomial distribution', () => {
    // 30 of 100 live wrong: standard deviation of the share sqrt(0.3 * 0.7 / 100) = 0.0458, 1.96 of them either way.
    const test = byHead(
      Array.from({ length: 100 }, (_, i) => (i < 30 ? 0.9 : 0.1)),
      Array.from({ length: 50 }, () => 0.9),
    );
    const { low, high } = measure(test, FIXED, { ...VIDEOS, bootstrap: { resamples: 4000, seed: 1 } }).intervals.frr!;
    expect(Math.abs(low - (0.3 - 1.96 * 0.0458))).toBeLessThan(0.012);
    expect(Math.abs(high - (0.3 + 1.96 * 0.0458))).toBeLessThan(0.012);
  });

  it('draw the frames of a video together', () => {
    // Ten equal frames of a video are one witness, not ten.
    const copied = drawn(80, 1).flatMap((frame) =>
      Array.from({ length: 10 }, (_, i) => ({ ...frame, sampleId: `${frame.sampleId}/${i}` })),
    );
    const frames = measure(copied, FIXED, { ...FRAMES, bootstrap }).intervals;
    const videos = measure(drawn(80, 1), FIXED, { ...VIDEOS, bootstrap }).intervals;
    expect(frames.hter!.low).toBeCloseTo(videos.hter!.low, 12);
    expect(frames.hter!.high).toBeCloseTo(videos.hter!.high, 12);
    expect(frames.auc!.low).toBeCloseTo(videos.auc!.low, 12);
  });

  it('vary with attacks of one video each, which alone would be the same in every resample', () => {
    const live = Array.from({ length: 20 }, () => prediction('live', { head: 0.2 }));
    const spoof = (attackOf: (i: number) => string): Prediction[] =>
      Array.from({ length: 14 }, (_, i) => prediction('spoof', { head: i % 2 ? 0.9 : 0.1, attack: attackOf(i) }));
    const of = (attackOf: (i: number) => string): Interval =>
      measure([...live, ...spoof(attackOf)], FIXED, { ...VIDEOS, bootstrap }).intervals.far!;
    const [each, one] = [of((i) => `attack ${i}`), of(() => 'print')];
    expect(each.low).toBeLessThan(0.4);
    expect(each.high).toBeGreaterThan(0.6);
    expect([each.low, each.high]).toEqual([one.low, one.high]);
  });

  it('set the threshold of equal errors anew in each resample, and keep one of development data', () => {
    const test = drawn(120, 2);
    const anew = measure(test, { kind: 'test-eer' }, { ...VIDEOS, bootstrap });
    const kept = measure(test, { kind: 'fixed', threshold: anew.threshold! }, { ...VIDEOS, bootstrap });
    expect(anew.hter).toBe(kept.hter);
    // Each resample's own threshold keeps FAR beside FRR: both spread alike. A threshold that stays does not.
    const apart = ({ intervals: { far, frr } }: Measures): number =>
      Math.abs(far!.low - frr!.low) + Math.abs(far!.high - frr!.high);
    expect(apart(anew)).toBeLessThan(0.02);
    expect(apart(kept)).toBeGreaterThan(0.02);
    expect(anew.intervals.auc).toEqual(kept.intervals.auc);
  });

  it('are those of text too, and of nothing that cannot vary', () => {
    const text = measure(
      byText(['live', 'spoof', 'live', 'undecided'], ['spoof', 'live', 'spoof']),
      { kind: 'text' },
      { ...TEXTS, bootstrap },
    );
    expect(Object.keys(text.intervals).sort()).toEqual(['accuracy', 'balancedAccuracy', 'far', 'frr', 'hter']);
    const one = measure(byHead([0.1], [0.4, 0.9]), FIXED, { ...VIDEOS, bootstrap });
    expect(one.intervals).toEqual({});
    expect(one.notes.join(' ')).toContain('fewer than two videos');
  });

  it('take 2,000 resamples of 5,000 videos in a second or two, and let others have their turn', async () => {
    const test = drawn(5000, 1);
    const options = { ...VIDEOS, bootstrap: { resamples: 2000, seed: 0 } };
    const started = performance.now();
    const at = measure(test, { kind: 'test-eer' }, options);
    // Measured: 0.4 s on a quiet core; the bound leaves room for a busy one.
    expect(performance.now() - started).toBeLessThan(8000);
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    expect(await measureInTurns(test, { kind: 'test-eer' }, options)).toEqual(at);
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(3);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    await expect(measureInTurns(test, FIXED, { ...options, signal: stop.signal })).rejects.toThrow(CancelledError);
  });
});

describe('two runs, two readers', () => {
  it('pair by sample; only what one of them got right counts', () => {
    const first = byText(['live', 'live', 'spoof'], ['spoof', 'spoof', 'live']);
    // Right: 1 1 0 1 1 0 against 1 0 1 0 1 0: only first 2, only second 1.
    const verdicts = ['live', 'spoof', 'live', 'undecided', 'spoof', 'live'] as const;
    const second = first.map((frame, i) => ({ ...frame, verdict: verdicts[i]! }));
    const of = (test: Prediction[]) => judge(test, { kind: 'text' }, { reader: 'text', unit: 'frame' }).judged;
    const extra = byText(['live'], []);
    const result = mcnemar(of([...first, ...extra]), of(second));
    expect(result).toMatchObject({ n: 6, unpaired: 1, bothRight: 2, onlyFirst: 2, onlySecond: 1, bothWrong: 1 });
    // P(2 or more of 3 either way) = 2 * (1 + 3) / 8 = 1.
    expect([result.exact, result.test]).toEqual([1, 'exact']);
    // (|2 - 1| - 1)^2 / 3 = 0.
    expect(result.chiSquare).toEqual({ statistic: 0, p: 1 });
  });

  it('says how far chance explains that readers agree, and lists where they contradict one another', () => {
    // Head: l l s s s; text: l s s s undecided. Agreed 3 of 5. By chance 2/5 * 1/5 + 3/5 * 3/5 = 11/25.
    // kappa = (15/25 - 11/25) / (14/25) = 2/7.
    const heads = [0.1, 0.2, 0.8, 0.9, 0.7];
    const texts = ['live', 'spoof', 'spoof', 'spoof', 'undecided'] as const;
    const test = heads.map((head, i) => prediction('spoof', { head, verdict: texts[i]!, text: '', file: `${i}.png` }));
    const [head, text] = [
      { reader: 'head', policy: FIXED },
      { reader: 'text', policy: { kind: 'text' } },
    ] as const;
    const ours = compareReaders(test, head, text, { unit: 'frame' });
    expect(ours.kappa).toBeCloseTo(2 / 7, 15);
    expect(ours.table).toEqual([
      [1, 1, 0],
      [0, 2, 1],
      [0, 0, 0],
    ]);
    expect(ours.contradictions.map(({ trial, first, second }) => [trial.file, first, second])).toEqual([
      ['1.png', 'live', 'spoof'],
    ]);
    // Both say spoof always: chance explains all, and kappa is 0 / 0.
    expect(compareReaders(test.slice(2, 4), head, text, { unit: 'frame' })).toMatchObject({ observed: 1, kappa: null });
  });
});

describe('points for drawing', () => {
  it('are few, with exact ends, and near to all others', () => {
    const curve = curveOfTrials(trialsOf(drawn(4000, 1), 'head', 'video'));
    const all = operatingPoints(curve, Infinity);
    const few = operatingPoints(curve, 100);
    expect(all.length).toBeGreaterThan(500);
    expect(few.length).toBeLessThanOrEqual(100);
    expect([few[0], few.at(-1)]).toEqual([all[0], all.at(-1)]);
    for (const { far, frr } of all)
      expect(Math.min(...few.map((point) => Math.abs(point.far - far) + Math.abs(point.frr - frr)))).toBeLessThan(
        2 / 98,
      );
    expect(operatingPoints(curveOfTrials(trialsOf(byHead([0.1], []), 'head', 'frame')))).toEqual([]);
  });

  it('turn on the scale of the normal distribution', () => {
    for (const p of [1e-9, 0.01, 0.3, 0.5, 0.9, 1 - 1e-9]) expect(normalCdf(probit(p))).toBeCloseTo(p, 14);
    expect([probit(0), probit(1), probit(-1)]).toEqual([-Infinity, Infinity, NaN]);
  });
});
