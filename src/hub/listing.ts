/** Asks the hub what a model consists of: commit, licence, and each file's size and hash. */
import * as v from 'valibot';
import { HubError, type FileHash, type HubListing, type HubRequest } from '../protocol';
import { apiUrl, checkRequest } from './addresses';
import { chooseFiles } from './choose_files';
import type { Network } from './network';
import { Passing, Patience } from './patience';
import { connectionFailure, request } from './request';

const HEX40 = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));
const HEX64 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const Size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/**
 * The part of `/api/models/{id}/revision/{revision}?blobs=true` that is used
 * (https://huggingface.co/docs/hub/api, `ModelInfo` with `files_metadata` in huggingface_hub).
 */
const Answer = v.object({
  id: v.string(),
  sha: HEX40,
  gated: v.optional(v.union([v.boolean(), v.string()])),
  cardData: v.optional(
    v.nullable(v.object({ license: v.optional(v.unknown()), license_name: v.optional(v.unknown()) })),
  ),
  tags: v.optional(v.array(v.string())),
  siblings: v.array(
    v.object({
      rfilename: v.string(),
      size: v.optional(Size),
      blobId: v.optional(HEX40),
      lfs: v.optional(
        v.nullable(v.object({ size: v.optional(Size), sha256: v.optional(HEX64), oid: v.optional(HEX64) })),
      ),
    }),
  ),
});
type Answer = v.InferOutput<typeof Answer>;

/** A repository's own list of files is a few hundred kilobytes at most; more is not read. */
const LIMIT = 16 * 2 ** 20;

/** @throws HubError, CancelledError */
export async function listModel(
  asked: HubRequest,
  network: Network,
  signal: AbortSignal,
  say: (label: string) => void,
): Promise<HubListing> {
  checkRequest(asked);
  const url = apiUrl(asked);
  const patience = new Patience(network, signal, say);
  for (;;) {
    say(`Asking the hub about ${asked.id}`);
    try {
      const since = performance.now();
      const response = await request(network, { url, file: asked.id, token: asked.token }, signal);
      const text = await textOf(response, asked.id).catch(async (error: unknown) => {
        throw error instanceof HubError ? error : await connectionFailure(network, asked.id, error, signal, since);
      });
      return listingOf(asked, text);
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      await patience.wait(error);
    }
  }
}

/** The listing that an answer of the hub says. Exported for tests. */
export function listingOf(asked: HubRequest, text: string): HubListing {
  const answer = read(asked, text);
  const { files, onnx } = filesOf(answer, asked);
  return {
    endpoint: asked.endpoint,
    id: answer.id,
    revision: asked.revision,
    commit: answer.sha,
    licence: licenceOf(answer),
    gated: answer.gated !== undefined && answer.gated !== false,
    onnx,
    files,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function read(asked: HubRequest, text: string): Answer {
  const wrong = (what: string): HubError =>
    new HubError({
      cause: `The answer is not a hub’s list of files: ${what}.`,
      remedy: `Check the hub’s address (${asked.endpoint}), or load the model from a folder.`,
      file: asked.id,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong('it is not JSON');
  }
  const parsed = v.safeParse(Answer, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw wrong(`at ${v.getDotPath(issue) ?? 'its top'}, ${issue.message}`);
  }
  // The name becomes part of addresses and of a folder's name.
  checkRequest({ ...asked, id: parsed.output.id });
  return parsed.output;
}

function filesOf({ id, siblings }: Answer, { use, device }: HubRequest): Pick<HubListing, 'files' | 'onnx'> {
  const byPath = new Map(siblings.map((sibling) => [sibling.rfilename, sibling]));
  const sizes = [...byPath].map(([path, { size, lfs }]) => ({ path, bytes: lfs?.size ?? size ?? 0 }));
  const { paths, onnx } = chooseFiles(id, sizes, use, device);
  const files = paths.map((path) => {
    const { size, blobId, lfs } = byPath.get(path) ?? {};
    const bytes = lfs?.size ?? size;
    const sha256 = lfs?.sha256 ?? lfs?.oid;
    const hash: FileHash | null =
      sha256 !== undefined
        ? { kind: 'sha256', hex: sha256 }
        : blobId !== undefined
          ? { kind: 'git-sha1', hex: blobId }
          : null;
    if (bytes === undefined || hash === null) {
      throw new HubError({
        cause: 'The hub states no size or hash for this file, so that it could not be checked.',
        remedy: 'Choose another hub, or load the model from a folder.',
        file: `${id}/${path}`,
      });
    }
    return { path, bytes, hash };
  });
  return { files, onnx };
}

/** `other` is the card's word for a licence with a name of its own. */
function licenceOf({ cardData, tags }: Answer): string | null {
  const named = (value: unknown): string | null =>
    typeof value === 'string' && value !== ''
      ? value
      : Array.isArray(value) && value.length > 0
        ? value.join(', ')
        : null;
  const licence = named(cardData?.license);
  if (licence === 'other') return named(cardData?.license_name) ?? licence;
  return licence ?? tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length) ?? null;
}

async function textOf(response: Response, id: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > LIMIT) {
      void reader?.cancel().catch(() => undefined);
      throw new HubError({ cause: 'The answer is far too long.', remedy: 'Check the hub’s address.', file: id });
    }
  }
}
