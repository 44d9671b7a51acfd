/**
 * Which ONNX files of a model the second engine opens. The hub's thread fetches by the rule by which the peer's thread
 * opens, so that of a repository with eight kinds of weights one is fetched, and that one is opened.
 */
import type { PeerDevice } from './peer';

/** Kinds of weights by the ending of the file's name, the most exact first (transformers.js, `utils/dtypes.js`). */
const ONNX_ENDINGS = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  bnb4: '_bnb4',
  q4f16: '_q4f16',
} as const;
export type OnnxKind = keyof typeof ONNX_ENDINGS;
/** Kind of weights of each session, by the name of its file without ending. */
export type OnnxKinds = Readonly<Record<string, OnnxKind>>;

/** What every vision-language model in the layout of transformers.js has (`models/session_config.js`). */
export const ONNX_SESSIONS = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] as const;
/** What some have beside these: Florence-2 and other encoder-decoders, Gemma 3n and others that also hear. */
const MORE_ONNX_SESSIONS = ['encoder_model', 'audio_encoder'] as const;

/** What transformers.js cannot do without, beside the graphs. */
export const FOR_ONNX = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'] as const;

/** Half precision in arithmetic, which ONNX Runtime's WASM provider has for few operators. */
const HALF: readonly OnnxKind[] = ['fp16', 'q4f16'];
/** Bytes of a session beyond which a coarser kind is taken where there is one: our choice. */
const COMFORTABLE = 1.5e9;
/** Bytes of all sessions that ONNX Runtime can hold in WASM: memory ends at 4 GiB, and files are held twice. */
export const MOST_ON_WASM = 2e9;

export interface OnnxFile {
  /** Path in the model's folder, e.g. `onnx/vision_encoder_q4.onnx`. */
  path: string;
  bytes: number;
}

export interface OnnxChoice {
  kinds: OnnxKinds;
  /** The chosen files and their external data. */
  files: OnnxFile[];
  /** All of them together. On WASM more than `MOST_ON_WASM` only where nothing smaller is there. */
  bytes: number;
}

/** Why there is no choice: a session has no file, or `onlyHalf` none that runs without a GPU. */
export interface OnnxLack {
  /** e.g. `onnx/vision_encoder.onnx`. */
  path: string;
  onlyHalf: boolean;
}

interface Option {
  kind: OnnxKind;
  files: OnnxFile[];
  bytes: number;
}

/**
 * Of each session the most exact kind that is there and of a comfortable size, else the smallest; on WASM coarser ones,
 * the largest session first, until all of them fit.
 */
export function chooseOnnx(
  files: readonly OnnxFile[],
  device: PeerDevice,
  sessions: readonly string[],
): OnnxChoice | OnnxLack {
  const chosen: { session: string; options: Option[]; option: Option }[] = [];
  for (const session of sessions) {
    const all = optionsOf(session, files);
    const options = all.filter(({ kind }) => device === 'webgpu' || !HALF.includes(kind));
    const smallest = options.toSorted((a, b) => a.bytes - b.bytes)[0];
    if (smallest === undefined) return { path: `onnx/${session}.onnx`, onlyHalf: all.length > 0 };
    chosen.push({ session, options, option: options.find(({ bytes }) => bytes <= COMFORTABLE) ?? smallest });
  }
  const total = (): number => chosen.reduce((sum, { option }) => sum + option.bytes, 0);
  while (device === 'wasm' && total() > MOST_ON_WASM) {
    const steps = chosen
      .toSorted((a, b) => b.option.bytes - a.option.bytes)
      .flatMap((each) => {
        const next = each.options.find(({ bytes }) => bytes < each.option.bytes);
        return next === undefined ? [] : [{ each, next }];
      });
    const [step] = steps;
    if (step === undefined) break;
    step.each.option = step.next;
  }
  return {
    kinds: Object.fromEntries(chosen.map(({ session, option }) => [session, option.kind])),
    files: chosen.flatMap(({ option }) => option.files),
    bytes: total(),
  };
}

/** The sessions beside the three that `paths` has a file of. */
export function moreSessions(paths: readonly string[]): string[] {
  return MORE_ONNX_SESSIONS.filter((session) =>
    Object.values(ONNX_ENDINGS).some((ending) => paths.includes(`onnx/${session}${ending}.onnx`)),
  );
}

/** Kinds as words: one where all sessions have the same, e.g. `fp32`, else in the sessions' order, e.g. `fp32, q4`. */
export function onnxWords(kinds: OnnxKinds): string {
  return [...new Set(Object.values(kinds))].join(', ');
}

/** External data lies beside a graph as `<name>.onnx_data`, `<name>.onnx_data_1`, ... */
function optionsOf(session: string, files: readonly OnnxFile[]): Option[] {
  return Object.entries(ONNX_ENDINGS).flatMap(([kind, ending]) => {
    const path = `onnx/${session}${ending}.onnx`;
    if (!files.some((file) => file.path === path)) return [];
    const parts = files.filter((file) => file.path === path || file.path.startsWith(`${path}_data`));
    const bytes = parts.reduce((sum, file) => sum + file.bytes, 0);
    return [{ kind: kind as OnnxKind, files: parts, bytes }];
  });
}
