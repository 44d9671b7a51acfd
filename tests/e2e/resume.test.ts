/** Kill the tab in the middle of a run: what goes on from the checkpoint equals the run that was never interrupted. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/protocol';
import { call, importFolder, openSite, smallSet, TINY, type Site } from './support';

// Many more steps than pass between seeing the third and the kill, which on a quick machine are several.
const SETTINGS = { ...TINY, steps: 60, evaluateEvery: 60, checkpointEvery: 2, seed: 7 };
let site: Site;
const set = smallSet();
beforeAll(async () => {
  site = await openSite({ profile: true });
});
afterAll(async () => {
  set.remove();
  await site.close();
});

test('a killed tab costs the steps since the last checkpoint, and nothing else', async () => {
  const first = await site.openPage('?backend=wasm');
  await importFolder(first, set.folder);
  await call(first, 'configure', SETTINGS);
  const whole = (await call(first, 'start')) as Report;

  void call(first, 'start').catch(() => undefined);
  // Any moment after the first checkpoint and before the end will do: the step is not awaited exactly.
  await first.waitForFunction(() => {
    const { step, phase } = window.whylive!.progress();
    return phase === 'training' && step >= 3;
  });
  // CDP's Page.crash ends the renderer as a crash or the system's memory killer would: no handler of ours runs.
  const session = await site.context.newCDPSession(first);
  void session.send('Page.crash').catch(() => undefined);
  await new Promise((resolve) => first.once('crash', resolve));
  await first.close();

  const second = await site.openPage('?backend=wasm');
  const interrupted = await second.evaluate(() => {
    const run = window.whylive!.session.state.runs.find(({ phase }) => phase !== 'finished');
    return run ? { id: run.id, checkpoint: run.checkpointStep, steps: run.config.steps } : null;
  });
  expect(interrupted).not.toBeNull();
  expect(interrupted?.checkpoint).toBeGreaterThanOrEqual(2);
  expect(interrupted?.checkpoint).toBeLessThan(SETTINGS.steps);
  const resumed = (await call(second, 'resume', 0, interrupted?.id)) as Report;
  expect(resumed.train.loss).toEqual(whole.train.loss);
  const rates = (report: Report) =>
    report.evaluations.map(({ step, source, confusion, hter }) => ({ step, source, confusion, hter }));
  expect(rates(resumed)).toEqual(rates(whole));
  const texts = (report: Report) => report.captions.map(({ step, sample, text }) => ({ step, sample, text }));
  expect(texts(resumed)).toEqual(texts(whole));
});
