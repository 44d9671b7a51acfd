/** From protocols to jobs: what has to be trained, each training once, and what each is judged on. */
import type { Experiment, Protocol, RunConfig, ScoreJob, TrainJob, Variant } from '../../protocol';
import { DEVELOPMENT, readersOn } from './readers';

type Setting = Pick<Experiment, 'config' | 'sets'>;

export function configOf(config: RunConfig, variant: Variant): RunConfig {
  return { ...config, ...variant.config };
}

/** Equal for two trainings exactly when they are the same: samples, development data and settings. */
export function trainingKey(protocol: Protocol, variant: Variant, { config, sets }: Setting): string {
  const resolved = (name: string): string => sets[name] ?? name;
  const train = [...new Set(protocol.train.map(resolved))].sort();
  // Tests take samples away from training only where they are of the same set.
  const shared = [...new Set(protocol.tests.map(resolved))].filter((set) => train.includes(set));
  const settings = Object.entries(configOf(config, variant)).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([train, shared.sort(), protocol.parts, protocol.developmentShare, settings]);
}

/**
 * Jobs in the order in which they are done, all of them waiting.
 *
 * @param develops  False for a protocol without development data that a threshold could be set on: judging them could
 *   only fail.
 */
export function expand(
  protocols: readonly Protocol[],
  setting: Setting & Pick<Experiment, 'readers'>,
  develops: (protocol: Protocol) => boolean,
): { trainings: TrainJob[]; scorings: ScoreJob[] } {
  const trainings = new Map<string, TrainJob>();
  const scorings = new Map<string, ScoreJob>();
  // Names may hold a stroke: "a/b" of "c" and "a" of "b/c" are two.
  const taken = new Set<string>();
  const idOf = (words: string): string => {
    let id = words;
    for (let n = 2; taken.has(id); n++) id = `${words} (${n})`;
    taken.add(id);
    return id;
  };
  for (const protocol of protocols) {
    for (const variant of protocol.variants) {
      const key = trainingKey(protocol, variant, setting);
      const known = trainings.get(key);
      const training: TrainJob = known ?? {
        id: idOf(`${protocol.id}/${variant.name}`),
        protocol: protocol.id,
        variant: variant.name,
        phase: 'waiting',
        runId: null,
        error: null,
      };
      trainings.set(key, training);
      const { head, words } = readersOn(DEVELOPMENT, setting.readers, configOf(setting.config, variant));
      const developed = (head || words.length > 0) && develops(protocol);
      for (const test of [...(developed ? [DEVELOPMENT] : []), ...protocol.tests]) {
        const scoring = JSON.stringify([key, judgedSet(test, setting)]);
        if (scorings.has(scoring)) continue;
        scorings.set(scoring, {
          id: idOf(`${training.id}/${test}`),
          training: training.id,
          test,
          phase: 'waiting',
          scoringId: null,
          error: null,
        });
      }
    }
  }
  return { trainings: [...trainings.values()], scorings: [...scorings.values()] };
}

/** What a judgment is of: a data set, which may be named as the development data are, or those. */
export function judgedSet(test: string, { sets }: Pick<Setting, 'sets'>): { set: string } | typeof DEVELOPMENT {
  return test === DEVELOPMENT ? DEVELOPMENT : { set: sets[test] ?? test };
}

/** The jobs behind one row of a table; null where the protocol has no such variant in this experiment. */
export function jobsOf(
  experiment: Experiment,
  protocolId: string,
  variantName: string,
): { training: TrainJob; scoring(test: string): ScoreJob | null } | null {
  const protocol = experiment.protocols.find(({ id }) => id === protocolId);
  const variant = protocol?.variants.find(({ name }) => name === variantName);
  if (protocol === undefined || variant === undefined) return null;
  const key = trainingKey(protocol, variant, experiment);
  const training = experiment.trainings.find((job) => {
    const [own, ownVariant] = sourceOf(experiment, job);
    return own !== undefined && ownVariant !== undefined && trainingKey(own, ownVariant, experiment) === key;
  });
  if (training === undefined) return null;
  const judged = (test: string): string => JSON.stringify(judgedSet(test, experiment));
  return {
    training,
    scoring: (test) =>
      experiment.scorings.find((job) => job.training === training.id && judged(job.test) === judged(test)) ?? null,
  };
}

/** The protocol and variant that a training was made for first. */
export function sourceOf(
  { protocols }: Pick<Experiment, 'protocols'>,
  job: TrainJob,
): [Protocol | undefined, Variant | undefined] {
  const protocol = protocols.find(({ id }) => id === job.protocol);
  return [protocol, protocol?.variants.find(({ name }) => name === job.variant)];
}

/** The protocol that a scoring's test is named in: a training that several share is judged on the tests of each. */
export function protocolOfScoring(
  experiment: Pick<Experiment, 'protocols' | 'trainings' | 'config' | 'sets'>,
  job: ScoreJob,
): Protocol | null {
  const training = experiment.trainings.find(({ id }) => id === job.training);
  if (training === undefined) return null;
  const [own, ownVariant] = sourceOf(experiment, training);
  if (own === undefined || ownVariant === undefined) return null;
  if (job.test === DEVELOPMENT || own.tests.includes(job.test)) return own;
  const key = trainingKey(own, ownVariant, experiment);
  const shares = (protocol: Protocol): boolean =>
    protocol.variants.some((variant) => trainingKey(protocol, variant, experiment) === key);
  return experiment.protocols.find((protocol) => protocol.tests.includes(job.test) && shares(protocol)) ?? null;
}
