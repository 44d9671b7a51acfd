/** What an architecture is called and how it differs, in one entry: everything else of the room is common to all. */
import type { BackboneConfig } from '../config';
import type { JsonObject } from '../config_fields';

/** How a picture stands in a prompt, and how a caption follows it. */
export interface PromptForm {
  /** The token that stands for a picture in the chat template, and then for each of its image tokens. */
  image: string;
  /** Around the image tokens of one picture. */
  before: readonly string[];
  after: readonly string[];
  /** Ends a caption. */
  end: string;
  /** Between the prompt and a caption's first letter. */
  lead: string;
  /** Variables that published templates may ask for. */
  variables: Readonly<Record<string, string>>;
  /** The prompt of a folder without a chat template. */
  plain(question: string): string;
}

/** The square that a picture becomes. */
export interface PictureForm {
  /**
   * `squeezed`: the longest edge is fitted first, then both edges become the square's (Idefics3ImageProcessor without
   * splitting). `padded`: bands in the mean colour make it square, then one resize (LlavaOnevisionImageProcessor for
   * several pictures).
   */
  fit: 'squeezed' | 'padded';
  /** Where `preprocessor_config.json` does not say: the defaults of the class in transformers. */
  resample: number;
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
}

export interface Profile {
  /** For sentences. */
  title: string;
  /** Values of `model_type` in `config.json`. */
  modelTypes: readonly string[];
  names: {
    /** The vision tower's module; its layers are `<vision>.encoder.layers.<i>`. */
    vision: string;
    /** The text decoder's module; its layers are `<text>.layers.<i>`. */
    text: string;
    /** What PEFT's `modules_to_save` calls the projector. */
    projector: string;
    /** Its linear layers, in order; an exact GELU stands between two. */
    projectorLayers: readonly string[];
    /** A learnt row that follows each picture's image tokens; null: none. */
    newline: string | null;
  };
  /** `[ours, theirs]`: how names begin here, and how they begin in other layouts of the same model's files. */
  aliases: readonly (readonly [string, string])[];
  /** Whether the tower's features are normalised by its last layer norm. */
  visionNorm: boolean;
  projectorBias: boolean;
  /** Whether q, k and v of the decoder have biases. */
  textBias: boolean;
  prompt: PromptForm;
  picture: PictureForm;
  /** Reads `config.json`. @throws ModelError naming the field */
  read(root: JsonObject, architecture: string): BackboneConfig;
}
