/** An adapter folder from disk as a run of its own: it can be inspected, exported, and begun from. */
import { ModelError, type CallOptions, type RunConfig, type SourceFile } from '../protocol';
import { headOf, type RunRecord } from '../store/record';
import { saveHead } from '../store/runs';
import { changedConfig } from './config';
import type { StateHolder } from './holder';
import { withoutCommonFolder } from './models';
import type { Threads } from './threads';

/**
 * Loads the folder for the backbone that is loaded, stores it, and returns its record.
 *
 * @throws ModelError; CancelledError when the signal fires
 */
export async function loadAdapter(
  holder: StateHolder,
  threads: Threads,
  name: string,
  files: readonly SourceFile[],
  options: CallOptions = {},
): Promise<RunRecord> {
  const { model, device, config } = holder.state;
  if (model === null || device === null) {
    throw new ModelError({ cause: 'No model is loaded.', remedy: 'Load the backbone of the adapter first.' });
  }
  if (files.length === 0) {
    throw new ModelError({
      file: name,
      cause: 'The folder is empty.',
      remedy: 'Choose the folder that peft saved: adapter_config.json and adapter_model.safetensors.',
    });
  }
  const id = crypto.randomUUID();
  const inside = withoutCommonFolder(files);
  const own = await ownSettings(inside, config);
  const asked = { runId: id, name, files: inside, config: own, fingerprint: model.fingerprint };
  const loaded = await threads.trainer.call('adapter.import', asked, options);
  const now = Date.now();
  const record: RunRecord = {
    id,
    name,
    created: now,
    updated: now,
    phase: 'finished',
    adapter: { folder: name, notes: loaded.notes },
    config: { ...own, ...loaded.config },
    model,
    device,
    trainIds: [],
    testIds: [],
    probeIds: [],
    sets: [],
    rejected: [],
    steps: [],
    evaluations: [],
    captions: [],
    checkpointStep: 0,
    trainableParameters: loaded.trainableParameters,
    seconds: 0,
  };
  await saveHead(headOf(record));
  return record;
}

/** The settings that this page wrote beside an adapter; a folder from elsewhere has none, and takes the present ones. */
async function ownSettings(files: readonly { path: string; blob: Blob }[], present: RunConfig): Promise<RunConfig> {
  const file = files.find(({ path }) => path === 'run.json' || path.endsWith('/run.json'));
  if (file === undefined) return present;
  try {
    const { config } = JSON.parse(await file.blob.text()) as { config: RunConfig };
    return changedConfig('paper', { config });
  } catch {
    // Not ours, or of another version: it says nothing that the adapter needs.
    return present;
  }
}
