/** Checks of a run's configuration, and the preset that it is closest to. */
import { CAPTION_MIXES, PRESETS, type CaptionMix, type Preset, type RunConfig } from '../protocol';
import { nearest } from './protocols/keys';

type Key = keyof RunConfig;

/** Smallest and largest value that make sense, and whether only whole numbers do. */
const RANGES: { [K in Key as RunConfig[K] extends number ? K : never]: [least: number, most: number, whole: boolean] } =
  {
    alpha: [0, 1000, false],
    beta: [0, 1000, false],
    reasoningShare: [0, 1, false],
    loraRank: [1, 512, true],
    loraAlpha: [0, 4096, false],
    learningRate: [0, 10, false],
    weightDecay: [0, 10, false],
    adamBeta1: [0, 0.999999, false],
    adamBeta2: [0, 0.9999999, false],
    adamEpsilon: [1e-16, 1, false],
    gradientClip: [0, 1e6, false],
    warmupSteps: [0, 1e6, true],
    decayShare: [0, 1, false],
    batch: [1, 256, true],
    accumulation: [1, 4096, true],
    steps: [1, 1e6, true],
    maxCaptionTokens: [1, 4096, true],
    evaluateEvery: [1, 1e6, true],
    evaluateTextSamples: [0, 1e6, true],
    probes: [0, 64, true],
    checkpointEvery: [1, 1e6, true],
    testShare: [0, 0.9, false],
    seed: [0, 0x7fffffff, true],
  };

const CHOICES = {
  lmHead: ['full', 'adapter', 'frozen'],
  splitBy: ['subject', 'video'],
} as const;
const SWITCHES = ['loraVision', 'gradientCheckpointing'] as const;

/** What is wrong with `value` for `key`, as a sentence with the remedy; null when nothing is. */
export function valueProblem(key: Key, value: unknown): string | null {
  if (key in RANGES) {
    const [least, most, whole] = RANGES[key as keyof typeof RANGES];
    const fits = typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most;
    if (fits && (!whole || Number.isInteger(value))) return null;
    return `${key} is ${String(value)}. Give a ${whole ? 'whole number' : 'number'} from ${least} to ${most}.`;
  }
  if (key in CHOICES) {
    const choices: readonly string[] = CHOICES[key as keyof typeof CHOICES];
    if (typeof value === 'string' && choices.includes(value)) return null;
    return `${key} is ${String(value)}. Give one of ${choices.join(', ')}.`;
  }
  return typeof value === 'boolean' ? null : `${key} is ${String(value)}. Give true or false.`;
}

/** Settings as this version writes them, or an earlier one: `captions` was the setting before `reasoningShare`. */
export type AnyConfig = Partial<RunConfig> & { captions?: CaptionMix };

/** What an exported `config.json` has around its settings. Settings beside `config` win over those in it. */
export interface ExportedConfig {
  schema?: number;
  config?: AnyConfig;
  provenance?: unknown;
}

export type ConfigChange = AnyConfig & ExportedConfig;

/** The share that an earlier `captions` stands for; undefined for a word that it could not be. */
export function shareOfMix(captions: unknown): number | undefined {
  return Object.hasOwn(CAPTION_MIXES, String(captions)) ? CAPTION_MIXES[captions as CaptionMix] : undefined;
}

/** Settings with `reasoningShare` in place of an earlier `captions`; one that means nothing stays, and is refused. */
function translated(given: AnyConfig): AnyConfig {
  const share = shareOfMix(given.captions);
  if (share === undefined) return given;
  const rest = { ...given };
  delete rest.captions;
  return { reasoningShare: share, ...rest };
}

/**
 * A preset or a configuration with changes.
 *
 * @throws RangeError naming every key and value that cannot be used.
 */
export function changedConfig(from: RunConfig | Preset, given: ConfigChange): RunConfig {
  const change: ConfigChange = { ...translated(given.config ?? {}), ...translated(given) };
  for (const key of ['schema', 'config', 'provenance'] as const) delete change[key];
  const config = { ...(typeof from === 'string' ? PRESETS[from] : from), ...change };
  const unknown = Object.keys(change).filter((key) => !Object.hasOwn(PRESETS.paper, key) && key !== 'captions');
  const mix =
    'captions' in change
      ? [
          `captions is ${String(change.captions)}. Give reasoningShare, from 0 to 1, or one of vanilla, half, reasoning.`,
        ]
      : [];
  const problems = [...unknown.map(unknownSetting), ...mix, ...configProblems(config)];
  if (problems.length > 0) throw new RangeError(problems.join(' '));
  return config;
}

function unknownSetting(key: string): string {
  const near = nearest(key, Object.keys(PRESETS.paper));
  return near === null
    ? `${key} is no setting of a run.`
    : `${key} is no setting of a run: write ${near}, or take it out.`;
}

/** Every problem of a whole configuration. */
export function configProblems(config: RunConfig): string[] {
  const problems = (Object.keys(PRESETS.paper) as Key[]).map((key) => valueProblem(key, config[key]));
  if (config.alpha === 0 && config.beta === 0) problems.push('alpha and beta are both 0. Give one of them a weight.');
  return problems.filter((problem) => problem !== null);
}

/** Reads one value from text (an address, a form), or undefined when the text is no value of `key`. */
export function parseValue<K extends Key>(key: K, text: string): RunConfig[K] | undefined {
  let value: unknown = text;
  if (key in RANGES) value = text.trim() === '' ? NaN : Number(text);
  else if ((SWITCHES as readonly string[]).includes(key))
    value = text === 'true' ? true : text === 'false' ? false : text;
  return valueProblem(key, value) === null ? (value as RunConfig[K]) : undefined;
}

/** Keys in which `config` differs from the preset. */
export function differences(config: RunConfig, preset: Preset): Key[] {
  return (Object.keys(PRESETS[preset]) as Key[]).filter((key) => config[key] !== PRESETS[preset][key]);
}

/** The preset with the fewest differences; the demo wins a tie. */
export function nearestPreset(config: RunConfig): Preset {
  return differences(config, 'paper').length < differences(config, 'demo').length ? 'paper' : 'demo';
}
