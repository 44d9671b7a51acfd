/** The few distribution functions that tests and plots need, to about fourteen digits. */

/**
 * P of a count as far from n/2 as k or farther, either way, of n throws of a fair coin (k <= n/2): the exact McNemar
 * test. Terms are kept as a number times a power of two, as 2^-n alone is no double from n = 1075 on.
 */
export function halfBinomialTwoSided(k: number, n: number): number {
  if (2 * k >= n) return 1;
  let term = 1;
  let sum = 1;
  let exponent = -n;
  for (let i = 0; i < k; i++) {
    term *= (n - i) / (i + 1);
    sum += term;
    if (sum > 2 ** 500) {
      term *= 2 ** -500;
      sum *= 2 ** -500;
      exponent += 500;
    }
  }
  // Twice, as 2^-1074 is the least double and the sum may be large.
  return Math.min(1, 2 * sum * 2 ** Math.ceil(exponent / 2) * 2 ** Math.floor(exponent / 2));
}

/** P(chi-square with one degree of freedom >= x) = erfc(sqrt(x / 2)). */
export function chiSquareTail(x: number): number {
  return x <= 0 ? 1 : upperGammaHalf(x / 2);
}

/** Regularised upper incomplete gamma function Q(1/2, x): a series below 1.5, Lentz's continued fraction above. */
function upperGammaHalf(x: number): number {
  const scale = Math.sqrt(x / Math.PI) * Math.exp(-x);
  if (x < 1.5) {
    let term = 2;
    let sum = 2;
    for (let a = 1.5; term > sum * 1e-17; a++) {
      term *= x / a;
      sum += term;
    }
    return 1 - scale * sum;
  }
  const tiny = 1e-300;
  let b = x + 0.5;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 500; i++) {
    const a = -i * (i - 0.5);
    b += 2;
    d = 1 / (a * d + b || tiny);
    c = b + a / c || tiny;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return scale * h;
}

/** Standard normal distribution function. */
export function normalCdf(z: number): number {
  const tail = chiSquareTail(z * z) / 2;
  return z > 0 ? 1 - tail : tail;
}

/**
 * Its inverse, the scale of both axes of a DET plot; infinite at 0 and 1. A start from the logistic curve, then Newton's
 * steps on the smaller tail, where no digits are lost.
 */
export function probit(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  // Leading terms of the tail's expansion: good to a few per cent everywhere.
  const t = Math.sqrt(-2 * Math.log(tail));
  let z = Math.max(
    0,
    t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))),
  );
  for (let i = 0; i < 50; i++) {
    const q = chiSquareTail(z * z) / 2;
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    // Halley's step.
    const error = (q - tail) / density;
    const step = error / (1 - (z * error) / 2);
    z += step;
    if (Math.abs(step) < 1e-16 * Math.max(1, z)) break;
  }
  return p < 0.5 ? -z : z;
}
