import { BlobSource, EncodedPacketSink, Input, MP4 } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { openClip, type Clip } from '../../src/data/clip';
import { openAvi } from '../../src/data/clip/avi_track';
import { Library } from '../../src/data/clip/mpeg4/library';
import { Closers } from '../../src/data/clip/source';
import { VopReader } from '../../src/data/clip/mpeg4/vops';
import { decodeVideo } from '../../src/data/video';
import planes from '../fixtures/data/mpeg4-planes.json';
import { writeOpenDml, type AviPlan } from '../support/avi';
import { numberOf, numbers } from '../support/clips';
import { fixture } from '../support/data_fixtures';

const never = new AbortController().signal;
const RATE = 20;

/** Opens a fixture, uses it, closes it. */
async function using<T>(name: string, use: (clip: Clip) => Promise<T>, options = {}, blob?: Blob): Promise<T> {
  const clip = await openClip(blob ?? (await fixture(name)), name, never, options);
  try {
    return await use(clip);
  } finally {
    clip.close();
  }
}
const bytesOf = async (name: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await (await fixture(name)).arrayBuffer());
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Every format, what it is called, and its number of frames. */
const FORMATS: [string, string, number][] = [
  ['count-h264.mp4', 'H.264 in MP4', 40],
  ['count-h264.mov', 'H.264 in MOV', 40],
  ['count-h264.avi', 'H.264 in AVI', 40],
  ['count-h264-plain.avi', 'H.264 in AVI', 40],
  ['count-mjpeg.mov', 'Motion JPEG in MOV', 40],
  ['count-mjpeg.avi', 'Motion JPEG in AVI', 40],
  ['count-xvid.avi', 'MPEG-4 part 2 in AVI', 40],
  ['count-fmp4-b.avi', 'MPEG-4 part 2 in AVI', 40],
  ['count-packed.avi', 'MPEG-4 part 2 in AVI', 38],
  ['count-qpel.avi', 'MPEG-4 part 2 in AVI', 40],
  ['count-mp4v.mp4', 'MPEG-4 part 2 in MP4', 40],
  ['count-mp4v.mov', 'MPEG-4 part 2 in MOV', 40],
  ['count-mjpeg.mkv', 'Motion JPEG in MKV', 40],
  ['count-rgb.mov', 'Uncompressed in MOV', 12],
  ['count-rgb.avi', 'Uncompressed in AVI', 12],
  ['count-yuy2.avi', 'Uncompressed in AVI', 12],
];

describe('clips', () => {
  it.each(FORMATS)('%s: every frame in its turn, and the right ones by time', async (name, format, count) => {
    await using(name, async (clip) => {
      expect(clip.format).toBe(format);
      expect(clip.duration).toBeCloseTo(count / RATE, 2);
      const seen: [number | null, number, number][] = [];
      for await (const picture of clip.all()) {
        seen.push([picture.index, Math.round(picture.seconds * RATE * 100) / 100, numberOf(picture)]);
        expect([picture.width, picture.height]).toEqual([clip.width, clip.height]);
        picture.close();
      }
      expect(seen).toEqual(upTo(count).map((index) => [index, index, index]));
      expect(await numbers(clip.all((index) => index % 5 === 3))).toEqual(
        upTo(count).filter((index) => index % 5 === 3),
      );
      // Far apart, near, the same twice, and past the end.
      const wanted = [0, 0.5, 4, 4, 7, count - 9, count - 8, count + 20].sort((a, b) => a - b);
      const shown = wanted.map((index) => Math.min(count - 1, Math.floor(index)));
      expect(await numbers(clip.at(wanted.map((index) => index / RATE)))).toEqual(shown);
      // From the other side: a key in the middle must give the same count.
      for (const index of upTo(count).filter((each) => each % 5 === 2)) {
        expect(await numbers(clip.at([index / RATE]))).toEqual([index]);
      }
    });
  });

  it('give the two frames of the import', async () => {
    for (const [name, , count] of FORMATS) {
      const frames = await decodeVideo(await fixture(name), name, never);
      expect(frames.map(({ role }) => role)).toEqual(['early', 'middle']);
      expect(frames.map(({ seconds }) => Math.round(seconds * RATE))).toEqual([Math.floor(count / 10), count / 2]);
    }
  });

  it('are turned as the container says, and as is asked for', async () => {
    const first = async (name: string, turn: 0 | 180): Promise<number> =>
      using(name, async (clip) => (await numbers(clip.at([0.5])))[0]!, { turn });
    await expect(first('count-turned.mov', 0)).rejects.toThrow(/Red is/);
    expect(await first('count-turned.mov', 180)).toBe(10);
    for (const name of ['count-xvid.avi', 'count-mjpeg.mov', 'count-h264.avi']) {
      await expect(first(name, 180)).rejects.toThrow(/Red is/);
    }
  });

  it('of MPEG-4 part 2 have FFmpeg’s own planes, to the last bit', async () => {
    for (const [name, hashes] of Object.entries(planes)) {
      if (!name.endsWith('.avi')) continue;
      const track = await openAvi(await fixture(name), name, new Closers());
      const start = await track.startAt(0, () => true);
      const library = await Library.take();
      expect(library.open(null, track.width, track.height, track.code)).toBe(true);
      const reader = new VopReader(null);
      const seen: string[] = [];
      const drain = async (): Promise<void> => {
        for (let picture = library.receive(); picture !== null; picture = library.receive()) {
          const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', picture.data));
          seen.push([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
        }
      };
      for await (const { bytes, order } of start!.packets()) {
        for (const vop of reader.split(bytes).filter(({ coded }) => coded)) {
          library.send(vop.bytes, order);
          await drain();
        }
      }
      library.end();
      await drain();
      library.release(false);
      expect(seen, name).toEqual(hashes);
    }
  });
});

describe('AVI files as other programs write them', () => {
  /** The packets of a fixture, as they are. */
  async function packetsOf(name: string): Promise<AviPlan['packets']> {
    const track = await openAvi(await fixture(name), name, new Closers());
    const reader = new VopReader(null);
    const packets: AviPlan['packets'] = [];
    for await (const { bytes } of (await track.startAt(0, () => true))!.packets()) {
      packets.push({ bytes: bytes.slice(), key: reader.isIntra(bytes) });
    }
    return packets;
  }
  const plan = { code: 'XVID', width: 64, height: 64, rate: RATE };

  it('have OpenDML’s index, which reaches beyond 4 GiB', async () => {
    const packets = await packetsOf('count-fmp4-b.avi');
    for (const gap of [0, 17 * 256 * 2 ** 20]) {
      const file = writeOpenDml({ ...plan, packets, gap });
      expect(file.size).toBeGreaterThan(gap);
      await using(
        'o.avi',
        async (clip) => {
          expect(await numbers(clip.at([0.1, 1, 1.8]))).toEqual([2, 20, 36]);
          expect(await numbers(clip.all())).toEqual(upTo(40));
        },
        {},
        file,
      );
    }
    // Without the index the packets are found all the same, in front of the gap and behind it.
    const lost = writeOpenDml({ ...plan, packets, gap: 9 * 256 * 2 ** 20, indexed: false });
    await using('o.avi', async (clip) => expect(await numbers(clip.at([0.1, 1.8]))).toEqual([2, 36]), {}, lost);
  });

  it('keep H.264’s headers apart, with lengths before the pieces', async () => {
    const input = new Input({ formats: [MP4], source: new BlobSource(await fixture('count-h264.mp4')) });
    const track = (await input.getPrimaryVideoTrack())!;
    const header = new Uint8Array((await track.getDecoderConfig())!.description as ArrayBuffer);
    const packets: AviPlan['packets'] = [];
    for await (const { data, type } of new EncodedPacketSink(track).packets()) {
      packets.push({ bytes: new Uint8Array(data), key: type === 'key' });
    }
    input.dispose();
    const file = writeOpenDml({ ...plan, code: 'avc1', packets, header: header.slice() });
    await using(
      'a.avi',
      async (clip) => {
        expect(clip.format).toBe('H.264 in AVI');
        expect(await numbers(clip.at([0.5, 1.95]))).toEqual([10, 39]);
        expect(await numbers(clip.all())).toEqual(upTo(40));
      },
      {},
      file,
    );
  });

  it('leave out pictures that were dropped: the one before stands in', async () => {
    const packets = await packetsOf('count-xvid.avi');
    const dropped = [...packets.slice(0, 10), { bytes: new Uint8Array(0), key: false }, ...packets.slice(10)];
    await using(
      'd.avi',
      async (clip) => {
        expect(await numbers(clip.at([9, 10, 11, 30].map((place) => place / RATE)))).toEqual([9, 9, 10, 29]);
        expect(await numbers(clip.all())).toEqual(upTo(40));
      },
      {},
      writeOpenDml({ ...plan, packets: dropped }),
    );
  });

  it('without the stream’s header are named', async () => {
    const packets = await packetsOf('count-xvid.avi');
    const bare = packets.map(({ bytes, key }) => ({ bytes: bytes.slice(find(bytes, '\0\0\x01\xb6')), key }));
    await expect(decodeVideo(writeOpenDml({ ...plan, packets: bare }), 'h.avi', never)).rejects.toThrow(
      /MPEG-4 part 2 \(XVID\), without the stream’s header\. Convert it: ffmpeg/,
    );
  });

  it('of one picture give it', async () => {
    const [first] = await packetsOf('count-xvid.avi');
    const file = writeOpenDml({ ...plan, packets: [first!] });
    const frames = await decodeVideo(file, 'one.avi', never);
    expect(frames.map(({ role, seconds }) => [role, seconds])).toEqual([['early', 0]]);
  });
});

describe('clips that are not whole', () => {
  it('lose their index, or have a wrong one, and are read all the same', async () => {
    for (const name of ['count-xvid.avi', 'count-packed.avi', 'count-h264.avi', 'count-mjpeg.avi']) {
      const whole = await bytesOf(name);
      const count = name === 'count-packed.avi' ? 38 : 40;
      const index = find(whole, 'idx1');
      const none = whole.slice(0, index);
      const shifted = whole.slice();
      for (let at = index + 8; at + 16 <= shifted.length; at += 16) shifted[at + 8]! += 3;
      const calledKeys = whole.slice();
      for (let at = index + 8; at + 16 <= calledKeys.length; at += 16) calledKeys[at + 4]! |= 0x10;
      const unfinished = none.slice();
      unfinished.fill(0, find(unfinished, 'movi') - 4, find(unfinished, 'movi'));
      for (const bytes of [none, shifted, calledKeys, unfinished]) {
        await using(
          name,
          async (clip) => {
            expect(await numbers(clip.at([4 / RATE, 19 / RATE]))).toEqual([4, 19]);
            expect(await numbers(clip.all())).toEqual(upTo(count));
          },
          {},
          new Blob([bytes]),
        );
      }
    }
  });

  it('have JPEG frames without Huffman tables', async () => {
    const bytes = await bytesOf('count-mjpeg.avi');
    // A table's segment becomes a remark of the same length.
    let found = 0;
    for (let at = 0; at + 4 < bytes.length; at++) {
      if (bytes[at] !== 0xff || bytes[at + 1] !== 0xc4 || bytes[at + 2] !== 0x01) continue;
      bytes[at + 1] = 0xfe;
      found++;
    }
    expect(found).toBe(40);
    await using('m.avi', async (clip) => expect(await numbers(clip.all())).toEqual(upTo(40)), {}, new Blob([bytes]));
  });

  it.each(FORMATS.map(([name]) => name))('%s: cut off anywhere ends in a sentence or in right frames', async (name) => {
    const bytes = await bytesOf(name);
    for (const share of [0.01, 0.1, 0.3, 0.55, 0.8, 0.99]) {
      const cut = new Blob([bytes.subarray(0, Math.floor(bytes.length * share))]);
      const seen = await using(name, (clip) => numbers(clip.all()), { limit: 10_000 }, cut).catch(
        (error: unknown) => error,
      );
      // The pictures between the last two references may be missing: the last stands in their place.
      if (Array.isArray(seen)) expect(seen.slice(0, -1)).toEqual(upTo(seen.length - 1));
      else expect(seen, `${share}`).toMatchObject({ name: 'ImportError', file: name });
    }
  });

  it('with bytes of rubbish inside end in frames or a sentence, and the next clip is right', async () => {
    for (const name of ['count-xvid.avi', 'count-fmp4-b.avi', 'count-h264.avi', 'count-mjpeg.avi', 'count-mp4v.mp4']) {
      const whole = await bytesOf(name);
      for (let seed = 1; seed <= 4; seed++) {
        const bytes = whole.slice();
        for (let hit = 0; hit < 60; hit++) bytes[300 + ((hit * 7919 * seed) % (bytes.length - 300))] = (hit * 37) & 255;
        const ended = await decodeVideo(new Blob([bytes]), name, never, 10_000).then(
          (frames) => frames.length > 0,
          (error: Error) => error.name === 'ImportError',
        );
        expect(ended).toBe(true);
      }
      await using(name, async (clip) => expect(await numbers(clip.at([1]))).toEqual([20]));
    }
  });

  it('are named where nothing here decodes them', async () => {
    const refused = async (name: string): Promise<string> =>
      decodeVideo(await fixture(name), name, never).then(
        () => '',
        (error: Error) => error.message,
      );
    expect(await refused('cinepak.avi')).toMatch(
      /cannot decode the video's codec, Cinepak \(cvid\)\. Convert it: ffmpeg/,
    );
    // Matroska leaves its name to a header of Video for Windows.
    expect(await refused('ffv1.mkv')).toMatch(/cannot decode the video's codec, FFV1\. Convert it: ffmpeg/);
    // Its header lies where mediabunny does not show it.
    expect(await refused('count-mp4v.mkv')).toMatch(
      /MPEG-4 part 2 .*, without the stream’s header\. Convert it: ffmpeg/,
    );
    expect(await refused('prores.mov')).toMatch(/Apple ProRes \(ap[a-z0-9]+\)\. Convert it: ffmpeg -i "prores\.mov"/);
    const sound = await bytesOf('count-xvid.avi');
    sound.set(
      [...'auds'].map((letter) => letter.charCodeAt(0)),
      find(sound, 'vids'),
    );
    await expect(decodeVideo(new Blob([sound]), 's.avi', never)).rejects.toThrow(
      /s\.avi: The file holds no video track/,
    );
    const huge = await bytesOf('count-xvid.avi');
    huge.set([255, 255, 15, 0, 255, 255, 15, 0], find(huge, 'strf') + 12);
    await expect(decodeVideo(new Blob([huge]), 'h.avi', never)).rejects.toThrow(/at most 64 megapixels are decoded/);
    const empty = (await bytesOf('count-xvid.avi')).slice(0, find(sound, 'movi') + 4);
    await expect(decodeVideo(new Blob([empty]), 'e.avi', never)).rejects.toThrow(/no frame that can be decoded/);
  });
});

/** Where four letters stand. */
function find(bytes: Uint8Array, letters: string): number {
  const wanted = [...letters].map((letter) => letter.charCodeAt(0));
  for (let at = 0; at + 4 <= bytes.length; at++)
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  throw new Error(`No ${letters}`);
}
