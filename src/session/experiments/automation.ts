/** Protocols for a script that drives the page: promises that reject, plain data in and out. */
import { WorkerError, type Experiment, type Reader } from '../../protocol';
import { PAPER_PROTOCOLS } from '../protocols/paper';
import { assignRoles } from '../protocols/roles';
import { readProtocols } from '../protocols/schema';
import { encoded, type EncodedFile } from '../encode';
import type { AppSession } from '../session';
import type { ExperimentRequest, Preview, QueueState } from './types';

/** What a script asks for; the page knows the rest. */
export interface ProtocolsAsked {
  name?: string;
  /** Ids of the paper's protocols; not given: all of them, unless `own` has some. */
  ids?: string[];
  /** A file of protocols, as text; those with a mistake are left out, and a preview says why. */
  own?: string;
  /** Data set by role or name, beside what names and recognition say. */
  sets?: Record<string, string>;
  readers?: Reader[];
  textFrames?: number | null;
}

export interface ExperimentsAutomation {
  /** What would be trained on what, with the present data and configuration, and sentences on what is not clear. */
  previewProtocols(asked: ProtocolsAsked): Promise<Preview & { said: string[] }>;
  /** Works through protocols to the end; resolves with the experiment as it then is. */
  runProtocols(asked: ProtocolsAsked): Promise<Experiment>;
  /** Goes on with the newest experiment, or another; failed jobs are tried again. */
  goOnWithProtocols(id?: string): Promise<Experiment>;
  /** The newest experiment; null: there is none. */
  newestExperiment(): Experiment | null;
  queue(): QueueState;
  /** tables.{md,tex,csv,json}, {measures,attacks,confusion,readers,variants}.csv, experiment.json, predictions.csv */
  exportExperiment(id: string): Promise<EncodedFile[]>;
}

export function automateExperiments(session: AppSession): ExperimentsAutomation {
  const { experiments } = session;
  const ended = (id: string): Experiment => {
    const found = session.state.experiments.find((experiment) => experiment.id === id);
    if (found === undefined) throw new WorkerError({ cause: 'The experiment is no longer stored.', remedy: '' });
    return found;
  };
  return {
    async previewProtocols(asked) {
      const { request, said } = requestOf(session, asked);
      return { ...(await experiments.preview(request)), said };
    },
    async runProtocols(asked) {
      return ended(await experiments.begin(requestOf(session, asked).request));
    },
    async goOnWithProtocols(id = session.state.experiments[0]?.id) {
      if (id === undefined) throw new WorkerError({ cause: 'There is no experiment to go on with.', remedy: '' });
      await experiments.retry(id);
      await experiments.run(id);
      return ended(id);
    },
    newestExperiment: () => session.state.experiments[0] ?? null,
    queue: () => session.state.queue,
    exportExperiment: async (id) => encoded(await experiments.files(id)),
  };
}

/** @throws RangeError naming every protocol that cannot be used */
function requestOf(session: AppSession, asked: ProtocolsAsked): { request: ExperimentRequest; said: string[] } {
  const { data, config } = session.state;
  const own = asked.own === undefined ? { protocols: [], problems: [] } : protocolsOf(asked.own);
  const ids = asked.ids ?? (asked.own !== undefined ? [] : PAPER_PROTOCOLS.map(({ id }) => id));
  const paper = ids.map((id) => {
    const found = PAPER_PROTOCOLS.find((protocol) => protocol.id === id);
    if (found !== undefined) return found;
    const known = PAPER_PROTOCOLS.map((protocol) => protocol.id).join(', ');
    throw new RangeError(`There is no protocol ${id}. The paper's are ${known}.`);
  });
  const { sets, notes } = assignRoles(data.samples);
  const request: ExperimentRequest = {
    name: asked.name ?? 'Protocols',
    protocols: [...paper, ...own.protocols],
    sets: { ...sets, ...asked.sets },
    config,
    readers: asked.readers ?? ['head', 'text'],
    textFrames: asked.textFrames ?? null,
  };
  return { request, said: [...own.problems, ...notes] };
}

/** The good ones of a file; of the others a sentence each. @throws RangeError where none is good */
function protocolsOf(text: string): ReturnType<typeof readProtocols> {
  const read = readProtocols(
    text,
    PAPER_PROTOCOLS.map(({ id }) => id),
  );
  if (read.protocols.length === 0) throw new RangeError(read.problems.join(' '));
  return read;
}
