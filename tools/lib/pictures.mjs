/** Pixels to picture and video files: PNG with node's own zlib, everything else through ffmpeg. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { crc32, deflateSync } from 'node:zlib';
import { onPath } from './paths.mjs';
import { Sentence } from './terminal.mjs';

/** Without alpha: [height, width, 4] to [height, width, 3]. */
export function withoutAlpha(/** @type {Uint8Array | Uint8ClampedArray} */ rgba) {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let p = 0, q = 0; q < rgb.length; p += 4, q += 3) {
    rgb[q] = rgba[p] ?? 0;
    rgb[q + 1] = rgba[p + 1] ?? 0;
    rgb[q + 2] = rgba[p + 2] ?? 0;
  }
  return rgb;
}

function chunk(/** @type {string} */ type, /** @type {Uint8Array} */ data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A PNG of RGB pixels [height, width, 3]. Rows are differences to the row above, which pictures deflate best with. */
export function encodePng(/** @type {Uint8Array} */ rgb, /** @type {number} */ width, /** @type {number} */ height) {
  const row = width * 3;
  const rows = Buffer.alloc((row + 1) * height);
  for (let y = 0; y < height; y++) {
    const to = y * (row + 1);
    rows[to] = 4; // Paeth
    for (let i = 0; i < row; i++) {
      const at = y * row + i;
      const left = i < 3 ? 0 : (rgb[at - 3] ?? 0);
      const up = y === 0 ? 0 : (rgb[at - row] ?? 0);
      const corner = i < 3 || y === 0 ? 0 : (rgb[at - row - 3] ?? 0);
      const guess = left + up - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      rows[to + 1 + i] = (rgb[at] ?? 0) - (a <= b && a <= c ? left : b <= c ? up : corner);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** Codecs by the file's extension. One thread and no dates: the same frames give the same bytes with one ffmpeg. */
const CODECS = {
  mp4: ['-c:v', 'libx264', '-preset', 'slow', '-threads', '1'],
  webm: ['-c:v', 'libvpx-vp9', '-b:v', '0', '-deadline', 'good', '-cpu-used', '2', '-threads', '1', '-row-mt', '0'],
};

const MISSING = 'ffmpeg is needed for this and was not found; install it (Debian: apt install ffmpeg).';

/** Asked before any work whose result ffmpeg has to write. @throws Sentence where there is none */
export function requireFfmpeg() {
  if (onPath(['ffmpeg']) === null) throw new Sentence(MISSING);
}

/** Runs ffmpeg on raw RGB frames. */
async function ffmpeg(
  /** @type {string[]} */ input,
  /** @type {string[]} */ output,
  /** @type {Uint8Array[]} */ frames,
) {
  const child = spawn(
    'ffmpeg',
    ['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgb24', ...input, '-i', '-', ...output],
    {
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.on('data', (/** @type {Buffer} */ part) => (said += part));
  child.stdin.on('error', () => {}); // its own words come with the exit
  child.stdin.end(Buffer.concat(frames));
  try {
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Sentence(`ffmpeg failed: ${said.trim() || `status ${code}`}`);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') throw new Sentence(MISSING);
    throw error;
  }
}

/**
 * Writes H.264 in MP4 or VP9 in WebM, by the extension.
 * @param {string} path
 * @param {Uint8Array[]} frames RGB, [height, width, 3] each; sides even
 * @param {{ width: number, height: number, rate: number, quality: number }} options `quality`: the codec's CRF
 */
export async function writeVideo(path, frames, { width, height, rate, quality }) {
  const codec = CODECS[/** @type {keyof typeof CODECS} */ (path.split('.').at(-1))];
  if (!codec) throw new Sentence(`${path}: a clip is written as .mp4 or .webm`);
  await ffmpeg(
    ['-s', `${width}x${height}`, '-r', String(rate)],
    [
      ...codec,
      '-crf',
      String(quality),
      '-pix_fmt',
      'yuv420p',
      '-fflags',
      '+bitexact',
      '-flags:v',
      '+bitexact',
      '-map_metadata',
      '-1',
      path,
    ],
    frames,
  );
}

/** Writes a JPEG; `quality` is ffmpeg's scale, 2 the best .. 31. */
export async function writeJpeg(
  /** @type {string} */ path,
  /** @type {Uint8Array} */ rgb,
  /** @type {number} */ width,
  /** @type {number} */ height,
  quality = 4,
) {
  await ffmpeg(
    ['-s', `${width}x${height}`],
    [
      '-frames:v',
      '1',
      '-pix_fmt',
      'yuvj420p',
      '-q:v',
      String(quality),
      '-fflags',
      '+bitexact',
      '-flags:v',
      '+bitexact',
      path,
    ],
    [rgb],
  );
}
