import { describe, expect, it } from 'vitest';
import { decodeVideo, takeVideo } from '../../src/data/video';
import type { Taking } from '../../src/data/rules';
import { UPRIGHT, fixture, pixels, quadrants } from '../support/data_fixtures';

const never = new AbortController().signal;
/** Which frame of the clip this is, by its grey level: 20 + 11 i. */
const indexOf = async (png: Blob): Promise<number> => ((await pixels(png, [[0.5, 0.5]]))[0]![0] - 20) / 11;

describe('videos', () => {
  it.each(['clip.mp4', 'clip.mov', 'clip.mkv', 'clip.webm', 'clip-vp8.webm', 'mpeg4-part2.mp4', 'mjpeg.avi'])(
    'give frame 2 and frame 10 of 20: %s',
    async (name) => {
      const frames = await decodeVideo(await fixture(name), name, never);
      expect(frames.map(({ role }) => role)).toEqual(['early', 'middle']);
      expect(await indexOf(frames[0]!.png)).toBeCloseTo(2, 0);
      expect(await indexOf(frames[1]!.png)).toBeCloseTo(10, 0);
      expect(frames[0]!.seconds).toBeCloseTo(0.2, 2);
      expect(frames[1]!.seconds).toBeCloseTo(1, 2);
      expect(frames.map(({ width, height }) => [width, height])).toEqual([
        [64, 48],
        [64, 48],
      ]);
    },
  );

  it('of one frame give one sample', async () => {
    const frames = await decodeVideo(await fixture('one-frame.mp4'), 'one-frame.mp4', never);
    expect(frames.map(({ role, seconds }) => [role, seconds])).toEqual([['early', 0]]);
    expect(await indexOf(frames[0]!.png)).toBeCloseTo(0, 0);
  });

  it('are turned as their container says', async () => {
    const [frame] = await decodeVideo(await fixture('turned.mp4'), 'turned.mp4', never);
    expect([frame!.width, frame!.height]).toEqual([96, 64]);
    expect(await quadrants(frame!.png)).toBe(UPRIGHT);
    expect(await quadrants(frame!.thumbnail)).toBe(UPRIGHT);
  });

  it('in a codec that nothing here decodes are named, with a command that converts them', async () => {
    await expect(decodeVideo(await fixture('prores.mov'), 'a/old.mov', never)).rejects.toThrow(
      /a\/old\.mov: .*Apple ProRes \(apco\)\. Convert it: ffmpeg -i "old\.mov" -c:v libx264 -pix_fmt yuv420p -an "old-h264\.mp4"/,
    );
  });

  it('without a picture, or that are none, get a sentence', async () => {
    await expect(decodeVideo(await fixture('sound-only.mp4'), 's.mp4', never)).rejects.toThrow(/no video track/);
    const text = new Blob(['This is not a video. '.repeat(200)]);
    await expect(decodeVideo(text, 't.mp4', never)).rejects.toThrow(/t\.mp4: This is not a video that can be opened/);
  });

  it.each(['clip.mp4', 'clip.webm', 'clip.mkv', 'clip.mov'])(
    'cut off anywhere end in a sentence or a frame: %s',
    async (name) => {
      const bytes = new Uint8Array(await (await fixture(name)).arrayBuffer());
      for (const share of [0.02, 0.2, 0.5, 0.8, 0.97]) {
        const cut = new Blob([bytes.subarray(0, Math.floor(bytes.length * share))]);
        const outcome = await decodeVideo(cut, name, never, 10_000).then(
          (frames) => frames.length,
          (error: Error) => error,
        );
        if (typeof outcome === 'number') expect(outcome).toBeGreaterThan(0);
        else expect(outcome, `${share}`).toMatchObject({ name: 'ImportError', file: name });
      }
    },
  );

  it.each(['count-xvid.avi', 'count-mjpeg.avi', 'count-h264.avi'])(
    'cut off in AVI give what is left, which is said: %s',
    async (name) => {
      const whole: Taking = { rule: 'paper', crop: 'none', detector: null };
      const file = await fixture(name);
      const half = await takeVideo(file.slice(0, file.size * 0.9), name, whole, never);
      expect(half.frames).toHaveLength(2);
      expect(half.note).toBe(
        'The file was cut off: frames were taken of what is left of it. Copy it again for the whole video.',
      );
      expect((await takeVideo(file, name, whole, never)).note).toBeNull();
    },
  );

  it('cut off before the index at their end are said to be', async () => {
    const bytes = new Uint8Array(await (await fixture('clip.mov')).arrayBuffer());
    const index = new TextDecoder('latin1').decode(bytes).indexOf('moov');
    expect(index).toBeGreaterThan(bytes.length / 2);
    for (const length of [index - 4, index - 100]) {
      await expect(decodeVideo(new Blob([bytes.subarray(0, length)]), 'c.mov', never)).rejects.toThrow(
        /c\.mov: The video has no index, .*: it is cut off\. Copy it again/,
      );
    }
  });

  it('that take too long, or are cancelled, end', async () => {
    const file = await fixture('clip.mp4');
    // A source that never answers stands in for a decoder that hangs.
    const silent = new Proxy(file, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (key === 'slice' || key === 'stream')
          return () => ({
            getReader: () => ({ read: () => new Promise(() => undefined), cancel: () => Promise.resolve() }),
            stream: () => ({
              getReader: () => ({ read: () => new Promise(() => undefined), cancel: () => Promise.resolve() }),
            }),
            arrayBuffer: () => new Promise(() => undefined),
          });
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
    await expect(decodeVideo(silent, 'slow.mp4', never, 300)).rejects.toThrow(
      /slow\.mp4: The video was not decoded within/,
    );
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    await expect(decodeVideo(silent, 'slow.mp4', controller.signal, 60_000)).rejects.toMatchObject({
      name: 'CancelledError',
    });
    const gone = AbortSignal.abort();
    await expect(decodeVideo(file, 'clip.mp4', gone)).rejects.toMatchObject({ name: 'CancelledError' });
  });
});
