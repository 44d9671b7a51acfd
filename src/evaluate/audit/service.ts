/** The audit as a command: it tells how far it is, gives way to other commands, and can be stopped. */
import { CancelledError, type CallContext, type AuditReport, type AuditRequest } from '../../protocol';
import { auditing } from './audit';

/** Longest time between two turns of the event loop, milliseconds. */
const SLICE = 50;

/** @throws CancelledError */
export async function auditCaptions(
  request: AuditRequest,
  { signal, progress }: Pick<CallContext, 'signal' | 'progress'>,
): Promise<AuditReport> {
  const total = request.captions.length;
  const steps = auditing(request);
  const began = performance.now();
  let last = began;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    const now = performance.now();
    if (now - last < SLICE) continue;
    const rate = step.value / ((now - began) / 1000);
    const secondsLeft = (total - step.value) / rate;
    progress({ label: 'Reading captions', done: step.value, total, unit: 'captions', rate, secondsLeft });
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) throw new CancelledError();
    last = performance.now();
  }
}
