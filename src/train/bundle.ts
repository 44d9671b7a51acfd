/**
 * A run as files that go on elsewhere (`tools/continue`): what it trains on without its pictures, where it stands, its
 * adapter as a PEFT folder, and the optimiser's moments. Everything is taken from one checkpoint, so it fits together;
 * token ids are written out, so no other tokenizer can disagree.
 */
import { PiecewiseHash, writeSafetensors, type TrainableState, type VisionLanguageModel } from '../model';
import {
  CancelledError,
  framePath,
  type BundleRequest,
  type CallContext,
  type ExportFile,
  type ModelFile,
  type SampleRow,
} from '../protocol';
import { PROMPTS, chooseCaptions } from './captions';
import { unpackCheckpoint } from './checkpoint';
import { exportAdapter } from './peft';

const BUNDLE_FORMAT = 'whylive-run-1';

/** Bytes that are hashed at once. */
const HASH_PIECE = 16 * 2 ** 20;

/**
 * @param checkpoint bytes of the run's last checkpoint
 * @param state holds that checkpoint's parameters
 * @returns run.json, samples.jsonl, optimiser.safetensors, adapter/
 */
export async function makeBundle(
  { runId, config, train, test, probes }: BundleRequest,
  checkpoint: Uint8Array<ArrayBuffer>,
  state: TrainableState,
  model: VisionLanguageModel,
  backbone: readonly ModelFile[],
  context: Pick<CallContext, 'signal' | 'progress'>,
): Promise<ExportFile[]> {
  const { progress, seconds, moments } = await unpackCheckpoint(checkpoint);
  const tokens = (style: keyof typeof PROMPTS, text: string | null): number[] | null => {
    const { caption } = model.tokenise(PROMPTS[style], text, config.maxCaptionTokens);
    return caption === null ? null : [...caption];
  };
  const prompt = (style: keyof typeof PROMPTS): { question: string; ids: number[] } => ({
    question: PROMPTS[style],
    ids: [...model.tokenise(PROMPTS[style], null, config.maxCaptionTokens).prompt],
  });
  const chosen = chooseCaptions(train, config.reasoningShare, config.seed);
  const rows = [
    ...train.map((row, i) => {
      const { style, text } = chosen[i]!;
      return { split: 'train', ...described(row), style, caption: text, caption_ids: tokens(style, text) };
    }),
    ...test.map((row) => ({ split: 'test', ...described(row), probe: probes.includes(row.id) })),
  ];
  const adapter = await exportAdapter({ state, config, step: progress.step, runId, backbone: model.info });
  return [
    text(
      'run.json',
      `${JSON.stringify(
        {
          format: BUNDLE_FORMAT,
          run: runId,
          step: progress.step,
          seconds,
          config,
          backbone: {
            name: model.name,
            architecture: model.info.architecture,
            weights: model.info.weights,
            sha256: await hashOf(backbone, context),
          },
          prompts: { vanilla: prompt('vanilla'), reasoning: prompt('reasoning') },
          history: progress.history,
        },
        null,
        1,
      )}\n`,
    ),
    text('samples.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
    { path: 'optimiser.safetensors', bytes: writeSafetensors(await moments(), { format: 'pt' }) },
    ...adapter.map(({ path, bytes }) => ({ path: `adapter/${path}`, bytes })),
    text('README.md', README),
  ];
}

/** All that is known of a frame but its pixels: no thumbnail either. */
function described(row: SampleRow): Record<string, unknown> {
  const { id, set, file, video, role, seconds, label, attack, subject, captions, width, height } = row;
  return {
    id,
    set,
    file,
    video,
    role,
    seconds,
    label,
    attack,
    subject,
    captions,
    width,
    height,
    frame: framePath(row),
  };
}

/**
 * Of `config.json` and the weight files, in the order of their names, in pieces of `HASH_PIECE` bytes: `tools/continue`
 * computes the same and refuses another backbone. Reads every byte once more.
 */
export async function hashOf(
  files: readonly ModelFile[],
  { signal, progress }: Pick<CallContext, 'signal' | 'progress'>,
): Promise<string> {
  const name = ({ path }: ModelFile): string => path.slice(path.lastIndexOf('/') + 1);
  const hashed = files
    .filter((file) => name(file) === 'config.json' || name(file).endsWith('.safetensors'))
    .sort((a, b) => (name(a) < name(b) ? -1 : 1));
  const hash = new PiecewiseHash();
  const total = hashed.reduce((sum, { blob }) => sum + blob.size, 0);
  const started = performance.now();
  let done = 0;
  for (const file of hashed) {
    for (let at = 0; at < file.blob.size; at += HASH_PIECE) {
      if (signal.aborted) throw new CancelledError();
      const piece = new Uint8Array(await file.blob.slice(at, at + HASH_PIECE).arrayBuffer());
      await hash.add(piece);
      done += piece.length;
      const rate = done / Math.max(1e-3, (performance.now() - started) / 1000);
      progress({ label: `hashing ${file.path}`, done, total, unit: 'bytes', rate, secondsLeft: (total - done) / rate });
    }
  }
  return hash.hex;
}

function text(path: string, content: string): ExportFile {
  return { path, bytes: new TextEncoder().encode(content) };
}

const README = `# A run that goes on elsewhere

\`run.json\` says where the run stands and with which settings, \`samples.jsonl\` what it trains on (one line a frame, in the
run's own order; no pictures), \`optimiser.safetensors\` holds both moments of AdamW, \`adapter/\` is a PEFT folder with the
live/spoof head. \`tools/continue/run.py\` of WhyLive goes on from here:

    python run.py THIS_FOLDER --backbone FOLDER --frames FOLDER --out FOLDER

\`--backbone\` is the folder of the model that the run was made on (its hash is compared), \`--frames\` the folder with the
pictures, by default \`frames/\` beside this file: it is there only where they were exported too.
`;
