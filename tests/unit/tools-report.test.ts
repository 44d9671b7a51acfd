/** What the tools believe: a report only when it is whole, a test run only by its own report. */
import { expect, test } from 'vitest';
import { PRESETS, type Report } from '../../src/protocol';
import { mergeNetwork } from '../../tools/lib/headless.mjs';
import { faultsOfReport } from '../../tools/lib/report.mjs';
import { readVitestReport } from '../../tools/lib/steps.mjs';

const CONFUSION = {
  liveAsLive: 1,
  liveAsSpoof: 0,
  liveUndecided: 0,
  spoofAsLive: 1,
  spoofAsSpoof: 0,
  spoofUndecided: 0,
};

function wholeReport(): Report {
  const evaluation = (step: number): Report['evaluations'][number] => ({
    step,
    source: 'head',
    policy: 'P(spoof) >= 0.5',
    unit: 'frame',
    n: 2,
    hter: 0.5,
    far: 1,
    frr: 0,
    accuracy: 0.5,
    confusion: CONFUSION,
    undecided: 0,
  });
  return {
    schema: 1,
    model: { name: 'tiny', parameters: 10, trainable: 2 },
    backend: { name: 'wasm', adapter: 'processor' },
    config: { ...PRESETS.demo, steps: 2 },
    seed: 0,
    data: { train: 2, test: 2, sets: [{ name: 'a', samples: 4, live: 2, spoof: 2 }], rejected: [] },
    train: {
      steps: 2,
      seconds: 1,
      samplesPerSecond: 4,
      peakBytes: 100,
      loss: [
        { step: 1, total: 2, cls: 1, cap: 3 },
        { step: 2, total: 1, cls: 1, cap: null },
      ],
    },
    evaluations: [evaluation(0), evaluation(2)],
    captions: [
      {
        step: 2,
        sample: 'a/1.png',
        label: 'live',
        attack: null,
        text: 'A face.',
        verdict: 'live',
        headProbability: 0.1,
      },
    ],
    network: [],
  };
}

test('a whole report has no fault', () => {
  expect(faultsOfReport(wholeReport())).toEqual([]);
});

test.each<[string, (report: Report) => void, RegExp]>([
  ['a run that stopped early', (report) => (report.config.steps = 3), /2 of 3 steps/],
  ['a lost step', (report) => report.train.loss.shift(), /losses of 2 steps/],
  ['a loss that is not finite', (report) => (report.train.loss[0]!.total = NaN), /train\.loss\.0\.total/],
  ['no evaluation at the end', (report) => report.evaluations.pop(), /no evaluation at step 2/],
  ['no evaluation before training', (report) => report.evaluations.shift(), /no evaluation at step 0/],
  ['no caption', (report) => (report.captions = []), /no caption/],
  ['a rate above 1', (report) => (report.evaluations[0]!.hter = 1.5), /evaluations\.0\.hter/],
  ['a count that does not add up', (report) => (report.evaluations[0]!.n = 3), /2 of 3 samples/],
  ['another schema', (report) => ((report as { schema: number }).schema = 2), /schema/],
  ['no network record', (report) => delete (report as Partial<Report>).network, /network/],
])('%s is a fault', (_name, spoil, sentence) => {
  const report = wholeReport();
  spoil(report);
  expect(faultsOfReport(report).join('\n')).toMatch(sentence);
});

test('something that is no report is a fault, not a crash', () => {
  for (const value of [null, undefined, 3, 'x', [], {}]) expect(faultsOfReport(value).length).toBeGreaterThan(0);
});

test('a request that page and browser both saw appears once; one that only the browser saw is added', () => {
  const inside = [{ url: 'http://127.0.0.1:1/a', thread: 'page', seconds: 1 }];
  const outside = [
    { url: '/a', thread: 'seen by the server', seconds: 1 },
    { url: 'https://example.org/b', thread: 'seen by Chromium', seconds: 2 },
    { url: 'https://example.org/b', thread: 'seen by Chromium', seconds: 3 },
  ];
  expect(mergeNetwork(inside, outside, 'http://127.0.0.1:1/')).toEqual([inside[0], outside[1]]);
});

test('test counts come from the reports, and a file that does not load is a failure', () => {
  const test_ = (status: string) => ({ status, fullName: `is ${status}`, failureMessages: ['why'] });
  const result = readVitestReport({
    success: false,
    testResults: [
      {
        name: '/p/a.test.ts',
        status: 'failed',
        assertionResults: [test_('passed'), test_('failed'), test_('pending')],
      },
      { name: '/p/b.test.ts', status: 'failed', message: 'Cannot find module', assertionResults: [] },
      { name: '/p/c.test.ts', status: 'passed', assertionResults: [test_('passed')] },
    ],
  });
  expect(result).toMatchObject({ passed: 2, failed: 2, skipped: 1 });
  expect(result.failures.join('\n')).toContain('Cannot find module');
  expect(readVitestReport({ success: false, testResults: [] }).failed).toBe(1);
});
