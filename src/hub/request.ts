/**
 * One request to the hub, and what its answer means.
 *
 * Only headers that need no preflight are used, but for the token: the hosts that the hub redirects to answer no
 * preflight (https://github.com/huggingface/datasets/issues/7931). `Range: bytes=N-` needs none
 * (https://fetch.spec.whatwg.org/#cors-safelisted-request-header), `If-Range` would: whether a file changed between two
 * requests is seen from the answer's ETag instead. A browser takes `Authorization` off a request that is redirected to
 * another origin (https://fetch.spec.whatwg.org/#http-redirect-fetch), so the token reaches the hub's own host only.
 */
import { CancelledError, HubError } from '../protocol';
import type { Network } from './network';
import { LONGEST_WAIT, Passing } from './patience';

export interface Asked {
  url: string;
  /** What it is for: the repository or a path in it. */
  file: string;
  token: string | null;
  /** First byte wanted. */
  start?: number;
}

/**
 * The answer, of status 200 or 206; or 416, where it is asked for what lies behind the file's end.
 *
 * @throws Passing for what may pass, HubError for what will not, CancelledError when `signal` fires
 */
export async function request(network: Network, asked: Asked, signal: AbortSignal): Promise<Response> {
  // What a header may hold; anything else was copied with something that does not belong to it.
  if (asked.token !== null && !/^[\x21-\x7e]+$/.test(asked.token)) {
    throw new HubError({
      cause: 'The access token holds a character that no token has, such as a space or a letter with an accent.',
      remedy: 'Copy it again from the hub’s settings.',
      file: asked.file,
    });
  }
  const headers = new Headers();
  if (asked.start !== undefined && asked.start > 0) headers.set('Range', `bytes=${asked.start}-`);
  if (asked.token !== null) headers.set('Authorization', `Bearer ${asked.token}`);
  const since = performance.now();
  let response: Response;
  try {
    response = await network.fetch(asked.url, {
      headers,
      signal,
      // The file goes to disk once; the browser's own cache would keep it a second time.
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
  } catch (error) {
    throw await connectionFailure(network, asked.file, error, signal, since);
  }
  const behind = response.status === 416 && (asked.start ?? 0) > 0;
  if (response.status === 200 || response.status === 206 || behind) return response;
  void response.body?.cancel().catch(() => undefined);
  throw statusFailure(response, asked);
}

/** A request that got no answer, or an answer that broke off. */
export async function connectionFailure(
  network: Network,
  file: string,
  error: unknown,
  signal: AbortSignal,
  since: number,
): Promise<Error> {
  if (signal.aborted && signal.reason instanceof Passing) return signal.reason;
  if (signal.aborted) return new CancelledError();
  const refused = await network.refused(since);
  if (refused !== null) {
    // Of a refused redirect a browser names where it began, not where it led (https://www.w3.org/TR/CSP3/#security-violation-reports).
    const origin = URL.canParse(refused) ? new URL(refused).origin : refused;
    return new HubError({
      cause: `The page’s own policy does not allow its hub thread to reach ${origin}, or the host that this one redirects to.`,
      remedy:
        'Only hosts named in tools/headers.mjs can be reached: serve the page with the missing one added, or load the model from a folder.',
      file,
    });
  }
  const offline = !network.online();
  const why = error instanceof Error ? error.message : String(error);
  return new Passing(
    new HubError({
      cause: offline ? 'This machine is offline.' : `The connection to the hub broke (${why}).`,
      remedy: 'Go on when the network is back: what has arrived is kept, and no byte of it is fetched again.',
      file,
    }),
    'The connection broke',
  );
}

function statusFailure(response: Response, { file, token, url }: Asked): Error {
  const { status } = response;
  const code = response.headers.get('X-Error-Code');
  const fail = (cause: string, remedy: string): HubError => new HubError({ cause, remedy, file });
  const later = 'Go on later: what has arrived is kept, and no byte of it is fetched again.';
  if (status === 429) {
    const seconds = retryAfter(response.headers.get('Retry-After'), Date.now());
    const asks = seconds !== null && seconds > LONGEST_WAIT ? ` and asks to wait ${Math.ceil(seconds / 60)} min` : '';
    return new Passing(
      fail(`The hub answers that it gets too many requests from here (429)${asks}.`, later),
      'The hub asks to wait (429)',
      seconds,
      'busy',
    );
  }
  if (status >= 500 || status === 408) {
    return new Passing(
      fail(`The hub failed (${status}), several times in a row.`, later),
      `The hub failed (${status})`,
      retryAfter(response.headers.get('Retry-After'), Date.now()),
    );
  }
  if (
    (status === 401 || status === 403) &&
    response.redirected &&
    new URL(response.url).origin !== new URL(url).origin
  ) {
    // The hub has let the request through; the link it gives to the other host holds for an hour or so.
    return new Passing(
      fail(`The host that the hub redirects to refuses the file (${status}), several times in a row.`, later),
      'The link to the file is no longer good',
    );
  }
  if (code === 'GatedRepo' || (status === 403 && code === null)) {
    return fail(
      `The hub does not give this out (${status}): its terms have to be accepted first, or the token does not allow it.`,
      token === null
        ? 'Accept the terms on the model’s own page there, then enter an access token of that account.'
        : 'Accept the terms on the model’s own page there with the account of the token, or check what the token allows.',
    );
  }
  if (status === 401 || status === 403) {
    return fail(
      token === null
        ? `The hub asks who is there (${status}): there is no public model of this name.`
        : `The hub does not accept the access token (${status}).`,
      token === null
        ? 'Check the spelling; a private model needs an access token.'
        : 'Check that the token was copied whole, is not expired and may read this model.',
    );
  }
  if (status === 404) {
    return code === 'RevisionNotFound'
      ? fail(
          'The hub has this model, but not this revision (404).',
          'Leave the revision as main, or copy one from the model’s page.',
        )
      : fail('The hub does not have it (404).', 'Check the spelling of owner/name and the revision.');
  }
  return fail(
    `The hub answered ${status}${response.statusText === '' ? '' : ` (${response.statusText})`}.`,
    'Try again later, or load the model from a folder.',
  );
}

/** Seconds until the time that `Retry-After` names (RFC 9110, 10.2.3: a number of seconds, or a date); null: none. */
export function retryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\s*\d+\s*$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000);
}
