/** When a run evaluates on held-out samples, and what it asks of them then. */
import { balancedChoice } from '../evaluate/choose';
import type { EvaluationPlan } from '../evaluate/evaluation';
import type { SampleRow, StartRun, RunConfig } from '../protocol';
import { evaluatedStyle } from './captions';
import type { RunProgress } from './checkpoint';
import { PURPOSE, hashText, stream } from './random';

type Rhythm = Pick<RunConfig, 'evaluateEvery' | 'steps'>;

/** Before step 1, every so many steps, and after the last; false where that evaluation has been. */
export function isEvaluationDue({ step, evaluated }: RunProgress, { evaluateEvery, steps }: Rhythm): boolean {
  return step > evaluated && (step % evaluateEvery === 0 || step >= steps);
}

/** Evaluations that are still to come after optimiser step `step`. */
export function evaluationsLeft(step: number, { evaluateEvery, steps }: Rhythm): number {
  return (
    Math.floor(steps / evaluateEvery) - Math.floor((step - 1) / evaluateEvery) + (steps % evaluateEvery === 0 ? 0 : 1)
  );
}

/** @param batch  samples that are judged together */
export function evaluationPlan({ config, test, probes, runId }: StartRun, step: number, batch: number): EvaluationPlan {
  const heldOut = test.filter((sample) => sample.label !== null);
  const rank = (id: string): number => stream(PURPOSE.textSamples, config.seed, hashText(id)).next();
  return {
    runId,
    step,
    heldOut,
    textSamples: balancedChoice(heldOut, config.evaluateTextSamples, rank),
    probes: probes.flatMap((id): SampleRow[] => test.filter((sample) => sample.id === id)),
    style: evaluatedStyle(config.reasoningShare),
    maxTokens: config.maxCaptionTokens,
    batch,
    headTrained: config.alpha > 0,
  };
}
