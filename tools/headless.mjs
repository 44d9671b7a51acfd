/** `npm run headless`: trains and reports in a headless Chromium, with progress in the terminal. */
import { readArguments, usage } from './lib/args.mjs';
import { headless } from './lib/headless.mjs';
import { OPTIONS } from './lib/headless_arguments.mjs';
import { main, say } from './lib/terminal.mjs';

await main(async () => {
  const values = readArguments('headless', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('headless', OPTIONS));
  await headless(values);
});
