/** Bytes of a file by position, read in pieces: small reads near one another cost one. */

/** Bytes read at once. A picture of a face set's clip has some 1 to 50 kB. */
const WINDOW = 512 * 1024;

export class BlobReader {
  private window = new Uint8Array(0);
  private at = 0;

  constructor(private readonly blob: Blob) {}

  get size(): number {
    return this.blob.size;
  }

  /** `length` bytes at `from`, fewer at the file's end. The bytes may be a view into more. */
  async bytes(from: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(this.size, from + length);
    if (from >= end) return new Uint8Array(0);
    if (from < this.at || end > this.at + this.window.length) {
      if (end - from > WINDOW) return this.load(from, end);
      this.window = await this.load(from, Math.min(this.size, from + WINDOW));
      this.at = from;
    }
    return this.window.subarray(from - this.at, end - this.at);
  }

  private async load(from: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.blob.slice(from, end).arrayBuffer());
  }
}

/** Four letters at `at`, as containers name their parts. */
export function letters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
