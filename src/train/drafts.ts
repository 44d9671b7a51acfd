/** Captions drafted by the loaded backbone, which is told what each frame is. */
import { checkHealth } from '../device';
import { batches, failure, readable } from '../evaluate/readable';
import {
  filledInstruction,
  type CallContext,
  type DraftRequest,
  type DraftSummary,
  type FailedFrame,
  type SampleRow,
} from '../protocol';
import { describe, picturesTogether } from './model_learner';
import { PURPOSE, hashText, stream } from './random';
import type { RunHost } from './recover';
import { turnHost } from './scoring';
import { inTurns } from './turns';

interface Asked {
  sample: SampleRow;
  question: string;
}

/**
 * @throws ModelError where no backbone is loaded; TrainingError where the run's adapter is not to be had; CancelledError;
 * DeviceError
 */
export async function draft(
  request: DraftRequest,
  host: RunHost,
  context: Pick<CallContext, 'signal' | 'progress'>,
): Promise<DraftSummary> {
  const { style, maxTokens, sampling, runId } = request;
  const { signal } = context;
  const together = await host.engine.run(async () => {
    await host.mend();
    const { model } = host.opened(undefined);
    if (runId !== null) await host.held.of(runId, model);
    return picturesTogether(model.info);
  });
  const { asked, failed } = questions(request);
  let drafted = 0;
  const turns = { ...context, label: 'Drafting captions' };
  const { seconds, recoveries } = await inTurns(alike(asked, together), turnHost(host), turns, async (batch) => {
    const { model, frames } = host.opened(undefined);
    const state = runId === null ? null : (await host.held.of(runId, model)).state;
    const samples = batch.map(({ sample }) => sample);
    const { read, failed: unread } = await readable(samples, frames);
    const { question } = batch[0]!;
    const pixels = read.map((each) => each.pixels);
    const seeds = read.map(({ sample }) => draftSeed(sampling?.seed ?? 0, sample.id));
    const told = await describe(model, state, pixels, {
      ...{ style, maxTokens, question, seeds, signal },
      adapter: state === null ? 'off' : 'on',
      sampling: sampling === null ? null : { ...sampling, topK: 0 },
    });
    checkHealth();
    failed.push(...unread);
    drafted += told.length;
    for (const [i, { text, truncated }] of told.entries()) {
      host.emit('caption.draft', { sampleId: read[i]!.sample.id, style, text, truncated });
    }
  });
  return { drafted, failed, seconds, recoveries };
}

/** The seed of one frame's draft: it depends on the frame and the seed, not on what else is drafted. */
export function draftSeed(seed: number, sampleId: string): number {
  return stream(PURPOSE.drafts, seed, hashText(sampleId)).next();
}

/** Every sample with what is asked about it, and those about which it cannot be. */
function questions({ samples, instruction }: DraftRequest): { asked: Asked[]; failed: FailedFrame[] } {
  const asked: Asked[] = [];
  const failed: FailedFrame[] = [];
  for (const sample of samples) {
    try {
      asked.push({ sample, question: filledInstruction(instruction, sample) });
    } catch (error) {
      failed.push(failure(sample, error));
    }
  }
  return { asked, failed };
}

/** Batches of one question each, because one prompt goes before all pictures of a batch. */
function alike(asked: readonly Asked[], size: number): Asked[][] {
  const groups = new Map<string, Asked[]>();
  for (const each of asked) {
    const group = groups.get(each.question) ?? [];
    group.push(each);
    groups.set(each.question, group);
  }
  return [...groups.values()].flatMap((group) => batches(group, size));
}
