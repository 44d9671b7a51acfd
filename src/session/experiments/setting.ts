/** The setting of a judgment: taken when the judging begins, since data and assignments may change afterwards. */
import type { Experiment, Protocol, SampleRow, ScoreJob, ScoringSetting, UsedSet } from '../../protocol';
import type { Setting } from '../../evaluate/report/index';
import type { RunRecord } from '../../store/record';
import { protocolOfScoring } from '../protocols/expand';
import { DEVELOPMENT } from '../protocols/readers';

type Place = Pick<Protocol, 'train' | 'parts' | 'developmentShare'>;

/** Of what is loaded and assigned now. */
export function settingNow(
  job: ScoreJob,
  experiment: Experiment,
  run: RunRecord,
  samples: readonly SampleRow[],
): ScoringSetting {
  const protocol = protocolOfScoring(experiment, job);
  if (protocol === null) throw new RangeError(job.id);
  const used = (role: string, side: UsedSet['side']): UsedSet => {
    const name = experiment.sets[role] ?? role;
    const rows = samples.filter(({ set }) => set === name);
    const seeded = run.sets.some((set) => set.name === name && set.seed !== undefined);
    const divided = rows.length === 0 ? null : rows.some(({ part }) => part !== undefined);
    return {
      ...{ role, name, side },
      generated: seeded || rows.some(({ seed }) => seed !== undefined) || hasGeneratedName(name),
      official: protocol.parts === 'official' ? divided : false,
    };
  };
  const tests = job.test === DEVELOPMENT ? [] : [used(job.test, 'test')];
  return {
    ...about(protocol, experiment, run),
    sets: [...protocol.train.map((role) => used(role, 'train')), ...tests],
  };
}

/** Of a judgment that kept none: what the run says, and of the sets nothing but their roles. */
export function settingUnknown(protocol: Place, test: string, experiment: Experiment, run: RunRecord): Setting {
  const unknown = (role: string, side: UsedSet['side']): UsedSet => ({
    ...{ role, name: role, side, official: null },
    generated: run.sets.some(({ name, seed }) => seed !== undefined || hasGeneratedName(name)),
  });
  return {
    ...about(protocol, experiment, run),
    known: false,
    sets: [...protocol.train.map((role) => unknown(role, 'train')), unknown(test, 'test')],
  };
}

function about(
  { parts, developmentShare }: Place,
  { textFrames }: Experiment,
  run: RunRecord,
): Omit<ScoringSetting, 'sets'> {
  return {
    model: run.model.name,
    config: run.config,
    trainFrames: run.trainIds.length,
    ...(run.captioned && { captioned: run.captioned }),
    ...(run.drafted !== undefined && { drafted: run.drafted }),
    ...{ textFrames, parts, developmentShare },
  };
}

const hasGeneratedName = (name: string): boolean => /^synthetic-[MCIOW]$/.test(name);

/** A judgment that two protocols share has the roles of the one that asks; its sets stay what they were. */
export function withRoles(kept: ScoringSetting, { train }: Place, test: string): ScoringSetting {
  const own = kept.sets.filter(({ side }) => side === 'train');
  const roles = new Set(own.map(({ role }) => role));
  if (train.length !== own.length || !train.every((role) => roles.has(role))) return kept;
  return { ...kept, sets: kept.sets.map((set) => (set.side === 'test' ? { ...set, role: test } : set)) };
}
