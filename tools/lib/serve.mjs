/** A small static server for the built page: loopback only, every response with the security headers. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { headersFor } from '../headers.mjs';
import { DIST } from './paths.mjs';
import { Sentence } from './terminal.mjs';

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.jsonl': 'application/x-ndjson',
  '.csv': 'text/csv; charset=utf-8',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.mov': 'video/quicktime',
  '.mkv': 'video/x-matroska',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
};

/** The decoded path of a request; one that cannot be decoded becomes a path that does not exist. */
function pathOf(/** @type {string} */ url) {
  try {
    return decodeURIComponent(new URL(url, 'http://127.0.0.1').pathname);
  } catch {
    return '/?';
  }
}

/**
 * Serves a folder on 127.0.0.1.
 *
 * @param {{port?: number, folder?: string, hubHosts?: string[], onRequest?: (request: {method: string, url: string, time: number}) => void}} [options]
 *   port 0 (the default) takes a free one; hubHosts: further origins for the hub thread (a mirror)
 * @returns {Promise<{url: string, port: number, close: () => Promise<void>}>} url ends with `/`
 */
export function serveFolder(options = {}) {
  const folder = path.resolve(options.folder ?? DIST);
  const { hubHosts = [] } = options;
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    options.onRequest?.({ method: request.method ?? 'GET', url, time: Date.now() });
    const pathname = pathOf(url);
    for (const [name, value] of Object.entries(headersFor(pathname, { hubHosts }))) response.setHeader(name, value);
    response.setHeader(
      'Cache-Control',
      // Not workers: their policy may change (another mirror) while their bytes, and so their names, stay.
      pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
    const end = (/** @type {number} */ status, /** @type {string} */ text) => {
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(`${text}\n`);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(405, 'Only GET and HEAD are answered.');
    const file = path.join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    const inside = file.startsWith(folder + path.sep) && !pathname.includes('\0') && !pathname.endsWith('/_headers');
    if (!inside || !existsSync(file) || !statSync(file).isFile()) return end(404, 'There is no such file.');
    const { size } = statSync(file);
    response.writeHead(200, {
      'Content-Type': TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream',
      'Content-Length': size,
    });
    if (request.method === 'HEAD') return response.end();
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.on('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Sentence(`Port ${options.port} is taken: choose another with --port, or none for a free one.`)
          : error,
      ),
    );
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      resolve({
        url: `http://127.0.0.1:${port}/`,
        port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}
