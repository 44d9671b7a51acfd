/** Names of containers and codecs for sentences, and the command that converts what no part of this page decodes. */
import { ImportError } from '../../protocol';
import { nameOf, stemOf } from '../paths';

/**
 * Codecs by the code that a container gives them (FourCC of AVI and QuickTime, codec id of Matroska, codec string of
 * the web). Those of face anti-spoofing sets, and those that old capture programs wrote.
 */
const CODEC_NAMES: [RegExp, string][] = [
  [/^(?:avc[1-4]|[hx]264|davc|vssh)/i, 'H.264'],
  [/^(?:mp4v|xvid|divx|dx50|fmp4|mp4s|m4s2|3iv[x2]|rmp4|blz0|mpeg-?4)|V_MPEG4\/ISO/i, 'MPEG-4 part 2'],
  [/^(?:mp4[123]|mpg[34]|div[2-6]|col1|ap41)/i, 'Microsoft MPEG-4 (DivX 3)'],
  [/^(?:jpeg|mjp[ag]|mjpeg|ljpg|dmb1|avrn|jpgl|mjls|avdj)|V_MJPEG/i, 'Motion JPEG'],
  [/^mjpb/i, 'Motion JPEG format B'],
  [/^(?:ap[c4]|aprh|aprn|prores)|V_PRORES/i, 'Apple ProRes'],
  [/^(?:hvc|hev|hevc|h265|x265)|V_MPEGH/i, 'HEVC'],
  [/^(?:vp8|vp80)|V_VP8/i, 'VP8'],
  [/^(?:vp9|vp90|vp09)|V_VP9/i, 'VP9'],
  [/^av01|V_AV1/i, 'AV1'],
  [/^(?:mpg1|mpeg1|pim1|m1v)|V_MPEG1/i, 'MPEG-1'],
  [/^(?:mpg2|mpeg2|m2v|em2v|hdv|xdv|mx[345])|V_MPEG2/i, 'MPEG-2'],
  [/^cvid/i, 'Cinepak'],
  [/^(?:iv[3-5][0-9])/i, 'Indeo'],
  [/^(?:dv|cdv|avd)/i, 'DV'],
  [/^(?:wmv|wmva|wvc1|vc-?1)/i, 'Windows Media Video'],
  [/^(?:hfyu|ffvh)/i, 'HuffYUV'],
  [/^ffv1|V_FFV1/i, 'FFV1'],
  [/^(?:lags)/i, 'Lagarith'],
  [/^(?:h263|i263|s263|u263)/i, 'H.263'],
  [/^(?:svq[13])/i, 'Sorenson Video'],
  [/^(?:cram|msvc|wham)/i, 'Microsoft Video 1'],
];

/** `MPEG-4 part 2` of `XVID`; null for a code that is not in the table. */
export function codecName(code: string): string | null {
  return CODEC_NAMES.find(([pattern]) => pattern.test(code))?.[1] ?? null;
}

/** `MPEG-4 part 2 (XVID)`. */
export function codecWords(code: string): string {
  const shown = code.trim().replace(/[^\x20-\x7e]/g, '?');
  const name = codecName(code);
  if (shown === '') return 'which its container does not name';
  return name === null || name === shown ? shown : `${name} (${shown})`;
}

/** An ffmpeg command that makes a file every browser decodes. */
export function converter(name: string, options = ''): string {
  const file = nameOf(name);
  return `ffmpeg -i "${file}" ${options}-c:v libx264 -pix_fmt yuv420p -an "${stemOf(file)}-h264.mp4"`;
}

/** A codec that neither the browser nor this page decodes. */
export function undecodable(name: string, code: string, why = ''): ImportError {
  return new ImportError({
    file: name,
    cause: `This browser cannot decode the video's codec, ${codecWords(code)}${why}.`,
    remedy: `Convert it: ${converter(name)}`,
  });
}

/** What a file says of itself does not fit its bytes. */
export function damaged(name: string, what: string): ImportError {
  return new ImportError({
    file: name,
    cause: `${what}.`,
    remedy: `It may be cut off or damaged. Copy it again, or write it anew: ${converter(name)}`,
  });
}
