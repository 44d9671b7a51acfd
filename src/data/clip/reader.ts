/** Bytes of a file by position, read in pieces: small reads near one another cost one. */

/** Bytes read at once. A picture of a face set's clip has some 1 to 50 kB. */
const WINDOW = 128 * 1024;

export class BlobReader {
  private window = new Uint8Array(0);
  private at = 0;
  private closed = false;

  constructor(private readonly blob: Blob) {}

  get size(): number {
    return this.blob.size;
  }

  /** `length` bytes at `from`, fewer at the file's end. The bytes may be a view into more. */
  async bytes(from: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    // A search through a damaged file ends with the clip that it was for.
    if (this.closed) throw new Error('The file was closed');
    const end = Math.min(this.size, from + length);
    if (from >= end) return new Uint8Array(0);
    if (from < this.at || end > this.at + this.window.length) {
      if (end - from > WINDOW) return this.load(from, end);
      this.window = await this.load(from, Math.min(this.size, from + WINDOW));
      this.at = from;
    }
    return this.window.subarray(from - this.at, end - this.at);
  }

  /** The same where nothing near will be asked for. */
  async peek(from: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.closed) throw new Error('The file was closed');
    const end = Math.min(this.size, from + length);
    if (from >= this.at && end <= this.at + this.window.length) return this.bytes(from, length);
    return from < end ? this.load(from, end) : new Uint8Array(0);
  }

  close(): void {
    this.closed = true;
    this.window = new Uint8Array(0);
  }

  private async load(from: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.blob.slice(from, end).arrayBuffer());
  }
}

/** Letters at `at`, four as containers name their parts. */
export function letters(bytes: Uint8Array, at: number, length = 4): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
