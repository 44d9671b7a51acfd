/** The security headers: what each kind of file is allowed, and that every server says the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { headersFile, headersFor, HUB_HOSTS, policyNameFor } from '../../tools/headers.mjs';
import { serveFolder } from '../../tools/lib/serve.mjs';

/** A Content-Security-Policy as a map from directive to its values. */
function parse(value: string | null | undefined): Map<string, string> {
  return new Map(
    (value ?? '').split(';').map((part) => {
      const [name = '', ...values] = part.trim().split(/\s+/);
      return [name, values.join(' ')] as const;
    }),
  );
}

let server: Awaited<ReturnType<typeof serveFolder>>;
beforeAll(async () => {
  server = await serveFolder({ folder: 'public' });
});
afterAll(() => server.close());

test('threads that see frames may reach nothing, in a build and in development', () => {
  for (const path of [
    '/workers/trainer-a1B2.js',
    '/workers/frames-a1B2.js',
    '/workers/trainer.ts',
    '/workers/frames.ts',
    '/workers/another-thread.js',
  ]) {
    for (const development of [false, true]) {
      const policy = parse(headersFor(path, { development })['Content-Security-Policy']);
      expect(policy.get('default-src'), path).toBe("'none'");
      expect(policy.get('connect-src'), path).toBe("'none'");
      expect(policy.get('worker-src'), path).toBe("'none'");
      expect(policy.get('script-src'), path).toBe("'self' 'wasm-unsafe-eval'");
      expect(policy.has('img-src'), path).toBe(false);
    }
  }
});

test('only the hub and the page may reach this site, and only the hub another: the model hub, over https', () => {
  expect(policyNameFor('/workers/hub-x.js')).toBe('hub');
  expect(policyNameFor('/workers/hub.ts')).toBe('hub');
  expect(policyNameFor('/workers/hubris-x.js')).toBe('sealed');
  expect(policyNameFor('/')).toBe('page');
  const hub = parse(headersFor('/workers/hub-x.js')['Content-Security-Policy']);
  expect(hub.get('connect-src')?.split(' ')).toEqual(["'self'", ...HUB_HOSTS]);
  expect(HUB_HOSTS.every((host) => /^https:\/\/(\*\.)?(huggingface\.co|hf\.co)$/.test(host))).toBe(true);
  hub.delete('connect-src');
  expect([...hub.values()].join(' ')).not.toMatch(/https?:|wss?:|\*/);
  const page = parse(headersFor('/')['Content-Security-Policy']);
  expect(page.get('connect-src')).toBe("'self'");
  expect(page.get('frame-ancestors')).toBe("'none'");
  for (const path of ['/', '/workers/trainer-x.js', '/workers/frames-x.js', '/assets/index.js']) {
    expect(headersFor(path)['Content-Security-Policy']).not.toMatch(/https?:|wss?:|\*/);
  }
  for (const path of ['/', '/workers/hub-x.js', '/workers/trainer-x.js', '/assets/index.js']) {
    const text = headersFor(path)['Content-Security-Policy'] ?? '';
    expect(text).not.toContain("'unsafe-eval'");
    expect(parse(text).get('script-src')).not.toContain('unsafe-inline');
  }
});

test('a mirror is added for the hub thread alone, and only as an origin', () => {
  const hubHosts = ['https://mirror.example'];
  const policy = (path: string): string | undefined => headersFor(path, { hubHosts })['Content-Security-Policy'];
  expect(parse(policy('/workers/hub-x.js')).get('connect-src')).toBe(
    ["'self'", ...HUB_HOSTS, 'https://mirror.example'].join(' '),
  );
  for (const path of ['/', '/workers/trainer-x.js', '/workers/frames-x.js', '/assets/index.js'])
    expect(policy(path)).toBe(headersFor(path)['Content-Security-Policy']);
  for (const host of ['https://a.example; script-src *', '*', 'https://a.example/path', 'a.example', 'file:///'])
    expect(() => headersFor('/workers/hub-x.js', { hubHosts: [host] }), host).toThrow(RangeError);
});

test('public/_headers is made from the table', () => {
  expect(readFileSync('public/_headers', 'utf8')).toBe(headersFile());
});

test('in public/_headers every file of a build has exactly one policy, the one of the table or a stricter one', () => {
  const rules = readFileSync('public/_headers', 'utf8')
    .split('\n')
    .reduce<{ pattern: string; policy: string | null }[]>((found, line) => {
      const value = /^ {2}Content-Security-Policy: (.*)$/.exec(line)?.[1];
      const last = found.at(-1);
      if (line.startsWith('/')) found.push({ pattern: line, policy: null });
      else if (value !== undefined && last) last.policy = value;
      return found;
    }, []);
  const matching = (path: string): string[] =>
    rules
      .filter(({ pattern }) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern))
      .flatMap(({ policy }) => policy ?? []);
  const workers = readdirSync('workers').map((name) => `/workers/${name.replace('.ts', '-a1B2.js')}`);
  for (const path of ['/', '/index.html', ...workers])
    expect(matching(path), path).toEqual([headersFor(path)['Content-Security-Policy']]);
  const own = readdirSync('public', { withFileTypes: true }).filter(({ name }) => name !== '_headers');
  const others = own.map((entry) => (entry.isDirectory() ? `/${entry.name}/file` : `/${entry.name}`));
  for (const path of [...others, '/assets/index-a1B2.js'])
    expect(matching(path), path).toEqual([headersFor('/workers/trainer-x.js')['Content-Security-Policy']]);
});

test.each(['/_headers', '/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/%', '/nothing', '/models'])(
  'the server gives nothing for %s, and still sends the headers',
  async (path) => {
    // fetch() would normalise the dots away, so the path is written to the socket as it is.
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ port: server.port, host: '127.0.0.1', path }, resolve).on('error', reject).end();
    });
    response.resume();
    expect(response.statusCode).toBe(404);
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
    expect(response.headers['x-content-type-options']).toBe('nosniff');
  },
);

test('the server sends files with their type, length and headers, and takes nothing in', async () => {
  const response = await fetch(new URL('seal.js', server.url));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/javascript/);
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  expect(response.headers.get('permissions-policy')).toContain('camera=(self)');
  expect(await response.text()).toBe(readFileSync('public/seal.js', 'utf8'));
  expect((await fetch(server.url, { method: 'POST', body: 'frame' })).status).toBe(405);
});
