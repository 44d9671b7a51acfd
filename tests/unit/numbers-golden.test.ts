import { describe, expect, it } from 'vitest';
import {
  agreementOf,
  chiSquareTail,
  curveOfTrials,
  mcnemarOf,
  measure,
  operatingPoints,
  probit,
  quantile,
  trialsOf,
} from '../../src/evaluate/numbers';
import { Statistics } from '../../src/evaluate/numbers/bootstrap';
import { rank } from '../../src/evaluate/numbers/curve';
import type { Prediction, ThresholdPolicy, Verdict } from '../../src/protocol';
import golden from '../golden/error_rates.json';
import { prediction } from '../support/predictions';

type Nullable = number | null;
interface AtThreshold extends Record<'far' | 'frr' | 'hter' | 'accuracy' | 'balancedAccuracy' | 'apcerMax', Nullable> {
  threshold: number;
  confusion: number[][];
  byAttack: Record<string, { apcer: number; accuracy: number; balancedAccuracy: Nullable; auc: Nullable }>;
}

/** Equal to 1e-12, or both undefined. */
function same(ours: number | null | undefined, theirs: number | null, what: string): void {
  if (theirs === null || ours === null || ours === undefined) expect([what, ours]).toEqual([what, theirs]);
  else expect(Math.abs(ours - theirs), `${what}: ${ours} for ${theirs}`).toBeLessThanOrEqual(1e-12);
}

const predictionsOf = (labels: number[], scores: number[], attacks: (string | null)[]): Prediction[] =>
  labels.map((label, i) =>
    prediction(label === 1 ? 'spoof' : 'live', { head: scores[i]!, attack: attacks[i]!, sampleId: `${i}` }),
  );

const POLICIES: Record<string, ThresholdPolicy> = {
  fixed: { kind: 'fixed', threshold: 0.5 },
  'test-eer': { kind: 'test-eer' },
  'development-eer': { kind: 'development-eer' },
  'development-apcer': { kind: 'development-apcer', target: 0.1 },
};

describe('numbers of scikit-learn', () => {
  it.each(golden.cases)('$name', ({ labels, scores, attacks, auc, eer, tprAt1Fpr, at }) => {
    const test = predictionsOf(labels, scores, attacks);
    for (const [name, expected] of Object.entries(at as unknown as Record<string, AtThreshold>)) {
      const options = { reader: 'head', unit: 'frame', development: test } as const;
      const ours = measure(test, POLICIES[name]!, options);
      same(ours.threshold, expected.threshold, `${name} threshold`);
      for (const rate of ['far', 'frr', 'hter', 'accuracy', 'balancedAccuracy', 'apcerMax'] as const)
        same(ours[rate], expected[rate], `${name} ${rate}`);
      same(ours.bpcer, expected.frr, `${name} BPCER`);
      same(ours.auc, auc, 'AUC');
      same(ours.eer, eer, 'EER');
      same(ours.tprAt1Fpr, tprAt1Fpr, 'TPR at 1 % FPR');
      const { liveAsLive, liveAsSpoof, spoofAsLive, spoofAsSpoof } = ours.confusion;
      expect([
        [liveAsLive, liveAsSpoof],
        [spoofAsLive, spoofAsSpoof],
      ]).toEqual(expected.confusion);
      const rows = Object.entries(expected.byAttack);
      expect(ours.byAttack.map(({ attack }) => attack)).toEqual(rows.map(([attack]) => attack));
      rows.forEach(([attack, row], i) => {
        const mine = ours.byAttack[i]!;
        same(mine.far, row.apcer, `${name} APCER of ${attack}`);
        same(mine.auc, row.auc, `${name} AUC of ${attack}`);
        same(mine.balancedAccuracy, row.balancedAccuracy, `${name} balanced accuracy of ${attack}`);
        // Without a live sample "all live against that attack" has no accuracy.
        if (mine.live > 0) same(mine.accuracy, row.accuracy, `${name} accuracy of ${attack}`);
        same(ours.apcer[i]!.rate, row.apcer, `${name} APCER of ${attack}`);
      });
    }
  });

  it.each(golden.weighted)('with weights, $labels.length samples', (expected) => {
    const { labels, scores, weights } = expected;
    const { trials } = trialsOf(
      predictionsOf(
        labels,
        scores,
        labels.map((l) => (l === 1 ? 'print' : null)),
      ),
      'head',
      'frame',
    );
    const wrong = Uint8Array.from(labels, (label, i) => (scores[i]! >= 0.5 === (label === 1) ? 0 : 1));
    const ranking = rank(trials.map(({ label, score }) => ({ label, score: score! })));
    const statistics = new Statistics({ trials, wrong, ranking, onTest: false });
    statistics.count(weights);
    for (const rate of ['auc', 'eer', 'tprAt1Fpr', 'accuracy', 'balancedAccuracy'] as const)
      same(statistics.rates[rate], expected[rate], rate);
  });
});

describe('tests and distributions of SciPy and statsmodels', () => {
  it.each(golden.mcnemar)(
    'McNemar, $onlyFirst against $onlySecond',
    ({ onlyFirst, onlySecond, exact, binomtest, ...chi }) => {
      const ours = mcnemarOf(onlyFirst, onlySecond);
      same(ours.exact, exact, 'exact');
      same(ours.exact, binomtest, 'binomtest');
      same(ours.chiSquare?.statistic ?? 0, chi.statistic, 'statistic');
      same(ours.chiSquare?.p ?? 1, chi.p, 'p');
      expect(ours.test).toBe(onlyFirst + onlySecond < 25 ? 'exact' : 'chi-square');
      expect(ours.p).toBe(ours.test === 'exact' ? ours.exact : ours.chiSquare!.p);
    },
  );

  it.each(golden.kappa)("Cohen's kappa, $first.length trials", ({ first, second, kappa }) => {
    same(agreementOf(first.map((verdict, i) => [verdict as Verdict, second[i] as Verdict])).kappa, kappa, 'kappa');
  });

  it('chi-square, normal quantiles, quantiles', () => {
    for (const [x, p] of golden.chiSquare) same(chiSquareTail(x!), p!, `chi-square of ${x}`);
    for (const [p, z] of golden.probit) same(probit(p!), z!, `probit of ${p}`);
    for (const [q, value] of golden.quantiles.of) same(quantile(golden.quantiles.values, q!), value!, `quantile ${q}`);
  });
});

describe('the curves of scikit-learn', () => {
  const { labels, scores, roc, det } = golden.curve;
  const trials = trialsOf(
    predictionsOf(
      labels,
      scores,
      labels.map(() => null),
    ),
    'head',
    'frame',
  );
  const points = operatingPoints(curveOfTrials(trials));
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12;

  it('ROC: every point of theirs lies on our polyline, and the ends are exact', () => {
    const [fpr, tpr] = roc as [number[], number[]];
    const ours = points.map(({ frr, far }) => [frr, 1 - far] as const);
    for (const [i, x] of fpr.entries()) {
      const y = tpr[i]!;
      const on = ours.slice(1).some(([x1, y1], k) => {
        const [x0, y0] = ours[k]!;
        const inside = x <= x0 + 1e-12 && x >= x1 - 1e-12 && y <= y0 + 1e-12 && y >= y1 - 1e-12;
        return inside && near((x - x0) * (y1 - y0), (y - y0) * (x1 - x0));
      });
      expect([x, y, on]).toEqual([x, y, true]);
    }
    expect([ours[0], ours.at(-1)]).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });

  it('DET: the same rates at the same thresholds', () => {
    const [fpr, fnr, thresholds] = det as [number[], number[], (number | null)[]];
    const shared = points.flatMap((point) => {
      const place = thresholds.indexOf(point.threshold);
      return place < 0 ? [] : [[near(point.frr, fpr[place]!), near(point.far, fnr[place]!)]];
    });
    expect(shared.length).toBeGreaterThan(10);
    expect(shared.flat().every(Boolean)).toBe(true);
  });
});
