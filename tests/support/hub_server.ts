/**
 * A local server that speaks the hub's layout on two origins: the hub (listing, small files, redirects) and the host that
 * it redirects large files to, which answers no preflight. It counts the bytes of each answer, and fails as it is told.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Fault {
  /** Another status, with these headers, instead of the answer. */
  status?: number;
  headers?: Record<string, string>;
  /** Redirects a large file to this origin instead. */
  redirect?: string;
  /** Ends the connection after so many bytes of the answer. */
  cutAfter?: number;
  /** Sends nothing more after so many bytes, and leaves the connection open. */
  silentAfter?: number;
  /** Answers a Range with the whole file. */
  ignoreRange?: boolean;
  etag?: string;
  /** Sends other bytes of the same length. */
  damaged?: boolean;
  /** Milliseconds between pieces of 64 kB. */
  pace?: number;
}

export interface Asked {
  host: 'hub' | 'cdn';
  method: string;
  /** In the repository; the API's is `api`. */
  path: string;
  /** First byte asked for. */
  start: number;
  authorization: string | null;
  /** Bytes of the body that were sent. */
  sent: number;
  headers: string[];
}

export interface Repository {
  id: string;
  files: Record<string, Uint8Array>;
  /** Those in LFS, by ending; others are small files of git. */
  large?: RegExp;
  licence?: string;
  /** Wants this token. */
  token?: string;
  /** Changes the listing before it is sent. */
  listing?: (answer: Record<string, unknown>) => unknown;
}

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export interface HubServer {
  url: string;
  cdn: string;
  log: Asked[];
  /** Asked before each GET of the API or of a file; the newest entry of the log is the request itself. */
  fault: (asked: Asked, count: number) => Fault | null;
  /** Bytes sent for a path, and the first bytes asked for, over all requests. */
  sent(path: string): { bytes: number; starts: number[] };
  close(): Promise<void>;
}

const EXPOSED =
  'X-Repo-Commit,X-Error-Code,X-Error-Message,ETag,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag,Retry-After';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const gitSha1 = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

export async function serveHub(repository: Repository): Promise<HubServer> {
  const { id, files, large = /\.safetensors$/, token } = repository;
  const log: Asked[] = [];
  const counts = new Map<string, number>();
  const servers: Server[] = [];

  const listen = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  const note = (host: Asked['host'], request: IncomingMessage, path: string): Asked => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const authorization = request.headers.authorization ?? null;
    const { method = 'GET' } = request;
    const asked = { host, method, path, start, authorization, sent: 0, headers: Object.keys(request.headers) };
    log.push(asked);
    return asked;
  };

  /** Status and headers of a fault, if the plan has one; else what else it says. */
  const failing = (asked: Asked, response: ServerResponse): Fault | null => {
    const key = `${asked.host} ${asked.path}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const fault = hub.fault(asked, count) ?? {};
    if (fault.status === undefined) return fault;
    response.writeHead(fault.status, { ...cors(), ...fault.headers }).end('refused');
    return null;
  };

  const send = async (
    asked: Asked,
    response: ServerResponse,
    bytes: Uint8Array,
    etag: string,
    fault: Fault,
  ): Promise<void> => {
    const start = fault.ignoreRange ? 0 : asked.start;
    if (start >= bytes.length && start > 0) return void response.writeHead(416, cors()).end();
    const body = fault.damaged ? bytes.map((byte) => byte ^ 1).subarray(start) : bytes.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      ...cors(),
      ETag: fault.etag ?? etag,
      'Accept-Ranges': 'bytes',
      'Content-Length': body.length,
      ...(start > 0 ? { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    const end = Math.min(body.length, fault.cutAfter ?? fault.silentAfter ?? Infinity);
    for (let at = 0; at < end && !response.destroyed; at += 65536) {
      const piece = body.subarray(at, Math.min(end, at + 65536));
      await new Promise((resolve) => response.write(piece, resolve));
      asked.sent += piece.length;
      if (fault.pace) await new Promise((resolve) => setTimeout(resolve, fault.pace));
    }
    if (fault.silentAfter !== undefined) return;
    if (end < body.length) response.socket?.end();
    else response.end();
  };

  const cdn = await listen((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname.slice('/blobs/'.length));
    const asked = note('cdn', request, path);
    // As the hub's hosts do: nothing allows a preflight.
    if (request.method !== 'GET') return void response.writeHead(403).end();
    const bytes = files[path];
    if (bytes === undefined) return void response.writeHead(404, cors()).end();
    const fault = failing(asked, response);
    if (fault !== null) void send(asked, response, bytes, `"${sha256(bytes)}"`, fault);
  });

  const url = await listen((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    const api = pathname.startsWith(`/api/models/${id}/revision/`);
    const inside = pathname.startsWith(`/${id}/resolve/${COMMIT}/`);
    const path = api ? 'api' : decodeURIComponent(pathname.slice(`/${id}/resolve/${COMMIT}/`.length));
    const asked = note('hub', request, path);
    if (request.method === 'OPTIONS') {
      return void response
        .writeHead(204, {
          ...cors(),
          'Access-Control-Allow-Headers': 'authorization, range',
          'Access-Control-Allow-Methods': 'GET',
        })
        .end();
    }
    const refuse = (status: number, code: string): void =>
      void response.writeHead(status, { ...cors(), 'X-Error-Code': code }).end('{}');
    if (!api && !inside) return refuse(/^\/api\/models\//.test(pathname) ? 401 : 404, 'RepoNotFound');
    if (token !== undefined && asked.authorization !== `Bearer ${token}`) return refuse(401, 'GatedRepo');
    if (api && !['main', COMMIT].includes(pathname.split('/').at(-1) ?? '')) return refuse(404, 'RevisionNotFound');
    const fault = failing(asked, response);
    if (fault === null) return;
    if (api) {
      const text = JSON.stringify(listingOf(repository, large));
      asked.sent = text.length;
      return void response.writeHead(200, { ...cors(), 'Content-Type': 'application/json' }).end(text);
    }
    const bytes = files[path];
    if (bytes === undefined) return refuse(404, 'EntryNotFound');
    if (!large.test(path)) return void send(asked, response, bytes, `"${gitSha1(bytes)}"`, fault);
    response.writeHead(302, {
      ...cors(),
      Location: `${fault.redirect ?? cdn}/blobs/${encodeURIComponent(path)}?signature=1`,
      'X-Repo-Commit': COMMIT,
      'X-Linked-ETag': `"${sha256(bytes)}"`,
      'X-Linked-Size': bytes.length,
    });
    response.end();
  });

  const hub: HubServer = {
    url,
    cdn,
    log,
    fault: () => null,
    sent(path) {
      const entries = log.filter((asked) => asked.path === path && asked.method === 'GET' && asked.sent > 0);
      return { bytes: entries.reduce((sum, { sent }) => sum + sent, 0), starts: entries.map(({ start }) => start) };
    },
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
  return hub;
}

const cors = (): Record<string, string> => ({
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': EXPOSED,
});

function listingOf(repository: Repository, large: RegExp): unknown {
  const { id, files, licence, token } = repository;
  const answer = {
    id,
    modelId: id,
    sha: COMMIT,
    private: false,
    gated: token === undefined ? false : 'auto',
    tags: ['safetensors', ...(licence === undefined ? [] : [`license:${licence}`])],
    config: { model_type: 'idefics3' },
    ...(licence === undefined ? {} : { cardData: { license: licence } }),
    siblings: Object.entries(files).map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.length,
      blobId: gitSha1(bytes),
      ...(large.test(rfilename) ? { lfs: { sha256: sha256(bytes), size: bytes.length, pointerSize: 134 } } : {}),
    })),
  };
  return repository.listing?.(answer) ?? answer;
}
