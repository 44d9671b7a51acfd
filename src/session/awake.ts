/** Keeps the screen, and with it the machine, awake while a run is going. A wish: a browser may refuse it. */
export class WakeLock {
  private sentinel: WakeLockSentinel | null = null;
  private wanted = false;

  constructor() {
    // The browser releases the lock of a hidden tab; it has to be asked again.
    document.addEventListener('visibilitychange', () => {
      if (this.wanted && document.visibilityState === 'visible') void this.ask();
    });
  }

  hold(): void {
    this.wanted = true;
    void this.ask();
  }

  release(): void {
    this.wanted = false;
    void this.sentinel?.release();
    this.sentinel = null;
  }

  private async ask(): Promise<void> {
    if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return;
    try {
      const sentinel = await navigator.wakeLock.request('screen');
      if (this.wanted) this.sentinel = sentinel;
      else await sentinel.release();
    } catch {
      // Low battery or a policy: training goes on, only slower to survive an idle machine.
    }
  }
}
