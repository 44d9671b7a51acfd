/** What a tool does whose output nobody reads to the end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const TERMINAL = new URL('../../tools/lib/terminal.mjs', import.meta.url).href;
/** Writes more than a pipe holds, waits until its reader is gone, and writes again. */
const TOOL = `
  import { main, say } from ${JSON.stringify(TERMINAL)};
  await main(async () => {
    for (let i = 0; i < 50; i++) {
      say('x'.repeat(10_000));
      await new Promise((next) => setTimeout(next, 5));
    }
    process.stderr.write('worked to its end');
  });`;

test('a tool whose output is cut off (`| head`) works to its end and says nothing of it', async () => {
  const tool = spawn(process.execPath, ['--input-type=module', '--eval', TOOL], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  tool.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  tool.stdout.once('data', () => tool.stdout.destroy());
  const [status] = (await once(tool, 'close')) as [number | null];
  expect([status, said]).toEqual([0, 'worked to its end']);
});
