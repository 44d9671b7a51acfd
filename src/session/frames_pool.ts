/**
 * The frames threads: each is proven sealed before it opens a file, and one that crashed or hangs is replaced by a new
 * one that has to prove itself again.
 */
import { looksForFaces } from '../data/recipe';
import { WorkerError, errorToData, type FrameOptions, type NetworkProof, type WhyLiveError } from '../protocol';
import { probeAddresses } from './addresses';
import type { FaceFiles } from './face_files';
import type { StateHolder } from './holder';
import type { NetworkLog } from './network';
import type { FramesThread, Threads } from './threads';

export class FramesPool {
  readonly threads: readonly FramesThread[];
  /** Threads that an import works with: it sees to their crashes itself. */
  private readonly taken = new Set<FramesThread>();

  constructor(
    private readonly holder: StateHolder,
    { frames, moreFrames }: Pick<Threads, 'frames' | 'moreFrames'>,
    network: Pick<NetworkLog, 'expect'>,
    private readonly faces: Pick<FaceFiles, 'prepare'>,
  ) {
    this.threads = [frames, ...moreFrames];
    this.threads.forEach((thread, index) => (thread.onCrash = (error) => void this.crashed(index, error)));
    network.expect(
      'a frames thread was started again',
      (url) => new URL(url).origin === location.origin && /\/workers\/frames[-.]/.test(url) && this.renewals > 0,
    );
  }

  private renewals = 0;
  /** Threads that look for faces. */
  private readonly looking = new Set<FramesThread>();

  /** Those that have proven their seal. */
  get proven(): readonly FramesThread[] {
    return this.threads.filter((_, index) => this.proofs().some((proof) => proof.number === index + 1 && proof.sealed));
  }

  /**
   * Has the first thread prove its seal, which the start waits for, and the others after it: they join when they have.
   *
   * @param unsealed  called with each proof that failed
   */
  async prove(unsealed: (proof: NetworkProof) => void): Promise<void> {
    const one = async (index: number): Promise<void> => {
      const proof = await this.proveOne(index);
      if (!proof.sealed) unsealed(proof);
    };
    const first = one(0);
    // An import does without one that does not start.
    for (let index = 1; index < this.threads.length; index++) void one(index).catch(() => undefined);
    await first;
  }

  /** Ends a thread, whatever it is doing, and starts it anew, sealed. */
  async renew(thread: FramesThread): Promise<void> {
    this.renewals++;
    thread.restart();
    const proof = await this.proveOne(this.threads.indexOf(thread));
    if (proof.sealed) {
      if (this.looking.has(thread)) await this.faces.prepare(thread);
      return;
    }
    throw new WorkerError({
      cause: 'A frames thread that was started again could have reached the network, so it opens no file.',
      remedy: 'Serve the page with the headers in public/_headers; docs/privacy.md says how.',
    });
  }

  /** Opens what a thread needs to take frames in this way. */
  async prepare(thread: FramesThread, options: FrameOptions): Promise<void> {
    if (!looksForFaces(options)) return;
    await this.faces.prepare(thread);
    this.looking.add(thread);
  }

  /** Keeps crashes of these threads from being mended here while `work` goes on. */
  async take<T>(threads: readonly FramesThread[], work: () => Promise<T>): Promise<T> {
    for (const thread of threads) this.taken.add(thread);
    try {
      return await work();
    } finally {
      for (const thread of threads) this.taken.delete(thread);
    }
  }

  private async crashed(index: number, error: WhyLiveError): Promise<void> {
    const thread = this.threads[index];
    // While starting, the crash has already rejected the call that was waited for.
    if (thread === undefined || this.taken.has(thread) || this.holder.state.boot.phase !== 'ready') return;
    try {
      await this.renew(thread);
      const { cause } = errorToData(error);
      this.holder.say('page', 'warning', `${cause} It has been started again; what was stored is kept.`);
    } catch (again) {
      this.holder.fail('page', again);
    }
  }

  private proofs(): NetworkProof[] {
    return this.holder.state.proofs.filter(({ thread }) => thread === 'frames');
  }

  private async proveOne(index: number): Promise<NetworkProof> {
    const number = index + 1;
    const others = (): NetworkProof[] =>
      this.holder.state.proofs.filter((proof) => proof.thread !== 'frames' || proof.number !== number);
    this.holder.update({ proofs: others() });
    const thread = this.threads[index];
    if (thread === undefined) throw new RangeError(`There is no frames thread ${number}`);
    const proof = { ...(await thread.call('network.prove', { urls: probeAddresses() })), number };
    this.holder.update({ proofs: [...others(), proof] });
    return proof;
  }
}
