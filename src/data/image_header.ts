/**
 * Size and wholeness of an image from its bytes alone, before any decoder allocates memory for it.
 *
 * Browsers decode a cut-off JPEG to a picture with a grey lower part and no error, so wholeness has to be read from
 * the file's own structure: every JPEG ends its last scan with EOI (ITU-T T.81, B.1.1.3), every PNG ends in IEND
 * (W3C PNG, 5.6), and a WebP states its length (RFC 9649, 2.4).
 */
import type { ImageKind } from './sniff';

export interface ImageHeader {
  /** As coded: EXIF orientation is not applied. */
  width: number;
  height: number;
  /** False when the end of the file is missing. */
  whole: boolean;
}

/** `null` when the header itself is damaged or missing. */
export function readImageHeader(bytes: Uint8Array<ArrayBuffer>, kind: ImageKind): ImageHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const header = { jpeg: readJpeg, png: readPng, webp: readWebp }[kind](view);
    return header !== null && header.width > 0 && header.height > 0 ? header : null;
  } catch (error) {
    // DataView refuses to read past the end: the header is cut off.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const EOI = 0xd9;
const SOS = 0xda;

function readJpeg(view: DataView): ImageHeader | null {
  let size: { width: number; height: number } | null = null;
  let at = 2;
  while (at < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return size && { ...size, whole: false };
    const marker = at + 1 < view.byteLength ? view.getUint8(at + 1) : 0;
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
    if (marker === EOI) return size && { ...size, whole: true };
    if (at + 4 > view.byteLength) break;
    const length = view.getUint16(at + 2);
    // SOF0 .. SOF15 but for DHT (C4), JPG (C8) and DAC (CC), which share their range.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + length;
    if (marker === SOS) at = nextMarker(view, at);
  }
  return size && { ...size, whole: false };
}

/** Walks entropy-coded data to the next marker that is not a stuffed byte (FF00) or a restart (FFD0 .. FFD7). */
function nextMarker(view: DataView, from: number): number {
  for (let at = from; at + 1 < view.byteLength; at++) {
    if (view.getUint8(at) !== 0xff) continue;
    const next = view.getUint8(at + 1);
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return view.byteLength;
}

const IHDR = 0x49484452;
const IEND = 0x49454e44;

function readPng(view: DataView): ImageHeader | null {
  if (view.getUint32(12) !== IHDR) return null;
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  for (let at = 8; at + 12 <= view.byteLength; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === IEND) return { ...size, whole: true };
  }
  return { ...size, whole: false };
}

function readWebp(view: DataView): ImageHeader | null {
  const whole = view.getUint32(4, true) + 8 <= view.byteLength;
  const chunk = view.getUint32(12);
  const three = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (chunk) {
    case 0x56503858: // VP8X
      return { width: three(24) + 1, height: three(27) + 1, whole };
    case 0x5650384c: {
      // VP8L: two 14-bit fields after the signature byte
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, whole };
    }
    case 0x56503820: // VP8, lossy: the frame header's size fields
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, whole };
    default:
      return null;
  }
}
