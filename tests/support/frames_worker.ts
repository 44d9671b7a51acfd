/** The real frames worker under a policy of the test's choice. Browser tests only. */
import { WorkerClient, type FramesCommands, type FramesEvents } from '../../src/protocol';

const frames: HTMLIFrameElement[] = [];
const clients: WorkerClient<FramesCommands, FramesEvents>[] = [];

/** An address on this site, for the proof. */
export const OWN = new URL('/probe.txt', location.origin).href;

/** Starts the frames worker under a policy: a blob worker takes the one of the document that made it. */
export async function framesWorker(policy: string | null): Promise<WorkerClient<FramesCommands, FramesEvents>> {
  const frame = document.createElement('iframe');
  const meta = policy === null ? '' : `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  const script = new URL('/workers/frames.ts', location.origin).href;
  // Vitest turns `import()` into a call of its own, which only its page has.
  const runner = 'globalThis.__vitest_browser_runner__ = { wrapDynamicImport: (load) => load() };';
  frame.srcdoc = `${meta}<script>
    window.start = () => new Worker(URL.createObjectURL(new Blob(['import "${script}"; ${runner}'], { type: 'text/javascript' })), { type: 'module' });
  </script>`;
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
  document.body.append(frame);
  frames.push(frame);
  await loaded;
  const start = (frame.contentWindow as unknown as { start(): Worker }).start;
  const client = new WorkerClient<FramesCommands, FramesEvents>(start(), 'frames');
  clients.push(client);
  return client;
}

/** Ends what tests started. */
export function endFramesWorkers(): void {
  for (const client of clients.splice(0)) client.terminate();
  for (const frame of frames.splice(0)) frame.remove();
}
