/**
 * FFmpeg's MPEG-4 part 2 decoder as WebAssembly (`tools/mpeg4`, LGPL; PROVENANCE.md beside this file): bytes in, planes
 * out. It comes with the thread's own script, since a sealed thread can fetch nothing.
 */
import packed from './decoder.wasm.gz?url&inline';

/** The module's functions, as tools/mpeg4/decoder.c has them. */
interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  reserve(size: number): number;
  start(header: number, width: number, height: number, tag: number): number;
  send(size: number, label: number): number;
  receive(): number;
  restart(): void;
  shut(): void;
  width(): number;
  height(): number;
  label(): number;
  plane(index: number): number;
  stride(index: number): number;
  aspectWidth(): number;
  aspectHeight(): number;
}

/** A decoded picture: Y, then U and V at half size both ways, rows without padding. */
export interface Planes {
  /** Of the packet that it came in. */
  label: number;
  width: number;
  height: number;
  /** A pixel's width over its height. */
  aspect: number;
  data: Uint8Array<ArrayBuffer>;
}

let compiled: Promise<WebAssembly.Module> | null = null;
/** Instances without a clip: a new one costs 8 MB until the collector has found the old. */
const idle: Library[] = [];
const MAX_IDLE = 3;
/** An instance whose memory a large clip has grown beyond this is not kept, bytes. */
const MAX_KEPT = 48 * 2 ** 20;

async function compile(): Promise<WebAssembly.Module> {
  const text = atob(packed.slice(packed.indexOf(',') + 1));
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return WebAssembly.compile(await new Response(plain).arrayBuffer());
}

/** One decoder, for one clip at a time. Give it back with `release`. */
export class Library {
  private constructor(private readonly module: Exports) {}

  static async take(): Promise<Library> {
    const kept = idle.pop();
    if (kept !== undefined) return kept;
    compiled ??= compile();
    const module = await compiled;
    // What the C library would ask of a system: answered "not there" (52, ENOSYS); the decoder never asks.
    const imports: WebAssembly.Imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => 52;
    const exports = (await WebAssembly.instantiate(module, imports)).exports as unknown as Exports;
    exports._initialize();
    return new Library(exports);
  }

  /** Ends the clip. An instance that failed inside (`broken`) is not used again. */
  release(broken: boolean): void {
    if (broken) return;
    this.module.shut();
    if (idle.length < MAX_IDLE && this.module.memory.buffer.byteLength <= MAX_KEPT) idle.push(this);
  }

  /**
   * @param header  the stream's header, null when its packets bring it
   * @param tag     the container's code: the decoder knows some encoders' errors by it
   * @returns whether it opened
   */
  open(header: Uint8Array | null, width: number, height: number, tag: string): boolean {
    const size = header?.length ?? 0;
    if (header !== null && size > 0) this.write(header);
    const code = [...tag.padEnd(4)].reduce((sum, letter, index) => sum + letter.charCodeAt(0) * 2 ** (8 * index), 0);
    return this.module.start(size, width, height, code | 0) >= 0;
  }

  /** @returns whether the decoder took the packet; what is broken in one costs its own picture */
  send(bytes: Uint8Array, label: number): boolean {
    this.write(bytes);
    return this.module.send(bytes.length, label) >= 0;
  }

  /** No packet comes any more: `receive` then gives what is left. */
  end(): void {
    this.module.send(0, 0);
  }

  /** The next picture in the order of showing; null when a packet is wanted or the stream has ended. */
  receive(): Planes | null {
    const { module } = this;
    let state = module.receive();
    for (let broken = 0; state < 0 && broken < 16; broken++) state = module.receive();
    if (state !== 1) return null;
    const [width, height] = [module.width(), module.height()];
    const half = [(width + 1) >> 1, (height + 1) >> 1] as const;
    const data = new Uint8Array(width * height + 2 * half[0] * half[1]);
    const heap = new Uint8Array(module.memory.buffer);
    let to = 0;
    for (let plane = 0; plane < 3; plane++) {
      const [columns, rows] = plane === 0 ? [width, height] : half;
      const [from, stride] = [module.plane(plane) >>> 0, module.stride(plane)];
      for (let row = 0; row < rows; row++, to += columns) {
        data.set(heap.subarray(from + row * stride, from + row * stride + columns), to);
      }
    }
    const ratio = module.aspectWidth() / module.aspectHeight();
    return { label: module.label(), width, height, aspect: ratio > 0.1 && ratio < 10 ? ratio : 1, data };
  }

  private write(bytes: Uint8Array): void {
    const at = this.module.reserve(bytes.length) >>> 0;
    if (at === 0) throw new RangeError('The decoder of MPEG-4 part 2 has no memory left');
    new Uint8Array(this.module.memory.buffer).set(bytes, at);
  }
}
