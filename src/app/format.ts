/** Numbers as the page writes them: unit beside the figure, no more digits than the sample size carries. */

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const NONE = '\u2013';

/** `12,480` */
export function count(value: number): string {
  return whole.format(value);
}

/** `1 sample`, `12 samples` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Three significant figures, without exponent where that stays readable. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1000) return whole.format(value);
  if (size < 1e-3) return value.toExponential(1).replace('e-', 'e\u2212');
  return Number(value.toPrecision(3)).toString();
}

/**
 * A rate in [0, 1] as per cent. One sample more or less moves it by 100 / n per cent, so decimals only appear
 * where n is large enough to mean them.
 */
export function percent(rate: number | null, n: number): string {
  if (rate === null || !Number.isFinite(rate)) return NONE;
  return `${(100 * rate).toFixed(n >= 2000 ? 1 : 0)} %`;
}

/** A probability with two decimals; never rounded to certainty. */
export function probability(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NONE;
  if (value > 0.99) return '> 0.99';
  if (value < 0.01) return '< 0.01';
  return value.toFixed(2);
}

/** `0.4 s`, `18 s`, `4 min 10 s`, `2 h 05 min`; null: not known yet. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return NONE;
  if (seconds >= 0.05 && seconds < 0.95) return `${seconds.toFixed(1)} s`;
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) return `${total} s`;
  const minutes = Math.floor(total / 60);
  if (minutes < 10) return `${minutes} min ${String(total % 60).padStart(2, '0')} s`;
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `412 MB`: powers of 1,000, as operating systems and shops write them. */
export function bytes(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : Number(size.toPrecision(2))} ${units[unit]}`;
}

/** `23 Nov 2026, 14:05` */
export function date(time: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

/** `13.6 M` */
export function million(value: number): string {
  return value >= 1e9 ? `${figure(value / 1e9)} G` : value >= 1e6 ? `${figure(value / 1e6)} M` : count(value);
}
