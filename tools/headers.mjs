/**
 * The one table of security headers, used by the development server, the preview server, the tools' own server and
 * `public/_headers` (Netlify, Cloudflare Pages and others read that file).
 *
 * Why every file gets a policy and not only the page: a dedicated worker that is started from a URL does not inherit
 * the page's Content-Security-Policy; it obeys the header of its own file alone
 * (https://w3c.github.io/webappsec-csp/, "Should fetch directive execute": policies come from the worker's response).
 */

/** What the page may do: run and reach this site's own files, show blobs it made itself, and nothing else. */
const PAGE = {
  'default-src': "'none'",
  // 'wasm-unsafe-eval' lets WebAssembly compile; it does not allow eval() of script.
  'script-src': "'self' 'wasm-unsafe-eval'",
  // Lit and uPlot set styles from script; no style can send anything under img-src and font-src below.
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' blob: data:",
  'media-src': 'blob:',
  'connect-src': "'self'",
  'worker-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-src': "'none'",
  'frame-ancestors': "'none'",
  'object-src': "'none'",
  // No string becomes markup or script (captions are other people's text). Lit brings its own policy; the one for
  // worker addresses is in public/seal.js.
  'require-trusted-types-for': "'script'",
};

/** What a thread that sees frames may do: load its own script, compile WebAssembly. No request, not even home. */
const SEALED = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'connect-src': "'none'",
  'worker-src': "'none'",
};

/**
 * Where models come from, when the user asks for one: the hub and the hosts that it redirects large files to, which it
 * renames now and then (cdn-lfs*.huggingface.co, cdn-lfs*.hf.co, cas-bridge.xethub.hf.co, us.aws.cdn.hf.co; see
 * https://huggingface.co/docs/hub/models-downloading). A policy holds for redirects too.
 */
export const HUB_HOSTS = ['https://huggingface.co', 'https://*.huggingface.co', 'https://*.hf.co'];

/** The one thread with network: this site and the model hub. It never sees a frame, nor the storage they lie in. */
const HUB = {
  'default-src': "'none'",
  'script-src': "'self'",
  'connect-src': ["'self'", ...HUB_HOSTS].join(' '),
  'worker-src': "'none'",
};

const COMMON = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy':
    'camera=(self), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), midi=(), payment=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The policies by name, for tests and for `headersFor`. */
export const POLICIES = { page: PAGE, sealed: SEALED, hub: HUB };

/** `{'default-src': "'none'", ...}` as the value of a Content-Security-Policy header. */
export function policyText(/** @type {Record<string, string>} */ policy) {
  return Object.entries(policy)
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');
}

/**
 * Which policy a path gets. In a build, workers are `/workers/<name>-<hash>.js`; in development
 * `/workers/<name>.ts?worker_file&type=module`.
 *
 * @param {string} pathname
 * @returns {keyof typeof POLICIES}
 */
export function policyNameFor(pathname) {
  if (/^\/workers\/hub[-.]/.test(pathname)) return 'hub';
  if (pathname.startsWith('/workers/')) return 'sealed';
  return 'page';
}

/** @throws RangeError unless `host` is an origin and nothing else: it becomes part of a header. */
function originOf(/** @type {string} */ host) {
  const url = URL.canParse(host) ? new URL(host) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== host)
    throw new RangeError(`${host} is not an origin such as https://huggingface.co`);
  return host;
}

/**
 * All security headers of one response.
 *
 * @param {string} pathname path of the request, without the query
 * @param {{development?: boolean, hubHosts?: string[]}} [options]
 *   development: the page may also use Vite's web socket for hot reload, and its error overlay;
 *   hubHosts: further origins that the hub thread may reach, such as a mirror of the hub
 * @returns {Record<string, string>}
 */
export function headersFor(pathname, options = {}) {
  const name = policyNameFor(pathname);
  /** @type {Record<string, string>} */
  const policy = { ...POLICIES[name] };
  if (options.development && name === 'page') {
    policy['connect-src'] = "'self' ws:";
    // Vite's own error overlay sets markup from a string.
    delete policy['require-trusted-types-for'];
  }
  if (options.hubHosts && name === 'hub')
    policy['connect-src'] = [policy['connect-src'], ...options.hubHosts.map(originOf)].join(' ');
  return { 'Content-Security-Policy': policyText(policy), ...COMMON };
}

/** What a build puts beside the page and its workers: none of it is a document, and as a worker it would be sealed. */
const OTHER_FILES = ['/assets/*', '/demo/*', '/licences/*', '/models/*', '/seal.js'];

/**
 * The text of `public/_headers`. Hosts that read it add up the rules that match, and a browser enforces every policy it
 * is given: a worker under two policies could do only what both allow, and the hub would not reach the hub. So no two
 * rules with a policy match the same file.
 */
export function headersFile() {
  const lines = ['# Made from tools/headers.mjs by `npm run build`; a test compares the two.'];
  const rule = (/** @type {string} */ pattern, /** @type {Record<string, string>} */ headers) =>
    lines.push(pattern, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`));
  const policy = (/** @type {string} */ pattern, /** @type {keyof typeof POLICIES} */ name) =>
    rule(pattern, { 'Content-Security-Policy': policyText(POLICIES[name]) });
  rule('/*', COMMON);
  for (const page of ['/', '/index.html']) policy(page, 'page');
  for (const other of OTHER_FILES) policy(other, 'sealed');
  for (const worker of ['trainer', 'frames', 'peer', 'hub'])
    policy(`/workers/${worker}-*`, policyNameFor(`/workers/${worker}-0.js`));
  return `${lines.join('\n')}\n`;
}
