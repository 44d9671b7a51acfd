import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEMO, StorageError, type CaptionResult, type Evaluation } from '../../src/protocol';
import { closeDatabase, database, DATABASE, open, VERSION, withDatabase } from '../../src/store/database';
import { headOf, type RunRecord } from '../../src/store/record';
import {
  appendCaption,
  appendEvaluation,
  appendStep,
  dropAfter,
  loadRun,
  loadRuns,
  removeRun,
  saveHead,
  saveRun,
} from '../../src/store/runs';
import { clearSamples, loadSamples, saveSamples } from '../../src/store/samples';
import { loadSetting, saveSetting } from '../../src/store/settings';
import { rowOf, stepEvent } from '../support/fake_threads';

beforeEach(async () => {
  await closeDatabase();
  await deleteDB(DATABASE);
});
afterEach(closeDatabase);

function record(id: string, created: number, steps: number): RunRecord {
  return {
    id,
    name: id,
    created,
    updated: created,
    phase: 'finished',
    config: DEMO,
    model: {
      name: 'tiny',
      architecture: 'Idefics3',
      parameters: 10,
      imageSize: 8,
      imageTokens: 4,
      vocabulary: 5,
      visionLayers: 1,
      textLayers: 1,
      synthetic: true,
      weights: 'file',
      fingerprint: 'f',
      revision: null,
      loadSeconds: 0.5,
    },
    device: { backend: 'wasm', adapter: 'cpu', software: false, reason: 'test', forced: false },
    trainIds: ['a'],
    testIds: ['b'],
    probeIds: ['b'],
    sets: [],
    rejected: [],
    steps: Array.from({ length: steps }, (_, i) => stepEvent(id, i + 1, steps)),
    evaluations: [],
    captions: [],
    checkpointStep: null,
    trainableParameters: 3,
    seconds: 1,
  };
}

function evaluation(runId: string, step: number, source: 'head' | 'text'): Evaluation {
  const confusion = {
    liveAsLive: 1,
    liveAsSpoof: 0,
    liveUndecided: 0,
    spoofAsLive: 0,
    spoofAsSpoof: 1,
    spoofUndecided: 0,
  };
  const rates = { hter: 0, far: 0, frr: 0, accuracy: 1 };
  return { runId, step, source, policy: 'p', unit: 'frame', n: 2, ...rates, confusion, undecided: 0, note: null };
}

function caption(runId: string | null, step: number): CaptionResult {
  return {
    runId,
    step,
    sampleId: 'b',
    style: 'vanilla',
    adapter: 'on',
    text: 'Live.',
    verdict: 'live',
    headSpoofProbability: null,
    agrees: null,
    tokens: 2,
    truncated: false,
    seconds: 0.1,
  };
}

describe('samples', () => {
  test('round trip with thumbnail, replaced by id, in the order of set and file', async () => {
    const rows = ['b/live/2.png', 'a/print/1.png', 'a/live/3.png'].map(rowOf);
    await saveSamples(rows);
    await saveSamples([{ ...rowOf('a/live/3.png'), subject: 'someone else' }]);
    const read = await loadSamples();
    expect(read.map(({ id }) => id)).toEqual(['id:a/live/3.png', 'id:a/print/1.png', 'id:b/live/2.png']);
    expect(read[0]?.subject).toBe('someone else');
    expect(await read[0]?.thumbnail.text()).toBe('thumbnail');
    await clearSamples(read);
    expect(await loadSamples()).toEqual([]);
  });
});

describe('runs', () => {
  test('a whole record comes back as it was put, newest run first', async () => {
    const older = record('older', 1, 3);
    const newer = {
      ...record('newer', 2, 2),
      evaluations: [evaluation('newer', 0, 'head')],
      captions: [caption('newer', 0)],
    };
    await saveRun(older);
    await saveRun(newer);
    expect(await loadRuns()).toEqual([newer, older]);
    expect(await loadRun('nobody')).toBeNull();
  });

  test('appending costs one row and comes back in the order of steps', async () => {
    const run = record('run', 1, 0);
    await saveHead(headOf(run));
    for (const step of [2, 10, 1, 9]) await appendStep(stepEvent('run', step, 10));
    await appendStep({ ...stepEvent('run', 9, 10), learningRate: 5 });
    await appendEvaluation(evaluation('run', 0, 'text'));
    await appendEvaluation(evaluation('run', 0, 'head'));
    await appendCaption(caption('run', 0));
    await appendCaption(caption(null, 0));
    const read = await loadRun('run');
    expect(read?.steps.map(({ step }) => step)).toEqual([1, 2, 9, 10]);
    expect(read?.steps[2]?.learningRate).toBe(5);
    expect(read?.evaluations).toHaveLength(2);
    expect(read?.captions).toHaveLength(1);
  });

  test('rolling back to a step drops what came after it, of this run only', async () => {
    for (const id of ['run', 'run2', 'ru']) {
      await saveRun({
        ...record(id, 1, 6),
        evaluations: [0, 4, 5].map((step) => evaluation(id, step, 'head')),
        captions: [0, 4, 5].map((step) => caption(id, step)),
      });
    }
    await dropAfter('run', 4);
    const read = await loadRun('run');
    expect(read?.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(read?.evaluations.map(({ step }) => step)).toEqual([0, 4]);
    expect(read?.captions.map(({ step }) => step)).toEqual([0, 4]);
    for (const id of ['run2', 'ru']) {
      const other = await loadRun(id);
      expect([other?.steps.length, other?.evaluations.length, other?.captions.length]).toEqual([6, 3, 3]);
    }
  });

  test('removing one leaves the others whole', async () => {
    await saveRun(record('a', 1, 2));
    await saveRun(record('b', 2, 2));
    await removeRun('a');
    expect((await loadRuns()).map(({ id }) => id)).toEqual(['b']);
    expect(await (await database()).count('steps')).toBe(2);
  });
});

describe('the connection', () => {
  test('gives way to a newer version in another tab, then says that this page is the older one', async () => {
    await saveSetting('data.remarks', { rejected: [], noFace: ['kept'] });
    const newer = await openDB(DATABASE, VERSION + 1);
    await expect(loadSetting('data.remarks')).rejects.toThrow(/written by a newer version.*Reload/);
    newer.close();
  });

  test('an older tab that does not let go is named, not waited for, and no connection is left behind', async () => {
    const older = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(DATABASE, VERSION);
      request.onsuccess = () => resolve(request.result); // no versionchange listener: it ignores the upgrade
      request.onerror = () => reject(new Error('not opened'));
    });
    await expect(open(VERSION + 1)).rejects.toThrow(/Another tab .* older version.*Close the other tabs/);
    older.close();
    await deleteDB(DATABASE, {
      blocked: () => expect.fail('the upgrade that came too late kept its connection'),
    });
  });

  test('a connection that the browser closed is opened again', async () => {
    await saveSetting('data.remarks', { rejected: [], noFace: ['kept'] });
    (await database()).close();
    expect((await loadSetting('data.remarks'))?.noFace).toEqual(['kept']);
  });

  test('a full disk in IndexedDB is a sentence with a remedy', async () => {
    const failing = withDatabase('The run could not be saved', () =>
      Promise.reject(new DOMException('Quota exceeded', 'QuotaExceededError')),
    );
    await expect(failing).rejects.toThrow(StorageError);
    await expect(failing).rejects.toThrow(/The run could not be saved: the disk.*is full.*Delete old runs/);
  });
});
