/**
 * AVI (RIFF): the header of its video stream. Microsoft's "AVI RIFF File Reference" and, for files over 1 GiB,
 * "OpenDML AVI File Format Extensions" 1.02.
 */
import { ImportError } from '../../protocol';
import { damaged, undecodable } from './names';
import { letters, type BlobReader } from './reader';

/** A part of the file: its four letters, where its content begins, and its size, bytes. */
export interface Chunk {
  id: string;
  at: number;
  size: number;
}

/** A video stream as its header describes it. */
export interface AviStream {
  /** Its chunks are named `NNdc`, `NNdb`: its number of two digits. */
  digits: string;
  code: string;
  header: Uint8Array<ArrayBuffer> | null;
  width: number;
  height: number;
  depth: number;
  /** A pixel's width over its height. */
  aspect: number;
  /** Pictures a second. */
  rate: number;
  /** OpenDML's index, or of its indexes; null where there is none. */
  index: Uint8Array<ArrayBuffer> | null;
}

export interface AviHeader {
  stream: AviStream;
  /** Where the first list of packets begins: at the letters `movi`. */
  movi: number;
  /** AVI 1.0's index. */
  idx1: Chunk | null;
  /** The file ends before its first list of packets does. */
  cut: boolean;
}

/** Longest header read, bytes: OpenDML's index of indexes is part of it. */
const MAX_HEADER = 16 * 2 ** 20;
/** Longest picture rate believed, pictures a second; a wrong header gives absurd ones. */
const MAX_RATE = 1000;

/** What programs write that do not know the size yet. */
const UNKNOWN = 0x7fffffff;

/** @throws ImportError when there is no video stream, or the header is damaged */
export async function readAviHeader(reader: BlobReader, name: string): Promise<AviHeader> {
  let streams: AviStream[] | null = null;
  let frameMicroseconds = 0;
  let movi = 0;
  let idx1: Chunk | null = null;
  let cut = false;
  for (let at = 12; at + 8 <= reader.size;) {
    const head = await reader.bytes(at, 12);
    const chunk: Chunk = { id: letters(head, 0), at: at + 8, size: u32(head, 4) };
    if (!/^[\x20-\x7e]{4}$/.test(chunk.id)) break; // lost: what a wrong size led to
    const kind = chunk.id === 'LIST' ? letters(head, 8) : '';
    if (kind === 'hdrl') {
      const content = await reader.bytes(at + 12, Math.min(chunk.size - 4, MAX_HEADER));
      streams = [];
      for (const part of parts(content)) {
        if (part.id === 'avih' && part.size >= 4) frameMicroseconds = u32(content, part.at);
        if (part.id === 'LIST' && letters(content, part.at) === 'strl') {
          const stream = readStream(content.subarray(part.at + 4, part.at + part.size), streams.length);
          streams.push(stream ?? NO_VIDEO);
        }
      }
    } else if (kind === 'movi' && movi === 0) {
      movi = at + 8;
      cut = chunk.size >= 4 && chunk.size < UNKNOWN && movi + chunk.size > reader.size;
      // Programs that crashed while writing left 0, or the largest number.
      if (chunk.size < 4 || movi + chunk.size > reader.size) break;
    } else if (chunk.id === 'idx1') idx1 = chunk;
    else if (chunk.id === 'RIFF') break; // OpenDML: further lists of packets, which its own index covers
    at += 8 + chunk.size + (chunk.size & 1);
  }
  if (streams === null) throw damaged(name, 'The AVI file has no header');
  const stream = streams.find((each) => each !== NO_VIDEO);
  if (stream === undefined) {
    throw new ImportError({ file: name, cause: 'The file holds no video track.', remedy: 'Leave it out.' });
  }
  if (movi === 0) throw damaged(name, 'The AVI file ends before its first picture');
  if (!(stream.rate > 0 && stream.rate <= MAX_RATE)) {
    const told = 1e6 / frameMicroseconds;
    stream.rate = told > 0 && told <= MAX_RATE ? told : 25;
  }
  if (stream.code === DV_IN_ONE) throw undecodable(name, 'dvsd');
  return { stream, movi, idx1, cut };
}

/** DV with its sound in the same stream, `iavs`. */
const DV_IN_ONE = 'iavs';
/** Stands for a stream of sound or text, so that the others keep their numbers. */
const NO_VIDEO: AviStream = {
  ...{ digits: '', code: '', header: null, width: 0, height: 0, depth: 0, aspect: 1, rate: 0, index: null },
};

function readStream(list: Uint8Array<ArrayBuffer>, number: number): AviStream | null {
  const stream: AviStream = { ...NO_VIDEO, digits: String(number).padStart(2, '0') };
  let handler = '';
  let video = false;
  let seen: Uint8Array | null = null;
  for (const { id, at, size } of parts(list)) {
    const part = list.subarray(at, at + size);
    if (id === 'strh' && size >= 28) {
      const type = letters(part, 0);
      video = type === 'vids' || type === DV_IN_ONE;
      if (type === DV_IN_ONE) stream.code = DV_IN_ONE;
      handler = letters(part, 4);
      const scale = u32(part, 20);
      stream.rate = scale > 0 ? u32(part, 24) / scale : 0;
    } else if (id === 'strf' && video && size >= 40) {
      // BITMAPINFOHEADER
      stream.width = i32(part, 4);
      stream.height = i32(part, 8);
      stream.depth = u16(part, 14);
      if (stream.code === '') stream.code = letters(part, 16);
      // Some say a size of the header that includes what follows it, others leave what follows to the chunk's size.
      if (size > 40) stream.header = part.slice(40);
    } else if (id === 'indx' && size >= 24) stream.index = part;
    else if (id === 'vprp' && size >= 36) seen = part;
  }
  if (!video) return null;
  if (/^\0{4}$/.test(stream.code) && /^[A-Z0-9]{4}$/i.test(handler) && handler !== 'DIB ') stream.code = handler;
  if (seen !== null) stream.aspect = pixelAspect(seen);
  return stream;
}

/** Of a `vprp` part: the picture's ratio (height over width in 16 bits each) and its size in pixels. */
function pixelAspect(part: Uint8Array): number {
  const vertical = u16(part, 20);
  const horizontal = u16(part, 22);
  const ratio = ((horizontal / vertical) * u32(part, 28)) / u32(part, 24);
  return ratio > 0.1 && ratio < 10 ? ratio : 1;
}

/** The parts of a list, one after another; the last may be cut off. */
function* parts(list: Uint8Array): Generator<Chunk> {
  for (let at = 0; at + 8 <= list.length;) {
    const size = Math.min(u32(list, at + 4), list.length - at - 8);
    yield { id: letters(list, at), at: at + 8, size };
    at += 8 + size + (size & 1);
  }
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** 0 past the end: what is cut off counts as not said. */
export const u16 = (bytes: Uint8Array, at: number): number =>
  at + 2 <= bytes.length ? view(bytes).getUint16(at, true) : 0;
export const u32 = (bytes: Uint8Array, at: number): number =>
  at + 4 <= bytes.length ? view(bytes).getUint32(at, true) : 0;
export const u64 = (bytes: Uint8Array, at: number): number => u32(bytes, at) + u32(bytes, at + 4) * 2 ** 32;
const i32 = (bytes: Uint8Array, at: number): number => u32(bytes, at) | 0;
