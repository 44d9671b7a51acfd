/**
 * Text to token ids and back, and the prompt as the backbone was taught it: the folder's chat template with one
 * picture, whose `<image>` becomes `imageTokens` image tokens between the profile's markers.
 */
import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { ModelError } from '../protocol';
import type { TokenisedText } from './api';
import type { BackboneConfig } from './config';
import { parseJson } from './config_fields';
import type { ModelFolder } from './folder';
import { profileOf, type PromptForm } from './profiles';

/** Rows of the embedding that a tokenizer may leave unused: published vocabularies are rounded up to whole tiles. */
const SPARE = 1024;

export class TextCodec {
  /** The token that ends a caption. */
  readonly end: number;
  private readonly form: PromptForm;
  private readonly reserved: RegExp;

  private constructor(
    private readonly tokenizer: Tokenizer,
    private readonly template: Template | null,
    private readonly config: BackboneConfig,
  ) {
    this.form = profileOf(config).prompt;
    const { image, before, after, end } = this.form;
    this.end = this.need(end);
    if (this.need(image) !== config.imageToken) {
      throw refused(`Its ${image} token is not the image_token_id of config.json.`);
    }
    for (const token of [...before, ...after]) this.need(token);
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
      tokenizer = new Tokenizer(withAllDigits(json), options);
      tokenizer.encode('a');
    } catch (error) {
      throw refused(`It cannot be used (${error instanceof Error ? error.message : String(error)}).`);
    }
    checkVocabulary(json, config.text.vocabulary);
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

  /** The prompt as text, its picture expanded. @throws ModelError when the template cannot be filled in. */
  promptText(question: string): string {
    const { image, before, after, plain } = this.form;
    const text = this.plain(question);
    const rendered = this.template === null ? plain(text) : this.render(this.template, text);
    return rendered.replace(image, [...before, image.repeat(this.config.imageTokens), ...after].join(''));
  }

  /** @throws ModelError when the template loses the picture, or the prompt leaves no room for a caption. */
  tokenise(question: string, caption: string | null, maxCaptionTokens: number): TokenisedText {
    const prompt = Int32Array.from(this.encode(this.promptText(question)));
    const pictures = prompt.reduce((count, id) => count + Number(id === this.config.imageToken), 0);
    if (pictures !== this.config.imageTokens) {
      throw templateError(`Its prompt holds ${pictures} image tokens instead of ${this.config.imageTokens}.`);
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
    const ids = [...this.encode(this.form.lead + this.plain(caption).trim()), this.end];
    return { prompt, caption: Int32Array.from(ids.slice(0, room)), cut: ids.length > room };
  }

  /**
   * Ids of `after` with each of `words` behind it, tokenised as captions are: the tokens that all of them begin with,
   * and the rest of each. A space stands between the two, unless `after` is empty.
   */
  continued(after: string, words: readonly string[]): { common: number[]; rests: number[][] } {
    const { lead } = this.form;
    const begun = this.plain(after).trim();
    const before = begun === '' ? [] : this.encode(lead + begun);
    const whole = words.map((text) =>
      this.encode(`${lead}${begun === '' ? '' : `${begun} `}${this.plain(text).trim()}`),
    );
    let length = before.length;
    for (const ids of whole) {
      const differs = before.findIndex((id, i) => id !== ids[i]);
      if (differs >= 0) length = Math.min(length, differs);
    }
    return { common: before.slice(0, length), rests: whole.map((ids) => ids.slice(length)) };
  }

  private render(template: Template, text: string): string {
    try {
      return template.render({
        messages: [{ role: 'user', content: [{ type: 'image' }, { type: 'text', text }] }],
        add_generation_prompt: true,
        ...this.form.variables,
      });
    } catch (error) {
      throw templateError(`It cannot be filled in (${error instanceof Error ? error.message : String(error)}).`);
    }
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

/**
 * The same tokenizer with its `Digits` step written as a `Split`. `@huggingface/tokenizers` 0.2.0 splits at `\d`, which
 * is 0 to 9; Python splits at every number of Unicode (Rust's `char::is_numeric`: categories Nd, Nl, No), so two spaces
 * before a superscript two, say, would become other tokens.
 */
function withAllDigits(json: object): object {
  const rewritten = (step: unknown): unknown => {
    if (typeof step !== 'object' || step === null) return step;
    const { type, individual_digits, pretokenizers } = step as Record<string, unknown>;
    if (type === 'Digits') {
      const pattern = { Regex: individual_digits === true ? '\\p{N}' : '\\p{N}+' };
      return { type: 'Split', pattern, behavior: 'Isolated', invert: false };
    }
    return Array.isArray(pretokenizers) ? { ...step, pretokenizers: pretokenizers.map(rewritten) } : step;
  };
  return { ...json, pre_tokenizer: rewritten((json as Record<string, unknown>)['pre_tokenizer']) };
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
    throw templateError(`It cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  }
}

function templateError(cause: string): ModelError {
  return new ModelError({
    file: 'chat template',
    cause,
    remedy: 'Use the model with the template that it was published with.',
  });
}

/** @throws ModelError when ids of the tokenizer lie outside the embedding, or much of the embedding outside them */
function checkVocabulary(json: object, vocabulary: number): void {
  const { model, added_tokens: added } = json as {
    model?: { vocab?: Record<string, number> };
    added_tokens?: { id: number }[];
  };
  let largest = -1;
  for (const id of Object.values(model?.vocab ?? {})) largest = Math.max(largest, id);
  for (const { id } of added ?? []) largest = Math.max(largest, id);
  if (largest >= vocabulary || largest + 1 < vocabulary - SPARE) {
    throw refused(`It has ${largest + 1} tokens, but config.json has a vocabulary of ${vocabulary}.`);
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
