/** H.264 as AVI holds it: pieces (NAL units) behind start codes, or behind their lengths with the headers kept apart. */

const IDR = 5;
const SEQUENCE = 7;
const PICTURE = 8;

/** The pieces of a packet behind start codes (ITU-T H.264, annex B), without these. */
export function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  let from = -1;
  for (let at = bytes.indexOf(1, 2); at >= 0; at = bytes.indexOf(1, at + 1)) {
    if (bytes[at - 1] !== 0 || bytes[at - 2] !== 0) continue;
    if (from >= 0) yield bytes.subarray(from, at - 2);
    from = at + 1;
  }
  if (from >= 0 && from < bytes.length) yield bytes.subarray(from);
}

/** The same of a packet whose pieces stand behind their lengths of `size` bytes. */
export function* measured(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at + size < bytes.length;) {
    let length = 0;
    for (let index = 0; index < size; index++) length = length * 256 + (bytes[at + index] ?? 0);
    yield bytes.subarray(at + size, at + size + length);
    at += size + length;
  }
}

const kindOf = (piece: Uint8Array): number => (piece[0] ?? 0) & 0x1f;

export const isIdr = (piece: Uint8Array): boolean => kindOf(piece) === IDR;

/** Sequence and picture headers among the pieces. */
export function headersOf(all: Iterable<Uint8Array>): { sequence: Uint8Array[]; picture: Uint8Array[] } {
  const sequence: Uint8Array[] = [];
  const picture: Uint8Array[] = [];
  for (const piece of all) {
    if (kindOf(piece) === SEQUENCE && piece.length >= 4) sequence.push(piece.slice());
    if (kindOf(piece) === PICTURE) picture.push(piece.slice());
  }
  return { sequence, picture };
}

/** `avc1.640028` of three bytes: profile, constraints, level (ISO/IEC 14496-15; RFC 6381). */
export function codecString(bytes: Uint8Array): string {
  return `avc1.${[...bytes.subarray(0, 3)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Pieces with start codes before them, in one packet. */
export function withStartCodes(all: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(all.reduce((sum, piece) => sum + 4 + piece.length, 0));
  let at = 0;
  for (const piece of all) {
    out[at + 3] = 1;
    out.set(piece, at + 4);
    at += 4 + piece.length;
  }
  return out;
}
