/** The time that protocols are foreseen to take: by what the newest run with this model on this device took. */
import { expect, test } from 'vitest';
import { DEMO, type Protocol, type Reader } from '../../src/protocol';
import { CLS_TRAINS_HEAD_ALONE } from '../../src/evaluate/report';
import { previewOf } from '../../src/session/experiments/preview';
import { PAPER_PROTOCOLS } from '../../src/session/protocols/paper';
import { caption, DEVICE, MODEL, runRecord, sample, stepsTo } from '../support/fake_session';

const samples = ['M', 'C', 'I', 'O'].flatMap((role) =>
  Array.from({ length: 16 }, (_, index) =>
    sample(index, { id: `${role}/${index}`, set: role, video: `${role}/${index}`, subject: `${role}${index % 8}` }),
  ),
);
const asked = (readers: Reader[]): Parameters<typeof previewOf>[0] => ({
  protocols: PAPER_PROTOCOLS.slice(0, 1),
  sets: { M: 'M', C: 'C', I: 'I', O: 'O' },
  ...{ config: DEMO, readers, textFrames: null },
});
const after = async (run: Parameters<typeof runRecord>[0], readers: Reader[]): Promise<number | null> => {
  const runs = [runRecord(run)];
  return (await previewOf(asked(readers), samples, { runs, model: MODEL, device: DEVICE })).seconds;
};

test('needs a run that has written text only where text is asked for', async () => {
  const steps = stepsTo(1, 10);
  expect(await after({}, ['head'])).toBeNull();
  expect(await after({ steps }, ['head', 'text'])).toBeNull();
  const head = await after({ steps }, ['head']);
  expect(head).toBeGreaterThan(0);
  expect(await after({ steps, captions: [caption('M/0', 1, 'live')] }, ['head', 'text'])).toBeGreaterThan(head!);
});

test('counts the jobs that can run, and apart those that lack a set', async () => {
  const of = async (protocols: Protocol[]): Promise<unknown[]> => {
    const machine = { runs: [], model: MODEL, device: DEVICE };
    const { trainings, scorings, steps, frames, left } = await previewOf(
      { ...asked(['head']), protocols, sets: { M: 'M', C: 'C', I: 'I' } },
      samples.filter(({ set }) => set !== 'O'),
      machine,
    );
    return [trainings, scorings, steps, frames, left];
  };
  // OCI lacks O; M, C and I train what is tested on O and W, which are not there.
  expect((await of(PAPER_PROTOCOLS.slice(0, 1))).slice(0, 4)).toEqual([0, 0, 0, 0]);
  const own = { ...PAPER_PROTOCOLS[0]!, id: 'own', train: ['C', 'I'], tests: ['M', 'W'] };
  const [trainings, scorings, steps, , left] = await of([own]);
  expect([trainings, steps]).toEqual([2, 2 * DEMO.steps]);
  // Of each: development data and M; W is left.
  expect([scorings, left]).toEqual([4, 2]);
  expect(await of([own, PAPER_PROTOCOLS[0]!])).toEqual([...(await of([own])).slice(0, 4), expect.any(Number)]);
});

test('is not known of another device', async () => {
  const run = { steps: stepsTo(1, 10), device: { ...DEVICE, adapter: 'another' } };
  expect(await after(run, ['head'])).toBeNull();
});

test('says of protocols without the classification loss that only the head has it, where no adapter is in the vision tower', async () => {
  const notes = async (id: string, loraVision: boolean, readers: Reader[] = ['head', 'text']): Promise<string[]> => {
    const protocols = PAPER_PROTOCOLS.filter((protocol) => protocol.id === id);
    const of = { ...asked(readers), protocols, config: { ...DEMO, loraVision } };
    const preview = await previewOf(of, samples, { runs: [], model: MODEL, device: DEVICE });
    return preview.protocols.flatMap((protocol) => protocol.notes);
  };
  expect(await notes('OCI cls', false)).toContain(CLS_TRAINS_HEAD_ALONE);
  expect(await notes('OCI cls', true)).not.toContain(CLS_TRAINS_HEAD_ALONE);
  expect(await notes('OCI cls', false, ['head'])).not.toContain(CLS_TRAINS_HEAD_ALONE);
  expect(await notes('OCI', false)).not.toContain(CLS_TRAINS_HEAD_ALONE);
});
