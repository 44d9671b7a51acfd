/**
 * Writes a generated set as files: `node tools/world/make_set.mjs --domain synthetic-M --out DIR --subjects 8`.
 *
 * DIR gets the pictures (`synthetic-M/live/M01_1_early.png`, ...) or with `--video` the clips (`M01_1.mp4`, `.webm`
 * every third), `captions.jsonl` (the table that an import reads) and `facts.jsonl` (what is true of each file, for
 * tests and for who wants to write other captions). `--domain` may be given more than once. An earlier set in DIR is
 * replaced when the new one is whole.
 */
import { writeFile } from 'node:fs/promises';
import { readArguments, refuseTwice, usage } from '../lib/args.mjs';
import { outFolder } from '../lib/folders.mjs';
import { encodePng, requireFfmpeg, withoutAlpha, writeVideo } from '../lib/pictures.mjs';
import { SetFolder } from '../lib/set_folder.mjs';
import { LiveLine, Sentence, duration, main, say } from '../lib/terminal.mjs';
import { loadTypeScript } from '../lib/typescript.mjs';

/** @type {Record<string, import('../lib/args.mjs').Option>} */
const OPTIONS = {
  out: { kind: 'text', help: 'folder to write to; an earlier set in it is replaced' },
  domain: { kind: 'texts', help: 'synthetic-M, -C, -I, -O or -W; may be given more than once' },
  subjects: { kind: 'integer', least: 1, help: 'persons of a domain (8)' },
  live: { kind: 'integer', least: 0, help: 'live clips a person (2)' },
  clips: { kind: 'integer', least: 0, help: 'clips a person and attack (1)' },
  attack: { kind: 'texts', help: 'an attack; may be given more than once (all of the domain)' },
  seed: { kind: 'integer', least: 0, most: 2147483647, help: 'seed (1)' },
  video: { kind: 'flag', help: 'short clips instead of two pictures of each; needs ffmpeg' },
  'no-captions': { kind: 'flag', help: 'no captions in the table' },
};

await main(async () => {
  const command = 'world/make_set';
  const values = readArguments(command, OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage(command, OPTIONS));
  const { out, domain: domains, subjects = 8, live = 2, clips = 1, attack: attacks, seed = 1, video } = values;
  if (domains.length === 0) throw new Sentence('--domain names the set to make: synthetic-M, -C, -I, -O or -W.');
  refuseTwice('domain', domains, 'its files would be written over one another');
  const styles = values['no-captions'] ? [] : ['vanilla', 'reasoning'];
  const world = await loadTypeScript('src/data/synthetic/index.ts');

  const requests = domains.map((/** @type {string} */ domain) => ({
    domain,
    subjects,
    liveClips: live,
    attackClips: clips,
    attacks: attacks.length > 0 ? attacks : (world.domainOf(domain)?.attacks ?? []),
    styles,
    seed,
  }));
  try {
    for (const request of requests) world.checkRequest(request);
  } catch (error) {
    throw new Sentence(error instanceof Error ? error.message : String(error));
  }
  outFolder(out);
  if (video) requireFfmpeg();
  const tables = ['captions.jsonl', 'facts.jsonl'];
  const folder = new SetFolder(out, { sets: world.DOMAINS, tables, mark: 'facts.jsonl' });
  await folder.begin();

  /** @type {string[]} */
  const table = [];
  /** @type {string[]} */
  const truths = [];
  const line = new LiveLine(5);
  const start = performance.now();
  let frames = 0;
  const list = (/** @type {string} */ file, /** @type {any} */ about) => {
    const { subject, facts, captions, clip, role } = about;
    const row = {
      file,
      label: facts.label,
      attack: facts.attack,
      subject,
      video: clip,
      ...(captions.vanilla === undefined ? {} : { caption_vanilla: captions.vanilla }),
      ...(captions.reasoning === undefined ? {} : { caption_reasoning: captions.reasoning }),
    };
    table.push(`${JSON.stringify(row)}\n`);
    truths.push(`${JSON.stringify({ file, frame: role ?? null, ...facts })}\n`);
  };

  for (const request of requests) {
    if (video) {
      let number = 0;
      for (const clip of world.clipsOf(request)) {
        const { frames: pictures, edge, facts } = world.renderClip(clip);
        const rgb = pictures.map(withoutAlpha);
        const file = `${clip.name}.${number++ % 3 === 2 ? 'webm' : 'mp4'}`;
        const quality = file.endsWith('.mp4') ? 20 : 30;
        await writeVideo(await folder.place(file), rgb, {
          width: edge,
          height: edge,
          rate: world.FRAMES_A_SECOND,
          quality,
        });
        list(file, {
          clip: clip.name,
          subject: clip.subject,
          facts,
          captions: world.captionsOf(clip, 'clip', facts, styles),
        });
        frames += rgb.length;
        line.show(`${file}, ${frames} frames`);
      }
    } else {
      for (const frame of world.makeSet(request)) {
        const file = `${frame.clip}_${frame.role}.png`;
        await writeFile(await folder.place(file), encodePng(withoutAlpha(frame.pixels), frame.width, frame.height));
        list(file, frame);
        line.show(`${file}, ${++frames} frames`);
      }
    }
  }
  line.end();
  await folder.finish({ 'captions.jsonl': table.join(''), 'facts.jsonl': truths.join('') });
  const seconds = (performance.now() - start) / 1000;
  say(
    `${table.length} files, ${frames} frames in ${duration(seconds)} (${(frames / seconds).toFixed(1)} a second): ${out}`,
  );
});
