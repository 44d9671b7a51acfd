/**
 * Start: seal proven, this site's own files fetched, device opened, backbone loaded. No data is accepted before both
 * threads that see frames have proven that they cannot reach the network.
 */
import { WhyLiveError, WorkerError, errorToData, type NetworkProof } from '../protocol';
import { probeAddresses } from './addresses';
import type { FramesPool } from './frames_pool';
import type { StateHolder } from './holder';
import type { Models } from './models';
import type { NetworkLog } from './network';
import type { Threads } from './threads';

export class Boot {
  private reviving: Promise<void> | null = null;
  /** The trainer's crashes that a revival has answered in full. */
  private mendedCrashes = 0;

  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
    private readonly models: Models,
    private readonly network: NetworkLog,
    private readonly frames: FramesPool,
    /** Fetches the embedded face set, so that the demo needs no request later. */
    private readonly fetchDemo: () => Promise<unknown>,
    /** Brings back what this browser kept: samples and runs. */
    private readonly restore: () => Promise<void>,
  ) {
    threads.trainer.onCrash = (error) => void this.afterCrash('trainer', error);
    threads.hub.onCrash = (error) => void this.afterCrash('hub', error);
  }

  /** Resolves when the page is ready or has failed to become so; the state says which, and notices say why. */
  async start(): Promise<void> {
    const { holder, models } = this;
    try {
      requireBrowser();
      this.step('Checking that no thread can reach the network', 0);
      const kept = this.restore().catch((error: unknown) => holder.fail('page', error));
      const demo = this.fetchDemo().catch((error: unknown) => holder.fail('data', error));
      const embedded = models.fetchEmbedded().catch((error: unknown) => holder.fail('page', error));
      const wasm = models.fetchWasm();
      // The handler below is attached late; a rejection before it must not count as unhandled.
      wasm.catch(() => undefined);
      await Promise.all([this.proveTrainer(), this.frames.prove((proof) => this.unsealed(proof))]);
      this.step('Fetching the page’s own files', 1);
      await Promise.all([wasm, demo, kept]);
      this.step('Opening the device', 2);
      await models.openDevice(holder.state.backend);
      this.step('Loading the embedded model', 3);
      // A model that cannot be loaded leaves the page usable: a folder can be chosen instead.
      const files = await embedded;
      if (files !== undefined) await models.loadEmbedded().catch((error: unknown) => holder.fail('page', error));
      holder.update({ boot: { phase: 'ready', progress: null } });
      this.network.begin();
    } catch (error) {
      holder.fail('page', error);
      holder.update({ boot: { phase: 'failed', progress: null } });
      // Whatever is requested from now on is nobody's doing but the page's: record it all the same.
      this.network.begin();
    }
  }

  /** True when the trainer and a frames thread have proven their seals, and no frames thread has failed to. */
  get sealed(): boolean {
    const { proofs } = this.holder.state;
    return (['trainer', 'frames'] as const).every((thread) => {
      const own = proofs.filter((proof) => proof.thread === thread);
      return own.length > 0 && own.every(({ sealed }) => sealed);
    });
  }

  /**
   * A new trainer: sealed, device open, backbone loaded. Callers at the same time share one revival, and whoever
   * notices a crash only after it was mended gets the trainer that took its place.
   *
   * @param crash the trainer's count of crashes that this answers
   */
  revive(crash: number): Promise<void> {
    if (this.reviving === null && crash <= this.mendedCrashes) return Promise.resolve();
    this.reviving ??= this.reviveTrainer().finally(() => (this.reviving = null));
    return this.reviving;
  }

  private async reviveTrainer(): Promise<void> {
    const { trainer } = this.threads;
    const { crashes } = trainer;
    trainer.restart();
    await this.proveTrainer();
    await this.models.openDevice(this.holder.state.backend);
    this.mendedCrashes = crashes;
  }

  private async proveTrainer(): Promise<void> {
    const { holder, threads } = this;
    const others = (): NetworkProof[] => holder.state.proofs.filter((proof) => proof.thread !== 'trainer');
    holder.update({ proofs: others() });
    const proof = await threads.trainer.call('network.prove', { urls: probeAddresses() });
    holder.update({ proofs: [...others(), proof] });
    if (!proof.sealed) this.unsealed(proof);
  }

  private unsealed({ thread, attempts }: NetworkProof): void {
    const reached = attempts.filter(({ outcome }) => outcome === 'reached').map(({ url }) => url);
    this.holder.fail(
      'page',
      new WorkerError({
        cause: `The ${thread} thread could have reached ${[...new Set(reached)].join(' and ') || 'the network'}: the server does not send the page’s security headers.`,
        remedy: 'No data is accepted. Serve the page with the headers in public/_headers; docs/privacy.md says how.',
      }),
    );
  }

  private async afterCrash(thread: 'trainer' | 'hub', error: WhyLiveError): Promise<void> {
    const { holder, threads } = this;
    // While starting, or during a revival, the crash has already rejected the call that was waited for.
    if (holder.state.boot.phase !== 'ready' || this.reviving !== null) return;
    const { cause } = errorToData(error);
    try {
      if (thread === 'trainer') {
        await this.revive(threads.trainer.crashes);
      } else {
        threads.hub.restart();
      }
      holder.say('page', 'warning', `${cause} It has been started again; what was stored is kept.`);
    } catch (again) {
      holder.fail('page', again);
    }
  }

  private step(label: string, done: number): void {
    const progress = { label, done, total: 4, unit: 'steps', rate: null, secondsLeft: null };
    this.holder.update({ boot: { phase: 'starting', progress } });
  }
}

/**
 * Everything that the page cannot do without. WebGPU is not among it.
 *
 * @throws WhyLiveError naming what is missing.
 */
export function requireBrowser(scope: RequiredParts = { isSecureContext, navigator }): void {
  if (!scope.isSecureContext) {
    throw new WhyLiveError({
      cause: 'This address is neither https nor localhost, so the browser gives the page no storage of its own.',
      remedy: 'Open the page over https, or on this machine as http://localhost.',
    });
  }
  const { locks, storage } = scope.navigator;
  if (locks === undefined || typeof storage?.getDirectory !== 'function') {
    throw new WhyLiveError({
      cause: 'This browser lacks the origin private file system or Web Locks.',
      remedy: 'Use a current Chrome, Edge, Firefox or Safari.',
    });
  }
}

interface RequiredParts {
  isSecureContext: boolean;
  navigator: { locks?: unknown; storage?: { getDirectory?: unknown } };
}
