"""Writes tests/golden/error_rates.json: error rates, curves, tests and quantiles by scikit-learn, SciPy, statsmodels and NumPy.

    python tools/golden/error_rates.py > tests/golden/error_rates.json

A sample is called spoof where its score is at or above the threshold; spoof is the positive class. What no library has
(the point of equal errors, APCER by attack, a threshold for a target APCER) is found here by trying every threshold.
Everything is seeded with 20260. Needs numpy, scipy, scikit-learn, statsmodels.
"""

from __future__ import annotations

import json
import warnings

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy.stats import binomtest, chi2, norm
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    confusion_matrix,
    det_curve,
    roc_auc_score,
    roc_curve,
)
from statsmodels.stats.contingency_tables import mcnemar

SEED = 20260
ATTACKS = ["print", "replay", "mask-paper"]


def equal_error_rate(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Where the polyline of roc_curve meets 1 - TPR = FPR, segment by segment."""
    fpr, tpr, _ = roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
    fnr = 1 - tpr
    for k in range(1, len(fpr)):
        before, after = fnr[k - 1] - fpr[k - 1], fnr[k] - fpr[k]
        if before >= 0 >= after:
            if before == after:
                return float(fnr[k])
            share = before / (before - after)
            return float(fnr[k - 1] + share * (fnr[k] - fnr[k - 1]))
    raise AssertionError("the curve ends at (1, 1)")


def rates_at(labels: np.ndarray, scores: np.ndarray, threshold: float) -> tuple[float, float]:
    called = scores >= threshold
    return float(np.mean(~called[labels == 1])), float(np.mean(called[labels == 0]))


def nearest_threshold(labels: np.ndarray, scores: np.ndarray) -> float:
    """Every score and one above all of them: the lowest whose FAR and FRR are nearest."""
    best, chosen = np.inf, np.nan
    for threshold in [*np.unique(scores), np.inf]:
        far, frr = rates_at(labels, scores, threshold)
        if abs(far - frr) < best:
            best, chosen = abs(far - frr), threshold
    return float(chosen)


def target_threshold(labels: np.ndarray, scores: np.ndarray, target: float) -> float:
    """The highest score at which at most `target` of spoof lies below."""
    return float(max(t for t in np.unique(scores) if np.mean(scores[labels == 1] < t) <= target))


def between(scores: np.ndarray, threshold: float) -> float:
    """Half-way down to the next lower score."""
    lower = np.unique(scores)[np.unique(scores) < threshold]
    if len(lower) == 0:
        return threshold
    middle = lower[-1] / 2 + threshold / 2
    return float(middle) if lower[-1] < middle <= threshold else threshold


def by_attack(labels, scores, attacks, threshold) -> dict:
    rows = {}
    for attack in sorted({a for a in attacks if a is not None}):
        here = np.array([a is None or a == attack for a in attacks])
        truth, called = labels[here], (scores[here] >= threshold).astype(int)
        rows[attack] = {
            "apcer": float(np.mean(called[truth == 1] == 0)),
            "accuracy": float(accuracy_score(truth, called)),
            "balancedAccuracy": float(balanced_accuracy_score(truth, called)) if (truth == 0).any() else None,
            "auc": float(roc_auc_score(truth, scores[here])) if (truth == 0).any() else None,
        }
    return rows


def case(name: str, labels, scores, generator: np.random.Generator) -> dict:
    labels, scores = np.asarray(labels), np.asarray(scores, dtype=float)
    attacks = [None if label == 0 else ATTACKS[int(generator.integers(len(ATTACKS)))] for label in labels]
    result: dict = {"name": name, "labels": labels.tolist(), "scores": scores.tolist(), "attacks": attacks}
    both = len(set(labels.tolist())) == 2
    result["auc"] = float(roc_auc_score(labels, scores)) if both else None
    result["eer"] = equal_error_rate(labels, scores) if both else None
    result["tprAt1Fpr"] = None
    thresholds = {"fixed": 0.5}
    if both:
        fpr, tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
        result["tprAt1Fpr"] = float(tpr[fpr <= 0.01].max())
        thresholds["test-eer"] = nearest_threshold(labels, scores)
        thresholds["development-eer"] = between(scores, nearest_threshold(labels, scores))
        thresholds["development-apcer"] = between(scores, target_threshold(labels, scores, 0.1))
    result["at"] = {}
    for policy, threshold in thresholds.items():
        called = (scores >= threshold).astype(int)
        far, frr = (rates_at(labels, scores, threshold)) if both else (None, None)
        if not both and labels[0] == 1:
            far = float(np.mean(called == 0))
        if not both and labels[0] == 0:
            frr = float(np.mean(called == 1))
        # Rows truth, columns prediction, live first.
        matrix = confusion_matrix(labels, called, labels=[0, 1])
        attack_rows = by_attack(labels, scores, attacks, threshold)
        result["at"][policy] = {
            "threshold": threshold,
            "far": far,
            "frr": frr,
            "hter": (far + frr) / 2 if both else None,
            "accuracy": float(accuracy_score(labels, called)),
            "balancedAccuracy": float(balanced_accuracy_score(labels, called)) if both else None,
            "confusion": matrix.tolist(),
            "apcerMax": max((row["apcer"] for row in attack_rows.values()), default=None),
            "byAttack": attack_rows,
        }
    return result


def cases(generator: np.random.Generator) -> list[dict]:
    def drawn(n: int, share: float, shift: float, digits: int | None) -> tuple[np.ndarray, np.ndarray]:
        labels = (generator.random(n) < share).astype(int)
        labels[:2] = [0, 1]
        scores = 1 / (1 + np.exp(-(generator.normal(size=n) + shift * (2 * labels - 1))))
        return labels, scores if digits is None else np.round(scores, digits)

    result = []
    for n, share, shift, digits in [
        (2, 0.5, 0.0, None),
        (3, 0.5, 0.5, 1),
        (7, 0.5, 0.0, 1),
        (20, 0.8, 0.5, None),
        (40, 0.3, 1.0, 1),
        (60, 0.5, 0.0, 2),
        (120, 0.7, 1.5, 2),
        (150, 0.9, 0.8, None),
        (300, 0.2, 1.0, None),
        (300, 0.5, 3.0, 3),
    ]:
        result.append(case(f"random, n {n}, digits {digits}", *drawn(n, share, shift, digits), generator))
    result += [
        case("one live", [0], [0.3], generator),
        case("one spoof", [1], [0.7], generator),
        case("live only", [0, 0, 0], [0.1, 0.6, 0.5], generator),
        case("spoof only", [1, 1, 1], [0.1, 0.6, 0.5], generator),
        case("one score for all, at the threshold", [0, 1, 0, 1, 1], [0.5] * 5, generator),
        case("one score for all, zero", [0, 1, 1], [0.0] * 3, generator),
        case("parted", [0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], generator),
        case("the wrong way round", [0, 0, 1, 1], [0.8, 0.9, 0.1, 0.2], generator),
        case("all of 0 and 1", [0, 0, 0, 1, 1, 1], [0.0, 1.0, 0.0, 1.0, 0.0, 1.0], generator),
        case("extreme", [0, 1, 0, 1, 0, 1], [5e-324, 1e-300, 1 - 2**-53, 1.0, 0.0, 1 - 2**-53], generator),
        case("neighbours among the doubles", [0, 1, 0, 1], [0.5, 0.5 + 2**-53, 0.5 - 2**-54, 0.5], generator),
    ]
    return result


def weighted(generator: np.random.Generator) -> list[dict]:
    """What a bootstrap counts: the numbers of samples with weights, some of them none."""
    rows = []
    for n, digits in [(12, 1), (50, 2), (80, None)]:
        labels = np.array([0, 1] * (n // 2))
        scores = generator.random(n) * 0.7 + 0.3 * labels
        scores = scores if digits is None else np.round(scores, digits)
        weights = generator.multinomial(n, [1 / n] * n)
        weights[:2] = np.maximum(weights[:2], 1)
        fpr, tpr, _ = roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
        called = scores >= 0.5
        rows.append(
            {
                "labels": labels.tolist(),
                "scores": scores.tolist(),
                "weights": weights.tolist(),
                "auc": float(roc_auc_score(labels, scores, sample_weight=weights)),
                "eer": equal_error_rate(labels, scores, weights),
                "tprAt1Fpr": float(tpr[fpr <= 0.01].max()),
                "accuracy": float(accuracy_score(labels, called, sample_weight=weights)),
                "balancedAccuracy": float(balanced_accuracy_score(labels, called, sample_weight=weights)),
            }
        )
    return rows


def main() -> None:
    warnings.simplefilter("ignore")
    generator = np.random.default_rng(SEED)
    golden: dict = {
        "about": "tools/golden/error_rates.py",
        "seed": SEED,
        "versions": {m.__name__: m.__version__ for m in (np, scipy, sklearn, statsmodels)},
        "cases": cases(generator),
        "weighted": weighted(generator),
    }

    golden["mcnemar"] = []
    for b, c in [(0, 0), (1, 0), (0, 5), (5, 5), (3, 12), (12, 12), (11, 13), (10, 15), (30, 12), (60, 60), (200, 150), (900, 1100)]:
        table = [[10, b], [c, 10]]
        n = b + c
        golden["mcnemar"].append(
            {
                "onlyFirst": b,
                "onlySecond": c,
                "exact": float(mcnemar(table, exact=True).pvalue) if n else 1.0,
                "binomtest": float(binomtest(b, n).pvalue) if n else 1.0,
                # statsmodels squares |b - c| - 1 even where that is -1.
                "statistic": float(mcnemar(table, exact=False, correction=True).statistic) if b != c else 0.0,
                "p": float(mcnemar(table, exact=False, correction=True).pvalue) if b != c else 1.0,
            }
        )

    words = ["live", "spoof", "undecided"]
    golden["kappa"] = []
    for n, agree in [(1, 1.0), (5, 0.0), (30, 0.5), (200, 0.8), (40, 1.0)]:
        first = [words[k] for k in generator.integers(3, size=n)]
        second = [f if generator.random() < agree else words[int(generator.integers(3))] for f in first]
        value = cohen_kappa_score(first, second, labels=words)
        golden["kappa"].append(
            {"first": first, "second": second, "kappa": None if np.isnan(value) else float(value)}
        )

    labels = np.array([0, 1] * 30)
    scores = np.round(generator.random(60) * 0.8 + 0.2 * labels, 2)
    fpr, tpr, thresholds = roc_curve(labels, scores)
    det_fpr, det_fnr, det_thresholds = det_curve(labels, scores)
    golden["curve"] = {
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        # The first threshold is infinite; JSON has no word for it.
        "roc": [fpr.tolist(), tpr.tolist(), [None, *thresholds[1:].tolist()]],
        "det": [det_fpr.tolist(), det_fnr.tolist(), [None if np.isinf(t) else float(t) for t in det_thresholds]],
    }
    xs = [0.0, 1e-12, 0.001, 0.5, 1.0, 2.9, 3.0, 3.1, 3.841458820694124, 10.0, 50.0, 200.0]
    ps = [1e-300, 1e-12, 1e-6, 0.001, 0.01, 0.05, 0.2, 0.4999, 0.5, 0.5001, 0.8, 0.975, 0.999999]
    golden["chiSquare"] = [[x, float(chi2.sf(x, 1))] for x in xs]
    golden["probit"] = [[p, float(norm.ppf(p))] for p in ps]
    values = np.sort(generator.random(41))
    golden["quantiles"] = {
        "values": values.tolist(),
        "of": [[q, float(np.quantile(values, q))] for q in [0, 0.025, 0.1, 1 / 3, 0.5, 0.975, 1]],
    }
    print(json.dumps(golden, separators=(",", ":")))


if __name__ == "__main__":
    main()
