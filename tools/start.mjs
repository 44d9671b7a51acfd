/** `npm start`: installs what is missing, builds, serves the page on this machine only and opens it. */
import { spawn } from 'node:child_process';
import { readArguments, usage } from './lib/args.mjs';
import { serveFolder } from './lib/serve.mjs';
import { main, say, Sentence } from './lib/terminal.mjs';
import { ensureBuild, ensurePackages } from './setup.mjs';

/** @type {Record<string, import('./lib/args.mjs').Option>} */
const OPTIONS = {
  port: { kind: 'integer', least: 0, help: 'port on 127.0.0.1 (default: a free one)' },
  hub: { kind: 'text', help: 'origin of a mirror of the model hub (default: $HF_ENDPOINT, else huggingface.co)' },
  'no-open': { kind: 'flag', help: 'only print the address' },
};

/** Asks the desktop to open `url`; a machine without one just keeps the printed address. */
function openPage(/** @type {string} */ url) {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  const child = spawn(command ?? '', args, { stdio: 'ignore', detached: true });
  child.on('error', () => say('No browser could be opened: open the address above in Chrome or Edge.'));
  child.unref();
}

/** The mirror's origin, checked; null where none is named. */
function hubOrigin(/** @type {string | undefined} */ named) {
  if (!named) return null;
  const url = URL.canParse(named) ? new URL(named) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || `${url.origin}/` !== url.href)
    throw new Sentence(`${named} is not the origin of a hub: give it as https://huggingface.co, without a path.`);
  return url.origin;
}

await main(async () => {
  const values = readArguments('start', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('start', OPTIONS).replace('npm run start', 'npm start'));
  await ensurePackages();
  await ensureBuild();
  const hub = hubOrigin(values['hub'] ?? process.env['HF_ENDPOINT']);
  const server = await serveFolder({ port: values['port'] ?? 0, hubHosts: hub === null ? [] : [hub] });
  const address = hub === null ? server.url : `${server.url}?hub=${encodeURIComponent(hub)}`;
  say(`WhyLive is at ${address} (this machine only). Ctrl-C ends it.`);
  if (!values['no-open']) openPage(address);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.close();
  say('\nEnded.');
});
