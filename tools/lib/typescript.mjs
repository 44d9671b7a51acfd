/** TypeScript of this repository in Node: bundled once with the bundler that vite brings, then imported. */
import { createRequire } from 'node:module';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { isAbsolute, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ROOT, inRoot } from './paths.mjs';

const CACHE = inRoot('node_modules/.cache/whylive');

/** rolldown is a dependency of vite, not of this package: resolved from where vite stands. */
async function bundler() {
  const fromVite = createRequire(createRequire(import.meta.url).resolve('vite/package.json'));
  return import(pathToFileURL(fromVite.resolve('rolldown')).href);
}

/**
 * Bundles a TypeScript module into a file that is named by its content.
 * @param {string | URL} entry path from the repository's root (`src/data/split.ts`), absolute path or file URL
 * @returns {Promise<string>} path of the bundle
 */
export async function bundleTypeScript(entry) {
  const file = entry instanceof URL ? fileURLToPath(entry) : isAbsolute(entry) ? entry : inRoot(entry);
  await stat(file); // the system's own words where there is no such file
  const { rolldown } = await bundler();
  // ES modules first, as vite resolves them: tfjs's CommonJS entries would be a second copy of its core.
  const resolve = { mainFields: ['module', 'main'] };
  const bundle = await rolldown({ input: file, platform: 'node', cwd: ROOT, logLevel: 'warn', resolve });
  let code;
  try {
    const { output } = await bundle.generate({ format: 'esm', codeSplitting: false, sourcemap: 'inline' });
    code = output[0].code;
  } finally {
    await bundle.close();
  }
  // Named by content: processes that start together write the same bytes, and none reads half a file.
  const digest = createHash('sha256').update(code).digest('hex').slice(0, 16);
  const name = relative(ROOT, file).replace(/[^a-z0-9]+/gi, '_');
  const target = join(CACHE, `${name}.${digest}.mjs`);
  await mkdir(CACHE, { recursive: true });
  const part = `${target}.${process.pid}`;
  await writeFile(part, code);
  await rename(part, target);
  return target;
}

/**
 * The exports of a TypeScript module; `entry` as in `bundleTypeScript`.
 * @param {string | URL} entry
 * @returns {Promise<any>}
 */
export const loadTypeScript = async (entry) => import(pathToFileURL(await bundleTypeScript(entry)).href);
