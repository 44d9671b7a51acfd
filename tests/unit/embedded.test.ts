/** The files that ship with the page: what their manifests say, and what the face set promises. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { captionsOf, clipFacts, domainOf, type Attack, type DomainName } from '../../src/data/synthetic';
import { clipOf } from '../../src/data/synthetic/sets/clip';
import { cueHits } from '../../src/data/synthetic/words';
import { REASONING_WORDS, VANILLA_WORDS } from '../../src/data/synthetic/words/explain';
import { readVerdict } from '../../src/evaluate/verdict';
import { REASONING_STAGES } from '../../src/protocol/samples';

const PUBLIC = fileURLToPath(new URL('../../public/', import.meta.url));
const MEGABYTE = 1 << 20;
/** `tools/world/make_demo.mjs` draws the embedded set with it. */
const SEED = 7;

interface Listed {
  path: string;
  bytes: number;
  sha256: string;
}

interface CaptionRow {
  file: string;
  label: 'live' | 'spoof';
  attack: string | null;
  subject: string;
  caption_vanilla: string;
  caption_reasoning: string;
}

function manifest(folder: string): Listed[] {
  const parsed = JSON.parse(readFileSync(join(PUBLIC, folder, 'manifest.json'), 'utf8')) as { files: Listed[] };
  return parsed.files;
}

function filesUnder(folder: string): string[] {
  const root = join(PUBLIC, folder);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'manifest.json' && !entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const rows = readFileSync(join(PUBLIC, 'demo/captions.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as CaptionRow);

describe.each([
  ['models/tiny', 24 * MEGABYTE],
  ['demo', 4 * MEGABYTE],
])('%s', (folder, limit) => {
  it('has the bytes that its manifest lists, and no file beside them', () => {
    const listed = manifest(folder);
    for (const { path, bytes, sha256 } of listed) {
      const data = readFileSync(join(PUBLIC, folder, path));
      expect(data.byteLength, path).toBe(bytes);
      expect(createHash('sha256').update(data).digest('hex'), path).toBe(sha256);
    }
    expect(filesUnder(folder).sort()).toEqual(listed.map(({ path }) => path).sort());
  });

  it('stays within its size', () => {
    const total = manifest(folder).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(total).toBeGreaterThan(limit / 16);
    expect(total).toBeLessThanOrEqual(limit);
  });

  it('says where it comes from', () => {
    expect(statSync(join(PUBLIC, folder, 'PROVENANCE.md')).size).toBeGreaterThan(500);
  });
});

describe('the tiny backbone', () => {
  it('names its tensors as SmolVLM does', () => {
    const file = readFileSync(join(PUBLIC, 'models/tiny/model.safetensors'));
    const length = Number(file.readBigUInt64LE(0));
    const header = JSON.parse(file.subarray(8, 8 + length).toString('utf8')) as Record<
      string,
      { dtype: string; shape: number[] }
    >;
    expect(header['model.vision_model.embeddings.patch_embedding.weight']?.shape).toEqual([128, 3, 16, 16]);
    expect(header['model.vision_model.embeddings.position_embedding.weight']?.shape).toEqual([64, 128]);
    expect(header['model.connector.modality_projection.proj.weight']?.shape).toEqual([128, 512]);
    expect(header['model.text_model.layers.3.self_attn.k_proj.weight']?.shape).toEqual([64, 128]);
    expect(header['lm_head.weight']?.shape).toEqual([1024, 128]);
    const types = new Set(Object.values(header).flatMap(({ dtype }) => (dtype === undefined ? [] : [dtype])));
    expect([...types]).toEqual(['BF16']);
  });
});

describe('the face set', () => {
  it('has one caption row for every picture and video, and no other', () => {
    const media = filesUnder('demo').filter((path) => path !== 'captions.jsonl');
    expect(rows.map(({ file }) => file).sort()).toEqual(media.sort());
    expect(new Set(rows.map(({ file }) => file)).size).toBe(rows.length);
  });

  it('agrees with its folder names', () => {
    for (const { file, label, attack } of rows) {
      const kind = file.split('/')[1];
      expect(label, file).toBe(kind === 'live' ? 'live' : 'spoof');
      expect(attack, file).toBe(kind === 'live' ? null : kind);
    }
  });

  it.each(['synthetic-M', 'synthetic-C'])('%s shows every subject live, printed and replayed', (camera) => {
    const here = rows.filter(({ file }) => file.startsWith(`${camera}/`));
    const subjects = new Set(here.map(({ subject }) => subject));
    expect(subjects.size).toBe(26);
    for (const subject of subjects) {
      const kinds = new Set(here.filter((row) => row.subject === subject).map(({ attack }) => attack));
      expect(kinds, subject).toEqual(new Set([null, 'print', 'replay']));
    }
    expect(new Set(here.map(({ file }) => extname(file))).size).toBe(3);
  });

  it('has no subject before both cameras', () => {
    const cameras = new Map<string, Set<string>>();
    for (const { subject, file } of rows) {
      const seen = cameras.get(subject) ?? new Set<string>();
      cameras.set(subject, seen.add(file.split('/')[0] ?? ''));
    }
    for (const [subject, seen] of cameras) expect(seen.size, subject).toBe(1);
  });

  it('holds real containers, not renamed ones', () => {
    const magic: Record<string, (data: Buffer) => boolean> = {
      '.mp4': (data) => data.subarray(4, 8).toString('latin1') === 'ftyp',
      '.webm': (data) => data.readUInt32BE(0) === 0x1a45dfa3,
      '.jpg': (data) => data.readUInt16BE(0) === 0xffd8,
      '.png': (data) => data.readUInt32BE(0) === 0x89504e47,
    };
    for (const { file } of rows) {
      expect(magic[extname(file)]?.(readFileSync(join(PUBLIC, 'demo', file))), file).toBe(true);
    }
  });
});

describe('the captions of the face set', () => {
  // Words that name a class or a medium; a reason may describe dots and frames, not call them by their cause.
  const LEAK = /\b(?:live|spoof\w*|genuine|real|fake|attack|print\w*|replay\w*|screen|paper|photo|video)\b/i;
  const AVOIDED = /\b(?:glasses|eyeglass\w*|reflect\w*|resolution|pixel\w*)\b/i;

  it('have the six stages, once each and in order', () => {
    for (const { file, caption_reasoning } of rows) {
      const headings = new RegExp(`(${REASONING_STAGES.join('|')}):`, 'g');
      const found = [...caption_reasoning.matchAll(headings)].map((match) => match[1]);
      expect(found, file).toEqual([...REASONING_STAGES]);
    }
  });

  it('say nothing of the class before the last statement', () => {
    for (const { file, caption_vanilla, caption_reasoning } of rows) {
      expect(caption_reasoning.split('Final judgment:')[0], file).not.toMatch(LEAK);
      const sentences = caption_vanilla.split(/(?<=\.) /);
      expect(sentences.slice(0, -1).join(' '), file).not.toMatch(LEAK);
      expect(sentences.at(-1), file).toMatch(LEAK);
      expect(sentences.length, file).toBeLessThanOrEqual(4);
    }
  });

  it('leave out what the styles leave out', () => {
    for (const { file, caption_vanilla, caption_reasoning } of rows) {
      expect(caption_vanilla, file).not.toMatch(AVOIDED);
      expect(caption_reasoning, file).not.toMatch(AVOIDED);
      expect(caption_vanilla, file).not.toMatch(/\b(?:wall|background|behind)\b/i);
    }
  });

  it('are short, varied and not one sentence a class', () => {
    for (const { file, caption_vanilla, caption_reasoning } of rows) {
      expect(caption_vanilla.split(' ').length, file).toBeLessThanOrEqual(VANILLA_WORDS);
      expect(caption_reasoning.split(' ').length, file).toBeLessThanOrEqual(REASONING_WORDS);
    }
    for (const attack of [null, 'print', 'replay']) {
      const own = rows.filter((row) => row.attack === attack);
      expect(new Set(own.map((row) => row.caption_vanilla)).size).toBeGreaterThan(own.length * 0.9);
      expect(new Set(own.map((row) => row.caption_reasoning.split('Final judgment: ')[1])).size).toBeGreaterThan(3);
    }
  });

  it('are what the generator says of these clips today, and name only what is there', () => {
    // Two of every kind in each domain: a caption that has drifted from its clip would teach what is not to be seen.
    const chosen = ['synthetic-M', 'synthetic-C'].flatMap((domain) =>
      ['live', 'print', 'replay'].flatMap((kind) =>
        rows.filter(({ file }) => file.startsWith(`${domain}/${kind}/`) && !file.includes('_still')).slice(4, 6),
      ),
    );
    expect(chosen).toHaveLength(12);
    for (const { file, attack, caption_vanilla, caption_reasoning } of chosen) {
      const [domain, , name] = file.split('/') as [DomainName, string, string];
      const [subject, take] = basename(name, extname(name)).split('_') as [string, string];
      const clip = clipOf(domainOf(domain), SEED, Number(subject.slice(1)), attack as Attack | null, Number(take));
      const facts = clipFacts(clip);
      const told = captionsOf(clip, 'clip', facts, ['vanilla', 'reasoning']);
      expect(told, file).toEqual({ vanilla: caption_vanilla, reasoning: caption_reasoning });
      for (const text of [caption_vanilla, caption_reasoning]) {
        const { named, present } = cueHits(text, facts);
        expect(present, `${file}: ${text}`).toBe(named);
      }
    }
  });

  it("read as their own label by the page's verdict reader", () => {
    for (const { file, label, caption_vanilla, caption_reasoning } of rows) {
      expect(readVerdict(caption_vanilla).verdict, `${file}: ${caption_vanilla}`).toBe(label);
      expect(readVerdict(caption_reasoning).verdict, `${file}: ${caption_reasoning}`).toBe(label);
    }
  });
});
