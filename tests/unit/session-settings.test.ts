import { describe, expect, test } from 'vitest';
import { DEFAULT_HUB, DEMO, PAPER, completed, mixName, type RunConfig } from '../../src/protocol';
import {
  changedConfig,
  configProblems,
  differences,
  nearestPreset,
  parseValue,
  valueProblem,
  type ConfigChange,
} from '../../src/session/config';
import { readSettings, writeSettings, type Settings } from '../../src/session/settings';

const base: Settings = {
  view: 'data',
  theme: 'auto',
  faces: 'auto',
  backend: 'auto',
  weights: 'file',
  kernelChoices: {},
  hub: DEFAULT_HUB,
  config: DEMO,
};

describe('settings in the address', () => {
  test('defaults need no address', () => {
    expect(writeSettings(base, '')).toBe('');
    expect(readSettings('')).toEqual({ settings: base, problems: [] });
  });

  test('view, theme, backend and differences come back', () => {
    const settings: Settings = {
      view: 'inspect',
      theme: 'dark',
      faces: 'hidden',
      backend: 'wasm',
      weights: 'int8',
      kernelChoices: { linear: 'tiles', attention: 'rows' },
      hub: 'https://mirror.example/hf',
      config: { ...DEMO, steps: 12, reasoningShare: 0, loraVision: true, learningRate: 5e-5 },
    };
    const query = writeSettings(settings, '');
    expect(query).toBe(
      '?view=inspect&theme=dark&faces=hidden&backend=wasm&weights=int8&kernels=linear%3Atiles%2Cattention%3Arows&hub=https%3A%2F%2Fmirror.example%2Fhf&reasoningShare=0&loraVision=true&learningRate=0.00005&steps=12',
    );
    expect(readSettings(query)).toEqual({ settings, problems: [] });
  });

  test('the paper preset is named, and only its differences are listed', () => {
    const query = writeSettings({ ...base, config: { ...PAPER, seed: 7 } }, '');
    expect(query).toBe('?preset=paper&seed=7');
    expect(readSettings(query).settings.config).toEqual({ ...PAPER, seed: 7 });
  });

  test('what is no setting stays, and a value that went back to its default goes', () => {
    expect(writeSettings(base, '?probe=1&steps=9&view=runs')).toBe('?probe=1');
  });

  test.each([
    ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000', 0],
    ['https://mirror.example/', 'https://mirror.example', 0],
    ['http://mirror.example', DEFAULT_HUB, 1],
    ['https://name:word@mirror.example', DEFAULT_HUB, 1],
    ['https://mirror.example/?a=b', DEFAULT_HUB, 1],
    ['javascript:alert(1)', DEFAULT_HUB, 1],
    ['mirror', DEFAULT_HUB, 1],
  ])('the hub may be a mirror over https, or on this machine: %s', (text, hub, problems) => {
    const read = readSettings(`?hub=${encodeURIComponent(text)}`);
    expect(read.settings.hub).toBe(hub);
    expect(read.problems).toHaveLength(problems);
  });

  test('a mix of captions as earlier versions wrote it is read, and written anew', () => {
    const { settings, problems } = readSettings('?captions=reasoning');
    expect([settings.config.reasoningShare, problems]).toEqual([1, []]);
    expect(writeSettings(settings, '?captions=reasoning')).toBe('?reasoningShare=1');
    expect(readSettings('?captions=half&reasoningShare=0.3').settings.config.reasoningShare).toBe(0.3);
    expect(readSettings('?captions=both').problems).toEqual([
      'The address says captions=both; it can be vanilla, half, reasoning. 0.5 is used.',
    ]);
  });

  test('what cannot be read keeps its default and gets a sentence', () => {
    const { settings, problems } = readSettings('?view=kitchen&backend=webgl&steps=-3&batch=two&loraVision=yes');
    expect(settings).toEqual(base);
    expect(problems).toHaveLength(5);
    const half = readSettings('?kernels=linear,attention:rows,a:b:c,');
    expect(half.settings.kernelChoices).toEqual({ attention: 'rows' });
    expect(half.problems).toHaveLength(2);
    expect(problems.join('\n')).toMatch(/backend=webgl; it can be auto, webgpu, wasm/);
    expect(problems.join('\n')).toMatch(new RegExp(`steps=-3, which cannot be used\\. ${DEMO.steps} is used`));
  });
});

describe('configuration', () => {
  test('the presets have no problem', () => {
    expect(configProblems(PAPER)).toEqual([]);
    expect(configProblems(DEMO)).toEqual([]);
  });

  test('every key of a configuration is checked', () => {
    for (const key of Object.keys(PAPER) as (keyof RunConfig)[]) {
      expect(valueProblem(key, undefined), key).not.toBeNull();
      expect(valueProblem(key, PAPER[key]), key).toBeNull();
      expect(parseValue(key, String(PAPER[key])), key).toBe(PAPER[key]);
      expect(parseValue(key, ''), key).toBeUndefined();
    }
  });

  test.each([
    [{ steps: 0 }, /steps is 0\. Give a whole number from 1/],
    [{ batch: 1.5 }, /batch is 1\.5/],
    [{ learningRate: NaN }, /learningRate is NaN/],
    [{ testShare: 1 }, /testShare is 1/],
    [{ alpha: 0, beta: 0 }, /both 0/],
    [{ reasoningShare: 1.5 }, /reasoningShare is 1\.5\. Give a number from 0 to 1/],
  ])('%o is refused', (change, sentence) => {
    expect(configProblems({ ...DEMO, ...change }).join('\n')).toMatch(sentence);
  });

  test('the nearest preset', () => {
    expect(nearestPreset(DEMO)).toBe('demo');
    expect(nearestPreset(PAPER)).toBe('paper');
    expect(differences({ ...PAPER, seed: 1 }, 'paper')).toEqual(['seed']);
  });
});

describe('a configuration with changes', () => {
  test('starts from a preset or from another one; an exported file will do', () => {
    expect(changedConfig('paper', {})).toEqual(PAPER);
    const exported = { schema: 1, config: { steps: 9, seed: 2 }, provenance: {} };
    expect(changedConfig({ ...DEMO, batch: 3 }, { ...exported, seed: 4 })).toEqual({
      ...DEMO,
      batch: 3,
      steps: 9,
      seed: 4,
    });
  });

  test('takes the captions setting of earlier versions, in a file or beside it', () => {
    const share = (change: ConfigChange): number => changedConfig('demo', change).reasoningShare;
    expect(share({ captions: 'vanilla' })).toBe(0);
    expect(share({ config: { captions: 'reasoning' } })).toBe(1);
    expect(share({ config: { captions: 'reasoning' }, reasoningShare: 0.2 })).toBe(0.2);
    expect(share({ config: { reasoningShare: 0.2 }, captions: 'half' })).toBe(0.5);
    expect(() => share({ captions: 'both' as never })).toThrow(/captions is both\. Give reasoningShare, from 0 to 1/);
    const { reasoningShare, ...old } = DEMO;
    expect(completed({ ...old, captions: 'vanilla' })).toEqual({ ...DEMO, reasoningShare: 0 });
    expect(completed(old)).toEqual({ ...DEMO, reasoningShare });
    expect(mixName(0.5) + mixName(0.333)).toBe('half33.3 % reasoning');
  });

  test('is refused with every key and value that cannot be used', () => {
    const change = { steps: -1, stepz: 1, constructor: 1 } as never;
    expect(() => changedConfig('demo', change)).toThrow(
      /stepz is no setting of a run: write steps, or take it out\. constructor is no setting of a run\. steps is -1/,
    );
  });
});
