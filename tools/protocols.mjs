/** `npm run protocols`: the paper's experiments, or one's own, from data to tables in a headless Chromium. */
import { readArguments, usage } from './lib/args.mjs';
import { protocols } from './lib/protocols.mjs';
import { OPTIONS } from './lib/protocols_arguments.mjs';
import { main, say } from './lib/terminal.mjs';

await main(async () => {
  const values = readArguments('protocols', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('protocols', OPTIONS));
  await protocols(values);
});
