/** H.264 in AVI by the browser's own decoder (WebCodecs), which wants a codec string, whole headers and true keys. */
import { codecString, headersOf, isIdr, measured, pieces, withStartCodes } from './h264';
import { damaged, undecodable } from './names';
import { frameOf } from './pixels_of';
import type { Decoded, Decoder, Packet, Track } from './track';
import { Turns } from './turns';

/** Packets and pictures on their way at once: pictures are large, and some decoders have few. */
const IN_FLIGHT = 4;

/** @throws ImportError when headers are missing, or the browser does not decode this kind */
export async function openH264(track: Track, name: string): Promise<Decoder> {
  const { header } = track;
  const apart = header !== null && header[0] === 1 && header.length >= 7;
  const size = apart ? ((header[4] ?? 3) & 3) + 1 : 0;
  const split = (bytes: Uint8Array): Iterable<Uint8Array> => (apart ? measured(bytes, size) : pieces(bytes));
  let known = apart || header === null ? NONE : headersOf(pieces(header));
  let codec: string;
  if (apart) codec = codecString(header.subarray(1));
  else {
    // Headers come with the first picture that stands alone.
    const start = known.sequence.length > 0 ? null : await track.startAt(0, () => true);
    const packets = start?.packets();
    for (let tried = 0; packets !== undefined && known.sequence.length === 0 && tried < 300; tried++) {
      const next = await packets.next();
      if (next.done === true) break;
      known = headersOf(pieces(next.value.bytes));
    }
    const [sequence] = known.sequence;
    if (sequence === undefined) throw damaged(name, 'The video’s H.264 stream has no header');
    codec = codecString(sequence.subarray(1));
  }
  const config: VideoDecoderConfig = {
    codec,
    codedWidth: track.width,
    codedHeight: Math.abs(track.height),
    ...(apart ? { description: header } : {}),
  };
  const { supported } = await VideoDecoder.isConfigSupported(config).catch(() => ({ supported: false }));
  if (supported !== true) throw undecodable(name, codec);
  return new BrowserDecoder(track, name, config, (bytes) => [...split(bytes)], known);
}

const NONE: ReturnType<typeof headersOf> = { sequence: [], picture: [] };

class BrowserDecoder implements Decoder {
  readonly codec = 'H.264';
  readonly width: number;
  readonly height: number;
  private open: VideoDecoder | null = null;

  constructor(
    private readonly track: Track,
    private readonly name: string,
    private readonly config: VideoDecoderConfig,
    private readonly split: (bytes: Uint8Array) => Uint8Array[],
    private readonly known: ReturnType<typeof headersOf>,
  ) {
    this.width = Math.round(track.width * track.aspect);
    this.height = Math.abs(track.height);
  }

  isKey(bytes: Uint8Array): boolean {
    return this.split(bytes).some(isIdr);
  }

  async *decode(packets: AsyncGenerator<Packet>): AsyncGenerator<Decoded> {
    this.close();
    const turns = new Turns(this.track.timed);
    const ready: VideoFrame[] = [];
    let failure: Error | null = null;
    let wake: () => void = () => undefined;
    const decoder = new VideoDecoder({
      output: (frame) => {
        ready.push(frame);
        wake();
      },
      error: (error) => {
        failure = error;
        wake();
      },
    });
    this.open = decoder;
    decoder.ondequeue = () => wake();
    decoder.configure(this.config);
    const failed = (): Error | null => failure;
    let first = true;
    let ended = false;
    try {
      for (;;) {
        const error = failed();
        if (error !== null) {
          throw damaged(this.name, `The video’s H.264 stream cannot be decoded (${error.message.replace(/\.$/, '')})`);
        }
        const frame = ready.shift();
        if (frame !== undefined) {
          yield this.picture(frame, turns.take(frame.timestamp));
          continue;
        }
        if (ended) return;
        if (decoder.decodeQueueSize >= IN_FLIGHT) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        const next = await packets.next();
        if (next.done === true) {
          // A failure of the flush has been told to `error`.
          await decoder.flush().catch(() => undefined);
          ended = true;
          continue;
        }
        const { order, seconds, bytes } = next.value;
        if (bytes.length === 0) continue;
        const key = first || this.isKey(bytes);
        turns.add(order, seconds);
        decoder.decode(
          new EncodedVideoChunk({
            type: key ? 'key' : 'delta',
            timestamp: order,
            data: key ? this.whole(bytes) : bytes,
          }),
        );
        first = false;
      }
    } finally {
      for (const frame of ready) frame.close();
      if (decoder.state !== 'closed') decoder.close();
      void packets.return(undefined);
    }
  }

  /** A key with its headers: some streams have them once, others only outside the packets. */
  private whole(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (this.config.description !== undefined) return bytes;
    const all = this.split(bytes);
    if (headersOf(all).sequence.length > 0) return bytes;
    return withStartCodes([...this.known.sequence, ...this.known.picture, ...all]);
  }

  private picture(frame: VideoFrame, seconds: number): Decoded {
    // The stream's own pixel ratio is in the display size; where it states none the container's counts.
    const { displayWidth, displayHeight, visibleRect } = frame;
    const stated = visibleRect !== null && displayWidth * visibleRect.height !== displayHeight * visibleRect.width;
    return {
      seconds,
      width: stated ? displayWidth : Math.round(displayWidth * this.track.aspect),
      height: displayHeight,
      ...frameOf(frame),
    };
  }

  close(): void {
    if (this.open !== null && this.open.state !== 'closed') this.open.close();
    this.open = null;
  }
}
