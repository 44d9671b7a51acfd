/**
 * Scores captions of pretraining scenes: `node tools/world/score_captions.mjs --scenes FILE --captions FILE`.
 *
 * FILEs are JSONL: scenes.jsonl of render_scenes ({facts}), and {index, text} with the scene's line number. Prints JSON:
 * the share of claims that are true, overall and by attribute, claims a caption, and captions that claim nothing.
 */
import { readArguments, usage } from '../lib/args.mjs';
import { readJsonLines } from '../lib/json_lines.mjs';
import { Sentence, main, say } from '../lib/terminal.mjs';
import { loadTypeScript } from '../lib/typescript.mjs';

/** @type {Record<string, import('../lib/args.mjs').Option>} */
const OPTIONS = {
  scenes: { kind: 'text', help: 'scenes.jsonl of render_scenes' },
  captions: { kind: 'text', help: '{index, text} a line' },
};

const SCENE = {
  origin: 'the scenes.jsonl of tools/world/render_scenes.mjs',
  what: 'scene',
  needs: 'the facts of a scene',
  take: (/** @type {any} */ { facts }) => (facts.face !== undefined && Array.isArray(facts.objects) ? { facts } : null),
};
const CAPTION = {
  origin: 'a file with {"index": 0, "text": "..."} a line',
  what: 'caption of a scene',
  needs: 'index, the number of a scene from 0 on, and text',
  take: (/** @type {any} */ { index, text }) =>
    Number.isInteger(index) && typeof text === 'string' ? { index: /** @type {number} */ (index), text } : null,
};

await main(async () => {
  const command = 'world/score_captions';
  const values = readArguments(command, OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage(command, OPTIONS));
  const scenes = readJsonLines('scenes', values['scenes'], SCENE);
  const captions = readJsonLines('captions', values['captions'], CAPTION);
  const { claimsOf, isTrue } = await loadTypeScript('src/data/synthetic/words/index.ts');
  /** @type {Map<string, {claims: number, true: number}>} */
  const byAttribute = new Map();
  const all = { claims: 0, true: 0 };
  let silent = 0;
  let whole = 0;
  for (const [i, { index, text }] of captions.entries()) {
    const facts = scenes[index]?.facts;
    if (!facts) throw new Sentence(`${values['captions']}, caption ${i + 1}: there is no scene ${index}.`);
    const claims = claimsOf(text);
    let right = 0;
    for (const claim of claims) {
      const holds = isTrue(claim, facts);
      if (holds) right++;
      const entry = byAttribute.get(claim.attribute) ?? { claims: 0, true: 0 };
      entry.claims++;
      if (holds) entry.true++;
      byAttribute.set(claim.attribute, entry);
    }
    all.claims += claims.length;
    all.true += right;
    if (claims.length === 0) silent++;
    else if (right === claims.length) whole++;
  }
  const share = (/** @type {{claims: number, true: number}} */ entry) => ({
    ...entry,
    share: entry.claims === 0 ? null : entry.true / entry.claims,
  });
  const sorted = [...byAttribute].sort(([a], [b]) => (a < b ? -1 : 1));
  say(
    JSON.stringify(
      {
        captions: captions.length,
        ...share(all),
        claims_per_caption: all.claims / captions.length,
        captions_without_claim: silent,
        captions_wholly_true: whole,
        attributes: Object.fromEntries(sorted.map(([name, entry]) => [name, share(entry)])),
      },
      null,
      1,
    ),
  );
});
