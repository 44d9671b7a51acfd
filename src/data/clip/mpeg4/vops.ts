/**
 * MPEG-4 part 2 between container and decoder (ISO/IEC 14496-2, 6.2): pictures (VOPs) of a packet, one by one.
 *
 * AVI gives each packet one turn, but B-pictures are decoded after the picture that is shown after them. DivX and Xvid
 * therefore put such a picture and its B-picture into one packet ("packed bitstream") and an empty picture into the
 * next. The decoder is given every picture alone, and the empty ones that only keep the count are dropped.
 */

export interface Vop {
  bytes: Uint8Array<ArrayBuffer>;
  kind: 'I' | 'P' | 'B' | 'S';
  /** False: "as before", no picture of its own. */
  coded: boolean;
}

const VOP = 0xb6;
const KINDS = ['I', 'P', 'B', 'S'] as const;

/** Splits packets; remembers how long the number is that stands before a picture's `vop_coded`. */
export class VopReader {
  /** Bits of `vop_time_increment`. */
  private timeBits = 0;

  constructor(header: Uint8Array | null) {
    if (header !== null) this.read(header);
  }

  /** Whether a packet begins with a picture that stands alone. An empty one may call itself so too. */
  isIntra(packet: Uint8Array<ArrayBuffer>): boolean {
    const [first] = this.split(packet);
    return first !== undefined && first.kind === 'I' && first.coded;
  }

  /** The pictures of a packet, each with the headers before it. */
  split(packet: Uint8Array<ArrayBuffer>): Vop[] {
    const vops: Vop[] = [];
    let from = 0;
    let found: Pick<Vop, 'kind' | 'coded'> | null = null;
    for (const { at, code } of startCodes(packet)) {
      if (found !== null) {
        vops.push({ ...found, bytes: packet.subarray(from, at) });
        from = at;
        found = null;
      }
      if (code === VOP) found = this.vop(packet, at + 4);
      else if (isLayer(code)) this.layer(packet, at + 4);
    }
    if (found !== null) vops.push({ ...found, bytes: packet.subarray(from) });
    return vops;
  }

  private read(header: Uint8Array): void {
    for (const { at, code } of startCodes(header)) if (isLayer(code)) this.layer(header, at + 4);
  }

  private vop(bytes: Uint8Array, at: number): Pick<Vop, 'kind' | 'coded'> {
    const bits = new Bits(bytes, at);
    const kind = KINDS[bits.take(2)] ?? 'P';
    // Without a layer's header nothing more can be read.
    if (this.timeBits === 0) return { kind, coded: true };
    while (bits.left > 0 && bits.take(1) === 1);
    bits.take(1);
    bits.take(this.timeBits);
    bits.take(1);
    return { kind, coded: bits.left === 0 || bits.take(1) === 1 };
  }

  /** video_object_layer, as far as `vop_time_increment_resolution`. */
  private layer(bytes: Uint8Array, at: number): void {
    const EXTENDED_RATIO = 15;
    const GREY = 3;
    const bits = new Bits(bytes, at);
    bits.take(1 + 8);
    let version = 1;
    if (bits.take(1) === 1) {
      version = bits.take(4);
      bits.take(3);
    }
    if (bits.take(4) === EXTENDED_RATIO) bits.take(16);
    if (bits.take(1) === 1) {
      bits.take(2 + 1);
      if (bits.take(1) === 1) for (const size of [16, 16, 16, 15, 16]) bits.take(size);
    }
    if (bits.take(2) === GREY && version !== 1) bits.take(4);
    bits.take(1);
    const resolution = bits.take(16);
    if (bits.left > 0) this.timeBits = Math.max(1, 32 - Math.clz32(Math.max(0, resolution - 1)));
  }
}

/** The headers before a packet's first picture; null where there are none. */
export function headersBefore(packet: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  for (const { at, code } of startCodes(packet)) if (code === VOP) return at > 0 ? packet.slice(0, at) : null;
  return null;
}

const isLayer = (code: number): boolean => code >= 0x20 && code <= 0x2f;

function* startCodes(bytes: Uint8Array): Generator<{ at: number; code: number }> {
  for (let at = bytes.indexOf(1, 2); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(1, at + 1)) {
    if (bytes[at - 1] === 0 && bytes[at - 2] === 0) yield { at: at - 2, code: bytes[at + 1] ?? 0 };
  }
}

/** Bits from the highest of each byte on; zeros past the end. */
class Bits {
  private at: number;

  constructor(
    private readonly bytes: Uint8Array,
    from: number,
  ) {
    this.at = from * 8;
  }

  get left(): number {
    return Math.max(0, this.bytes.length * 8 - this.at);
  }

  take(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++, this.at++) {
      value = value * 2 + (((this.bytes[this.at >> 3] ?? 0) >> (7 - (this.at & 7))) & 1);
    }
    return value;
  }
}
