/**
 * A decoded frame of the browser as pixels of ours. Drawing a `VideoFrame` on a canvas leaves its RGB picture to the
 * collector, which does not see its size: in Chromium half a gigabyte waits in each thread (measured). Copied pixels lie
 * in room that is used again.
 */
import type { Decoded } from './track';

export type Paintable = Pick<Decoded, 'paint' | 'close'>;

/** Room that is free, by the thread. */
const spare: ImageData[] = [];
const MAX_SPARE = 4;

export function takeRoom(width: number, height: number): ImageData {
  const found = spare.findIndex((room) => room.width === width && room.height === height);
  const [room] = found < 0 ? [] : spare.splice(found, 1);
  return room ?? new ImageData(width, height);
}

function giveRoom(room: ImageData): void {
  spare.push(room);
  if (spare.length > MAX_SPARE) spare.shift();
}

/** Takes over `frame`. */
export function frameOf(frame: VideoFrame): Paintable & Required<Pick<Decoded, 'prepare'>> {
  let copied: Paintable | null = null;
  return {
    prepare: async () => {
      if (copied !== null) return;
      const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
      const room = takeRoom(width, height);
      try {
        await frame.copyTo(room.data, { format: 'RGBA' });
      } catch {
        giveRoom(room); // a browser that converts no colours here does so where it draws
        return;
      }
      frame.close();
      copied = paintable(room);
    },
    paint: (context, width, height) => {
      if (copied === null) context.drawImage(frame, 0, 0, width, height);
      else copied.paint(context, width, height);
    },
    close: () => {
      frame.close();
      copied?.close();
    },
  };
}

/** Paints `room` and gives it back when closed. */
export function paintable(room: ImageData): Paintable {
  let open = true;
  return {
    paint: (context, width, height) => {
      if (width === room.width && height === room.height && context.getTransform().isIdentity) {
        context.putImageData(room, 0, 0);
        return;
      }
      const canvas = new OffscreenCanvas(room.width, room.height);
      canvas.getContext('2d', { alpha: false, willReadFrequently: true })?.putImageData(room, 0, 0);
      context.drawImage(canvas, 0, 0, width, height);
      canvas.width = canvas.height = 0;
    },
    close: () => {
      if (open) giveRoom(room);
      open = false;
    },
  };
}
