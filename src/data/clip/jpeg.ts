/** Motion JPEG's frames as JPEG files: most leave out the tables that every decoder is supposed to know. */
import { MAX_PIXELS } from '../image';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DHT = 0xc4;

/** The Huffman tables of ITU-T T.81, K.3: for each, its class and number, how many codes of each length, the values. */
function typicalTables(): Uint8Array<ArrayBuffer> {
  const direct = (counts: number[], table: number): number[] => [
    table,
    ...counts,
    ...Array.from({ length: 12 }, (_, i) => i),
  ];
  const segment = [
    ...direct([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], 0x00),
    ...[0x10, 0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d, ...hex(AC_LUMINANCE)],
    ...direct([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], 0x01),
    ...[0x11, 0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77, ...hex(AC_CHROMINANCE)],
  ];
  const length = segment.length + 2;
  return Uint8Array.from([0xff, DHT, length >> 8, length & 0xff, ...segment]);
}

/** Table K.5: run and size of each code, in the order of the codes. */
const AC_LUMINANCE =
  '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738' +
  '393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5' +
  'a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa';
/** Table K.6. */
const AC_CHROMINANCE =
  '000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a353637' +
  '38393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3' +
  'a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa';

function hex(text: string): number[] {
  return (text.replaceAll(' ', '').match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

let tables: Uint8Array<ArrayBuffer> | null = null;

/**
 * The first JPEG of a frame, whole: with Huffman tables, and with its end. An interlaced frame is two JPEGs of half its
 * height, one a field; the second is left out.
 * @returns null where there is no JPEG
 */
export function wholeJpeg(frame: Uint8Array<ArrayBuffer>): Blob | null {
  const from = findMarker(frame, 0, SOI);
  if (from < 0) return null;
  let at = from + 2;
  let known = false;
  while (at + 4 <= frame.length) {
    if (frame[at] !== 0xff) return null;
    const marker = frame[at + 1] ?? 0;
    if (marker === 0xff) at++;
    else if (marker === SOS) break;
    else {
      // Its size comes before its pixels, and is not the container's to know.
      if (isSize(marker) && number(frame, at + 5) * number(frame, at + 7) > MAX_PIXELS) return null;
      known ||= marker === DHT;
      at += 2 + number(frame, at + 2);
    }
  }
  if (at + 4 > frame.length) return null;
  // A progressive file has more tables and scans behind this one: its end is what counts.
  const end = findMarker(frame, at + 2, EOI);
  const rest = frame.subarray(at, end < 0 ? frame.length : end + 2);
  const inserted = known ? [] : [(tables ??= typicalTables())];
  const close = end < 0 ? [Uint8Array.of(0xff, EOI)] : [];
  return new Blob([frame.subarray(from, at), ...inserted, rest, ...close], { type: 'image/jpeg' });
}

/** SOF0 .. SOF15 but for DHT (C4), JPG (C8) and DAC (CC), which share their range. */
const isSize = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

const number = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Where `ff marker` stands at or after `from`; -1 if nowhere. Coded data never holds one: it writes ff as ff 00. */
function findMarker(bytes: Uint8Array, from: number, marker: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === marker) return at;
  }
  return -1;
}
