/**
 * MP4, MOV, WebM and MKV, read by mediabunny. What the browser decodes goes through mediabunny and WebCodecs; of other
 * codecs mediabunny still gives the packets.
 */
import {
  BlobSource,
  EncodedPacketSink,
  Input,
  LogLevel,
  Logging,
  MATROSKA,
  MP4,
  QTFF,
  VideoSampleSink,
  WEBM,
  type EncodedPacket,
  type InputVideoTrack,
  type VideoSample,
} from 'mediabunny';
import { ImportError } from '../../protocol';
import { codecName, converter } from './names';
import { frameOf } from './pixels_of';
import { lacksIndex, readCodecHeader } from './sample_entry';
import { EPSILON, type ClipSource, type Closers, type Shown } from './source';
import type { Packet, Start, Track } from './track';

// It warns of codecs that it does not know; the importer says it in a sentence where it matters.
Logging.level = LogLevel.Errors;

/** `MPEG-4`-like names of mediabunny's as files are called. */
const CONTAINERS: Record<string, string> = { 'QuickTime File Format': 'MOV', Matroska: 'MKV' };

export interface OpenedFile {
  track: InputVideoTrack;
  container: string;
  /** The codec's code in the container. */
  code: string;
  decodable: boolean;
}

/** @throws ImportError when it is no such file, or holds no video */
export async function openContainer(blob: Blob, name: string, closers: Closers): Promise<OpenedFile> {
  // Only the formats that are files of their own: an HLS playlist would fetch others.
  const input = new Input({
    formats: [MP4, QTFF, MATROSKA, WEBM],
    source: new BlobSource(blob, { handleUnhandledError: () => undefined }), // the pending read reports it too
  });
  closers.add(() => input.dispose());
  if (!(await input.canRead())) {
    throw new ImportError({
      file: name,
      cause: 'This is not a video that can be opened: its container is unknown or damaged.',
      remedy: `MP4, MOV, WebM, MKV and AVI are read. Convert it: ${converter(name)}`,
    });
  }
  const track = await input.getPrimaryVideoTrack();
  if (track === null) {
    if (!/matroska|webm/i.test((await input.getFormat()).name) && (await lacksIndex(blob))) {
      throw new ImportError({
        file: name,
        cause: 'The video has no index, which such files often have at their end: it is cut off.',
        remedy: 'Copy it again from its source.',
      });
    }
    throw new ImportError({ file: name, cause: 'The file holds no video track.', remedy: 'Leave it out.' });
  }
  const { name: format } = await input.getFormat();
  const internal = await track.getInternalCodecId();
  const known = (await track.getCodecParameterString()) ?? (await track.getCodec());
  const code = known ?? (typeof internal === 'string' ? internal : '');
  return { track, container: CONTAINERS[format] ?? format, code, decodable: await track.canDecode() };
}

/** What the browser decodes. */
export async function openNative({ track, container, code }: OpenedFile): Promise<ClipSource> {
  const start = Math.max(0, await track.getFirstTimestamp());
  const flipped = await track.getFlip();
  const [width, height] = flipped
    ? [await track.getDisplayWidth(), await track.getDisplayHeight()]
    : [await track.getSquarePixelWidth(), await track.getSquarePixelHeight()];
  return new NativeClip(
    new VideoSampleSink(track),
    start,
    `${codecName(code) ?? code} in ${container}`,
    width,
    height,
    (await track.computeDuration()) - start,
    flipped ? 0 : await track.getRotation(),
    flipped,
  );
}

class NativeClip implements ClipSource {
  constructor(
    private readonly sink: VideoSampleSink,
    private readonly start: number,
    readonly format: string,
    readonly width: number,
    readonly height: number,
    readonly duration: number,
    readonly rotation: ClipSource['rotation'],
    /** Mirrored: then mediabunny draws, turned and all. */
    private readonly flipped: boolean,
  ) {}

  async *all(wanted: (index: number) => boolean): AsyncGenerator<Shown> {
    let index = -1;
    for await (const sample of this.sink.samples(this.start)) {
      if (wanted(++index)) yield this.shown(sample, index);
      else sample.close();
    }
  }

  async *at(moments: readonly number[]): AsyncGenerator<Shown | null> {
    const times = moments.map((moment) => this.start + moment + EPSILON);
    for await (const sample of this.sink.samplesAtTimestamps(times)) {
      yield sample === null ? null : this.shown(sample, null);
    }
  }

  private shown(sample: VideoSample, index: number | null): Shown {
    const seconds = Math.max(0, sample.timestamp - this.start);
    if (this.flipped) {
      return {
        index,
        seconds,
        width: sample.displayWidth,
        height: sample.displayHeight,
        paint: (context, width, height) => sample.draw(context, 0, 0, width, height),
        close: () => sample.close(),
      };
    }
    const { squarePixelWidth: width, squarePixelHeight: height } = sample;
    const frame = sample.toVideoFrame();
    sample.close();
    return { index, seconds, width, height, ...frameOf(frame) };
  }

  close(): void {
    // The input is disposed of with the file.
  }
}

/** What this page decodes itself: the packets. */
export async function openPackets(file: OpenedFile, blob: Blob): Promise<Track> {
  const { track, container, code } = file;
  const start = Math.max(0, await track.getFirstTimestamp());
  const [width, height] = [await track.getCodedWidth(), await track.getCodedHeight()];
  const entry = container === 'MOV' || container === 'MP4' ? await readCodecHeader(blob, code) : null;
  const square = (await track.getSquarePixelWidth()) / (await track.getSquarePixelHeight());
  return new PacketTrack(
    new EncodedPacketSink(track),
    start,
    { container, code, width, height, header: entry?.header ?? null, depth: entry?.depth ?? 24 },
    (square * height) / width || 1,
    await track.getRotation(),
    (await track.computeDuration()) - start,
  );
}

class PacketTrack implements Track {
  readonly timed = true;
  readonly rate = null;
  readonly container: string;
  readonly code: string;
  readonly header: Uint8Array<ArrayBuffer> | null;
  readonly width: number;
  readonly height: number;
  readonly depth: number;

  constructor(
    private readonly sink: EncodedPacketSink,
    private readonly start: number,
    stated: Pick<Track, 'container' | 'code' | 'width' | 'height' | 'header' | 'depth'>,
    readonly aspect: number,
    readonly rotation: Track['rotation'],
    readonly duration: number,
  ) {
    this.container = stated.container;
    this.code = stated.code;
    this.header = stated.header;
    this.width = stated.width;
    this.height = stated.height;
    this.depth = stated.depth;
  }

  async startAt(seconds: number, isKey: (bytes: Uint8Array<ArrayBuffer>) => boolean): Promise<Start | null> {
    let first = await this.sink.getKeyPacket(seconds + this.start);
    // Some files call packets keys that are none.
    while (first !== null && !isKey(first.data as Uint8Array<ArrayBuffer>)) {
      first = await this.sink.getKeyPacket(first.timestamp - EPSILON);
    }
    first ??= await this.sink.getFirstPacket();
    if (first === null) return null;
    const { sequenceNumber: order, timestamp } = first;
    const packet = first;
    return { order, seconds: timestamp - this.start, packets: () => this.packets(packet) };
  }

  private async *packets(first: EncodedPacket): AsyncGenerator<Packet> {
    for await (const { sequenceNumber, timestamp, data } of this.sink.packets(first)) {
      // The library's type allows shared memory; its bytes are read from a Blob and are not.
      const bytes = data as Uint8Array<ArrayBuffer>;
      yield { order: sequenceNumber, seconds: Math.max(0, timestamp - this.start), bytes };
    }
  }

  close(): void {
    // The input is disposed of with the file.
  }
}
