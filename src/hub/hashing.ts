/** Hashes of files as they pass by, a piece at a time: no file is ever whole in memory. */
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { HubFile } from '../protocol';

export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal; nothing can be added afterwards. */
  hex(): string;
}

/** The hash that the hub states for `file`: of its bytes, or of the git blob that they make (`blob <size>\0<bytes>`). */
export function hasherFor(file: HubFile): Hasher {
  const hash = file.hash.kind === 'sha256' ? sha256.create() : sha1.create();
  if (file.hash.kind === 'git-sha1') hash.update(new TextEncoder().encode(`blob ${file.bytes}\0`));
  return {
    update: (bytes) => void hash.update(bytes),
    hex: () => bytesToHex(hash.digest()),
  };
}
