/** Whole states of the page, for tests and for pictures of it. */
import type { RunRecord, SessionState } from '../../src/session/types';
import type { Label, PeerInfo, SampleRow } from '../../src/protocol';
import { DEMO } from '../../src/protocol';
import {
  FakeSession,
  REASONING,
  caption,
  emptyState,
  evaluation,
  notice,
  runRecord,
  sample,
  stepsTo,
} from './fake_session';

function dataOf(n: number): SessionState['data'] {
  const samples = Array.from({ length: n }, (_, index) => sample(index));
  const sets = ['synthetic-C', 'synthetic-M'].map((name) => {
    const own = samples.filter(({ set }) => set === name);
    const live = own.filter(({ label }) => label === 'live').length;
    return { name, samples: own.length, live, spoof: own.length - live, unlabelled: 0 };
  });
  const held = new Set(['s1', 's2', 's3']);
  const isTest = (row: SampleRow): boolean => held.has(row.subject ?? '');
  return {
    samples,
    sets,
    rejected: [],
    notes: [`'1' was read as spoof and '0' as live in captions.csv (column "spoof").`],
    importing: null,
    paused: false,
    pending: null,
    unfinished: null,
    noFace: [],
    keptBack: [],
    split: {
      train: samples.filter((row) => !isTest(row)).map(({ id }) => id),
      test: samples.filter(isTest).map(({ id }) => id),
      problems: [],
    },
  };
}

const PROBES: [string, Label][] = [
  ['sample-1', 'spoof'],
  ['sample-0', 'live'],
  ['sample-3', 'spoof'],
  ['sample-2', 'live'],
];

function evaluations(done: number): RunRecord['evaluations'] {
  const all = [
    [0, 0.5, 0.58, 0.92, 1],
    [20, 0.17, 0.25, 0.25, 0.42],
    [40, 0.08, 0.08, 0.08, 0.17],
  ] as const;
  return all.flatMap(([step, headFar, headFrr, textFar, textFrr]) =>
    step > done ? [] : [evaluation(step, 'head', headFar, headFrr), evaluation(step, 'text', textFar, textFrr)],
  );
}

function captions(steps: number[]): RunRecord['captions'] {
  return steps.flatMap((step) => PROBES.map(([id, label]) => caption(id, step, label)));
}

const finished = (over: Partial<RunRecord> = {}): RunRecord =>
  runRecord({
    phase: 'finished',
    steps: stepsTo(40, 40),
    evaluations: evaluations(40),
    captions: captions([0, 20, 40]),
    checkpointStep: 40,
    seconds: 151,
    ...over,
  });

const OTHER: PeerInfo = {
  name: 'SmolVLM-256M-Instruct-ONNX',
  architecture: 'idefics3',
  weights: 'q4',
  bytes: 189e6,
  device: 'wasm',
  converted: false,
  loadSeconds: 2.4,
};

/** Samples in the scenes that have any; the whole of a scene is cheap to check while they are few. */
let size = 24;

const SCENES: Record<string, () => Partial<SessionState>> = {
  first: () => ({}),
  starting: () => ({
    boot: {
      phase: 'starting',
      progress: { label: 'opening the device', done: 1, total: 3, unit: 'parts', rate: null, secondsLeft: null },
    },
    proofs: [],
    device: null,
    model: null,
  }),
  importing: () => ({
    data: {
      ...dataOf(38),
      importing: {
        label: 'synthetic-C/spoof/subject-07_print_18.mp4',
        done: 19,
        total: 48,
        unit: 'files',
        rate: 6.4,
        secondsLeft: 4.5,
      },
    },
  }),
  data: () => ({ data: dataOf(size) }),
  setup: () => ({ view: 'train', data: dataOf(size) }),
  nodata: () => ({ view: 'train' }),
  evaluating: () => ({
    view: 'train',
    data: dataOf(size),
    run: runRecord({ phase: 'evaluating' }),
    runDetail: { label: 'Explaining probe frames', done: 1, total: 4 },
    probes: [{ step: 0, sampleId: 'sample-1', text: 'A picture of a round', result: null }],
  }),
  training: () => ({
    view: 'train',
    data: dataOf(size),
    run: runRecord({ steps: stepsTo(4, 40), evaluations: evaluations(0), captions: captions([0]) }),
  }),
  middle: () => ({
    view: 'train',
    data: dataOf(size),
    run: runRecord({
      phase: 'evaluating',
      steps: stepsTo(20, 40),
      evaluations: evaluations(0),
      captions: captions([0]),
    }),
    runDetail: { label: 'Explaining probe frames', done: 0, total: 4 },
    probes: [{ step: 20, sampleId: 'sample-1', text: REASONING.spoof.slice(0, 290), result: null }],
  }),
  finished: () => ({ view: 'train', data: dataOf(size), run: finished(), runs: [finished()] }),
  inspect: () => ({
    view: 'inspect',
    data: dataOf(size),
    run: finished(),
    runs: [finished()],
    inspect: {
      sampleId: 'sample-1',
      style: 'reasoning',
      runId: 'run-1',
      sampling: null,
      on: { text: '', busy: false, result: caption('sample-1', 40, 'spoof') },
      off: {
        text: '',
        busy: false,
        result: caption('sample-1', 0, 'spoof', { adapter: 'off', headSpoofProbability: null }),
      },
    },
  }),
  other: () => ({
    ...SCENES['inspect']!(),
    other: {
      key: null,
      model: OTHER,
      opening: null,
      text: '',
      busy: false,
      answer: {
        sampleId: 'sample-1',
        style: 'reasoning',
        text: 'A man looks at the camera. A white edge runs around the picture, so it may be a printed photo: spoof.',
        verdict: 'spoof',
        tokens: 34,
        truncated: false,
        seconds: 3.4,
        tokensPerSecond: 17.2,
      },
    },
  }),
  otherOpening: () => ({
    ...SCENES['inspect']!(),
    other: {
      key: null,
      model: null,
      opening: {
        label: 'onnx/decoder_model_merged_q4.onnx',
        done: 61e6,
        total: 189e6,
        unit: 'bytes',
        rate: 84e6,
        secondsLeft: 1.5,
      },
      text: '',
      busy: false,
      answer: null,
    },
  }),
  streaming: () => ({
    view: 'inspect',
    data: dataOf(size),
    run: finished(),
    runs: [finished()],
    inspect: {
      sampleId: 'sample-1',
      style: 'reasoning',
      runId: 'run-1',
      sampling: null,
      on: { text: REASONING.spoof.slice(0, 260), busy: true, result: null },
      off: { text: 'A picture of a round', busy: true, result: null },
    },
  }),
  runs: () => ({
    view: 'runs',
    data: dataOf(size),
    run: finished(),
    runs: [
      finished(),
      finished({
        id: 'run-2',
        name: 'Without the verdict loss',
        config: { ...DEMO, alpha: 0, seed: 3 },
        phase: 'stopped',
        steps: stepsTo(27, 40),
        evaluations: evaluations(20),
        checkpointStep: 25,
        seconds: 98,
      }),
    ],
  }),
  noruns: () => ({ view: 'runs' }),
  bad: () => ({
    data: {
      ...dataOf(24),
      rejected: [
        {
          file: 'holiday.mp4',
          reason: 'It is a text file with the name of a video. Export the video again, or leave it out.',
        },
        { file: 'live/broken.jpg', reason: 'The image ends in the middle. Copy it again from where it came from.' },
        { file: 'spoof/empty.png', reason: 'It has 0 bytes. Copy it again from where it came from.' },
        { file: 'wall.png', reason: 'It is 20,000 x 20,000 pixels; the limit is 64 million. Make it smaller.' },
      ],
    },
    notices: [
      notice({
        kind: 'error',
        error: {
          name: 'ImportError',
          file: 'captions.csv',
          cause: 'Row 14 says "maybe" in the column "label".',
          remedy: 'Write live or spoof there; the other 95 rows were used.',
          recoverable: true,
        },
      }),
    ],
  }),
  lost: () => ({
    view: 'train',
    data: dataOf(size),
    run: runRecord({
      phase: 'failed',
      steps: stepsTo(23, 40),
      evaluations: evaluations(20),
      captions: captions([0, 20]),
      checkpointStep: 20,
    }),
    notices: [
      notice({
        place: 'train',
        error: {
          name: 'DeviceError',
          file: null,
          cause: 'The graphics device was lost at step 23.',
          remedy: 'Nothing before step 20 is lost: go on from there, or change to WASM under Settings.',
          recoverable: true,
        },
      }),
    ],
  }),
  failed: () => ({
    boot: { phase: 'failed', progress: null },
    device: null,
    model: null,
    proofs: [],
    notices: [
      notice({
        place: 'page',
        error: {
          name: 'DeviceError',
          file: null,
          cause: 'Neither WebGPU nor WebAssembly is available in this browser.',
          remedy: 'Open the page in a current Chrome, Edge, Firefox or Safari.',
          recoverable: false,
        },
      }),
    ],
  }),
};

export const SCENE_NAMES = Object.keys(SCENES);

/** A session in the named state, with `samples` samples where it has any. */
export function scene(name: string, over: Partial<SessionState> = {}, samples = 24): FakeSession {
  size = samples;
  const make = SCENES[name];
  if (!make) throw new Error(`There is no scene ${JSON.stringify(name)}; there are ${SCENE_NAMES.join(', ')}.`);
  return new FakeSession({ ...emptyState(), ...make(), ...over });
}
