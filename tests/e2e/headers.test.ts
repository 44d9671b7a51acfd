/** Every response carries its policy: the built page as it loads, Vite's development server, and no foreign address. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { headersFor, policyNameFor } from '../../tools/headers.mjs';
import { openSite, type Site } from './support';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('every file that the page and its threads load carries exactly its headers', async () => {
  const seen = new Map<string, Record<string, string>>();
  site.context.on('response', (response) => {
    if (response.url().startsWith(site.url)) seen.set(new URL(response.url()).pathname, response.headers());
  });
  const page = await site.openPage();
  await page.waitForLoadState('networkidle');
  const paths = [...seen.keys()];
  for (const name of ['trainer', 'frames', 'hub']) {
    expect(
      paths.filter((path) => new RegExp(`^/workers/${name}-[\\w-]+\\.js$`).test(path)),
      name,
    ).toHaveLength(1);
  }
  for (const [path, headers] of seen) {
    for (const [name, value] of Object.entries(headersFor(path))) expect(headers[name.toLowerCase()], path).toBe(value);
  }
  expect(policyNameFor(paths.find((path) => path.startsWith('/workers/trainer')) ?? '')).toBe('sealed');
});

test('the page logs no error while it loads', () => {
  expect(site.errors).toEqual([]);
});

test("the development server sends the workers' policies too", async () => {
  const server = spawn(
    process.execPath,
    ['node_modules/vite/bin/vite.js', '--host', '127.0.0.1', '--port', '0', '--clearScreen', 'false'],
    {
      env: { ...process.env, VITEST: undefined, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      const timer = setTimeout(() => reject(new Error(`vite printed no address: ${text}`)), 60_000);
      const take = (chunk: Buffer): void => {
        text += chunk.toString();
        const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(text);
        if (!address) return;
        clearTimeout(timer);
        resolve(address[0]);
      };
      server.stdout.on('data', take);
      server.stderr.on('data', take);
    });
    for (const name of ['trainer', 'frames', 'hub']) {
      const path = `/workers/${name}.ts`;
      const response = await fetch(new URL(`${path}?worker_file&type=module`, url));
      expect(response.status).toBe(200);
      expect(response.headers.get('content-security-policy')).toBe(headersFor(path)['Content-Security-Policy']);
    }
    const page = await fetch(url);
    expect(page.headers.get('content-security-policy')).toBe(
      headersFor('/', { development: true })['Content-Security-Policy'],
    );
    expect(await page.text()).toContain('/seal.js');
  } finally {
    server.kill();
  }
});

/** Hosts that the build names and never fetches from by itself, with the reason. */
const NAMED_ONLY = new Set([
  'huggingface.co', // the model hub: asked by the hub's thread alone, and only when the user wants a model
  'www.w3.org', // XML namespaces
  'www.apache.org', // licence notices
  'github.com', // links in error texts and comments of tfjs
  'emscripten.org', // link in an error text of tfjs's WASM backend
  'en.wikipedia.org', // comment in a tfjs shader
  'www.shadertoy.com', // comment in a tfjs shader
  'mozilla.org', // a metadata key of Matroska files in mediabunny
  'localhost', // the page's advice where the site is served without a secure context
  'probe.invalid', // what the threads try in their proof: a name that cannot exist (RFC 2606)
]);

test('no script, style or page in the build names a foreign host, but for names that are never fetched unasked', () => {
  const found = new Map<string, string>();
  for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|html|svg|json)$/.test(entry.name)) continue;
    const file = `${entry.parentPath}/${entry.name}`;
    for (const [, host = ''] of readFileSync(file, 'utf8').matchAll(/\b(?:https?|wss?):\/\/([\w-]+(?:\.[\w-]+)*)/g)) {
      if (!NAMED_ONLY.has(host)) found.set(host, file);
    }
  }
  expect(Object.fromEntries(found)).toEqual({});
});
