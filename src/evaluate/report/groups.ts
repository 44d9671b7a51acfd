/** Which results are the same thing measured again with another seed, and which only bear the same names. */
import type { RunConfig } from '../../protocol';
import { groupBy } from '../numbers/group_by';
import { unique } from './settings';
import type { Result } from './table';

/** Results that may share a row: one way of judging, one setting but for the seed. */
export interface Group {
  results: Result[];
  /** What of its setting differs from the other groups', in words; null where there is one group only. */
  apart: string | null;
}

/** The same judgment reached through two protocols counts once. */
export function once(results: readonly Result[]): Result[] {
  const seen = new Set<string>();
  return results.filter(({ scoringId, measures: { reader, policyWords, unit } }) => {
    const key = JSON.stringify([scoringId, reader, policyWords, unit]);
    return !seen.has(key) && seen.add(key);
  });
}

/** By reader, policy and unit, and within them by setting; in the order of the results. */
export function groupsOf(results: readonly Result[]): Group[] {
  const ways = groupBy(results, ({ measures: { reader, policyWords, unit } }) =>
    JSON.stringify([reader, policyWords, unit]),
  );
  return [...ways.values()].flatMap((way): Group[] => {
    const settings = [...groupBy(way, (result) => JSON.stringify(settingFacts(result))).values()];
    if (settings.length === 1) return [{ results: way, apart: null }];
    const facts = settings.map(([first]) => new Map(settingFacts(first!)));
    const differing = unique(facts.flatMap((map) => [...map.keys()])).filter(
      (key) => unique(facts.map((map) => map.get(key))).length > 1,
    );
    return settings.map((of, i) => ({
      results: of,
      apart: differing.map((key) => `${key} ${facts[i]!.get(key) ?? 'not set'}`).join(', '),
    }));
  });
}

/**
 * Of the results for one cell those that differ from the first in the seed only, and the others: of other sets, of
 * another number of frames trained on where no seed explains it, or of the same seed once more.
 */
export function sameButSeed(results: readonly Result[]): { same: Result[]; others: Result[] } {
  const [first] = results;
  const same: Result[] = [];
  const others: Result[] = [];
  const seeds = new Set<number>();
  for (const result of results) {
    const { seed } = result.setting.config;
    if (seeds.has(seed) || first === undefined || !alike(first, result)) others.push(result);
    else {
      seeds.add(seed);
      same.push(result);
    }
  }
  return { same, others };
}

function alike({ setting: a }: Result, { setting: b }: Result): boolean {
  const sets = ({ sets: used }: Result['setting']): string =>
    JSON.stringify(used.map(({ name, side, generated, official }) => [side, name, generated, official].join()).sort());
  // Each seed holds other persons back, and those may have more or fewer frames.
  const drawn = a.developmentShare > 0 && a.config.seed !== b.config.seed;
  return sets(a) === sets(b) && (a.trainFrames === b.trainFrames || drawn);
}

function settingFacts({ setting }: Result): [string, string][] {
  const { model, textFrames, parts, developmentShare, config } = setting;
  return [
    ['backbone', model],
    ['text of frames', textFrames === null ? 'all' : String(textFrames)],
    ['sets', setting.known ? 'known' : 'not known'],
    ['parts', parts],
    ['development share', String(developmentShare)],
    ...(Object.keys(config) as (keyof RunConfig)[])
      .filter((key) => key !== 'seed')
      .sort()
      .map((key): [string, string] => [key, String(config[key])]),
  ];
}
