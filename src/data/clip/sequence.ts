/** Packets and a decoder as a clip: pictures by time, or one after another. */
import { EPSILON, type ClipSource, type Shown } from './source';
import type { Decoded, Decoder, Packet, Start, Track } from './track';

export class PacketClip implements ClipSource {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly rotation: ClipSource['rotation'];
  readonly duration: number;
  readonly cut: boolean;

  constructor(
    private readonly track: Track,
    private readonly decoder: Decoder,
  ) {
    this.format = `${decoder.codec} in ${track.container}`;
    this.width = decoder.width;
    this.height = decoder.height;
    this.rotation = track.rotation;
    this.duration = track.duration;
    this.cut = track.cut ?? false;
  }

  async *all(wanted: (index: number) => boolean): AsyncGenerator<Shown> {
    const start = await this.startAt(0);
    if (start === null) return;
    let index = -1;
    if (this.decoder.still !== undefined) {
      for await (const packet of start.packets()) {
        if (packet.bytes.length === 0 || !wanted(++index)) continue;
        yield { ...(await this.decoder.still(packet)), index };
      }
      return;
    }
    for await (const decoded of this.decoder.decode(start.packets(), () => 0)) {
      if (wanted(++index)) yield { ...decoded, index };
      else decoded.close();
    }
  }

  at(moments: readonly number[]): AsyncGenerator<Shown | null> {
    return this.decoder.still === undefined ? this.decodeTo(moments) : this.pick(moments);
  }

  /** Every packet is a picture: only those that are asked for are read. */
  private async *pick(moments: readonly number[]): AsyncGenerator<Shown | null> {
    for (const moment of moments) {
      const start = await this.startAt(moment + EPSILON);
      const packets = start?.packets();
      const next = await packets?.next();
      void packets?.return(undefined);
      if (next === undefined || next.done === true) yield null;
      else {
        const decoded = await this.decoder.still?.(next.value);
        yield decoded === undefined ? null : this.counted(decoded);
      }
    }
  }

  /** Decodes from the last picture that stands alone up to each moment; on from there where the next is not far. */
  private async *decodeTo(moments: readonly number[]): AsyncGenerator<Shown | null> {
    let stream: AsyncGenerator<Decoded> | null = null;
    let until = 0;
    let reached = -1;
    /** The picture that is shown, and the one after it. */
    let held: Lent | null = null;
    let after: Lent | null = null;
    const watched = async function* (packets: AsyncGenerator<Packet>): AsyncGenerator<Packet> {
      for await (const packet of packets) {
        reached = packet.order;
        yield packet;
      }
    };
    const next = async (): Promise<Lent | null> => {
      const step = await stream?.next();
      return step === undefined || step.done === true ? null : new Lent(step.value);
    };
    const end = async (): Promise<void> => {
      held?.close();
      after?.close();
      held = after = null;
      await stream?.return(undefined);
      stream = null;
    };
    try {
      for (const moment of moments) {
        until = moment + EPSILON;
        let start = await this.startAt(until);
        while (start !== null && (stream === null || start.order > reached)) {
          await end();
          stream = this.decoder.decode(watched(start.packets()), () => until);
          after = await next();
          // B-pictures that come behind this packet may be shown before it, and are made of what came earlier still.
          if (after !== null && after.decoded.seconds <= until) break;
          const earlier = start.seconds > EPSILON ? await this.startAt(start.seconds - EPSILON) : null;
          if (earlier === null || earlier.order >= start.order) break;
          await end();
          start = earlier;
        }
        for (;;) {
          after ??= await next();
          // The first picture of a damaged clip may come late: it stands in for what is missing before it.
          if (after === null || (held !== null && after.decoded.seconds > until)) break;
          held?.close();
          held = after;
          after = null;
        }
        yield held === null ? null : this.counted(held.lend());
      }
    } finally {
      held?.close();
      after?.close();
      void stream?.return(undefined);
    }
  }

  private startAt(seconds: number): Promise<Start | null> {
    return this.track.startAt(seconds, (bytes) => this.decoder.isKey(bytes));
  }

  private counted(decoded: Decoded): Shown {
    const { rate } = this.track;
    return { ...decoded, index: rate === null ? null : Math.round(decoded.seconds * rate) };
  }

  close(): void {
    this.decoder.close();
    this.track.close();
  }
}

/** A picture that may be given out more than once: closed when everyone has closed it. */
class Lent {
  private users = 1;

  constructor(readonly decoded: Decoded) {}

  lend(): Decoded {
    this.users++;
    let open = true;
    return {
      ...this.decoded,
      close: () => {
        if (open) this.close();
        open = false;
      },
    };
  }

  close(): void {
    if (--this.users === 0) this.decoded.close();
  }
}
