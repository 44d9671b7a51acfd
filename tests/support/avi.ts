/** Writes AVI files of given packets, as no encoder here does: OpenDML's index, gaps of gigabytes, headers kept apart. */

export interface AviPlan {
  /** Four letters. */
  code: string;
  width: number;
  height: number;
  rate: number;
  packets: { bytes: Uint8Array<ArrayBuffer>; key: boolean }[];
  /** Goes behind the picture's header. */
  header?: Uint8Array<ArrayBuffer>;
  /** Room left free before the second half of the packets, bytes: whole multiples of 256 MiB. */
  gap?: number;
  /** False: the index leads nowhere. */
  indexed?: boolean;
}

const text = (letters: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(letters);

function numbers(...values: [value: number, bytes: 2 | 4 | 8][]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(values.reduce((sum, [, bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [value, bytes] of values) {
    if (bytes === 2) view.setUint16(at, value, true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

/** Bytes of nothing. */
interface Hole {
  hole: number;
}

/** A part of the file as pieces, so that what is large is never made. */
interface Pieces {
  size: number;
  parts: (Uint8Array<ArrayBuffer> | Hole)[];
}

function join(...pieces: (Uint8Array<ArrayBuffer> | Pieces)[]): Pieces {
  const parts = pieces.flatMap((piece) => ('parts' in piece ? piece.parts : [piece]));
  return { size: pieces.reduce((sum, piece) => sum + ('parts' in piece ? piece.size : piece.length), 0), parts };
}

/** A file larger than memory: only what is asked for exists. */
class SparseFile extends Blob {
  constructor(private readonly pieces: Pieces) {
    super();
  }

  override get size(): number {
    return this.pieces.size;
  }

  override slice(from = 0, to = this.size): Blob {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let at = 0;
    for (const part of this.pieces.parts) {
      const length = 'hole' in part ? part.hole : part.length;
      const [begin, end] = [Math.max(0, from - at), Math.min(length, to - at)];
      if (begin < end) parts.push('hole' in part ? new Uint8Array(end - begin) : part.subarray(begin, end));
      at += length;
    }
    return new Blob(parts);
  }
}

function chunk(id: string, content: Uint8Array<ArrayBuffer> | Pieces): Pieces {
  const { size } = join(content);
  return join(text(id), numbers([size % 2 ** 32, 4]), content, new Uint8Array(size & 1));
}

const list = (kind: string, ...content: Pieces[]): Pieces => chunk('LIST', join(text(kind), ...content));

const HOLE = 256 * 2 ** 20;

/** A file with OpenDML's index of two indexes, the second behind the gap, and no other. */
export function writeOpenDml({ code, width, height, rate, packets, header, gap = 0, indexed = true }: AviPlan): Blob {
  const format = numbers([40, 4], [width, 4], [height, 4], [1, 2], [24, 2]);
  const bitmap = join(format, text(code), new Uint8Array(20), header ?? new Uint8Array(0));
  const stream = join(
    ...[text('vids'), text(code), numbers([0, 4], [0, 4], [0, 4], [1, 4], [rate, 4], [0, 4], [packets.length, 4])],
    new Uint8Array(20),
  );
  const heads = (indexes: Uint8Array<ArrayBuffer>): Pieces =>
    list(
      'hdrl',
      chunk('avih', numbers([Math.round(1e6 / rate), 4], ...Array.from({ length: 13 }, (): [number, 4] => [0, 4]))),
      list('strl', chunk('strh', stream), chunk('strf', bitmap), chunk('indx', indexes)),
    );
  const room = new Uint8Array(24 + 32);
  const moviAt = 12 + heads(room).size + 8;

  const half = Math.ceil(packets.length / 2);
  const content: Pieces[] = [];
  const entries: [number, 4 | 8][] = [];
  let at = moviAt + 4;
  const add = (piece: Pieces): void => {
    content.push(piece);
    at += piece.size;
  };
  for (const part of [packets.slice(0, half), packets.slice(half)]) {
    const base = at;
    const index: [number, 4][] = [];
    for (const { bytes, key } of part) {
      index.push([at + 8 - base, 4], [bytes.length + (key ? 0 : 2 ** 31), 4]);
      add(chunk('00dc', bytes));
    }
    entries.push([indexed ? at : 0, 8]);
    const standard = join(
      ...[numbers([2, 2], [256, 2], [part.length, 4]), text('00dc'), numbers([base, 8], [0, 4]), numbers(...index)],
    );
    const piece = chunk('ix00', standard);
    entries.push([piece.size, 4], [part.length, 4]);
    add(piece);
    if (part.length === half && gap > 0) {
      for (let left = gap; left > 0; left -= HOLE) add(chunk('JUNK', { size: HOLE, parts: [{ hole: HOLE }] }));
    }
  }
  const superIndex = join(
    ...[numbers([4, 2], [0, 2], [2, 4]), text('00dc'), numbers([0, 4], [0, 4], [0, 4]), numbers(...entries)],
  );
  const bytes = new Uint8Array(superIndex.size);
  let to = 0;
  for (const part of superIndex.parts as Uint8Array[]) {
    bytes.set(part, to);
    to += part.length;
  }
  const body = join(text('AVI '), heads(bytes), list('movi', ...content));
  return new SparseFile(chunk('RIFF', body));
}
