/**
 * The codec of a Matroska file that leaves its name to Video for Windows: `V_MS/VFW/FOURCC` (RFC 9559; the codec's
 * private data is a BITMAPINFOHEADER). FFmpeg writes FFV1, HuffYUV and others so.
 */
import { BlobReader, letters } from './reader';

export const VFW = 'V_MS/VFW/FOURCC';

const [SEGMENT, TRACKS, TRACK, CODEC, PRIVATE] = [0x18538067, 0x1654ae6b, 0xae, 0x86, 0x63a2];
/** Place of the four letters in the header. */
const COMPRESSION = 16;

/** Four letters as in AVI; null where no track has such a header. */
export async function vfwCode(blob: Blob): Promise<string | null> {
  const reader = new BlobReader(blob);
  return search(reader, 0, reader.size);
}

async function search(reader: BlobReader, from: number, end: number): Promise<string | null> {
  let code: string | null = null;
  let named = false;
  for (let at = from; at < end;) {
    const element = elementOf(await reader.bytes(at, 12));
    if (element === null) return null;
    const { id, head, size } = element;
    const [start, next] = [at + head, Math.min(end, at + head + size)];
    if (id === SEGMENT || id === TRACKS || id === TRACK) {
      const found = await search(reader, start, next);
      if (found !== null) return found;
    } else if (id === CODEC) named = letters(await reader.bytes(start, VFW.length), 0, VFW.length) === VFW;
    else if (id === PRIVATE && next - start >= COMPRESSION + 4) {
      code = letters(await reader.bytes(start, COMPRESSION + 4), COMPRESSION);
    }
    at = next;
  }
  return named ? code : null;
}

/** An EBML element's id, the bytes of its head, and those of its content; an unknown size is all that is left. */
function elementOf(bytes: Uint8Array): { id: number; head: number; size: number } | null {
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  const first = bytes[idLength] ?? 0;
  const sizeLength = Math.clz32(first) - 23;
  const head = idLength + sizeLength;
  if (idLength > 4 || sizeLength > 8 || head > bytes.length) return null;
  const id = bytes.subarray(0, idLength).reduce((value, byte) => value * 256 + byte, 0);
  const rest = bytes.subarray(idLength + 1, head);
  const mask = (1 << (8 - sizeLength)) - 1;
  const size = rest.reduce((value, byte) => value * 256 + byte, first & mask);
  const unknown = (first & mask) === mask && rest.every((byte) => byte === 255);
  return { id, head, size: unknown ? Infinity : size };
}
