/** Memory of a browser's processes, from Linux's /proc: each page of memory counted once (PSS). */
import { readdirSync, readFileSync } from 'node:fs';
import { Sentence } from './terminal.mjs';

/**
 * @typedef {object} Usage bytes
 * @property {number} total all processes of the browser
 * @property {number} renderer those that run pages and their workers
 * @property {number} gpu the GPU process; a software adapter's buffers lie in it
 */

const read = (/** @type {string} */ path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process has just ended
  }
};

/** Process ids of the browser that was started with `profile`, its children included. */
export function browserProcesses(/** @type {string} */ profile) {
  if (process.platform !== 'linux') throw new Sentence('Memory is measured from /proc: this needs Linux.');
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((id) => {
      const stat = read(`/proc/${id}/stat`);
      return {
        id,
        parent: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '',
        line: read(`/proc/${id}/cmdline`),
      };
    });
  const family = new Set(all.filter(({ line }) => line.includes(`--user-data-dir=${profile}`)).map(({ id }) => id));
  for (let grown = true; grown;) {
    grown = false;
    for (const { id, parent } of all) {
      if (family.has(id) || !family.has(parent)) continue;
      family.add(id);
      grown = true;
    }
  }
  return all.filter(({ id }) => family.has(id));
}

/** @returns {Usage} */
export function memoryOf(/** @type {string} */ profile) {
  const usage = { total: 0, renderer: 0, gpu: 0 };
  for (const { id, line } of browserProcesses(profile)) {
    const pss = Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0) * 1024;
    usage.total += pss;
    if (line.includes('--type=renderer')) usage.renderer += pss;
    if (line.includes('--type=gpu-process')) usage.gpu += pss;
  }
  return usage;
}

/**
 * Looks every `every` milliseconds until `stop` is called.
 *
 * @returns {{peak: Usage, stop: () => Usage}} `peak`: of the largest total, so its parts were seen together
 */
export function watchMemory(/** @type {string} */ profile, every = 50) {
  const watch = { peak: memoryOf(profile), stop: () => watch.peak };
  const timer = setInterval(() => {
    const now = memoryOf(profile);
    if (now.total > watch.peak.total) watch.peak = now;
  }, every);
  watch.stop = () => {
    clearInterval(timer);
    return watch.peak;
  };
  return watch;
}
