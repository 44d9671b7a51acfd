/** Judges frames with the adapter of a run, batch by batch, in turns with what else wants the engine. */
import { checkHealth, lossAnnounced } from '../device';
import { batches } from '../evaluate/readable';
import { scoreBatch } from '../evaluate/scoring';
import type { CallContext, FailedFrame, ScoringRequest, ScoringSummary } from '../protocol';
import { evaluatedStyle } from './captions';
import { describe, picturesTogether } from './model_learner';
import type { RunHost } from './recover';
import { inTurns, type TurnHost } from './turns';

/** @throws ModelError, TrainingError where the run's adapter is not to be had; CancelledError; DeviceError */
export async function score(
  request: ScoringRequest,
  host: RunHost,
  context: Pick<CallContext, 'signal' | 'progress'>,
): Promise<ScoringSummary> {
  const { scoringId, runId, samples, readers, fingerprint } = request;
  const { signal } = context;
  const failed: FailedFrame[] = [];
  let scored = 0;
  // With the engine: what is being loaded comes first. Refused before the first frame, not with it.
  const together = await host.engine.run(async () => {
    await host.mend();
    const { model } = host.opened(fingerprint);
    await host.held.of(runId, model);
    return picturesTogether(model.info);
  });
  const turns = { ...context, label: 'Scoring frames' };
  const { seconds, recoveries } = await inTurns(batches(samples, together), turnHost(host), turns, async (batch) => {
    const { model, frames } = host.opened(fingerprint);
    // Anew each time: in between another run may have been looked at, or the device lost.
    const { state, config } = await host.held.of(runId, model);
    const judge = {
      spoofProbabilities: async (pixels: readonly Float32Array[]) => [...(await model.classify(pixels, state))],
      describe: (...[pixels, options]: Parameters<Parameters<typeof scoreBatch>[2]['judge']['describe']>) =>
        describe(model, state, pixels, options),
    };
    const plan = {
      readers,
      style: request.style ?? evaluatedStyle(config.reasoningShare),
      maxTokens: request.maxTokens ?? config.maxCaptionTokens,
      headTrained: config.alpha > 0,
    };
    const result = await scoreBatch(batch, plan, { judge, frames, signal });
    checkHealth();
    failed.push(...result.failed);
    scored += result.predictions.length;
    host.emit('scoring.predictions', { scoringId, ...result });
  });
  return { scored, failed, seconds, recoveries };
}

/** The thread as work in turns sees it. */
export function turnHost(host: RunHost): TurnHost {
  return { engine: host.engine, mend: () => host.mend(), lost: lossAnnounced };
}
