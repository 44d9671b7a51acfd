/** One video stream of a file as packets, whatever the container: what the decoders of this page read. */

/** What a decoder is given at once. */
export interface Packet {
  /** Place in the order of decoding. */
  order: number;
  /** Seconds from the clip's start: when its picture is shown, or (`Track.timed` false) its turn in decoding. */
  seconds: number;
  /** Empty where the container repeats the picture before. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** A packet with which decoding may begin. */
export interface Start {
  order: number;
  /** Of that packet, as `Packet.seconds`. */
  seconds: number;
  /** That packet and all after it, in the order of decoding. */
  packets(): AsyncGenerator<Packet>;
}

export interface Track {
  /** `AVI`, `MOV`, ... */
  readonly container: string;
  /** The container's code for the codec: `XVID`. */
  readonly code: string;
  /** The codec's header, where the container keeps it apart. */
  readonly header: Uint8Array<ArrayBuffer> | null;
  /** Size as coded, pixels; negative height: rows from the top, in uncompressed AVI only. */
  readonly width: number;
  readonly height: number;
  /** Bits a pixel, for what is not compressed. */
  readonly depth: number;
  /** A pixel's width over its height. */
  readonly aspect: number;
  /** Clockwise degrees by which a picture is turned to stand upright. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Seconds. */
  readonly duration: number;
  /** The file ends before the video does: what is left of it is read. */
  readonly cut?: boolean;
  /** False for AVI: packets are counted, not timed, so pictures take their packets' turns in the order of showing. */
  readonly timed: boolean;
  /** Pictures a second, where all last equally long; null where packets say. */
  readonly rate: number | null;
  /**
   * The last packet at or before a moment with which decoding may begin; the first packet where there is none.
   * @param isKey  whether a packet's content stands alone; containers are wrong about it now and then
   */
  startAt(seconds: number, isKey: (bytes: Uint8Array<ArrayBuffer>) => boolean): Promise<Start | null>;
  close(): void;
}

/** Pictures of a decoder in the order of showing. */
export interface Decoded {
  /** Seconds from the clip's start. */
  seconds: number;
  /** Square pixels, not yet turned. */
  width: number;
  height: number;
  /** Paints into `[0, 0, width, height]`. */
  paint(context: OffscreenCanvasRenderingContext2D, width: number, height: number): void;
  /** To be waited for before the first `paint`, where there is one: what costs time only for pictures that are used. */
  prepare?(): Promise<void>;
  close(): void;
}

export interface Decoder {
  /** For people: `MPEG-4 part 2`. */
  readonly codec: string;
  /** Size with square pixels, not yet turned. */
  readonly width: number;
  readonly height: number;
  isKey(bytes: Uint8Array<ArrayBuffer>): boolean;
  /**
   * Decodes from a start on. Ending the iteration early ends the decoding.
   * @param wanted  the moment on which the caller is waiting now: pictures well before it may be left out
   */
  decode(packets: AsyncGenerator<Packet>, wanted: () => number): AsyncGenerator<Decoded>;
  /** Where every packet stands alone: the one picture. */
  still?(packet: Packet): Promise<Decoded>;
  close(): void;
}
