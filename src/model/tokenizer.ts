/**
 * Text to token ids and back, and the prompt as SmolVLM was taught it: the folder's chat template with one picture,
 * whose `<image>` becomes `imageTokens` image tokens between markers.
 */
import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { ModelError } from '../protocol';
import type { TokenisedText } from './api';
import { parseJson, type BackboneConfig } from './config';
import type { ModelFolder } from './folder';

const IMAGE = '<image>';
const AROUND = '<fake_token_around_image>';
const GLOBAL = '<global-img>';
const END = '<end_of_utterance>';

export class TextCodec {
  /** The token that ends a caption. */
  readonly end: number;
  private readonly reserved: RegExp;

  private constructor(
    private readonly tokenizer: Tokenizer,
    private readonly template: Template | null,
    private readonly config: BackboneConfig,
  ) {
    this.end = this.need(END);
    if (this.need(IMAGE) !== config.imageToken) {
      throw refused(`Its ${IMAGE} token is not the image_token_id of config.json.`);
    }
    for (const token of [AROUND, GLOBAL]) this.need(token);
    const special = [...tokenizer.get_added_tokens_decoder().values()].map(({ content }) => content);
    this.reserved = new RegExp(special.map((token) => token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  }

  /** @throws ModelError */
  static async load(folder: ModelFolder, config: BackboneConfig): Promise<TextCodec> {
    const json = parseJson(await folder.text('tokenizer.json'), 'tokenizer.json') as object;
    const options = parseJson(
      (await folder.optionalText('tokenizer_config.json')) ?? '{}',
      'tokenizer_config.json',
    ) as {
      chat_template?: unknown;
    };
    let tokenizer: Tokenizer;
    try {
      tokenizer = new Tokenizer(json, options);
      tokenizer.encode('a');
    } catch (error) {
      throw refused(`It cannot be used (${error instanceof Error ? error.message : String(error)}).`);
    }
    return new TextCodec(tokenizer, await loadTemplate(folder, options.chat_template), config);
  }

  /** Token ids of any text; special tokens in it count as such. */
  encode(text: string): number[] {
    return tokenIds(this.tokenizer, text);
  }

  /** Text of token ids, special tokens left out. */
  decode(ids: readonly number[]): string {
    return ids.length === 0
      ? ''
      : this.tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false });
  }

  /** The prompt as text, its picture expanded. */
  promptText(question: string): string {
    const text = this.plain(question);
    const rendered =
      this.template === null
        ? `<|im_start|>User:${IMAGE}${text}${END}\nAssistant:`
        : this.template.render({
            messages: [{ role: 'user', content: [{ type: 'image' }, { type: 'text', text }] }],
            add_generation_prompt: true,
            bos_token: '<|im_start|>',
            eos_token: END,
          });
    return rendered.replace(IMAGE, `${AROUND}${GLOBAL}${IMAGE.repeat(this.config.imageTokens)}${AROUND}`);
  }

  /** @throws ModelError when the template loses the picture, or the prompt leaves no room for a caption. */
  tokenise(question: string, caption: string | null, maxCaptionTokens: number): TokenisedText {
    const prompt = Int32Array.from(this.encode(this.promptText(question)));
    const pictures = prompt.reduce((count, id) => count + Number(id === this.config.imageToken), 0);
    if (pictures !== this.config.imageTokens) {
      throw new ModelError({
        file: 'chat template',
        cause: `Its prompt holds ${pictures} image tokens instead of ${this.config.imageTokens}.`,
        remedy: 'Use the model with the template that it was published with.',
      });
    }
    const room = Math.min(maxCaptionTokens, this.config.text.maxPositions - prompt.length);
    if (room < 1) {
      throw new ModelError({
        file: 'question',
        cause: `The question takes ${prompt.length} tokens of the ${this.config.text.maxPositions} that the model can read.`,
        remedy: 'Ask a shorter question.',
      });
    }
    if (caption === null) return { prompt, caption: null, cut: false };
    const ids = [...this.encode(` ${this.plain(caption).trim()}`), this.end];
    return { prompt, caption: Int32Array.from(ids.slice(0, room)), cut: ids.length > room };
  }

  /** Text that someone typed must not become control tokens. */
  private plain(text: string): string {
    return text.replace(this.reserved, '');
  }

  private need(token: string): number {
    const id = this.tokenizer.token_to_id(token);
    if (id === undefined) throw refused(`It has no ${token} token.`);
    if (id >= this.config.text.vocabulary)
      throw refused(`Its ${token} token lies outside the vocabulary of config.json.`);
    return id;
  }
}

/** From `chat_template.json`, `chat_template.jinja` or the tokenizer's configuration; null: none of them. */
async function loadTemplate(folder: ModelFolder, configured: unknown): Promise<Template | null> {
  const json = await folder.optionalText('chat_template.json');
  const jinja = await folder.optionalText('chat_template.jinja');
  const source =
    json !== null
      ? (parseJson(json, 'chat_template.json') as { chat_template?: unknown }).chat_template
      : (jinja ?? configured);
  if (typeof source !== 'string') return null;
  try {
    return new Template(source);
  } catch (error) {
    throw new ModelError({
      file: 'chat template',
      cause: `It cannot be read (${error instanceof Error ? error.message : String(error)}).`,
      remedy: 'Use the model with the template that it was published with.',
    });
  }
}

function refused(cause: string): ModelError {
  return new ModelError({
    file: 'tokenizer.json',
    cause,
    remedy: 'Use the tokenizer.json that was published with the model.',
  });
}

/** Word pieces only: no begin-of-text token is added, since the template writes it. */
export function tokenIds(tokenizer: Tokenizer, text: string): number[] {
  return tokenizer.encode(text, { add_special_tokens: false }).ids;
}
