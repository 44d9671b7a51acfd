/**
 * Lets the thread read its messages. On WASM a `data()` resolves without leaving the task, so a loop of awaits would
 * never see a message that says pause or stop. A timer would do, at 4 ms a turn; a message channel costs microseconds.
 */
let channel: MessageChannel | null = null;
const waiting: (() => void)[] = [];

export function breathe(): Promise<void> {
  if (channel === null) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
  }
  const { port2 } = channel;
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}
