/** Tells other tabs of this page that what is stored has changed. */

const CHANGED = ['data', 'drafts', 'runs', 'models', 'experiments'] as const;
export type Changed = (typeof CHANGED)[number];

export class Tabs {
  private readonly channel = new BroadcastChannel('whylive');

  constructor(heard: (what: Changed) => void) {
    this.channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const what = CHANGED.find((name) => name === data);
      if (what !== undefined) heard(what);
    });
  }

  tell(what: Changed): void {
    this.channel.postMessage(what);
  }
}
