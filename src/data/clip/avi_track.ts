/** The video stream of an AVI file as packets, read in pieces: a file may be larger than memory. */
import { readAviHeader, type AviHeader } from './avi';
import { findPackets, isHead, type Entry } from './avi_index';
import { damaged } from './names';
import { BlobReader } from './reader';
import type { Closers } from './source';
import type { Packet, Start, Track } from './track';

/** Bytes of a packet that tell whether it stands alone: headers come first. */
const JUDGED = 4096;

/** @throws ImportError when the file holds no video stream or no packet of it */
export async function openAvi(blob: Blob, name: string, closers: Closers): Promise<Track> {
  const reader = new BlobReader(blob);
  closers.add(() => reader.close());
  const header = await readAviHeader(reader, name);
  const entries = await findPackets(reader, header);
  if (!entries.some(({ size }) => size > 0)) throw damaged(name, 'The video holds no frame that can be decoded');
  return new AviTrack(reader, header, entries);
}

class AviTrack implements Track {
  readonly container = 'AVI';
  readonly code: string;
  readonly header: Uint8Array<ArrayBuffer> | null;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly aspect: number;
  readonly rotation = 0;
  readonly timed = false;
  readonly rate: number;
  readonly cut: boolean;

  constructor(
    private readonly reader: BlobReader,
    private readonly file: AviHeader,
    private readonly entries: readonly Entry[],
  ) {
    const { stream } = file;
    this.code = stream.code;
    this.header = stream.header;
    this.width = stream.width;
    this.height = stream.height;
    this.depth = stream.depth;
    this.aspect = stream.aspect;
    this.rate = stream.rate;
    this.cut = file.cut;
  }

  get duration(): number {
    return this.entries.length / this.rate;
  }

  async startAt(seconds: number, isKey: (bytes: Uint8Array<ArrayBuffer>) => boolean): Promise<Start | null> {
    const last = Math.min(this.entries.length - 1, Math.max(0, Math.floor(seconds * this.rate)));
    for (let order = last; order >= 0; order--) {
      const entry = this.entries[order];
      // What the index calls no key may be believed; what it calls one may not: some call every packet so.
      if (entry === undefined || entry.key === false || entry.size === 0) continue;
      if (isKey(await this.reader.bytes(entry.at, Math.min(entry.size, JUDGED)))) return this.start(order);
    }
    return this.start(0);
  }

  private start(order: number): Start {
    return { order, seconds: order / this.rate, packets: () => this.packets(order) };
  }

  private async *packets(from: number): AsyncGenerator<Packet> {
    for (let order = from; order < this.entries.length; order++) {
      const entry = this.entries[order];
      if (entry === undefined) return;
      // An index that was right where it was tried may still be wrong here: such a packet is lost.
      const whole = await this.reader.bytes(entry.at - 8, 8 + entry.size);
      const there = entry.key === null || isHead(whole, entry, this.file.stream);
      const bytes = there ? whole.subarray(8) : new Uint8Array(0);
      yield { order, seconds: order / this.rate, bytes };
    }
  }

  close(): void {
    this.reader.close();
  }
}
