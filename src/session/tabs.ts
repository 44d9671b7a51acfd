/** Tells other tabs of this page that what is stored has changed. */

export type Changed = 'data' | 'runs' | 'models';

export class Tabs {
  private readonly channel = new BroadcastChannel('whylive');

  constructor(heard: (what: Changed) => void) {
    this.channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data === 'data' || data === 'runs' || data === 'models') heard(data);
    });
  }

  tell(what: Changed): void {
    this.channel.postMessage(what);
  }
}
