/** The record of a run that begins: what it is of, with nothing measured yet. */
import type { DeviceInfo, ModelInfo, RunConfig, SampleRow } from '../protocol';
import { summarise } from '../data/summary';
import type { RunRecord } from '../store/record';
import { picturesOf } from './pictures';
import { chooseProbes, countCaptioned, countDrafted } from './plan';

/** A run whose samples and settings somebody else has chosen. */
export interface PlannedRun {
  runId: string;
  name: string;
  config: RunConfig;
  train: readonly SampleRow[];
  /** Held out: what the run is watched on. */
  test: readonly SampleRow[];
}

export function newRecord(
  { runId, name, config, train, test }: PlannedRun,
  from: RunRecord | null,
  { device, model, rejected }: { device: DeviceInfo; model: ModelInfo } & Pick<RunRecord, 'rejected'>,
): RunRecord {
  const now = Date.now();
  return {
    id: runId,
    name,
    ...(from !== null && { startedFrom: { id: from.id, name: from.name } }),
    created: now,
    updated: now,
    phase: 'preparing',
    config: { ...config },
    model,
    device,
    trainIds: train.map(({ id }) => id),
    captioned: countCaptioned(train),
    drafted: countDrafted(train),
    pictures: [picturesOf(train)],
    testIds: test.map(({ id }) => id),
    probeIds: chooseProbes(test, config.probes),
    sets: summarise([...train, ...test]),
    rejected,
    steps: [],
    evaluations: [],
    captions: [],
    checkpointStep: null,
    trainableParameters: 0,
    seconds: 0,
  };
}
