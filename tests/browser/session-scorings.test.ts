/** Scoring from the page: answers are kept as they come, and one that was cut off goes on with the frames left. */
import { describe, expect, test, vi } from 'vitest';
import { CancelledError, DEMO } from '../../src/protocol';
import { automate } from '../../src/session/automation';
import type { AppSession } from '../../src/session/session';
import { loadPredictions, loadScorings } from '../../src/store/scorings';
import { EMBEDDED, fakePrediction, rowOf, type FakeOptions } from '../support/fake_threads';
import { eachTestAnew, fakes, files, open, texts } from '../support/session';

const READERS = { head: true, text: true, likelihood: false };
const OPTIONS = { readers: READERS, test: 'synthetic-M' };
const BROKEN = 'synthetic-M/print/broken.png';

/** A session with data and a run that has a checkpoint. */
async function trained(options: FakeOptions = {}): Promise<{ session: AppSession; runId: string; ids: string[] }> {
  const session = await open(options);
  await session.importFiles(files([...EMBEDDED, BROKEN]), { ask: false });
  session.setConfig({ ...DEMO, steps: 3, checkpointEvery: 3 });
  await session.startRun();
  const ids = session.state.data.samples.filter(({ set }) => set === 'synthetic-M').map(({ id }) => id);
  return { session, runId: session.state.run!.id, ids };
}

const asked = (): string[][] =>
  fakes.calls.filter((call) => call.startsWith('scoring.run ')).map((call) => call.split(' ').slice(2));

eachTestAnew();

describe('a scoring', () => {
  test('is kept with all that is needed to read its numbers, and outlives its samples', async () => {
    const { session, runId, ids } = await trained();
    const shown: (number | undefined)[] = [];
    session.addEventListener('change', () => shown.push(session.state.scoring?.progress.done));
    const record = await session.score(runId, ids, OPTIONS);
    const about = { experimentId: null, runId, runName: session.state.run!.name, test: 'synthetic-M' };
    expect(record).toMatchObject({ ...about, frames: 9, whole: true });
    expect(record.failed.map(({ file }) => file)).toEqual([BROKEN]);
    expect(texts(session)).toContain(`1 of 9 frames could not be scored. The first: ${BROKEN}: Its stored frame does`);
    expect(session.state.scoring).toBeNull();
    expect(await loadScorings()).toEqual([record]);
    await session.clearData();
    const predictions = await session.predictions(record.id);
    const rows = EMBEDDED.filter((path) => path.startsWith('synthetic-M')).map(rowOf);
    expect(predictions).toEqual(
      rows.map((row) => fakePrediction(row, READERS)).sort((a, b) => (a.sampleId < b.sampleId ? -1 : 1)),
    );
  });

  test('tells how far it is, can be cancelled, and goes on with the frames left, also in a new session', async () => {
    const { session, runId, ids } = await trained({ pace: 20 });
    const going = session.score(runId, ids, OPTIONS);
    await vi.waitFor(() => expect(session.state.scoring?.progress.done).toBeGreaterThanOrEqual(2));
    expect(session.state.scoring).toMatchObject({ runId, test: 'synthetic-M', progress: { total: 9, rate: 4 } });
    session.cancelScoring();
    await expect(going).rejects.toThrow(CancelledError);
    const [cut] = await loadScorings();
    expect(cut).toMatchObject({ whole: false, frames: 9 });
    const before = await loadPredictions(cut!.id);
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(8);
    expect(texts(session)).not.toMatch(/scored|Cancelled/);

    const again = await open();
    const record = await again.score(runId, ids, { ...OPTIONS, scoringId: cut!.id });
    expect(record).toMatchObject({ id: cut!.id, created: cut!.created, whole: true, frames: 9 });
    expect(record.seconds).toBeGreaterThan(cut!.seconds);
    expect(asked()).toHaveLength(1);
    const known = new Set(before.map(({ sampleId }) => sampleId));
    expect(asked()[0]).toEqual(ids.filter((id) => !known.has(id)));
    expect(await loadPredictions(record.id)).toHaveLength(8);
    // Nothing is left but the frame that cannot be read, which is tried once more.
    await again.score(runId, ids, { ...OPTIONS, scoringId: cut!.id });
    expect(asked()[1]).toEqual([rowOf(BROKEN).id]);
  });

  test('goes on by itself after a crash of the trainer, with the frames left', async () => {
    let crashed = false;
    const { session, runId, ids } = await trained({
      beforeBatch: (done) => {
        if (done !== 4 || crashed) return;
        crashed = true;
        fakes.trainerPorts.at(-1)!.crash('out of memory');
      },
    });
    const record = await session.score(runId, ids, OPTIONS);
    expect(record).toMatchObject({ whole: true, frames: 9 });
    expect(await loadPredictions(record.id)).toHaveLength(8);
    expect(texts(session)).toContain('The trainer was started again; the scoring goes on with the frames left.');
    const [first, second] = asked();
    expect(second).toEqual(first!.slice(4));
  });

  test('and a run exclude one another, and neither changes what the other stands on', async () => {
    const { session, runId, ids } = await trained({ pace: 20 });
    const going = session.score(runId, ids, OPTIONS);
    await vi.waitFor(() => expect(session.state.scoring).not.toBeNull());
    await session.startRun();
    expect(texts(session)).toContain('Frames are being scored. Cancel that first, or let it finish.');
    await expect(session.score(runId, ids, OPTIONS)).rejects.toThrow('Frames are being scored.');
    await session.setBackend('webgpu');
    expect(texts(session)).toContain('The backend cannot be changed while frames are being scored. Cancel that first.');
    await session.deleteRun(runId);
    expect(session.state.runs).toHaveLength(1);
    expect((await going).whole).toBe(true);

    session.setConfig({ steps: 400 });
    const run = session.startRun();
    await vi.waitFor(() => expect(session.state.run?.phase).toBe('training'));
    await expect(session.score(runId, ids, OPTIONS)).rejects.toThrow('A run is going.');
    await session.stopRun();
    await run;
  });

  test('goes with its run unless an experiment has it', async () => {
    const { session, runId, ids } = await trained();
    await session.score(runId, ids.slice(0, 2), OPTIONS);
    const kept = await session.score(runId, ids.slice(0, 2), { ...OPTIONS, experimentId: 'e' });
    await session.deleteRun(runId);
    expect((await loadScorings()).map(({ id }) => id)).toEqual([kept.id]);
    expect(await session.predictions(kept.id)).toHaveLength(2);
  });

  test('says what it cannot do: frames that are gone, a run that is gone, another backbone', async () => {
    const { session, runId, ids } = await trained();
    const { score } = automate(session);
    await expect(score(['none'], OPTIONS)).rejects.toThrow(
      'synthetic-M: None of the frames that were to be scored is among the data. Import the set again.',
    );
    expect(await loadScorings()).toEqual([]);
    const { record, predictions } = await score([...ids.slice(0, 1), 'none'], OPTIONS);
    expect(predictions).toHaveLength(1);
    expect(record.failed).toEqual([
      {
        sampleId: 'none',
        file: 'synthetic-M: none',
        reason: 'It is no longer among the data. Import its set again.',
      },
    ]);
    await expect(score(ids, OPTIONS, 'gone')).rejects.toThrow(/no longer stored/);
    await session.backbones.loadFolder('mine', [{ path: 'mine/config.json', file: new File(['{}'], 'config.json') }]);
    await expect(score(ids, OPTIONS, runId)).rejects.toThrow('The run was trained on tiny; mine is loaded.');
    expect(session.state.scoring).toBeNull();
  });
});
