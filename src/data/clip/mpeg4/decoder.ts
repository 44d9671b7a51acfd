/** MPEG-4 part 2 (Xvid, DivX, FFmpeg's own) from packets to pictures in the order of showing. */
import { undecodable } from '../names';
import { paintable, takeRoom } from '../pixels_of';
import { writeRgba } from '../planes';
import type { Decoded, Decoder, Packet, Track } from '../track';
import { Turns } from '../turns';
import { Library, type Planes } from './library';
import { VopReader, headersBefore } from './vops';

/** @throws ImportError when the stream's header is missing, or is one that the decoder refuses */
export async function openMpeg4(track: Track, name: string): Promise<Decoder> {
  const header = track.header ?? (await headerInside(track));
  if (header === null) throw undecodable(name, track.code, ', without the stream’s header');
  const decoder = new Mpeg4(track, header, await Library.take());
  if (!decoder.open()) {
    decoder.close();
    throw undecodable(name, track.code, ' with this header');
  }
  return decoder;
}

/** A B-picture this long before a moment is not the last one before it, seconds: two pictures at 4 a second. */
const MARGIN = 0.5;

/** AVI has the header in the packets, at least in the first. */
async function headerInside(track: Track): Promise<Uint8Array<ArrayBuffer> | null> {
  const start = await track.startAt(0, () => true);
  const packets = start?.packets();
  const first = await packets?.next();
  void packets?.return(undefined);
  return first === undefined || first.done === true ? null : headersBefore(first.value.bytes);
}

class Mpeg4 implements Decoder {
  readonly codec = 'MPEG-4 part 2';
  readonly width: number;
  readonly height: number;
  private readonly vops: VopReader;
  private broken = false;
  private closed = false;

  constructor(
    private readonly track: Track,
    private readonly header: Uint8Array<ArrayBuffer> | null,
    private readonly library: Library,
  ) {
    this.vops = new VopReader(header);
    this.width = Math.round(track.width * track.aspect);
    this.height = Math.abs(track.height);
  }

  isKey(bytes: Uint8Array<ArrayBuffer>): boolean {
    return this.vops.isIntra(bytes);
  }

  /** Opened anew for each start: what a start leaves behind must not be seen by the next. */
  open(): boolean {
    const { width, height, code } = this.track;
    return this.guarded(() => this.library.open(this.header, width, Math.abs(height), code));
  }

  async *decode(packets: AsyncGenerator<Packet>, wanted: () => number): AsyncGenerator<Decoded> {
    const turns = new Turns(this.track.timed);
    /** Pictures with which others are made; a B-picture before the second has nothing to be made of. */
    let references = 0;
    /** Pictures that came in an earlier packet than the one whose turn they take. */
    let ahead = 0;
    let label = 0;
    this.open();
    for await (const { seconds, bytes } of packets) {
      const coded = this.vops.split(bytes).filter((vop) => vop.coded);
      // A packet without a picture takes the turn of one that came early, or leaves its own.
      if (coded.length === 0) ahead = Math.max(0, ahead - 1);
      for (const [index, vop] of coded.entries()) {
        const turn = this.track.rate === null ? seconds : seconds + (ahead + index) / this.track.rate;
        turns.add(label, turn);
        if (vop.kind !== 'B') references++;
        else if (references < 2 || turn < wanted() - MARGIN) {
          // Nothing is made of a B-picture, so one that nobody waits for need not be decoded.
          turns.skip();
          continue;
        }
        if (!this.guarded(() => this.library.send(vop.bytes, label))) turns.fail();
        label++;
        yield* this.pictures(turns);
      }
      ahead += Math.max(0, coded.length - 1);
    }
    this.guarded(() => this.library.end());
    yield* this.pictures(turns);
  }

  private *pictures(turns: Turns): Generator<Decoded> {
    for (;;) {
      const planes = this.guarded(() => this.library.receive());
      if (planes === null) return;
      yield this.picture(planes, turns.take(planes.label));
    }
  }

  private picture(planes: Planes, seconds: number): Decoded {
    // The stream's own ratio where it states one; most state 1, and the container knows better.
    const aspect = planes.aspect === 1 ? this.track.aspect : planes.aspect;
    const { width, height, data } = planes;
    let open = true;
    return {
      seconds,
      width: Math.round(width * aspect),
      height,
      paint: (context, toWidth, toHeight) => {
        const room = takeRoom(width, height);
        writeRgba({ format: 'I420', width, height, data }, room.data);
        const painted = paintable(room);
        painted.paint(context, toWidth, toHeight);
        painted.close();
      },
      close: () => {
        if (open) this.library.giveBack(planes);
        open = false;
      },
    };
  }

  /**
   * A trap inside leaves the instance in no state to be used again; after `close` it may be another clip's, and a
   * decoding that was given up while it waited must not touch it.
   */
  private guarded<T>(work: () => T): T {
    if (this.closed) throw new Error('The clip was closed');
    try {
      return work();
    } catch (error) {
      this.broken = true;
      throw error;
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.library.release(this.broken);
  }
}
