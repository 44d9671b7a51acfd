/** The model room as training, evaluation and inspection see it: a model together with one set of trainable tensors. */
import type { GeneratedCaption, TokenisedText, TrainableState, VisionLanguageModel } from '../model';
import type { ModelInfo } from '../protocol';
import type { Described, DescribeOptions, Pixels } from '../evaluate/judge';
import { PROMPTS } from './captions';
import type { Example, Learner, Objective, Outcome } from './learner';

export class ModelLearner implements Learner {
  /** Tokenised once: the same captions come back every epoch. */
  private readonly texts = new Map<string, TokenisedText>();

  constructor(
    readonly model: VisionLanguageModel,
    readonly state: TrainableState,
  ) {}

  get together(): number {
    return picturesTogether(this.model.info);
  }

  async addGradients(examples: readonly Example[], objective: Objective, share: number): Promise<Outcome> {
    const batch = examples.map((example) => ({
      pixels: example.pixels,
      label: example.label,
      ...this.tokens(example, objective.maxCaptionTokens),
    }));
    const { cls, cap, tokens } = await this.model.addGradients(batch, this.state, {
      alpha: objective.alpha,
      beta: objective.beta,
      checkpointing: objective.gradientCheckpointing,
      share,
    });
    return { cls, cap, tokens };
  }

  async spoofProbabilities(pixels: readonly Pixels[]): Promise<number[]> {
    return [...(await this.model.classify(pixels, this.state))];
  }

  describe(pixels: readonly Pixels[], options: DescribeOptions): Promise<Described[]> {
    return describe(this.model, options.adapter === 'on' ? this.state : null, pixels, options);
  }

  private tokens({ style, caption }: Example, limit: number): TokenisedText {
    const key = `${limit} ${style} ${caption ?? '\0'}`;
    const known = this.texts.get(key) ?? this.model.tokenise(PROMPTS[style], caption, limit);
    this.texts.set(key, known);
    return known;
  }
}

/** As many pixels as eight images of 512 x 512 have, and at most 32 images: what comes next waits for a whole batch. */
export function picturesTogether({ imageSize }: Pick<ModelInfo, 'imageSize'>): number {
  return Math.max(1, Math.min(32, Math.floor((8 * 512 ** 2) / imageSize ** 2)));
}

/** Captions by `model` with the trainable tensors of `state`, or by the backbone alone where it is null. */
export function describe(
  model: VisionLanguageModel,
  state: TrainableState | null,
  pixels: readonly Pixels[],
  { style, maxTokens, sampling = null, question = PROMPTS[style], signal, ...rest }: DescribeOptions,
): Promise<GeneratedCaption[]> {
  const { onText, seeds, continuations } = rest;
  return model.generate({
    pixels,
    question,
    state,
    maxTokens,
    sampling,
    signal,
    ...(onText !== undefined && { onText }),
    ...(seeds !== undefined && { seeds }),
    ...(continuations !== undefined && { continuations }),
  });
}
