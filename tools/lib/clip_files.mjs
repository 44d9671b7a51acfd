/** Clips that count their frames, made by ffmpeg: many lengths, sizes and rates, in the formats of the public sets. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { Sentence } from './terminal.mjs';

/** Bits of the painted number. */
export const BITS = 10;

const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-crf', '20'];
const mjpeg = ['-c:v', 'mjpeg', '-q:v', '4', '-pix_fmt', 'yuvj420p'];
const xvid = ['-c:v', 'mpeg4', '-q:v', '4', '-g', '250', '-vtag', 'xvid'];

/** @type {Record<string, {ending: string, options: string[], every: string[][]}>} `every`: options of each in turn */
export const FORMATS = {
  'mp4-h264': {
    ending: 'mp4',
    options: h264,
    every: [
      ['-bf', '2'],
      ['-bf', '0'],
    ],
  },
  'mov-h264': { ending: 'mov', options: h264, every: [['-g', '12'], []] },
  'mov-mjpeg': {
    ending: 'mov',
    options: mjpeg,
    every: [
      ['-huffman', 'default'],
      ['-huffman', 'optimal'],
    ],
  },
  'avi-mjpeg': {
    ending: 'avi',
    options: mjpeg,
    every: [
      ['-huffman', 'default'],
      ['-huffman', 'optimal'],
    ],
  },
  'avi-xvid': {
    ending: 'avi',
    options: xvid,
    every: [
      ['-bf', '0'],
      ['-bf', '2'],
      ['-bf', '2', '-g', '25', '-flags', '+qpel'],
    ],
  },
  'avi-h264': {
    ending: 'avi',
    options: h264,
    every: [
      ['-bf', '3'],
      ['-bf', '0', '-g', '20'],
    ],
  },
};

const SIZES = ['320x240', '640x480', '352x288', '480x640', '720x576', '1280x720'];
const RATES = ['15', '24', '25', '30', '30000/1001'];

/** @typedef {{file: string, format: string, frames: number, rate: number, size: string}} CountedClip file: below the folder */

/**
 * The list of clips, the same for the same count: a format has the n-th clip's length, size and rate from n alone.
 *
 * @returns {CountedClip[]}
 */
export function countedClips(/** @type {number} */ count) {
  const formats = Object.keys(FORMATS);
  return Array.from({ length: count }, (_, number) => {
    const format = formats[number % formats.length] ?? '';
    const turn = Math.floor(number / formats.length);
    const [above = 1, below = 1] = (RATES[(turn * 3) % RATES.length] ?? '25').split('/').map(Number);
    const name = `clip-${String(number).padStart(4, '0')}.${FORMATS[format]?.ending}`;
    return {
      file: `${format}/live/${name}`,
      format,
      frames: 12 + ((turn * 37) % 260),
      rate: above / below,
      size: SIZES[turn % SIZES.length] ?? '',
    };
  });
}

/** Writes one clip. A moving test picture; over it, at the top, its frame's number in black and white, highest bit left. */
export async function writeClip(
  /** @type {string} */ folder,
  /** @type {CountedClip} */ clip,
  /** @type {number} */ turn,
) {
  const target = path.join(folder, clip.file);
  mkdirSync(path.dirname(target), { recursive: true });
  const boxes = Array.from({ length: BITS }, (_, bit) => {
    const weight = 2 ** (BITS - 1 - bit);
    return `drawbox=x=iw*${bit}/${BITS}:y=0:w=iw/${BITS}:h=ih/3:color=white:t=fill:enable='gte(mod(n,${2 * weight}),${weight})'`;
  });
  const picture = [
    `testsrc2=size=${clip.size}:rate=${RATES.find((rate) => Math.abs(rateOf(rate) - clip.rate) < 1e-9)}`,
    'drawbox=x=0:y=0:w=iw:h=ih/3:color=black:t=fill',
    ...boxes,
  ].join(',');
  const { options = [], every = [[]] } = FORMATS[clip.format] ?? {};
  const { status, output } = await run(
    'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', picture, '-frames:v', String(clip.frames)],
      ...[...options, ...(every[turn % every.length] ?? []), '-an', target],
    ],
    { seconds: 120 },
  );
  if (status !== 0) throw new Sentence(`ffmpeg did not make ${clip.file} (status ${status}): ${output.trim()}`);
}

function rateOf(/** @type {string} */ text) {
  const [above = 1, below = 1] = text.split('/').map(Number);
  return above / below;
}

/** Numbers of the two frames that an import keeps: shown at 10 % and at 50 % of the clip. */
export function expectedFrames(/** @type {CountedClip} */ { frames }) {
  return { early: Math.floor(frames * 0.1 + 1e-6), middle: Math.floor(frames * 0.5 + 1e-6) };
}
