/** Backbones on the hub that this page is known to train, offered by name. Any other `owner/name` can be typed. */

export interface KnownModel {
  /** `owner/name` on the hub. */
  id: string;
  /** Branch, tag or commit to ask for; the listing pins it to a commit. */
  revision: string;
  /** As the model card states; the hub's own answer is shown before a download. */
  licence: string;
  /** About how much is fetched, bytes. */
  bytes: number;
  /** One line for the list. */
  about: string;
}

export const KNOWN_MODELS: readonly KnownModel[] = [
  {
    id: 'HuggingFaceTB/SmolVLM-256M-Instruct',
    revision: 'main',
    licence: 'Apache-2.0',
    bytes: 517e6,
    about: '256 M parameters, bfloat16: the one to begin with',
  },
  {
    id: 'HuggingFaceTB/SmolVLM-500M-Instruct',
    revision: 'main',
    licence: 'Apache-2.0',
    bytes: 1.02e9,
    about: '507 M parameters, bfloat16',
  },
  {
    id: 'HuggingFaceTB/SmolVLM2-256M-Video-Instruct',
    revision: 'main',
    licence: 'Apache-2.0',
    bytes: 1.03e9,
    about: '256 M parameters, float32; also trained on video',
  },
  {
    id: 'HuggingFaceTB/SmolVLM2-500M-Video-Instruct',
    revision: 'main',
    licence: 'Apache-2.0',
    bytes: 2.03e9,
    about: '507 M parameters, float32; also trained on video',
  },
  {
    id: 'llava-hf/llava-onevision-qwen2-0.5b-ov-hf',
    revision: 'main',
    licence: 'Apache-2.0',
    bytes: 1.8e9,
    about: '0.9 G parameters, 729 image tokens: needs four to five times the memory and time',
  },
];
