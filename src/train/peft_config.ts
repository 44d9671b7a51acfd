/**
 * `adapter_config.json` of a PEFT folder (peft 0.21, `LoraConfig`): what it says of plain LoRA is read, and every
 * feature that would make other numbers than `W + scale B A` is refused by its name.
 */
import { ModelError } from '../protocol';

export const ADAPTER_CONFIG = 'adapter_config.json';

const SUPPORTED =
  'Supported is LoRA of one rank (also with use_rslora) on q_proj, k_proj and v_proj of the text decoder and of the vision tower and on lm_head, with the projector and lm_head in modules_to_save.';

export interface PeftConfig {
  rank: number;
  /** alpha such that the scale is alpha / rank, whatever the file calls it. */
  alpha: number;
  /** Last parts of the names of modules that were trained whole. */
  modulesToSave: string[];
  /** True where only some layers were adapted (layers_to_transform). */
  someLayers: boolean;
  /** The backbone that Python called it by: a name on the hub or a path, or null. */
  base: string | null;
  notes: string[];
}

/** Fields that must be absent, null or empty, and why one that is not cannot be used. */
const MUST_BE_EMPTY: Readonly<Record<string, string>> = {
  use_dora: 'It is a DoRA adapter (use_dora), which scales columns besides adding B A.',
  use_qalora: 'It is a QA-LoRA adapter (use_qalora), which groups its inputs.',
  rank_pattern: 'Its layers have ranks of their own (rank_pattern).',
  alpha_pattern: 'Its layers have scales of their own (alpha_pattern).',
  fan_in_fan_out: 'Its weights are stored turned (fan_in_fan_out).',
  lora_bias: 'It trains biases of the adapters (lora_bias).',
  layer_replication: 'It repeats layers of the backbone (layer_replication).',
  trainable_token_indices: 'It trains rows of the embedding (trainable_token_indices).',
  target_parameters: 'It adapts parameters that are no linear layers (target_parameters).',
  megatron_config: 'It is made for layers of Megatron (megatron_config).',
  alora_invocation_tokens: 'It is an aLoRA adapter (alora_invocation_tokens), which is switched on inside a text.',
  arrow_config: 'It mixes several adapters (arrow_config).',
  use_bdlora: 'It is a block-diagonal adapter (use_bdlora).',
  kasa_config: 'It is a KaSA adapter (kasa_config), which changes the backbone too.',
  monteclora_config: 'It samples its weights (monteclora_config).',
};

/** `init_lora_weights` that change only how A and B begin; the others also change the backbone's own weights. */
const HARMLESS_STARTS: readonly unknown[] = [undefined, null, true, false, 'gaussian', 'orthogonal', 'eva', 'mica'];

/** @throws ModelError naming the feature and what is supported. */
export function parsePeftConfig(json: string, path: string): PeftConfig {
  const refused = (cause: string, remedy = SUPPORTED): ModelError => new ModelError({ file: path, cause, remedy });
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw refused(`It is not JSON (${error instanceof Error ? error.message : String(error)}).`, 'Get the file again.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refused('It is not a JSON object.', 'Get the file again.');
  const config = value as Record<string, unknown>;
  if (config['peft_type'] !== 'LORA') throw refused(`Its peft_type is ${said(config['peft_type'])}.`);
  for (const [field, why] of Object.entries(MUST_BE_EMPTY)) if (!isEmpty(config[field])) throw refused(why);
  if (![undefined, null, 'none'].includes(config['bias'] as string | null | undefined))
    throw refused(`It trains biases of the backbone (bias ${said(config['bias'])}).`);
  if (!HARMLESS_STARTS.includes(config['init_lora_weights']))
    throw refused(
      `Its init_lora_weights ${said(config['init_lora_weights'])} changed the backbone's weights too.`,
      'Convert it to a plain LoRA in Python (path_initial_model_for_weight_conversion of save_pretrained), and choose that folder.',
    );

  const { r: rank, lora_alpha: alpha } = config;
  if (!Number.isInteger(rank) || (rank as number) < 1 || (rank as number) > 512)
    throw refused(`Its rank r is ${said(rank)}.`, 'It must be a whole number from 1 to 512.');
  if (typeof alpha !== 'number' || !Number.isFinite(alpha) || alpha < 0)
    throw refused(`Its lora_alpha is ${said(alpha)}.`, 'It must be a number of at least 0.');
  const modules = config['modules_to_save'] ?? [];
  if (!Array.isArray(modules) || !modules.every((module) => typeof module === 'string'))
    throw refused('Its modules_to_save is not a list of names.', 'Get the file again.');

  const notes: string[] = [];
  const stabilised = config['use_rslora'] === true;
  if (stabilised)
    notes.push(
      `Its scale is lora_alpha / sqrt(r) (rsLoRA); it is kept as lora_alpha ${alpha * Math.sqrt(rank as number)}.`,
    );
  const dropout = config['lora_dropout'];
  if (typeof dropout === 'number' && dropout > 0)
    notes.push(`It was trained with lora_dropout ${dropout}; the page has no dropout.`);
  const base = config['base_model_name_or_path'];
  return {
    rank: rank as number,
    alpha: stabilised ? alpha * Math.sqrt(rank as number) : alpha,
    modulesToSave: modules,
    someLayers: !isEmpty(config['layers_to_transform']),
    base: typeof base === 'string' && base !== '' ? base : null,
    notes,
  };
}

const said = (value: unknown): string => JSON.stringify(value) ?? 'missing';

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
