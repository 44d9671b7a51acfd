/** Where the queue of protocols stands as a whole, and each of its jobs. */
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Experiment, JobPhase, Progress, ScoreJob, TrainJob } from '../../protocol';
import { countJobs } from '../../session/experiments/ways';
import type { QueueProgress, QueueState, Session, SessionState } from '../../session/types';
import '../elements/wl_progress';
import { count, figure, plural } from '../format';
import { icon } from '../icons';
import { SessionElement } from '../session_element';
import { shared } from '../shared_styles';
import './wl_queue_sets';

const PHASES: Record<JobPhase, string> = {
  waiting: 'Waiting',
  going: 'Going',
  done: 'Done',
  failed: 'Failed',
  skipped: 'Left out',
};

/** How it ended, in words: what failed or was left out is not done. */
function ended({ done, all, failed, skipped }: ReturnType<typeof countJobs>): string {
  if (done === all) return 'Everything is done';
  const rest = [failed > 0 ? `${failed} failed` : '', skipped > 0 ? `${skipped} left out` : ''].filter(Boolean);
  return `Ended: ${done} of ${plural(all, 'job')} done, ${rest.join(', ')}`;
}

/** Why nothing is said of what it does. */
function still({ trainings, scorings }: Experiment, { phase, elsewhere }: QueueState): string {
  if (phase !== 'idle') return { going: 'Preparing', paused: 'Paused', stopping: 'Stopping' }[phase];
  if (!elsewhere) return 'Not going';
  return [...trainings, ...scorings].some((job) => job.phase === 'going')
    ? 'Going in another tab of this page: pause or stop it there'
    : 'Another tab of this page works through a queue';
}

@customElement('wl-queue')
export class WlQueue extends SessionElement {
  static override styles = [
    shared,
    css`
      section {
        padding-block: 12px;
        border-block-end: 1px solid var(--hairline);
      }
      wl-progress {
        display: block;
        margin-block-start: 8px;
      }
      .figures {
        margin-block-start: 4px;
      }
      .scroll {
        max-height: 420px;
        overflow-y: auto;
      }
      details {
        margin-block-start: 8px;
      }
      label.field {
        max-width: 100%;
      }
      select {
        min-width: 0;
        text-overflow: ellipsis;
      }
      td.why {
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** Without the jobs: above a run. */
  @property({ type: Boolean }) brief = false;

  private buttons(experiment: Experiment, state: Readonly<SessionState>, session: Session): unknown {
    const { phase, experimentId, elsewhere } = state.queue;
    const { experiments } = session;
    const counts = countJobs(experiment);
    if (phase !== 'idle' && experimentId === experiment.id) {
      const paused = phase === 'paused';
      return html`<button
          type="button"
          ?disabled=${phase === 'stopping'}
          @click=${() => this.act(paused ? experiments.resume() : experiments.pause())}
        >
          ${icon(paused ? 'play' : 'pause')} ${paused ? 'Resume the queue' : 'Pause the queue'}
        </button>
        <button type="button" ?disabled=${phase === 'stopping'} @click=${() => this.act(experiments.stop())}>
          ${icon('stop')} Stop the queue
        </button>`;
    }
    return html`${
      counts.failed === 0
        ? nothing
        : html`<button
            type="button"
            ?disabled=${phase !== 'idle' || elsewhere}
            @click=${() => this.act(experiments.retry(experiment.id))}
          >
            Let ${plural(counts.failed, 'failed job')} wait again
          </button>`
    }
    ${
      counts.left === 0
        ? nothing
        : html`<button
            type="button"
            class="primary"
            ?disabled=${phase !== 'idle' || elsewhere}
            @click=${() => this.act(experiments.goOn(experiment.id))}
          >
            ${icon('play')} Go on
          </button>`
    }`;
  }

  /** Which of several that are not done yet is shown. */
  private choice(shown: Experiment, { experiments, queue }: Readonly<SessionState>, session: Session): unknown {
    const open = experiments.filter((one) => one === shown || countJobs(one).left > 0);
    if (this.brief || open.length < 2) return nothing;
    return html`<label class="field small"
      >Not done yet
      <select
        id="queue-experiment"
        ?disabled=${queue.phase !== 'idle'}
        @change=${(event: Event) => session.experiments.show((event.target as HTMLSelectElement).value)}
      >
        ${open.map((one) => {
          const { done, all } = countJobs(one);
          return html`<option value=${one.id} .selected=${one === shown}>
            ${one.name}: ${count(done)} of ${plural(all, 'job')}
          </option>`;
        })}
      </select></label
    >`;
  }

  private row(job: TrainJob | ScoreJob, experiment: Experiment, session: Session): unknown {
    const { elsewhere } = session.state.queue;
    const trains = 'protocol' in job;
    const training = trains ? job : experiment.trainings.find(({ id }) => id === job.training);
    const name = `${training?.protocol ?? ''}, ${training?.variant ?? ''}`;
    const what = trains ? `Train ${name}` : `Judge ${name} on ${job.test}`;
    const open = job.phase === 'waiting' || job.phase === 'going' || job.phase === 'failed';
    const action = (words: string, act: () => Promise<void>): unknown =>
      html`<button
        type="button"
        class="quiet"
        aria-label="${words}: ${what}"
        ?disabled=${elsewhere}
        @click=${() => this.act(act())}
      >
        ${words}
      </button>`;
    const { experiments } = session;
    // What is to judge a training that is left out, or has failed, comes back with it.
    const back = job.phase === 'skipped' && (trains || !['skipped', 'failed'].includes(training?.phase ?? 'skipped'));
    return html`<tr>
      <th scope="row">${what}</th>
      <td class="why">
        <span class=${job.phase === 'failed' ? 'error' : ''}>${PHASES[job.phase]}</span>
        ${job.error === null ? nothing : html`<p>${job.error.cause} ${job.error.remedy}</p>`}
      </td>
      <td class="number">
        ${
          open
            ? action('Leave out', () => experiments.skip(experiment.id, job.id))
            : back
              ? action('Put back', () => experiments.putBack(experiment.id, job.id))
              : nothing
        }
      </td>
    </tr>`;
  }

  protected view(state: Readonly<SessionState>, session: Session): unknown {
    const experiment = state.experiments.find(({ id }) => id === state.queue.experimentId);
    if (experiment === undefined || (this.brief && state.queue.phase === 'idle')) return nothing;
    const { progress, phase } = state.queue;
    // What refused the queue is said by a notice too, until that is dismissed.
    const note = state.notices.some(({ text }) => text === state.queue.note) ? null : state.queue.note;
    const counts = countJobs(experiment);
    const settled = counts.done + counts.failed + counts.skipped;
    const bar: Progress = {
      label: progress?.label || (counts.left === 0 ? ended(counts) : still(experiment, state.queue)),
      done: settled,
      total: counts.all,
      unit: 'jobs',
      rate: null,
      secondsLeft: phase === 'idle' ? null : (progress?.secondsLeft ?? null),
    };
    return html`<section aria-label="Queue of protocols">
      <div class="bar">
        <h2>${experiment.name}</h2>
        <div class="row">${this.buttons(experiment, state, session)}</div>
      </div>
      ${this.choice(experiment, state, session)}
      <wl-progress name="Protocols" .progress=${bar}></wl-progress>
      ${progress === null ? nothing : html`<p class="small muted figures">${figures(progress)}</p>`}
      ${note === null ? nothing : html`<p class="small warning figures">${note}</p>`}
      ${
        this.brief
          ? nothing
          : html`<details>
                <summary>${plural(counts.all, 'job')}${counts.failed > 0 ? `, ${counts.failed} failed` : ''}</summary>
                <div class="scroll" tabindex="0" role="region" aria-label="Jobs">
                  <table>
                    <thead>
                      <tr>
                        <th scope="col">Job</th>
                        <th scope="col">State</th>
                        <th scope="col"><span class="hidden">Actions</span></th>
                      </tr>
                    </thead>
                    <tbody>
                      ${experiment.trainings.flatMap((training) => [
                        this.row(training, experiment, session),
                        ...experiment.scorings
                          .filter((job) => job.training === training.id)
                          .map((job) => this.row(job, experiment, session)),
                      ])}
                    </tbody>
                  </table>
                </div>
              </details>
              <wl-queue-sets .session=${session} .experiment=${experiment}></wl-queue-sets>`
      }
    </section>`;
  }
}

/** `120 of 420 steps · 64 of 900 frames judged · 3.1 steps/s` */
function figures({ steps, frames, stepsPerSecond, framesPerSecond }: QueueProgress): string {
  return [
    `${count(steps.done)} of ${plural(steps.all, 'step')}`,
    `${count(frames.done)} of ${plural(frames.all, 'frame')} judged`,
    ...(stepsPerSecond === null ? [] : [`${figure(stepsPerSecond)} steps/s`]),
    ...(framesPerSecond === null ? [] : [`${figure(framesPerSecond)} frames/s with text`]),
  ].join(' \u00b7 ');
}
