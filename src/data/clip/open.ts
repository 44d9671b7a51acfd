/** Opens a video, whatever its container and codec. */
import { ImportError } from '../../protocol';
import type { Clip, ClipPicture } from '../clip';
import { MAX_PIXELS } from '../image';
import { openAvi } from './avi_track';
import { openH264 } from './browser_decoder';
import { openContainer, openNative, openPackets } from './container';
import { CLIP_LIMIT, Guard } from './guard';
import { openMpeg4 } from './mpeg4/decoder';
import { codecName, converter, undecodable } from './names';
import { isUncompressed } from './pixels';
import { letters } from './reader';
import { PacketClip } from './sequence';
import { Closers, type ClipSource, type Shown } from './source';
import { openMotionJpeg, openUncompressed } from './stills';
import type { Decoder, Track } from './track';
import { VFW, vfwCode } from './vfw_code';

export interface ClipOptions {
  /** Degrees by which all pictures are turned: some sets hold clips that were filmed upside down. */
  turn?: 0 | 180;
  /** Longest time for which the clip is waited for, milliseconds, all in all. */
  limit?: number;
}

/**
 * @param name  the file's path, for sentences
 * @returns a clip; close it. Its pictures throw as this does.
 * @throws ImportError when the clip cannot be read or decoded; CancelledError when `signal` fires
 */
export async function openClip(
  blob: Blob,
  name: string,
  signal: AbortSignal,
  { turn = 0, limit = CLIP_LIMIT }: ClipOptions = {},
): Promise<Clip> {
  const guard = new Guard(name, signal, limit);
  const closers = new Closers();
  closers.add(() => guard.end());
  try {
    const source = await guard.wait(() => openSource(blob, name, closers));
    const angle = ((source.rotation + turn) % 360) as ClipSource['rotation'];
    const [width, height] = upright(source, angle);
    return {
      format: source.format,
      width,
      height,
      duration: source.duration,
      cut: source.cut ?? false,
      at: (moments) => turned(guard.each(prepared(source.at(moments))), angle),
      all: (wanted = () => true) => turned(guard.each(prepared(source.all(wanted))), angle),
      close: closers.run,
    };
  } catch (error) {
    closers.run();
    throw error;
  }
}

async function openSource(blob: Blob, name: string, closers: Closers): Promise<ClipSource> {
  const head = new Uint8Array(await blob.slice(0, 12).arrayBuffer());
  let track: Track;
  if (letters(head, 0) === 'RIFF' && letters(head, 8) === 'AVI ') track = await openAvi(blob, name, closers);
  else {
    const file = await openContainer(blob, name, closers);
    refuseSize(await file.track.getDisplayWidth(), await file.track.getDisplayHeight(), name);
    if (file.decodable) return openNative(file);
    // Packets in the manner of AVI, whose times are not those of showing: the codec is named only.
    if (file.code === VFW) throw undecodable(name, (await vfwCode(blob)) ?? VFW);
    track = await openPackets(file, blob);
  }
  refuseSize(track.width * track.aspect, Math.abs(track.height), name);
  const decoder = await decoderOf(track, name);
  const clip = new PacketClip(track, decoder);
  closers.add(() => clip.close());
  return clip;
}

async function decoderOf(track: Track, name: string): Promise<Decoder> {
  if (isUncompressed(track.code)) return openUncompressed(track, name);
  const codec = codecName(track.code);
  if (codec === 'Motion JPEG') return openMotionJpeg(track, name);
  if (codec === 'MPEG-4 part 2') return openMpeg4(track, name);
  // In another container the browser has been asked already.
  if (codec === 'H.264' && track.container === 'AVI') return openH264(track, name);
  throw undecodable(name, track.code);
}

function refuseSize(width: number, height: number, name: string): void {
  if (width * height <= MAX_PIXELS && width >= 1 && height >= 1) return;
  throw new ImportError({
    file: name,
    cause: `The video has ${Math.round(width)} x ${Math.round(height)} pixels; ${width * height > MAX_PIXELS ? `at most ${Math.floor(MAX_PIXELS / 1e6)} megapixels are decoded` : 'there is nothing to decode'}.`,
    remedy: `Write it anew, scaled down: ${converter(name, '-vf scale=1280:-2 ')}`,
  });
}

function upright({ width, height }: { width: number; height: number }, angle: number): [number, number] {
  return angle % 180 === 0 ? [width, height] : [height, width];
}

/** With pictures that can be painted at once. */
function prepared(shown: AsyncGenerator<Shown>): AsyncGenerator<Shown>;
function prepared(shown: AsyncGenerator<Shown | null>): AsyncGenerator<Shown | null>;
async function* prepared(shown: AsyncGenerator<Shown | null>): AsyncGenerator<Shown | null> {
  for await (const each of shown) {
    await each?.prepare?.();
    yield each;
  }
}

function turned(shown: AsyncGenerator<Shown>, angle: ClipSource['rotation']): AsyncGenerator<ClipPicture>;
function turned(shown: AsyncGenerator<Shown | null>, angle: ClipSource['rotation']): AsyncGenerator<ClipPicture | null>;
async function* turned(
  shown: AsyncGenerator<Shown | null>,
  angle: ClipSource['rotation'],
): AsyncGenerator<ClipPicture | null> {
  for await (const each of shown) yield each === null ? null : picture(each, angle);
}

function picture(shown: Shown, angle: ClipSource['rotation']): ClipPicture {
  const { index, seconds } = shown;
  const [width, height] = upright(shown, angle);
  return {
    index,
    seconds,
    width,
    height,
    paint: (context, toWidth, toHeight) => {
      context.save();
      try {
        context.transform(...TURNS[angle](toWidth, toHeight));
        shown.paint(context, ...upright({ width: toWidth, height: toHeight }, angle));
      } finally {
        context.restore();
      }
    },
    close: () => shown.close(),
  };
}

/** Clockwise turns of `[0, 0, width, height]` onto itself, in whole numbers. */
const TURNS: Record<
  ClipSource['rotation'],
  (width: number, height: number) => [number, number, number, number, number, number]
> = {
  0: () => [1, 0, 0, 1, 0, 0],
  90: (width) => [0, 1, -1, 0, width, 0],
  180: (width, height) => [-1, 0, 0, -1, width, height],
  270: (_, height) => [0, -1, 1, 0, 0, height],
};
