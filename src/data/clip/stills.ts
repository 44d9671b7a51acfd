/** Codecs in which every packet is a picture of its own: Motion JPEG, and pixels that were never compressed. */
import { damaged, undecodable } from './names';
import { wholeJpeg } from './jpeg';
import { openPixels } from './pixels';
import type { Paintable } from './pixels_of';
import type { Decoded, Decoder, Packet, Track } from './track';

/** Opens the pixels of one packet. */
type Open = (bytes: Uint8Array<ArrayBuffer>) => Promise<Paintable>;

export function openMotionJpeg(track: Track, name: string): Decoder {
  return new Stills(track, 'Motion JPEG', async (bytes) => {
    const file = wholeJpeg(bytes);
    if (file === null) throw damaged(name, 'A frame of the video is no JPEG');
    const bitmap = await createImageBitmap(file, { imageOrientation: 'none' });
    return {
      paint: (context, width, height) => context.drawImage(bitmap, 0, 0, width, height),
      close: () => bitmap.close(),
    };
  });
}

/** @throws ImportError for an arrangement of pixels that is not read */
export function openUncompressed(track: Track, name: string): Decoder {
  const open = openPixels(track);
  if (open === null) throw undecodable(name, track.code, ` with ${track.depth} bits a pixel`);
  return new Stills(track, 'Uncompressed', async (bytes) => {
    const opened = await open(bytes);
    if (opened === null) throw damaged(name, 'A frame of the video is shorter than its header says');
    return opened;
  });
}

class Stills implements Decoder {
  readonly width: number;
  readonly height: number;

  constructor(
    track: Track,
    readonly codec: string,
    private readonly open: Open,
  ) {
    this.width = Math.round(track.width * track.aspect);
    this.height = Math.abs(track.height);
  }

  isKey(bytes: Uint8Array): boolean {
    return bytes.length > 0;
  }

  async still({ seconds, bytes }: Packet): Promise<Decoded> {
    const { paint, close } = await this.open(bytes);
    return { seconds, width: this.width, height: this.height, paint, close };
  }

  async *decode(packets: AsyncGenerator<Packet>): AsyncGenerator<Decoded> {
    for await (const packet of packets) if (packet.bytes.length > 0) yield await this.still(packet);
  }

  close(): void {
    // Pictures are closed one by one.
  }
}
