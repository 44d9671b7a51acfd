/** How much of an experiment is done: what a stopped job has kept counts, as it is not done again. */
import { expect, test, vi } from 'vitest';
import { DEMO, type Experiment } from '../../src/protocol';
import { Announcer } from '../../src/session/experiments/announcer';
import { progressOf, type Going, type Kept } from '../../src/session/experiments/work';
import { withScoring, withTraining } from '../../src/session/protocols/jobs';
import { expand } from '../../src/session/protocols/expand';
import { PAPER_PROTOCOLS } from '../../src/session/protocols/paper';
import { StateHolder } from '../../src/session/holder';
import { runRecord, stepsTo } from '../support/fake_session';

const setting = {
  protocols: PAPER_PROTOCOLS.filter(({ id }) => id === 'MICO'),
  ...{ sets: {}, config: DEMO, readers: ['head' as const] },
};
const fresh: Experiment = {
  ...{ id: 'e', name: 'e', created: 0, updated: 0, textFrames: null, ...setting },
  ...expand(setting.protocols, setting, () => false),
};
const sizes = {
  steps: new Map(fresh.trainings.map(({ id }) => [id, 80])),
  scorings: new Map(fresh.scorings.map(({ id }) => [id, { frames: 10, text: 4 }])),
};
const rates = { step: 1, text: 1, head: 0 };
const NOTHING: Kept = { steps: new Map(), scorings: new Map() };
const begun = withTraining(withTraining(fresh, 'MICO/vanilla', { phase: 'done' }), 'MICO/vanilla+reasoning', {
  runId: 'run',
});

test('a training that waits with a checkpoint counts up to it, and so it does until its run says where it is', () => {
  const kept = { ...NOTHING, steps: new Map([['run', 37]]) };
  expect(progressOf(begun, sizes, rates, null, NOTHING).steps).toEqual({ done: 80, all: 160 });
  const waiting = progressOf(begun, sizes, rates, null, kept);
  expect(waiting.steps).toEqual({ done: 117, all: 160 });
  expect(waiting.secondsLeft).toBe(160 - 117 + 2 * 4);
  const going: Going = { jobId: 'MICO/vanilla+reasoning', label: '', steps: 0, frames: 0, text: 0 };
  expect(progressOf(begun, sizes, rates, going, kept).steps.done).toBe(117);
  // A trainer that was lost went back to an older checkpoint.
  expect(progressOf(begun, sizes, rates, { ...going, steps: 30 }, kept).steps.done).toBe(110);
});

test('a judgment that waits counts the frames that it has, and one that is begun anew none', () => {
  const kept = { ...NOTHING, scorings: new Map([['half', { frames: 6, text: 4 }]]) };
  const id = 'MICO/vanilla/W';
  const half = withScoring(begun, id, { scoringId: 'half' });
  expect(progressOf(half, sizes, rates, null, kept).frames).toEqual({ done: 6, all: 20 });
  expect(progressOf(withScoring(half, id, { scoringId: null }), sizes, rates, null, kept).frames.done).toBe(0);
});

test('the steps of a training are those of its own run, not of one that the page still shows', async () => {
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw));
  const drawn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  const holder = new StateHolder();
  const announcer = new Announcer(holder);
  const id = 'MICO/vanilla+reasoning';
  const steps = (): number | undefined => holder.state.queue.progress?.steps.done;
  holder.update({ experiments: [begun], run: runRecord({ id: 'another', steps: stepsTo(50, 80) }) });
  announcer.begin('e', sizes);
  announcer.job({ kind: 'train', runId: 'run', jobId: id, label: '' });
  announcer.announce();
  await drawn();
  announcer.announce();
  expect(steps()).toBe(80);
  holder.update({ run: runRecord({ id: 'run', steps: stepsTo(3, 80) }) });
  await drawn();
  announcer.announce();
  expect(steps()).toBe(83);
  vi.unstubAllGlobals();
});
