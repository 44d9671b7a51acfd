/**
 * Makes a fresh clone ready with nothing but Node: packages, Chromium, a current build. Every tool calls what it
 * needs of this first, and imports packages only afterwards. Run by itself it does all of it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { headersFile } from './headers.mjs';
import { DIST, inRoot, isExecutable, onPath } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { duration, LiveLine, main, say, Sentence } from './lib/terminal.mjs';

/** Vite and Vitest need `require(esm)`, which Node has from 20.19 on. */
const NODE = { major: 20, minor: 19 };

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NODE.major || (major === NODE.major && minor >= NODE.minor)) return;
  throw new Sentence(
    `Node ${process.versions.node} is too old: WhyLive needs Node ${NODE.major}.${NODE.minor} or newer (https://nodejs.org).`,
  );
}

/** @typedef {Record<string, {version?: string, integrity?: string, optional?: boolean, link?: boolean, dev?: boolean}>} Packages */

/** @returns {Packages | null} */
function packagesOf(/** @type {string} */ file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

/** True when node_modules holds exactly what the lock file asks for (optional packages may be absent). */
export function packagesAreCurrent() {
  const wanted = packagesOf(inRoot('package-lock.json'));
  const present = packagesOf(inRoot('node_modules', '.package-lock.json'));
  if (!wanted) throw new Sentence('package-lock.json is missing or damaged: clone the project again.');
  if (!present) return false;
  for (const [name, entry] of Object.entries(wanted)) {
    if (name === '') continue;
    const there = present[name];
    if (!there && !entry.optional) return false;
    if (there && (there.version !== entry.version || there.integrity !== entry.integrity)) return false;
    if (there && !existsSync(inRoot(name, 'package.json'))) return false;
  }
  return Object.keys(present).every((name) => name in wanted);
}

/** Installs the packages of the lock file when they are missing or different. */
export async function ensurePackages() {
  requireNode();
  if (packagesAreCurrent()) return;
  const total = Object.keys(packagesOf(inRoot('package-lock.json')) ?? {}).length - 1;
  const line = new LiveLine(10);
  const start = performance.now();
  const timer = setInterval(() => {
    const seconds = (performance.now() - start) / 1000;
    line.show(
      `Installing packages (first start only): about ${Math.min(countPackages(), total)} of ${total}, ${duration(seconds)}`,
    );
  }, 500);
  // Started by npm, its own path is known; otherwise the one on PATH is used (a .cmd file on Windows: needs a shell).
  const own = process.env['npm_execpath'];
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const outcome =
    own && /npm-cli\.[cm]?js$/.test(own)
      ? await run(process.execPath, [own, ...args], { seconds: 1200 })
      : await run('npm', args, { seconds: 1200, shell: process.platform === 'win32' });
  clearInterval(timer);
  line.end();
  if (outcome.status !== 0) {
    const last = outcome.output.trim().split('\n').slice(-12).join('\n');
    throw new Sentence(
      `${last}\nInstalling packages failed (npm ci, exit status ${outcome.status}${outcome.timedOut ? ', stopped after 20 minutes' : ''}): check that the package registry can be reached, then run the command again.`,
    );
  }
  say(`Packages installed in ${duration(outcome.seconds)}.`);
}

function countPackages() {
  let count = 0;
  try {
    for (const name of readdirSync(inRoot('node_modules'))) {
      if (name.startsWith('@')) count += readdirSync(inRoot('node_modules', name)).length;
      else if (!name.startsWith('.')) count++;
    }
  } catch {
    // Not there yet, or just being replaced by npm.
  }
  return count;
}

/** Where Chrome and Chromium lie when they are not on PATH. */
const USUAL_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Chromium's path: $CHROMIUM, then PATH, then the usual places; null when there is none. Installs nothing. */
export function findChromium() {
  const named = process.env['CHROMIUM'];
  if (named) {
    const file = isExecutable(named) ? named : onPath([named]);
    if (file) return file;
    throw new Sentence(`CHROMIUM is set to ${named}, which is not a program: unset it or give Chromium's path.`);
  }
  return (
    onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']) ??
    USUAL_PLACES.find(isExecutable) ??
    null
  );
}

const INSTALL = 'install Chromium or Chrome (or set CHROMIUM to its path), then run the command again.';

/** Chromium's path, installed from Debian's packages where that is possible without a question. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return (process.env['CHROMIUM'] = found);
  const apt = process.platform === 'linux' ? onPath(['apt-get']) : null;
  const root = process.getuid?.() === 0;
  const sudo = !root && apt && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  if (!apt || !(root || sudo)) throw new Sentence(`No Chromium was found: ${INSTALL}`);

  const line = new LiveLine(10);
  const start = performance.now();
  let last = '';
  const timer = setInterval(
    () =>
      line.show(`Installing Chromium from Debian's packages, ${duration((performance.now() - start) / 1000)}: ${last}`),
    500,
  );
  const onOutput = (/** @type {string} */ text) => {
    last = text.trim().split('\n').at(-1)?.slice(0, 80) ?? last;
  };
  const call = (/** @type {string[]} */ ...args) => {
    const environment = ['env', 'DEBIAN_FRONTEND=noninteractive', apt, '-q', ...args];
    const [command = '', ...rest] = sudo ? ['sudo', '-n', ...environment] : environment;
    return run(command, rest, { seconds: 900, onOutput });
  };
  await call('update');
  const outcome = await call('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
  clearInterval(timer);
  line.end();
  const installed = findChromium();
  if (outcome.status !== 0 || !installed) {
    const tail = outcome.output.trim().split('\n').slice(-5).join('\n');
    throw new Sentence(`${tail}\nInstalling Chromium with apt-get failed: ${INSTALL}`);
  }
  say(`Chromium installed in ${duration((performance.now() - start) / 1000)}.`);
  return (process.env['CHROMIUM'] = installed);
}

/** What the build is made from. */
const SOURCES = [
  'index.html',
  'package-lock.json',
  'public',
  'src',
  'tools/headers.mjs',
  'tsconfig.base.json',
  'vite.config.ts',
  'workers',
];

/** A fingerprint of every source file's path, size and time of change. */
function sourcesFingerprint() {
  const hash = createHash('sha256');
  const visit = (/** @type {string} */ relative) => {
    const full = inRoot(relative);
    if (!existsSync(full)) return;
    const info = statSync(full);
    if (info.isDirectory()) for (const name of readdirSync(full).sort()) visit(`${relative}/${name}`);
    else hash.update(`${relative}\0${info.size}\0${info.mtimeMs}\n`);
  };
  for (const source of SOURCES) visit(source);
  return hash.digest('hex');
}

/** Writes `public/_headers` when it differs from the table. */
export function writeHeadersFile() {
  const file = inRoot('public', '_headers');
  const text = headersFile();
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Builds `dist/` when a source is newer than the last build. Returns true when it built. */
export async function ensureBuild({ force = false } = {}) {
  writeHeadersFile();
  const stamp = inRoot('.cache', 'build.txt');
  const fingerprint = sourcesFingerprint();
  const current = existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint;
  if (!force && current && existsSync(path.join(DIST, 'index.html'))) return false;

  const line = new LiveLine(10);
  const start = performance.now();
  const timer = setInterval(() => line.show(`Building the page, ${duration((performance.now() - start) / 1000)}`), 500);
  // Built beside and then renamed, so that a server that is running never serves half a build.
  const fresh = inRoot('.cache', `dist-${process.pid}`);
  const outcome = await run(
    process.execPath,
    [
      inRoot('node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      '--outDir',
      fresh,
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ],
    // Vitest's variables would make it a build for tests, with Lit's development mode in it.
    { seconds: 300, env: { VITEST: undefined, NODE_ENV: undefined } },
  );
  clearInterval(timer);
  line.end();
  if (outcome.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Sentence(`${outcome.output.trim()}\nThe build failed: see the lines above.`);
  }
  const old = inRoot('.cache', `old-${process.pid}`);
  if (existsSync(DIST)) renameSync(DIST, old);
  renameSync(fresh, DIST);
  rmSync(old, { recursive: true, force: true });
  writeFileSync(stamp, fingerprint);
  say(`Built the page in ${duration(outcome.seconds)}.`);
  return true;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await ensurePackages();
    say(`Chromium: ${await ensureChromium()}`);
    await ensureBuild();
    say('Ready.');
  });
}
