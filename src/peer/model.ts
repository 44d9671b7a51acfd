/** A vision-language model that transformers.js runs: opened from files in memory, and asked about one picture at a time. */
import {
  AutoModelForImageTextToText,
  AutoProcessor,
  AutoTokenizer,
  RawImage,
  Tensor,
  TextStreamer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Processor,
} from '@huggingface/transformers';
import { breathe } from '../model/breathe';
import { parsePreprocessConfig, preprocess, type PreprocessConfig } from '../model/preprocess';
import { IDEFICS3 } from '../model/profiles/idefics3';
import { CancelledError, type ModelFile, type PeerDevice } from '../protocol';
import { peerFailure } from './failures';
import { isOnnx, readOnnxFolder, type OnnxFolder } from './folder';
import { MODEL_ID, serveFiles, supportedTypes } from './library';

/** An upright picture: RGBA, 8 bits a channel. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

export interface PeerOptions {
  maxTokens: number;
  signal?: AbortSignal;
  /** After each token: the whole text so far. */
  onText?: (text: string) => void;
}

export interface PeerCaption {
  text: string;
  /** Token ids of the answer, end token excluded. */
  ids: number[];
  truncated: boolean;
  seconds: number;
  /** Tokens a second after the first; null for fewer than two tokens. */
  tokensPerSecond: number | null;
}

/** Named inputs of the model, as processors give them. */
type Inputs = Record<string, unknown>;
/** Processors are callable objects; their types say so for none of them. */
type Call = (...given: unknown[]) => Promise<Inputs>;

/** One tile of SmolVLM, as Python preprocesses it. */
const OWN_PIXELS = IDEFICS3.modelTypes;
/** Families whose processor takes the text before the picture; the others take the picture first. */
const TEXT_FIRST =
  /^(idefics3|smolvlm|qwen2_vl|qwen2_5_vl|qwen3_vl|qwen3_vl_moe|qwen3_5|qwen3_5_moe|glm_ocr|gemma3|gemma3n|gemma4)$/;

export class PeerModel {
  private constructor(
    readonly folder: OnnxFolder,
    private readonly name: string,
    private readonly device: PeerDevice,
    private readonly model: PreTrainedModel,
    private readonly processor: Processor,
    private readonly tokenizer: PreTrainedTokenizer,
    private readonly own: PreprocessConfig | null,
  ) {}

  /**
   * @param onBytes hears what is read of the weights: the file, and bytes of all files together
   * @throws ModelError, DeviceError (memory), CancelledError
   */
  static async open(
    name: string,
    files: readonly ModelFile[],
    device: PeerDevice,
    onBytes: (file: string, done: number, total: number) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<PeerModel> {
    const folder = await readOnnxFolder(name, files, device, supportedTypes());
    let done = 0;
    serveFiles(folder.files, (file, bytes) => {
      // Thrown into the stream that is being read: the file ends with it.
      if (signal?.aborted) throw new CancelledError();
      if (isOnnx(file)) onBytes(file, (done += bytes), folder.bytes);
    });
    let model: PreTrainedModel | null = null;
    try {
      const processor = await AutoProcessor.from_pretrained(MODEL_ID);
      const tokenizer = processor.tokenizer ?? (await AutoTokenizer.from_pretrained(MODEL_ID));
      model = await AutoModelForImageTextToText.from_pretrained(MODEL_ID, { device, dtype: { ...folder.kinds } });
      if (signal?.aborted) throw new CancelledError();
      return new PeerModel(folder, name, device, model, processor, tokenizer, await ownPixels(folder));
    } catch (error) {
      await model?.dispose();
      if (signal?.aborted) throw new CancelledError();
      throw peerFailure(error, name, 'could not be opened', device);
    } finally {
      serveFiles([], () => undefined);
    }
  }

  /** Asks about a picture. @throws ModelError, DeviceError (memory), CancelledError */
  async ask(picture: Picture, question: string, options: PeerOptions): Promise<PeerCaption> {
    try {
      return await this.generate(await this.inputs(picture, question), options);
    } catch (error) {
      throw peerFailure(error, this.name, 'could not answer', this.device);
    }
  }

  /** Goes on greedily from inputs that are already numbers. @throws as `ask`, but what the libraries throw as it is. */
  async generate(inputs: Inputs, { maxTokens, signal, onText }: PeerOptions): Promise<PeerCaption> {
    const { model, tokenizer } = this;
    const ends = this.ends();
    const answer = new Answer(tokenizer, ends, (ids) => onText?.(this.decode(ids)));
    const started = performance.now();
    const forward = model.forward.bind(model);
    // On WASM a run never leaves its task: without a breath between tokens no message would say stop.
    model.forward = async (given: Inputs): Promise<unknown> => {
      await breathe();
      if (signal?.aborted) throw new CancelledError();
      return forward(given);
    };
    try {
      await model.generate({ ...inputs, max_new_tokens: maxTokens, do_sample: false, streamer: answer });
    } finally {
      model.forward = forward;
    }
    const { ids, times, ended } = answer;
    const first = times[0] ?? started;
    const last = times.at(-1) ?? started;
    return {
      text: tokenizer.decode(ids, { skip_special_tokens: true }).trim(),
      ids,
      truncated: !ended,
      seconds: (performance.now() - started) / 1000,
      tokensPerSecond: times.length > 1 ? (1000 * (times.length - 1)) / (last - first) : null,
    };
  }

  async dispose(): Promise<void> {
    await this.model.dispose();
  }

  private decode(ids: readonly number[]): string {
    return this.tokenizer.decode([...ids], { skip_special_tokens: true }).trimStart();
  }

  /** Ids that end an answer: of generation_config.json, else of config.json. */
  private ends(): ReadonlySet<number> {
    const { config } = this.folder;
    const text = config['text_config'] as { eos_token_id?: unknown } | undefined;
    const found = this.model.generation_config?.eos_token_id ?? config['eos_token_id'] ?? text?.eos_token_id ?? [];
    return new Set([found].flat().map(Number));
  }

  private async inputs(picture: Picture, question: string): Promise<Inputs> {
    const text = this.prompt(question);
    const image = new RawImage(new Uint8ClampedArray(picture.data), picture.width, picture.height, 4).rgb();
    const { architecture } = this.folder;
    if (this.processor.tokenizer === undefined) {
      // Families without a processor of their own: the model itself makes room for the picture's tokens.
      const [pictures, words] = [await (this.processor as unknown as Call)(image), this.tokenizer(text) as Inputs];
      return { ...words, ...pictures };
    }
    const call = this.processor as unknown as Call;
    if (this.own !== null) {
      const pixels = tile(preprocess(picture, this.own), this.own.imageSize);
      this.processor.components['image_processor'] = async () => pixels;
      return call(text, [image], { do_image_splitting: false });
    }
    return TEXT_FIRST.test(architecture) ? call(text, [image]) : call(image, text);
  }

  /** The question in the model's own chat template, with one picture. */
  private prompt(question: string): string {
    const messages = [{ role: 'user', content: [{ type: 'image' }, { type: 'text', text: question }] }];
    if (this.processor.chat_template != null || this.tokenizer.chat_template != null) {
      const prompt: unknown = this.processor.tokenizer
        ? this.processor.apply_chat_template(messages, { add_generation_prompt: true, tokenize: false })
        : this.tokenizer.apply_chat_template(messages, { add_generation_prompt: true, tokenize: false });
      if (typeof prompt === 'string') return prompt;
    }
    // As the own tokenizer does where a folder has none (SmolVLM's words), and the plainest form elsewhere.
    return this.own === null ? `<image>\n${question}` : IDEFICS3.prompt.plain(question);
  }
}

/** Collects what is generated, token by token instead of word by word. */
class Answer extends TextStreamer {
  readonly ids: number[] = [];
  /** When each token came, end token included. */
  readonly times: number[] = [];
  ended = false;
  private prompt = true;

  constructor(
    tokenizer: PreTrainedTokenizer,
    private readonly ends: ReadonlySet<number>,
    private readonly tell: (ids: readonly number[]) => void,
  ) {
    super(tokenizer);
  }

  override put(value: bigint[][]): void {
    if (this.prompt) {
      this.prompt = false;
      return;
    }
    const id = Number(value[0]?.[0]);
    this.times.push(performance.now());
    if (this.ends.has(id)) this.ended = true;
    else {
      this.ids.push(id);
      this.tell(this.ids);
    }
  }

  override end(): void {
    // Everything was told token by token.
  }
}

/**
 * For SmolVLM and Idefics3 the page's own resize, which is Python's to the last bit (`model/preprocess`): transformers.js
 * draws on a canvas instead, whatever `resample` the folder asks for, and cuts the picture into up to 17 tiles.
 */
async function ownPixels({ architecture, config, files }: OnnxFolder): Promise<PreprocessConfig | null> {
  if (!OWN_PIXELS.includes(architecture)) return null;
  const size = (config['vision_config'] as { image_size?: unknown } | undefined)?.image_size;
  const file = files.find(({ path }) => path === 'preprocessor_config.json');
  if (typeof size !== 'number' || file === undefined) return null;
  return parsePreprocessConfig(await file.blob.text(), size, IDEFICS3.picture);
}

/** `pixels [size, size, 3]` as the one tile of one picture: `[1, 1, 3, size, size]`. */
export function tile(pixels: Float32Array, size: number): Inputs {
  const area = size * size;
  const planes = new Float32Array(3 * area);
  for (let i = 0; i < area; i++) for (let c = 0; c < 3; c++) planes[c * area + i] = pixels[3 * i + c]!;
  return {
    pixel_values: new Tensor('float32', planes, [1, 1, 3, size, size]),
    pixel_attention_mask: new Tensor('bool', new Uint8Array(area).fill(1), [1, 1, size, size]),
    rows: [[0]],
    cols: [[0]],
  };
}
