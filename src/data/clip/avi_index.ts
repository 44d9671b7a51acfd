/**
 * Where an AVI file's packets lie: by its own index (OpenDML's or AVI 1.0's), believed only where it leads to packets,
 * or else by walking the packets themselves.
 */
import { u16, u32, u64, type AviHeader, type AviStream } from './avi';
import { letters, type BlobReader } from './reader';

/** One packet: where its bytes begin, how many, and whether the index calls it a key (null: it was found by walking). */
export interface Entry {
  at: number;
  size: number;
  key: boolean | null;
}

/** Most packets of a clip: more than an hour at 1,000 a second. */
const MAX_ENTRIES = 4_000_000;
/** Packets of an index that are looked at before it is believed. */
const PROBES = 24;
/** A packet larger than this is none, but a wrong number. */
const MAX_PACKET = 512 * 2 ** 20;

/** @returns packets in the order of the file; none when there is no picture in it */
export async function findPackets(reader: BlobReader, header: AviHeader): Promise<Entry[]> {
  const { stream } = header;
  for (const read of [readOpenDml, readIdx1]) {
    const entries = await read(reader, header);
    // What lies past the end of a file that was cut off is not there, whatever the index says.
    const there = entries.filter(({ at, size }) => at + size <= reader.size);
    if (there.length > 0 && (await leadsToPackets(reader, there, stream))) return there;
  }
  return walk(reader, header);
}

/** `00dc`, `00db`: compressed, uncompressed. Some write `00pc`-like letters of their own, or `00__`. */
export function isVideoId(id: string, stream: AviStream): boolean {
  return id.startsWith(stream.digits) && /^\d\d(?:d[bc]|__|iv|AM|\d\d)$/i.test(id);
}

async function leadsToPackets(reader: BlobReader, entries: readonly Entry[], stream: AviStream): Promise<boolean> {
  const step = Math.max(1, (entries.length - 1) / (PROBES - 1));
  for (let place = 0; place < entries.length; place += step) {
    const entry = entries[Math.round(place)];
    if (entry !== undefined && !(await isPacket(reader, entry, stream))) return false;
  }
  return true;
}

/** Whether a packet of the stream begins there. */
export async function isPacket(reader: BlobReader, { at, size }: Entry, stream: AviStream): Promise<boolean> {
  if (at < 8) return false;
  const head = await reader.bytes(at - 8, 8);
  return isVideoId(letters(head, 0), stream) && u32(head, 4) === size;
}

/** OpenDML: an index of the stream's packets, or of such indexes, which lie among the packets. */
async function readOpenDml(reader: BlobReader, { stream }: AviHeader): Promise<Entry[]> {
  const { index } = stream;
  if (index === null) return [];
  const [INDEXES, CHUNKS] = [0, 1];
  const kind = index[3];
  if (kind === CHUNKS) return standardIndex(index);
  if (kind !== INDEXES) return [];
  const entries: Entry[] = [];
  const count = Math.min(u32(index, 4), Math.floor((index.length - 24) / 16));
  for (let number = 0; number < count; number++) {
    const place = 24 + 16 * number;
    const at = u64(index, place);
    const size = u32(index, place + 8);
    if (at === 0 || at + 8 > reader.size || size > MAX_PACKET) break;
    entries.push(...standardIndex((await reader.bytes(at, size)).subarray(8)));
    if (entries.length > MAX_ENTRIES) break;
  }
  return entries;
}

/** OpenDML's AVISTDINDEX, without the chunk's own head. */
function standardIndex(part: Uint8Array): Entry[] {
  if (u16(part, 0) !== 2 || part[2] !== 0 || part[3] !== 1) return []; // two numbers each, frames, of chunks
  const count = Math.min(u32(part, 4), Math.floor((part.length - 24) / 8));
  const base = u64(part, 12);
  const entries: Entry[] = [];
  for (let number = 0; number < count; number++) {
    const size = u32(part, 28 + 8 * number);
    // The highest bit says that it is no key.
    entries.push({ at: base + u32(part, 24 + 8 * number), size: size & 0x7fffffff, key: size < 0x80000000 });
  }
  return entries;
}

const KEY_FLAG = 0x10;

/** AVI 1.0: positions count from the letters `movi`, or, as some write them, from the file's beginning. */
async function readIdx1(reader: BlobReader, { stream, movi, idx1 }: AviHeader): Promise<Entry[]> {
  if (idx1 === null) return [];
  const bytes = await reader.bytes(idx1.at, Math.min(idx1.size, 16 * MAX_ENTRIES));
  const entries: Entry[] = [];
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    if (!isVideoId(letters(bytes, at), stream)) continue;
    const key = (u32(bytes, at + 4) & KEY_FLAG) !== 0;
    entries.push({ at: u32(bytes, at + 8) + 8, size: u32(bytes, at + 12), key });
  }
  const first = entries.find(({ size }) => size > 0) ?? entries[0];
  if (first === undefined) return [];
  if (await isPacket(reader, { ...first, at: first.at + movi }, stream)) {
    for (const entry of entries) entry.at += movi;
  }
  return entries;
}

/** Every packet from the list's beginning to the file's end; bytes that are none are skipped. */
async function walk(reader: BlobReader, { stream, movi }: AviHeader): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let at = movi + 4; at + 8 <= reader.size && entries.length < MAX_ENTRIES;) {
    const head = await reader.bytes(at, 12);
    const id = letters(head, 0);
    const size = u32(head, 4);
    if ((id === 'LIST' && /^(?:rec |movi)$/.test(letters(head, 8))) || (id === 'RIFF' && letters(head, 8) === 'AVIX')) {
      at += 12;
      continue;
    }
    // Packets of any stream, indexes among them, room left free, tables at the end.
    const known = /^(?:\d\d(?:d[bc]|wb|tx|pc|__|iv)|ix\d\d|JUNK|idx1|LIST)$/.test(id) && size <= MAX_PACKET;
    if (known) {
      // One that the file's end cuts off holds half a picture.
      if (isVideoId(id, stream) && at + 8 + size <= reader.size) entries.push({ at: at + 8, size, key: null });
      at += 8 + size + (size & 1);
      continue;
    }
    at = await nextLetters(reader, at + 1, stream.digits);
  }
  return entries;
}

/** The next place that may be the head of one of the stream's packets; the file's end where there is none. */
async function nextLetters(reader: BlobReader, from: number, digits: string): Promise<number> {
  const PIECE = 64 * 1024;
  const [first, second] = [digits.charCodeAt(0), digits.charCodeAt(1)];
  for (let at = from; at < reader.size; at += PIECE - 3) {
    const bytes = await reader.bytes(at, PIECE);
    for (let index = 0; index + 4 <= bytes.length; index++) {
      if (bytes[index] !== first || bytes[index + 1] !== second) continue;
      if (bytes[index + 2] === 0x64 && (bytes[index + 3] === 0x63 || bytes[index + 3] === 0x62)) return at + index;
    }
    if (bytes.length < PIECE) break;
  }
  return reader.size;
}
