/** `npm start`: installs what is missing, builds, serves the page on this machine only and opens it. */
import { spawn } from 'node:child_process';
import { readArguments, usage } from './lib/args.mjs';
import { serveFolder } from './lib/serve.mjs';
import { main, say } from './lib/terminal.mjs';
import { ensureBuild, ensurePackages } from './setup.mjs';

/** @type {Record<string, import('./lib/args.mjs').Option>} */
const OPTIONS = {
  port: { kind: 'integer', least: 0, help: 'port on 127.0.0.1 (default: a free one)' },
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

await main(async () => {
  const values = readArguments('start', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('start', OPTIONS).replace('npm run start', 'npm start'));
  await ensurePackages();
  await ensureBuild();
  const server = await serveFolder({ port: values['port'] ?? 0 });
  say(`WhyLive is at ${server.url} (this machine only). Ctrl-C ends it.`);
  if (!values['no-open']) openPage(server.url);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.close();
  say('\nEnded.');
});
