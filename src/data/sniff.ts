/** What a file is by its first bytes; its name is not asked. */

export type ImageKind = 'jpeg' | 'png' | 'webp';
export type VideoKind = 'mp4' | 'mov' | 'webm' | 'avi';
export type Kind =
  | { type: 'image'; kind: ImageKind }
  /** `mp4` and `mov` are the ISO base media family, `webm` stands for all of Matroska. */
  | { type: 'video'; kind: VideoKind }
  /** A known format that this page cannot open, by name. */
  | { type: 'foreign'; kind: 'HEIC' | 'AVIF' | 'GIF' | 'BMP' | 'TIFF' | 'MPEG' | 'Ogg' | 'ASF' | 'FLV' }
  | { type: 'unknown' };

/** Bytes that `sniff` wants to see. */
export const SNIFF_BYTES = 64;

/** Boxes that open a QuickTime file without `ftyp` (QuickTime File Format Specification, "Overview of QTFF"). */
const MOV_BOXES = new Set(['moov', 'mdat', 'free', 'skip', 'wide', 'pnot']);
const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1']);

/** @param head the first `SNIFF_BYTES` of the file, or all of a shorter one */
export function sniff(head: Uint8Array): Kind {
  const text = (from: number, length: number): string => String.fromCharCode(...head.subarray(from, from + length));
  const starts = (...bytes: number[]): boolean => bytes.every((byte, index) => head[index] === byte);

  if (starts(0xff, 0xd8, 0xff)) return { type: 'image', kind: 'jpeg' };
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return { type: 'image', kind: 'png' };
  if (text(0, 4) === 'RIFF') {
    if (text(8, 4) === 'WEBP') return { type: 'image', kind: 'webp' };
    if (text(8, 4) === 'AVI ') return { type: 'video', kind: 'avi' };
  }
  if (text(4, 4) === 'ftyp') {
    const brand = text(8, 4);
    if (HEIC_BRANDS.has(brand)) return { type: 'foreign', kind: 'HEIC' };
    if (brand === 'avif' || brand === 'avis') return { type: 'foreign', kind: 'AVIF' };
    return { type: 'video', kind: brand === 'qt  ' ? 'mov' : 'mp4' };
  }
  if (MOV_BOXES.has(text(4, 4))) return { type: 'video', kind: 'mov' };
  if (starts(0x1a, 0x45, 0xdf, 0xa3)) return { type: 'video', kind: 'webm' };
  if (text(0, 4) === 'GIF8') return { type: 'foreign', kind: 'GIF' };
  if (text(0, 2) === 'BM' && head[6] === 0 && head[7] === 0) return { type: 'foreign', kind: 'BMP' };
  if (starts(0x49, 0x49, 0x2a, 0x00) || starts(0x4d, 0x4d, 0x00, 0x2a)) return { type: 'foreign', kind: 'TIFF' };
  if (starts(0x00, 0x00, 0x01, 0xba) || starts(0x00, 0x00, 0x01, 0xb3)) return { type: 'foreign', kind: 'MPEG' };
  if (text(0, 4) === 'OggS') return { type: 'foreign', kind: 'Ogg' };
  if (starts(0x30, 0x26, 0xb2, 0x75)) return { type: 'foreign', kind: 'ASF' };
  if (text(0, 3) === 'FLV') return { type: 'foreign', kind: 'FLV' };
  return { type: 'unknown' };
}

const PROMISES: Record<string, 'image' | 'video'> = {
  jpg: 'image',
  jpeg: 'image',
  jpe: 'image',
  png: 'image',
  webp: 'image',
  heic: 'image',
  avif: 'image',
  bmp: 'image',
  gif: 'image',
  tif: 'image',
  tiff: 'image',
  mp4: 'video',
  m4v: 'video',
  mov: 'video',
  webm: 'video',
  mkv: 'video',
  avi: 'video',
  mpg: 'video',
  mpeg: 'video',
  wmv: 'video',
  flv: 'video',
  '3gp': 'video',
};

/** What a file of this extension says it is; null for anything that is neither an image nor a video. */
export function promiseOf(extension: string): 'image' | 'video' | null {
  return PROMISES[extension] ?? null;
}
