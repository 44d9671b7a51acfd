/**
 * What an MP4 or MOV file says of a codec that mediabunny does not know: its sample entry (ISO/IEC 14496-12, 8.5.2),
 * and in it MPEG-4's own header (`esds`: ISO/IEC 14496-14, 5.6; 14496-1, 7.2.6).
 */
import { BlobReader, letters } from './reader';

/** Longest `moov` read, bytes: an hour of video has some 2 MB. */
const MAX_MOOV = 64 * 2 ** 20;
/** Boxes that hold nothing but boxes, on the way to a sample entry. */
const HOLDERS = new Set(['trak', 'mdia', 'minf', 'stbl']);

export interface CodecHeader {
  header: Uint8Array<ArrayBuffer> | null;
  /** Bits a pixel. */
  depth: number;
}

/** @param code  the entry's four letters. @returns null where there is no such entry */
export async function readCodecHeader(blob: Blob, code: string): Promise<CodecHeader | null> {
  const reader = new BlobReader(blob);
  const moov = await findMoov(reader);
  return moov === null ? null : search(await reader.bytes(moov.at + 8, Math.min(moov.size - 8, MAX_MOOV)), code);
}

/** True for an MP4 or MOV file without `moov`, which says where everything is and often lies at the end. */
export async function lacksIndex(blob: Blob): Promise<boolean> {
  return (await findMoov(new BlobReader(blob))) === null;
}

async function findMoov(reader: BlobReader): Promise<{ at: number; size: number } | null> {
  for (let at = 0; at + 8 <= reader.size;) {
    const head = await reader.bytes(at, 16);
    const size = boxSize(head, 0, reader.size - at);
    if (size < 8) return null;
    if (letters(head, 4) === 'moov') return { at, size };
    at += size;
  }
  return null;
}

function search(bytes: Uint8Array<ArrayBuffer>, code: string): CodecHeader | null {
  for (const box of boxes(bytes, 0)) {
    const found = HOLDERS.has(box.id)
      ? search(box.content, code)
      : box.id === 'stsd'
        ? entryOf(box.content, code)
        : null;
    if (found !== null) return found;
  }
  return null;
}

/** Of a sample description: four bytes of version, four of count, then the entries. */
function entryOf(bytes: Uint8Array<ArrayBuffer>, code: string): CodecHeader | null {
  const VISUAL = 78; // what every visual entry states before its own boxes
  for (const { id, content } of boxes(bytes, 8)) {
    if (id !== code) continue;
    const depth = ((content[74] ?? 0) << 8) | (content[75] ?? 0);
    for (const inner of boxes(content, VISUAL)) {
      if (inner.id === 'esds') return { header: specificInfo(inner.content), depth };
    }
    return { header: null, depth };
  }
  return null;
}

/** The decoder's header among MPEG-4's nested descriptors: tag, length in groups of seven bits, content. */
function specificInfo(esds: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  const [STREAM, CONFIG, INFO] = [3, 4, 5];
  let at = 4;
  while (at < esds.length) {
    const tag = esds[at++];
    let length = 0;
    for (let more = true, read = 0; more && read < 4 && at < esds.length; read++) {
      const byte = esds[at++] ?? 0;
      length = length * 128 + (byte & 127);
      more = byte > 127;
    }
    if (tag === INFO) return esds.slice(at, at + length);
    if (tag === STREAM) {
      const flags = esds[at + 2] ?? 0;
      at += 3;
      if (flags & 0x80) at += 2;
      if (flags & 0x40) at += 1 + (esds[at] ?? 0);
      if (flags & 0x20) at += 2;
    } else if (tag === CONFIG) at += 13;
    else at += length;
  }
  return null;
}

interface Box {
  id: string;
  content: Uint8Array<ArrayBuffer>;
}

function* boxes(bytes: Uint8Array<ArrayBuffer>, from: number): Generator<Box> {
  for (let at = from; at + 8 <= bytes.length;) {
    const size = boxSize(bytes, at, bytes.length - at);
    if (size < 8) return;
    yield { id: letters(bytes, at + 4), content: bytes.subarray(at + 8, at + size) };
    at += size;
  }
}

/** Bytes of the box at `at`: 0 stands for all that is left, 1 for a number of 64 bits behind the name. */
function boxSize(bytes: Uint8Array, at: number, left: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(at);
  if (size === 0) return left;
  if (size === 1) return at + 16 <= bytes.length ? Number(view.getBigUint64(at + 8)) : 0;
  return size;
}
