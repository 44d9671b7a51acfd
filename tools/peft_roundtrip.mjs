/**
 * `node tools/peft_roundtrip.mjs --python PYTHON`: adapters that the page exports are loaded by Python's peft, and the
 * logits of both are compared: text only and with the vision tower, lm_head whole, by an adapter, and frozen; on the
 * embedded backbone and on the small random ones of every architecture, tied and untied. Python needs tools/continue/requirements.txt.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { readArguments, usage } from './lib/args.mjs';
import { inRoot, modelFiles, ROOT } from './lib/paths.mjs';
import { smallBackbones, writeSmallBackbone } from './lib/small_backbones.mjs';
import { main, say, Sentence } from './lib/terminal.mjs';
import { loadTypeScript } from './lib/typescript.mjs';

// tfjs's WASM loader is CommonJS at heart: in an ES module it finds these two nowhere else.
Object.assign(globalThis, { __dirname: ROOT, require: createRequire(import.meta.url) });

/** @type {Record<string, import('./lib/args.mjs').Option>} */
const OPTIONS = { python: { kind: 'text', help: 'the Python to run, python3 if not given' } };

await main(async () => {
  const values = readArguments('peft_roundtrip', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('peft_roundtrip', OPTIONS));
  const { exportedAdapters, FACTORS } = await loadTypeScript('tests/support/roundtrip.ts');
  const binary = 'tfjs-backend-wasm-simd.wasm';
  const bytes = new Uint8Array(readFileSync(inRoot('node_modules/@tensorflow/tfjs-backend-wasm/dist', binary))).buffer;
  const work = mkdtempSync(path.join(os.tmpdir(), 'whylive-peft-'));
  try {
    /** @type {[string, string][]} */
    const backbones = [['embedded', inRoot('public/models/tiny')]];
    for (const name of smallBackbones()) {
      backbones.push([name, path.join(work, name)]);
      await writeSmallBackbone(name, path.join(work, name));
    }
    for (const [backbone, where] of backbones) {
      const files = modelFiles(where).map((name) => ({
        path: name,
        blob: new Blob([readFileSync(path.join(where, name))]),
      }));
      const exported = await exportedAdapters([{ name: binary, bytes: bytes.slice(0) }], backbone, files);
      /** @type {string[]} */
      const folders = [];
      for (const { name, files: adapter, logits, ...rest } of exported) {
        const folder = path.join(work, 'adapters', backbone, name);
        folders.push(folder);
        mkdirSync(folder, { recursive: true });
        for (const file of adapter) writeFileSync(path.join(folder, file.path), file.bytes);
        writeFileSync(path.join(folder, 'logits.bin'), Buffer.from(logits.buffer));
        writeFileSync(path.join(folder, 'expected.json'), JSON.stringify({ ...rest, factors: FACTORS }));
      }
      const python = values['python'] ?? 'python3';
      const environment = { ...process.env, HF_HUB_OFFLINE: '1' };
      const parameters = [inRoot('tools/peft_roundtrip.py'), where, ...folders];
      const { status, stdout, stderr, error } = spawnSync(python, parameters, { env: environment, encoding: 'utf8' });
      if (error) throw new Sentence(`${python} does not run (${error.message}): name a Python with --python.`);
      for (const line of stdout.trim().split('\n')) say(`${backbone}, ${line}`);
      if (status !== 0) throw new Sentence(`${backbone}: not the same in Python.\n${stderr.slice(-2000)}`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});
