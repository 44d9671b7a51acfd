/**
 * The backbones that are known by name, and where each family has what the paper trains. The paper does not name its
 * backbone: its module names are those of LLaVA-like classes in transformers, and SmolVLM has the same parts under
 * other names.
 */

export type BackboneFamily = 'smolvlm' | 'llava-onevision';

export interface KnownBackbone {
  /** `owner/name` on the hub. */
  id: string;
  family: BackboneFamily;
  /** As its model card states. */
  licence: string;
  /** Of transformers' class, counted by building it. */
  parameters: number;
  /** Of its weight files, to two or three figures. */
  bytes: number;
  /** Bits of a weight in the files. */
  fileBits: 16 | 32;
  /** Edge of the one square that a picture becomes, pixels. */
  imageSize: number;
  /** Tokens of one picture in the text. */
  imageTokens: number;
  /** What else a choice needs to know, as an end of a sentence. */
  note: string;
}

const SMOLVLM = { family: 'smolvlm', licence: 'Apache-2.0', imageSize: 512, imageTokens: 64 } as const;

export const KNOWN_BACKBONES: readonly KnownBackbone[] = [
  {
    ...SMOLVLM,
    id: 'HuggingFaceTB/SmolVLM-256M-Instruct',
    parameters: 256_484_928,
    bytes: 513e6,
    fileBits: 16,
    note: 'the one to begin with',
  },
  {
    ...SMOLVLM,
    id: 'HuggingFaceTB/SmolVLM-500M-Instruct',
    parameters: 507_482_304,
    bytes: 1.02e9,
    fileBits: 16,
    note: 'of the same kind, twice as large',
  },
  {
    ...SMOLVLM,
    id: 'HuggingFaceTB/SmolVLM2-256M-Video-Instruct',
    parameters: 256_484_928,
    bytes: 1.03e9,
    fileBits: 32,
    note: 'also trained on video',
  },
  {
    ...SMOLVLM,
    id: 'HuggingFaceTB/SmolVLM2-500M-Video-Instruct',
    parameters: 507_482_304,
    bytes: 2.03e9,
    fileBits: 32,
    note: 'also trained on video',
  },
  {
    id: 'llava-hf/llava-onevision-qwen2-0.5b-ov-hf',
    family: 'llava-onevision',
    licence: 'Apache-2.0',
    parameters: 893_675_552,
    bytes: 1.79e9,
    fileBits: 16,
    imageSize: 384,
    // 27 x 27 patches and the row behind them.
    imageTokens: 730,
    note: 'several times the memory and time',
  },
];

export const PAPER_NAMES_NO_BACKBONE =
  'The paper does not name its backbone. Its module names are those of LLaVA-like models; each family has the same parts.';

/** One name of the paper, and the modules that stand for it, by family. */
export interface PaperModule {
  paper: string;
  /** How it trains. */
  trains: string;
  modules: Readonly<Record<BackboneFamily, string>>;
}

export const PAPER_MODULES: readonly PaperModule[] = [
  {
    paper: 'q_proj, k_proj, v_proj',
    trains: 'LoRA',
    modules: {
      smolvlm: 'model.text_model.layers.*.self_attn.{q,k,v}_proj',
      'llava-onevision': 'model.language_model.layers.*.self_attn.{q,k,v}_proj',
    },
  },
  {
    paper: 'q_proj, k_proj, v_proj of the vision encoder',
    trains: 'LoRA, by a switch',
    modules: {
      smolvlm: 'model.vision_model.encoder.layers.*.self_attn.{q,k,v}_proj',
      'llava-onevision': 'model.vision_tower.encoder.layers.*.self_attn.{q,k,v}_proj',
    },
  },
  {
    paper: 'multi_modal_projector',
    trains: 'whole',
    modules: {
      smolvlm: 'model.connector.modality_projection.proj',
      'llava-onevision': 'model.multi_modal_projector.linear_1, model.multi_modal_projector.linear_2',
    },
  },
  { paper: 'lm_head', trains: 'whole', modules: { smolvlm: 'lm_head', 'llava-onevision': 'lm_head' } },
  {
    paper: 'live/spoof head on the vision features',
    trains: 'whole, from zero',
    modules: {
      smolvlm: 'a linear layer on the mean over patches of model.vision_model’s normalised output',
      'llava-onevision': 'a linear layer on the mean over patches of model.vision_tower’s last layer, before its norm',
    },
  },
];
