/** What each probe frame was said to be, evaluation by evaluation: finished captions and those being written. */
import type { CaptionResult } from '../protocol';
import type { ProbeCaption, RunRecord } from '../session/types';

export interface Telling {
  step: number;
  text: string;
  result: CaptionResult | null;
  /** Still being written. */
  busy: boolean;
}

/** The tellings of one sample, in order of step. A finished caption beats a piece of it. */
export function tellings(
  run: RunRecord,
  streaming: readonly ProbeCaption[],
  sampleId: string,
  going: boolean,
): Telling[] {
  const byStep = new Map<number, Telling>();
  for (const { step, sampleId: id, text, result } of streaming) {
    if (id === sampleId) byStep.set(step, { step, text: result?.text ?? text, result, busy: result === null && going });
  }
  for (const result of run.captions) {
    if (result.sampleId === sampleId && result.adapter === 'on') {
      byStep.set(result.step, { step: result.step, text: result.text, result, busy: false });
    }
  }
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}

/** The probe that is being written now, or null. */
export function writingNow(streaming: readonly ProbeCaption[], going: boolean): string | null {
  return going ? (streaming.findLast((probe) => probe.result === null)?.sampleId ?? null) : null;
}

/**
 * Up to three of a probe's tellings: the first (or the one chosen), the one before the last, and the last. A single
 * telling is the first, so that it stays where it is when the next one comes.
 */
export function threeOf(all: readonly Telling[], from: number | null): (Telling | null)[] {
  const last = all.length > 1 ? (all.at(-1) ?? null) : null;
  const first = all.find((telling) => telling.step === from) ?? all[0] ?? null;
  const before = all.at(-2) ?? null;
  return [first, before === first ? null : before, last];
}
