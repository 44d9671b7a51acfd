/**
 * Video: two frames a clip, one early, one from the middle (paper, "Proposed Datasets": two frames a video, from its
 * early and its middle segment).
 *
 * Which frame exactly is not stated; here the early one is shown at 10 % of the duration, past the moment in which a
 * camera finds its exposure, and the middle one at 50 %. Containers are read by mediabunny and decoded by WebCodecs.
 */
import { BlobSource, Input, MATROSKA, MP4, QTFF, VideoSampleSink, WEBM, type InputVideoTrack } from 'mediabunny';
import { CancelledError, ImportError, WhyLiveError, type FrameRole } from '../protocol';
import { storeFrame, type StoredFrame } from './frame';
import { MAX_PIXELS } from './image';
import { nameOf, stemOf } from './paths';

/** Where in a clip each frame is taken, as a share of its duration. */
export const MOMENTS = { early: 0.1, middle: 0.5 } as const;
/** Longest time spent on one clip, milliseconds: a damaged file can make a parser or a decoder wait for ever. */
export const CLIP_LIMIT = 60_000;
/** Added to each moment, seconds: the time of a frame as a float may lie just above the exact share. */
const EPSILON = 1e-4;

export interface VideoFrameTaken extends StoredFrame {
  role: Exclude<FrameRole, 'image'>;
  /** When the frame is shown, seconds from the clip's start. */
  seconds: number;
}

/**
 * Decodes the two frames of a clip, rotation and pixel ratio applied. One frame only when both moments show the
 * same one.
 * @param name  the file's path, for sentences
 * @throws ImportError when the clip cannot be read or decoded; CancelledError when `signal` fires
 */
export async function decodeVideo(
  blob: Blob,
  name: string,
  signal: AbortSignal,
  limit = CLIP_LIMIT,
): Promise<VideoFrameTaken[]> {
  // Only the formats that are files of their own: an HLS playlist would fetch others.
  const input = new Input({
    formats: [MP4, QTFF, MATROSKA, WEBM],
    source: new BlobSource(blob, { handleUnhandledError: () => undefined }), // the pending read reports it too
  });
  let stop: (reason: Error) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => (stop = reject));
  const timer = setTimeout(
    () =>
      stop(
        new ImportError({
          file: name,
          cause: `The video was not decoded within ${Math.round(limit / 1000)} seconds.`,
          remedy: `It may be damaged. Try writing it anew: ${converter(name)}`,
        }),
      ),
    limit,
  );
  const cancel = (): void => stop(new CancelledError());
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([takeFrames(input, name), stopped]);
  } catch (error) {
    if (error instanceof WhyLiveError) throw error;
    if (signal.aborted) throw new CancelledError();
    throw new ImportError({
      file: name,
      cause: `The video cannot be read (${error instanceof Error ? error.message.replace(/\.$/, '') : String(error)}).`,
      remedy: `It may be cut off or damaged. Copy it again, or write it anew: ${converter(name)}`,
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    input.dispose();
  }
}

async function takeFrames(input: Input, name: string): Promise<VideoFrameTaken[]> {
  if (!(await input.canRead())) {
    throw new ImportError({
      file: name,
      cause: 'This is not a video that can be opened: its container is unknown or damaged.',
      remedy: `MP4, MOV, WebM and MKV are read. Convert it: ${converter(name)}`,
    });
  }
  const track = await input.getPrimaryVideoTrack();
  if (track === null) {
    throw new ImportError({ file: name, cause: 'The file holds no video track.', remedy: 'Leave it out.' });
  }
  await refuseUndecodable(track, name);
  const start = Math.max(0, await track.getFirstTimestamp());
  const duration = (await track.computeDuration()) - start;
  const roles = ['early', 'middle'] as const;
  const moments = roles.map((role) => start + MOMENTS[role] * duration + EPSILON);

  const frames: VideoFrameTaken[] = [];
  let last: number | null = null;
  let index = 0;
  for await (const sample of new VideoSampleSink(track).samplesAtTimestamps(moments)) {
    const role = roles[index++];
    if (sample === null || role === undefined) continue;
    try {
      if (sample.timestamp === last) continue;
      last = sample.timestamp;
      const { displayWidth: width, displayHeight: height } = sample;
      const stored = await storeFrame((context) => sample.draw(context, 0, 0, width, height), width, height);
      frames.push({ ...stored, role, seconds: Math.max(0, sample.timestamp - start) });
    } finally {
      sample.close();
    }
  }
  if (frames.length === 0) {
    throw new ImportError({
      file: name,
      cause: 'The video holds no frame that can be decoded.',
      remedy: `It may be cut off. Copy it again, or write it anew: ${converter(name)}`,
    });
  }
  return frames;
}

async function refuseUndecodable(track: InputVideoTrack, name: string): Promise<void> {
  const width = await track.getDisplayWidth();
  const height = await track.getDisplayHeight();
  if (!(width * height <= MAX_PIXELS)) {
    throw new ImportError({
      file: name,
      cause: `The video has ${width} x ${height} pixels; at most ${Math.floor(MAX_PIXELS / 1e6)} megapixels are decoded.`,
      remedy: `Scale it down: ${converter(name, '-vf scale=1280:-2 ')}`,
    });
  }
  if (await track.canDecode()) return;
  const known = (await track.getCodecParameterString()) ?? (await track.getCodec());
  const internal = await track.getInternalCodecId();
  const codec = known ?? (typeof internal === 'string' ? internal.trim() : null);
  throw new ImportError({
    file: name,
    cause: `This browser cannot decode the video's codec, ${codec === null ? 'which it does not know' : codecName(codec)}.`,
    remedy: `Convert it: ${converter(name)}`,
  });
}

/** Codecs that face anti-spoofing sets use and browsers do not decode, by the container's code. */
const CODEC_NAMES: [RegExp, string][] = [
  [/^mp4v|XVID|MPEG4/i, 'MPEG-4 part 2'],
  [/^(?:jpeg|mjp[ab]|mjpeg)|MJPEG/i, 'Motion JPEG'],
  [/^(?:ap[c4]|aprh|aprn|PRORES)|PRORES/i, 'Apple ProRes'],
  [/^(?:hvc|hev|hevc)/i, 'HEVC'],
];

function codecName(code: string): string {
  const name = CODEC_NAMES.find(([pattern]) => pattern.test(code))?.[1];
  return name === undefined ? code : `${name} (${code})`;
}

/** An ffmpeg command that makes a file every browser decodes. */
export function converter(name: string, options = ''): string {
  const file = nameOf(name);
  return `ffmpeg -i "${file}" ${options}-c:v libx264 -pix_fmt yuv420p -an "${stemOf(file)}-h264.mp4"`;
}
