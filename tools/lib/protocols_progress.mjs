/** Words for the terminal: what a queue will do, where it stands, what became of a job. */
import { follow } from './follow.mjs';
import { progressLine } from './progress.mjs';
import { duration } from './terminal.mjs';

/** What will be trained and tested on what, a line each, with all that is not as it should be. */
export function previewLines(/** @type {any} */ preview) {
  const lines = preview.protocols.flatMap((/** @type {any} */ protocol) => {
    const { id, train, trainCount, developmentCount, tests, problem, notes } = protocol;
    const sources = train.map((/** @type {any} */ one) => one.set ?? `${one.name} (not loaded)`).join(', ');
    const judged = tests
      .map(
        (/** @type {any} */ test) =>
          `${test.set ?? test.name} (${test.count.frames}, text of ${test.text}${test.textless.length > 0 ? `, none of ${test.textless.join(', ')}` : ''})`,
      )
      .join(', ');
    return [
      `${id}: ${trainCount.frames} frames of ${sources}; ${developmentCount.frames} held back; tested on ${judged}`,
      ...(problem === null ? [] : [`${id}: ${problem}`]),
      ...tests
        .filter((/** @type {any} */ test) => test.problem !== null)
        .map((/** @type {any} */ test) => `${id}: ${test.problem}`),
      ...notes,
    ];
  });
  return [
    ...preview.said,
    ...new Set(lines),
    `${preview.trainings} trainings (${preview.steps} steps), ${preview.scorings} judgments (${preview.frames} frames, text of ${preview.text}).${preview.left > 0 ? ` ${preview.left} more ${preview.left === 1 ? 'job' : 'jobs'} cannot run with these data.` : ''}`,
  ];
}

/** `5 of 12 jobs done, 3 failed, 4 left out` */
export function countLine(/** @type {{phase: string}[]} */ jobs) {
  const of = (/** @type {string} */ phase) => jobs.filter((job) => job.phase === phase).length;
  const [failed, skipped] = [of('failed'), of('skipped')];
  return [
    `${of('done')} of ${jobs.length} jobs done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} left out`] : []),
  ].join(', ');
}

/** `OCI/vanilla failed: ...` */
export function jobLine(/** @type {any} */ job) {
  const why = job.error === null ? '' : `: ${job.error.cause} ${job.error.remedy}`.trimEnd();
  return `${job.id} ${job.phase}${why}`;
}

/** `job 3 of 50, Training OCI, vanilla: 40 of 420 steps, 12 of 900 frames, 3.1 steps/s, 4 min 2 s left` */
export function queueLine(/** @type {any} */ queue) {
  const { progress } = queue;
  if (progress === null) return 'Preparing the queue';
  const { label, jobs, steps, frames, stepsPerSecond, framesPerSecond, secondsLeft } = progress;
  const parts = [
    `${jobs.done + jobs.failed + jobs.skipped} of ${jobs.all} jobs`,
    `${steps.done} of ${steps.all} steps`,
    `${frames.done} of ${frames.all} frames judged`,
    ...(stepsPerSecond === null ? [] : [`${stepsPerSecond.toFixed(2)} steps/s`]),
    ...(framesPerSecond === null ? [] : [`${framesPerSecond.toFixed(2)} frames/s with text`]),
    ...(secondsLeft === null ? [] : [`${duration(secondsLeft)} left`]),
  ];
  return `${label === '' ? queue.phase : label}: ${parts.join(', ')}`;
}

/**
 * Polls the page and shows where the whole stands; a page that stays silent for too long stops the work.
 *
 * `known` is the experiment that is gone on with, whose jobs are not told anew; null: all of them are to come.
 */
export function followQueue(
  /** @type {import('playwright-core').Page} */ page,
  /** @type {import('./terminal.mjs').LiveLine} */ line,
  /** @type {(why: string) => void} */ stop,
  /** @type {any} */ known,
) {
  /** @type {Map<string, string>} */
  const phases = new Map();
  for (const { id, phase } of known === null ? [] : [...known.trainings, ...known.scorings]) phases.set(id, phase);
  return follow(
    () =>
      page.evaluate(() => {
        const api = /** @type {any} */ (window).whylive;
        const { data, queue, run } = api.session.state;
        const experiment = queue.phase === 'idle' && queue.progress === null ? null : api.newestExperiment();
        const jobs = experiment === null ? [] : [...experiment.trainings, ...experiment.scorings];
        return { ...api.progress(), importing: data.importing, queue, jobs, alive: [run?.phase, run?.steps.length] };
      }),
    (state) => {
      for (const job of state.jobs) {
        const before = phases.get(job.id);
        phases.set(job.id, job.phase);
        if (before === job.phase || (job.phase !== 'done' && job.phase !== 'failed')) continue;
        line.print(jobLine(job));
      }
      line.show(state.jobs.length === 0 ? progressLine(state) : queueLine(state.queue));
    },
    (words) => stop(`${words}: --resume goes on.`),
  );
}
