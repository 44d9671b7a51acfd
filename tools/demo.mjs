/** `npm run demo`: the headless run with the embedded model and set; every argument of it can be added. */
import { readArguments, usage } from './lib/args.mjs';
import { headless } from './lib/headless.mjs';
import { OPTIONS } from './lib/headless_arguments.mjs';
import { main, say } from './lib/terminal.mjs';

await main(async () => {
  const values = readArguments('demo', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('demo', OPTIONS));
  await headless({ ...values, out: values['out'] ?? 'out/demo' });
});
