/** A model's folder in memory that outlives a download, as OPFS does; it may have an end. */
import type { Disk, PartFile } from '../../src/hub/disk';
import { diskFailure } from '../../src/hub/disk';

export class MemoryDisk implements Disk {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  private readonly held = new Set<string>();
  /** Bytes of all files together. */
  limit = Infinity;
  /** Bytes ever written. */
  written = 0;

  async open(name: string): Promise<PartFile> {
    if (this.held.has(name)) throw diskFailure(new DOMException('held', 'NoModificationAllowedError'), name);
    this.held.add(name);
    if (!this.files.has(name)) this.files.set(name, new Uint8Array());
    const get = (): Uint8Array<ArrayBuffer> => this.files.get(name) ?? new Uint8Array();
    const resize = (size: number): void => {
      const grown = new Uint8Array(size);
      grown.set(get().subarray(0, size));
      this.files.set(name, grown);
    };
    return {
      getSize: () => get().length,
      read: (into, { at }) => {
        const piece = get().subarray(at, at + into.length);
        into.set(piece);
        return piece.length;
      },
      write: (bytes, { at }) => {
        const size = Math.max(get().length, at + bytes.length);
        const all = [...this.files.values()].reduce((sum, each) => sum + each.length, 0);
        if (all - get().length + size > this.limit) throw new DOMException('no room', 'QuotaExceededError');
        resize(size);
        get().set(bytes, at);
        this.written += bytes.length;
        return bytes.length;
      },
      truncate: resize,
      flush: () => undefined,
      close: () => void this.held.delete(name),
    };
  }

  async text(name: string): Promise<string | null> {
    const bytes = this.files.get(name);
    return bytes === undefined ? null : new TextDecoder().decode(bytes);
  }

  async write(name: string, text: string): Promise<void> {
    this.files.set(name, new TextEncoder().encode(text));
  }

  async remove(name: string): Promise<void> {
    this.files.delete(name);
  }
}
