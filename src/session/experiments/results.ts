/** Numbers of an experiment, computed from what its scorings predicted when they are asked for. */
import {
  curveOfTrials,
  groupBy,
  measureInTurns,
  operatingPoints,
  policiesOf,
  policyWords,
  trialsOf,
  type Bootstrap,
} from '../../evaluate/numbers/index';
import type { ReadersResult, Result, Setting, VariantsResult } from '../../evaluate/report/index';
import {
  CancelledError,
  READERS,
  type Experiment,
  type Measures,
  type Prediction,
  type Protocol,
  type Reader,
  type SampleRow,
  type ScoringRecord,
  type Variant,
} from '../../protocol';
import type { RunRecord } from '../../store/record';
import { loadPredictions, loadScoring } from '../../store/scorings';
import { otherPictures } from '../pictures';
import { jobsOf } from '../protocols/expand';
import { DEVELOPMENT } from '../protocols/readers';
import { turn } from '../slices';
import { unjudged } from './answers';
import { readersCompared, says, variantsCompared } from './compared';
import { whyNoDevelopment } from './development';
import { unlikeOthers } from './same_frames';
import { settingUnknown, withRoles } from './setting';
import type { ResultDetail, VariantDetail, Way } from './types';

/** Enough for a 95 % interval whose ends do not dance; the same resamples for everything. */
const BOOTSTRAP: Bootstrap = { resamples: 1000, seed: 0 };

/** What the experiment's numbers rest on, beside itself. */
export interface Grounds {
  runs: readonly RunRecord[];
  samples: readonly SampleRow[];
}

/** One trained variant on one test, with what it said. */
interface Judged {
  protocol: Protocol;
  variant: Variant;
  test: string;
  scoringId: string;
  runId: string;
  setting: Setting;
  predictions: readonly Prediction[];
  /** Of the sources' development data; null where it was not judged. */
  development: readonly Prediction[] | null;
  /** Why it was not, as a sentence. */
  noDevelopment: string | null;
  /** Of frames that could not be judged, or are not those of other variants, as sentences. */
  lacking: string[];
  /** What thresholds set on the development data lack. */
  developmentLacks: string[];
  /** Ids of the frames that trained it; null where the run is no longer stored. */
  trained: readonly string[] | null;
  /** Digests of their pictures; null where they were not kept. */
  pictures: readonly string[] | null;
  seed: number;
}

export interface Comparisons {
  readers: ReadersResult[];
  variants: VariantsResult[];
}

/** Keeps what was read and computed: a scoring that is done does not change. */
export class Results {
  private readonly read = new Map<string, Promise<readonly Prediction[]>>();
  private readonly measured = new Map<string, Promise<Measures>>();

  /**
   * Every protocol's variants on every test, in each of the ways; what is not done yet is absent.
   *
   * @throws CancelledError when the signal fires
   */
  async all(
    experiment: Experiment,
    ways: readonly Way[],
    grounds: Grounds,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
  ): Promise<Result[]> {
    const judged = await this.judged(experiment, grounds);
    const results: Result[] = [];
    for (const [index, one] of judged.entries()) {
      onProgress?.(index, judged.length);
      for (const way of ways) {
        if (!says(one.predictions, way.reader)) continue;
        if (signal?.aborted === true) throw new CancelledError();
        const measures = await this.measure(one, way);
        const { protocol, variant, test, scoringId, setting } = one;
        results.push({
          protocol: protocol.id,
          variant: variant.name,
          train: protocol.train,
          test,
          scoringId,
          measures,
          setting,
        });
      }
    }
    onProgress?.(judged.length, judged.length);
    return results;
  }

  /** One protocol on one test: curves, confusion, agreement of the readers, and the variants held against each other. */
  async detail(
    experiment: Experiment,
    protocolId: string,
    test: string,
    way: Way,
    grounds: Grounds,
  ): Promise<ResultDetail> {
    const all = await this.judged(experiment, grounds);
    const judged = all.filter((one) => one.protocol.id === protocolId && one.test === test);
    const variants: VariantDetail[] = [];
    for (const one of judged) {
      if (!says(one.predictions, way.reader)) continue;
      const { unit, reader } = way;
      const scored = reader === 'text' ? null : trialsOf(one.predictions, reader, unit);
      variants.push({
        variant: one.variant.name,
        runId: one.runId,
        measures: await this.measure(one, way),
        points: scored === null ? [] : operatingPoints(curveOfTrials(scored)),
        agreements: readersCompared(one, way),
      });
    }
    return { protocol: protocolId, test, way, variants, tests: variantsCompared(judged, way) };
  }

  /** Readers against each other, and variants on the same videos, in each of the ways. */
  async comparisons(experiment: Experiment, ways: readonly Way[], grounds: Grounds): Promise<Comparisons> {
    const all = await this.judged(experiment, grounds);
    const found: Comparisons = { readers: [], variants: [] };
    for (const one of all) {
      const { protocol, variant, test } = one;
      // A pair comes with each of its readers' ways, and counts once.
      const pairs = new Map<string, ReadersResult>();
      for (const way of ways) {
        for (const compared of readersCompared(one, way)) {
          const key = JSON.stringify([compared.unit, compared.first, compared.second]);
          pairs.set(key, { protocol: protocol.id, variant: variant.name, test, compared });
        }
      }
      found.readers.push(...pairs.values());
      await turn();
    }
    for (const same of groupBy(all, ({ protocol, test }) => JSON.stringify([protocol.id, test])).values()) {
      const { protocol, test } = same[0]!;
      for (const way of ways.filter(({ unit }) => unit === 'video')) {
        for (const { first, second, ...compared } of variantsCompared(same, way))
          found.variants.push({ protocol: protocol.id, test, first, second, by: way, compared });
      }
      await turn();
    }
    return found;
  }

  /** Readers that have said anything in what is done. */
  async readers(experiment: Experiment, grounds: Grounds): Promise<Reader[]> {
    const judged = await this.judged(experiment, grounds);
    return READERS.filter((reader) => judged.some(({ predictions }) => says(predictions, reader)));
  }

  private async judged(experiment: Experiment, { runs }: Grounds): Promise<Judged[]> {
    const judged: Judged[] = [];
    for (const protocol of experiment.protocols) {
      for (const variant of protocol.variants) {
        const jobs = jobsOf(experiment, protocol.id, variant.name);
        if (jobs === null) continue;
        const { runId } = jobs.training;
        const run = runs.find(({ id }) => id === runId);
        const develops = jobs.scoring(DEVELOPMENT);
        const done = develops?.phase === 'done' ? develops.scoringId : null;
        const development = done === null ? null : await this.predictions(done);
        const lacked = done === null ? [] : lackingOf('Development data: ', await loadScoring(done));
        for (const test of protocol.tests) {
          const scoring = jobs.scoring(test);
          if (scoring?.phase !== 'done' || scoring.scoringId === null) continue;
          const { scoringId } = scoring;
          const record = await loadScoring(scoringId);
          const kept = record?.setting;
          // Without either, nobody knows any more what the numbers are of.
          if (runId === null || (kept === undefined && run === undefined)) continue;
          const setting =
            kept === undefined
              ? settingUnknown(protocol, test, experiment, run!)
              : { ...withRoles(kept, protocol, test), known: true };
          const predictions = await this.predictions(scoringId);
          judged.push({
            ...{ protocol, variant, test, scoringId, runId, setting, predictions, development },
            noDevelopment: whyNoDevelopment(develops),
            lacking: [...lackingOf('', record), ...said(otherPictures(run?.pictures))],
            developmentLacks: lacked,
            trained: run?.trainIds ?? null,
            pictures: run?.pictures ?? null,
            seed: setting.config.seed,
          });
        }
      }
    }
    const unlike = unlikeOthers(judged);
    return judged.map((one, index) => ({ ...one, lacking: [...one.lacking, ...unlike[index]!] }));
  }

  private predictions(scoringId: string): Promise<readonly Prediction[]> {
    let read = this.read.get(scoringId);
    if (read === undefined) {
      read = loadPredictions(scoringId).then((all) => all.map(withoutText));
      this.read.set(scoringId, read);
      read.catch(() => this.read.delete(scoringId));
    }
    return read;
  }

  /** Not to be cancelled: whoever asks next may wait for the same one. */
  private async measure(one: Judged, way: Way): Promise<Measures> {
    const { reader, policy, unit } = way;
    const key = JSON.stringify([
      one.scoringId,
      reader,
      policyWords(policy),
      unit,
      one.development?.length ?? one.noDevelopment,
    ]);
    let measured = this.measured.get(key);
    if (measured === undefined) {
      const { development, noDevelopment } = one;
      const options = { reader, unit, development, noDevelopment, bootstrap: BOOTSTRAP };
      measured = measureInTurns(one.predictions, policy, options);
      this.measured.set(key, measured);
      measured.catch(() => this.measured.delete(key));
    }
    const undescribed = way.reader === 'head' ? [] : undescribedIn(one.setting);
    const lacking = [
      ...one.lacking,
      ...undescribed,
      ...(policy.kind.startsWith('development') ? one.developmentLacks : []),
    ];
    const measures = await measured;
    return { ...measures, notes: [...lacking, ...measures.notes] };
  }
}

/** Every way in which tables are exported: text as it is, the scores by every policy. */
export const EXPORT_WAYS: readonly Way[] = (['frame', 'video'] as const).flatMap((unit) =>
  READERS.flatMap((reader) => policiesOf(reader).map((policy) => ({ reader, policy, unit }))),
);

/** The texts are long, and no number needs them: the verdict has been read. */
const withoutText = (prediction: Prediction): Prediction => ({
  ...prediction,
  text: prediction.text === null ? null : '',
});

/** Attacks that rates of text leave out, as a sentence. */
function undescribedIn({ textless = [] }: Setting): string[] {
  if (textless.length === 0) return [];
  return [`No text is of ${textless.join(', ')}: what pools the attacks is of the others.`];
}

const said = (sentence: string | null): string[] => (sentence === null ? [] : [sentence]);

const lackingOf = (of: string, record: ScoringRecord | null): string[] =>
  record === null || record.failed.length === 0
    ? []
    : [`${of}${unjudged(record.failed, record.frames)} They are in no number.`];
