/** Benchmark figures as text: a Markdown table for the terminal and for docs/performance.md. */

/** @typedef {import('../../tests/bench/result').Result} Result */

/** Milliseconds with three digits that mean something. */
const time = (/** @type {number} */ ms) =>
  ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;

const figure = (/** @type {string} */ name, /** @type {number} */ value) =>
  name.includes('bytes')
    ? value >= 1e9
      ? `${(value / 1e9).toFixed(2)} GB`
      : `${(value / 1e6).toFixed(1)} MB`
    : name.includes('relative')
      ? value.toExponential(1)
      : value >= 100 || Number.isInteger(value)
        ? value.toFixed(0)
        : value.toFixed(1);

/** One result on one line. @param {Result} result */
export function benchLine({ name, milliseconds }) {
  const { whylive, ...peers } = milliseconds;
  const ratios = Object.entries(peers).map(([peer, ms]) => `${(ms / whylive).toFixed(2)}x ${peer}`);
  return `${name}: ${[time(whylive), ...ratios].join(', ')}`;
}

/** @param {any} report */
export function benchTable({ adapter, processor, peak, versions, options, date, results }) {
  /** @type {Result[]} */
  const all = results;
  const peers = [...new Set(all.flatMap(({ milliseconds }) => Object.keys(milliseconds)))].filter(
    (name) => name !== 'whylive',
  );
  const rows = all.map(({ name, milliseconds, gflop, figures = {} }) => {
    const { whylive } = milliseconds;
    const rate = gflop === undefined ? '' : ((gflop / whylive) * 1000).toFixed(1);
    const share = gflop === undefined || peak === 0 ? '' : `${((gflop / whylive / peak) * 100_000).toFixed(0)} %`;
    const compared = peers.flatMap((peer) => {
      const ms = milliseconds[peer];
      return ms === undefined ? ['', ''] : [time(ms), (ms / whylive).toFixed(2)];
    });
    const other = Object.entries(figures).map(([what, value]) => `${what}: ${figure(what, value)}`);
    return [name, time(whylive), ...compared, rate, share, other.join('; ')];
  });
  const head = ['', 'WhyLive', ...peers.flatMap((peer) => [peer, 'ratio']), 'GFLOP/s', 'of peak', ''];
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const known = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `\n${options.backend}, ${options.shape}: ${adapter}; ${processor}; ${known.join(', ')}; ${date.slice(0, 10)}.` +
      (peak > 0 ? ` Multiply-add peak ${peak.toFixed(0)} GFLOP/s.` : ''),
    `Medians of ${options.runs} after one that is not timed; a ratio above 1 means that WhyLive is faster in this run.\n`,
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
  ].join('\n');
}
