/**
 * One file of a model: what is on disk is hashed, the rest is fetched from that byte on, written and hashed as it
 * arrives, and the whole is compared with the hub's hash. A cut, a cancellation or a closed page costs no byte: the next
 * call goes on where the file on disk ends.
 */
import { CancelledError, HubError, storedName, type HubFile } from '../protocol';
import { diskFailure, writeAll, type Disk, type PartFile } from './disk';
import { hasherFor, type Hasher } from './hashing';
import type { Meter } from './meter';
import type { Network } from './network';
import { Passing, Patience } from './patience';
import { connectionFailure, request } from './request';

/** Bytes read at once when what is on disk is hashed. */
const PIECE = 4 * 2 ** 20;
/** Written bytes after which the system is asked to put them on disk. */
const FLUSH = 32 * 2 ** 20;
/** A file that changes more often than this while it is fetched will not come out right. */
const RESTARTS = 2;

export interface FileTask {
  file: HubFile;
  url: string;
  token: string | null;
  disk: Disk;
  network: Network;
  meter: Meter;
  signal: AbortSignal;
  /** Takes a sentence about what did not go as usual. */
  remark(sentence: string): void;
}

/** @throws HubError, StorageError, CancelledError */
export async function fetchFile(task: FileTask): Promise<void> {
  const name = storedName(task.file.path);
  const part = await task.disk.open(name);
  try {
    await new FileFetch(task, part, name).run();
  } catch (error) {
    throw error instanceof DOMException && error.name !== 'AbortError' ? diskFailure(error, name) : error;
  } finally {
    part.close();
  }
}

class FileFetch {
  private have = 0;
  private unflushed = 0;
  private restarts = 0;
  private hasher: Hasher;
  private readonly patience: Patience;

  constructor(
    private readonly task: FileTask,
    private readonly part: PartFile,
    private readonly name: string,
  ) {
    this.hasher = hasherFor(task.file);
    this.patience = new Patience(task.network, task.signal, (label) => task.meter.say(label));
  }

  async run(): Promise<void> {
    const { file, disk, meter } = this.task;
    await this.hashWhatIsHere();
    while (this.have < file.bytes) {
      this.stopIfCancelled();
      meter.say(file.path);
      try {
        await this.fetchRest();
      } catch (error) {
        if (!(error instanceof Passing)) throw error;
        await this.patience.wait(error);
      }
    }
    this.part.flush();
    if (this.hasher.hex() !== file.hash.hex) {
      this.giveUp();
      await disk.remove(this.etagName);
      throw new HubError({
        cause: `What arrived does not have the ${file.hash.kind === 'sha256' ? 'SHA-256' : 'SHA-1'} that the hub’s listing states: it was damaged on the way or replaced.`,
        remedy: 'It was removed from this browser; the other files are kept. Go on to fetch it again.',
        file: file.path,
      });
    }
    await disk.remove(this.etagName);
  }

  private get etagName(): string {
    return `=etag.${this.name}`;
  }

  private async hashWhatIsHere(): Promise<void> {
    const { file, meter } = this.task;
    let size = this.part.getSize();
    if (size > file.bytes) {
      meter.lost(file.bytes);
      this.part.truncate((size = 0));
    }
    if (size === 0) return;
    meter.say(`Checking what is here of ${file.path}`);
    const piece = new Uint8Array(Math.min(PIECE, size));
    while (this.have < size) {
      this.stopIfCancelled();
      const count = this.part.read(piece.subarray(0, Math.min(piece.length, size - this.have)), { at: this.have });
      if (count === 0) break;
      this.hasher.update(piece.subarray(0, count));
      this.have += count;
      // A cancellation arrives as a message: let it in.
      await new Promise((resolve) => setTimeout(resolve));
    }
    // A whole file that is not the right one came from a disk that lied: there is nothing in it to go on from.
    if (this.have === file.bytes && this.hasher.hex() !== file.hash.hex) this.giveUp();
    else if (this.have === file.bytes) this.hasher = finished(file.hash.hex);
  }

  private async fetchRest(): Promise<void> {
    const { file, url, token, network, signal, meter } = this.task;
    const start = this.have;
    // A connection that says nothing for long is as good as cut.
    const watch = new AbortController();
    const silence = new Passing(
      new HubError({
        cause: `The hub sent nothing for ${Math.round(network.patience / 1000)} s, several times in a row.`,
        remedy: 'Go on later: what has arrived is kept, and no byte of it is fetched again.',
        file: file.path,
      }),
      'The hub is silent',
    );
    let timer = setTimeout(() => watch.abort(silence), network.patience);
    const both = AbortSignal.any([signal, watch.signal]);
    const since = performance.now();
    try {
      const response = await request(network, { url, file: file.path, token, start }, both);
      if (!(await this.continues(response, start))) return;
      const reader = response.body?.getReader();
      for (;;) {
        const { done, value } = (await reader?.read().catch(async (error: unknown) => {
          throw await connectionFailure(network, file.path, error, both, since);
        })) ?? { done: true, value: undefined };
        if (done || value === undefined) break;
        clearTimeout(timer);
        timer = setTimeout(() => watch.abort(silence), network.patience);
        this.take(value);
        meter.arrived(value.byteLength);
        if (this.have >= file.bytes) break;
      }
      void reader?.cancel().catch(() => undefined);
    } finally {
      clearTimeout(timer);
      watch.abort(new CancelledError());
      this.part.flush();
      this.unflushed = 0;
    }
    if (this.have < file.bytes) {
      throw new Passing(
        new HubError({
          cause: `The hub ended the file after ${this.have} of ${file.bytes} bytes, several times in a row.`,
          remedy: 'Go on later: what has arrived is kept, and no byte of it is fetched again.',
          file: file.path,
        }),
        'The connection was cut',
      );
    }
  }

  private take(bytes: Uint8Array<ArrayBuffer>): void {
    const { file } = this.task;
    if (this.have + bytes.byteLength > file.bytes) {
      this.giveUp();
      throw new HubError({
        cause: `The hub sends more than the ${file.bytes} bytes of its own listing.`,
        remedy: 'Look the model up again: it may have been replaced. The other files are kept.',
        file: file.path,
      });
    }
    writeAll(this.part, bytes, this.have, this.name);
    this.hasher.update(bytes);
    this.have += bytes.byteLength;
    this.unflushed += bytes.byteLength;
    if (this.unflushed >= FLUSH) {
      this.part.flush();
      this.unflushed = 0;
    }
    this.patience.reset();
  }

  /**
   * Whether the answer goes on where the file on disk ends. If not, what was there is given up: an answer from the
   * beginning is taken as it is, one of a changed file is left and asked for anew.
   */
  private async continues(response: Response, start: number): Promise<boolean> {
    const { disk, file, remark } = this.task;
    const etag = response.headers.get('ETag');
    if (start === 0) {
      if (etag !== null) await disk.write(this.etagName, `${hostOf(response)}\n${etag}`);
      return true;
    }
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
    const elsewhere = range !== null && Number(range[1]) !== start;
    // The server's file is shorter than what is here: what is here is of another one.
    const behind = response.status === 416;
    if (response.status === 200 || elsewhere || behind) {
      remark(
        `${file.path}: the server cannot go on in the middle of a file, so it was fetched from its beginning again.`,
      );
      this.restart();
      if (!elsewhere && !behind) return true;
      void response.body?.cancel().catch(() => undefined);
      return false;
    }
    // Two hosts may name the same bytes differently; and a tag that holds the hash itself leaves no doubt.
    const [host, known] = ((await disk.text(this.etagName)) ?? '').split('\n');
    const same = etag === null || etag.includes(file.hash.hex) || host !== hostOf(response) || known === etag;
    if (same) return true;
    remark(`${file.path} changed on the server while it was fetched, so it was fetched from its beginning again.`);
    void response.body?.cancel().catch(() => undefined);
    this.restart();
    return false;
  }

  private restart(): void {
    const { file } = this.task;
    this.giveUp();
    this.hasher = hasherFor(file);
    if (++this.restarts > RESTARTS) {
      throw new HubError({
        cause: 'The file keeps changing on the server, or the server keeps sending it from the beginning.',
        remedy: 'Try again later, or load the model from a folder.',
        file: file.path,
      });
    }
  }

  /** Forgets what is there of this file. */
  private giveUp(): void {
    this.task.meter.lost(this.have);
    this.part.truncate(0);
    this.have = 0;
    this.hasher = hasherFor(this.task.file);
  }

  private stopIfCancelled(): void {
    if (this.task.signal.aborted) throw new CancelledError();
  }
}

/** A hasher that has been asked already. */
function finished(hex: string): Hasher {
  return { update: () => undefined, hex: () => hex };
}

function hostOf(response: Response): string {
  try {
    return new URL(response.url).host;
  } catch {
    return '';
  }
}
