/** Addresses on the hub, from parts that are checked first: what a user types must not become another path or host. */
import { HubError, type HubListing, type HubRequest } from '../protocol';

const ID = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;
const REVISION = /^[A-Za-z0-9][\w./-]{0,199}$/;

/** @throws HubError saying how it should look */
export function checkRequest({ endpoint, id, revision }: Pick<HubRequest, 'endpoint' | 'id' | 'revision'>): void {
  if (!ID.test(id) || id.includes('..') || id.length > 200) {
    throw new HubError({
      cause: `“${id}” is not the name of a model.`,
      remedy: 'Type it as the hub spells it: owner/name, such as HuggingFaceTB/SmolVLM-256M-Instruct.',
    });
  }
  if (!REVISION.test(revision) || revision.includes('..')) {
    throw new HubError({
      cause: `“${revision}” is not a revision.`,
      remedy: 'Type a branch (main), a tag, or a commit of 40 hexadecimal digits.',
      file: id,
    });
  }
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || endpoint.endsWith('/') || url.search + url.hash !== '') {
    throw new HubError({
      cause: `“${endpoint}” is not the address of a hub.`,
      remedy: 'Give it in the page’s address as ?hub=https://huggingface.co, without a slash at its end.',
    });
  }
}

/** Where a model's commit, card and list of files are. */
export function apiUrl({ endpoint, id, revision }: HubRequest): string {
  return `${endpoint}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
}

/** Where a file of the listing's commit is; the hub redirects large ones to another host. */
export function fileUrl({ endpoint, id, commit }: HubListing, path: string): string {
  return `${endpoint}/${id}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
}
