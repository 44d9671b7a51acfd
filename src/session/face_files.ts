/** The face detector's files: fetched when faces are first to be looked for, and handed to the threads that do. */
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import weightsUrl from '@vladmandic/face-api/model/ssd_mobilenetv1_model.bin?url';
import { WorkerError, type FaceAssets, type FramesCommands, type FramesEvents } from '../protocol';
import type { NetworkLog } from './network';
import type { Thread, Threads } from './threads';

export class FaceFiles {
  private fetching: Promise<FaceAssets> | null = null;

  constructor(
    private readonly threads: Pick<Threads, 'hub'>,
    private readonly network: Pick<NetworkLog, 'expect'>,
  ) {}

  /**
   * Opens the detector of a frames thread that has proven its seal. To be called before each import that looks for
   * faces: a thread that has it open changes nothing, and one that was started again has to get it again.
   *
   * @throws WorkerError and others, where a file cannot be fetched or the detector cannot start
   */
  async prepare(thread: Pick<Thread<FramesCommands, FramesEvents>, 'call'>): Promise<void> {
    await thread.call('faces.prepare', await this.fetch());
  }

  private fetch(): Promise<FaceAssets> {
    this.fetching ??= this.fetchFiles().catch((error: unknown) => {
      this.fetching = null;
      throw error;
    });
    return this.fetching;
  }

  private async fetchFiles(): Promise<FaceAssets> {
    const urls = [weightsUrl, simdUrl].map((url) => new URL(url, location.href).href);
    this.network.expect(
      'faces are looked for',
      (url, thread) =>
        new URL(url).origin === location.origin &&
        // The library's code is a script of the frames thread's own; everything else comes through the hub thread.
        (thread.startsWith('frames') ? /\/(?:ssd|face-api)[-.]/.test(url) : urls.includes(url)),
    );
    const fetched = await this.threads.hub.call('bytes.fetch', { urls });
    const bytes = (index: number): ArrayBuffer => {
      const file = fetched.find(({ url }) => url === urls[index]);
      if (file !== undefined) return file.bytes;
      throw new WorkerError({ file: urls[index] ?? null, cause: 'It was not fetched.', remedy: 'Reload the page.' });
    };
    return { weights: bytes(0), wasm: [{ name: 'tfjs-backend-wasm-simd.wasm', bytes: bytes(1) }] };
  }
}
