import { describe, expect, test } from 'vitest';
import {
  DEMO,
  type GenerateRequest,
  type Label,
  type RunConfig,
  type SampleRow,
  type SourceFile,
} from '../../src/protocol';
import { requestSince } from '../../src/session/network';
import { foreseenProblem } from '../../src/session/foresee';
import { requestFor } from '../../src/session/generated';
import {
  captionRemark,
  checkPlan,
  chooseProbes,
  countCaptioned,
  countDrafted,
  rowsOf,
  runName,
} from '../../src/session/plan';
import { withoutCommonFolder } from '../../src/session/models';
import { summarise } from '../../src/data/summary';
import { meanRate, sampleName } from '../../src/session/report';

function row(id: string, label: Label | null, attack: string | null, video = id): SampleRow {
  return {
    id,
    set: 'set',
    file: `${id}.mp4`,
    video,
    role: 'early',
    seconds: 0,
    label,
    attack,
    subject: null,
    captions: {},
    width: 1,
    height: 1,
    frame: '',
    thumbnail: new Blob(),
  };
}

describe('probes', () => {
  const test8 = [
    row('p1', 'spoof', 'print', 'v1'),
    row('p2', 'spoof', 'print', 'v1'),
    row('p3', 'spoof', 'print', 'v2'),
    row('r1', 'spoof', 'replay', 'v3'),
    row('l1', 'live', null, 'v4'),
    row('l2', 'live', null, 'v4'),
    row('l3', 'live', null, 'v5'),
  ];

  test('every kind in turn, live first, another video before the same again', () => {
    expect(chooseProbes(test8, 4)).toEqual(['l1', 'p1', 'r1', 'l3']);
    expect(chooseProbes(test8, 7)).toEqual(['l1', 'p1', 'r1', 'l3', 'p3', 'l2', 'p2']);
  });

  test('never more than there are, the same for any order', () => {
    expect(chooseProbes(test8, 99)).toHaveLength(7);
    expect(chooseProbes([...test8].reverse(), 4)).toEqual(chooseProbes(test8, 4));
    expect(chooseProbes([], 4)).toEqual([]);
    expect(chooseProbes(test8, 0)).toEqual([]);
  });
});

describe('a run’s start', () => {
  const sets = (names: string[]): ReturnType<typeof summarise> =>
    names.map((name) => ({ name, samples: 1, live: 1, spoof: 0, unlabelled: 0 }));

  test('its name says sets, captions and seed', () => {
    expect(runName(sets(['synthetic-C', 'synthetic-M']), DEMO)).toBe('synthetic-C + synthetic-M, half, seed 0');
    expect(runName(sets(['a', 'b', 'c', 'd', 'e']), { ...DEMO, seed: 3 })).toBe('a + b + 3 more, half, seed 3');
    expect(runName(sets(['a']), { ...DEMO, reasoningShare: 0.3 })).toBe('a, 30 % reasoning, seed 0');
  });

  test('what cannot train is refused', () => {
    expect(() => checkPlan(DEMO, [])).toThrow(/no labelled sample/);
    expect(() => checkPlan({ ...DEMO, alpha: 0 }, [row('a', 'live', null)])).toThrow(/nothing to learn/);
    expect(() => checkPlan({ ...DEMO, seed: -1 }, [row('a', 'live', null)])).toThrow(/seed is -1/);
    expect(() => checkPlan(DEMO, [row('a', 'live', null)])).not.toThrow();
  });

  test('a caption style that the samples lack is refused, where they have the other', () => {
    const mute = row('a', 'live', null);
    const brief = { ...row('b', 'spoof', 'print'), captions: { vanilla: 'A print.', reasoning: ' ' } };
    const reasoning = { ...DEMO, reasoningShare: 1 };
    expect(() => checkPlan(reasoning, [mute, brief])).toThrow(
      'No training sample has a reasoning caption; 1 of 2 has a vanilla one. Choose vanilla captions, or add reasoning',
    );
    expect(() => checkPlan({ ...reasoning, beta: 0 }, [mute, brief])).not.toThrow();
    expect(() => checkPlan({ ...reasoning, reasoningShare: 0 }, [mute, brief])).not.toThrow();
    expect(() => checkPlan(DEMO, [mute, brief])).not.toThrow();
  });

  test('what a run does otherwise than its caption setting says is remarked', () => {
    const mute = row('a', 'live', null);
    const brief = { ...mute, captions: { vanilla: 'A face.' } };
    const both = { ...mute, captions: { vanilla: 'A face.', reasoning: 'Final judgment: live.' } };
    expect(captionRemark(DEMO, [mute])).toMatch(/No training sample has a caption.* head only/);
    expect(captionRemark({ ...DEMO, beta: 0 }, [mute])).toBeNull();
    expect(captionRemark(DEMO, [mute, brief])).toMatch(
      /No training sample has a reasoning caption: every one learns its vanilla/,
    );
    expect(captionRemark({ ...DEMO, reasoningShare: 0 }, [brief])).toBeNull();
    expect(captionRemark(DEMO, [mute, both])).toBeNull();
    expect(captionRemark(DEMO, [])).toBeNull();
    const some = [brief, brief, both, both, mute];
    expect(captionRemark(DEMO, some)).toBe(
      '2 of 4 training samples have one of the two captions and learn that: 1 learns a reasoning caption, 3 a vanilla one.',
    );
    expect(captionRemark({ ...DEMO, reasoningShare: 0.3 }, [brief])).toMatch(
      /vanilla caption instead of 30 % reasoning/,
    );
  });

  test('drafts that are learnt are said', () => {
    const both = { ...row('a', 'live', null), captions: { vanilla: 'A face.', reasoning: 'Final judgment: live.' } };
    const draft = { ...both, captionSources: { vanilla: { kind: 'draft' as const, from: 'tiny' } } };
    expect(captionRemark(DEMO, [both, draft])).toMatch(/1 of 2 training samples has captions that a model drafted/);
    expect(captionRemark({ ...DEMO, reasoningShare: 1 }, [draft])).toBeNull();
  });

  test('samples that are gone are counted', () => {
    expect(() => rowsOf(['a', 'b', 'c'], [row('b', 'live', null)])).toThrow(/2 of the run's 3 samples/);
    expect(rowsOf(['b', 'a'], [row('a', null, null), row('b', null, null)]).map(({ id }) => id)).toEqual(['b', 'a']);
  });
});

describe('a run on sets that are not drawn yet', () => {
  const request = requestFor('synthetic-M');

  test('is foreseen to start, where it would', () => {
    expect(foreseenProblem([request], DEMO)).toBeNull();
    expect(foreseenProblem([{ ...request, subjects: 1 }], DEMO)).toBeNull();
    expect(foreseenProblem([{ ...request, styles: [] }], DEMO)).toBeNull();
    expect(foreseenProblem([{ ...request, attacks: [] }], { ...DEMO, alpha: 0 })).toBeNull();
    const live = { ...request, attackClips: 0 };
    const spoof = { ...requestFor('synthetic-C'), liveClips: 0 };
    expect(foreseenProblem([live, spoof], DEMO)).toBeNull();
  });

  test.each<[string, Partial<GenerateRequest>, Partial<RunConfig>, RegExp]>([
    ['no attack', { attackClips: 0 }, {}, /no spoof clip to train on.* Ask for more spoof clips/],
    ['no live clip', { liveClips: 0 }, {}, /no live clip to train on/],
    ['everybody held out', { subjects: 1 }, { testShare: 0.9 }, /hold out a smaller share/],
    ['neither head nor captions', { styles: [] }, { alpha: 0 }, /nothing to learn\. Raise alpha/],
    ['captions of another style', { styles: ['vanilla'] }, { reasoningShare: 1 }, /No training sample has a reasoning/],
  ])('is refused with %s', (_, change, settings, sentence) => {
    expect(foreseenProblem([{ ...request, ...change }], { ...DEMO, ...settings })).toMatch(sentence);
  });
});

describe('report parts', () => {
  test('counts by set and label', () => {
    const rows = [row('a', 'live', null), row('b', 'spoof', 'print'), row('c', null, null)];
    expect(summarise([...rows, { ...row('d', 'live', null), set: 'first' }])).toEqual([
      { name: 'first', samples: 1, live: 1, spoof: 0, unlabelled: 0 },
      { name: 'set', samples: 3, live: 1, spoof: 1, unlabelled: 1 },
    ]);
    expect(summarise([{ ...row('a', 'live', null), seed: 4 }])[0]).toMatchObject({ samples: 1, seed: 4 });
  });

  test('a frame is named as the user knows it', () => {
    expect(sampleName(row('a', 'spoof', 'print')).sample).toBe('set/a.mp4#early');
    expect(sampleName({ ...row('a', null, null), role: 'image', file: 'x.png' }).sample).toBe('set/x.png');
  });

  test('rates average over time, not over steps', () => {
    // One sample at 1/s and one at 3/s take 4/3 s together: 1.5/s.
    expect(meanRate([1, 3])).toBeCloseTo(1.5, 12);
    expect(meanRate([])).toBe(0);
  });
});

describe('requests', () => {
  const seen = { url: 'https://example.org/x', at: 5000, refused: false };

  test('only what began after the page was ready counts, whenever it is heard of', () => {
    expect(requestSince(null, 'page', seen)).toBeNull();
    expect(requestSince(5001, 'page', seen)).toBeNull();
    expect(requestSince(4000, 'hub', seen)).toEqual({ url: seen.url, thread: 'hub', seconds: 1 });
  });

  test('a refused attempt is told apart', () => {
    expect(requestSince(4000, 'trainer', { ...seen, refused: true })?.thread).toBe('trainer (refused by policy)');
  });
});

describe('a model folder', () => {
  const files = (...paths: string[]): SourceFile[] => paths.map((path) => ({ path, file: new File([], 'x') }));
  const paths = (...from: string[]): string[] => withoutCommonFolder(files(...from)).map(({ path }) => path);

  test('loses the folders that all its files share, and no more', () => {
    expect(paths('m/config.json', 'm/sub/a.bin')).toEqual(['config.json', 'sub/a.bin']);
    expect(paths('x/m/config.json', 'x/m/tokenizer.json')).toEqual(['config.json', 'tokenizer.json']);
    expect(paths('config.json', 'm/a')).toEqual(['config.json', 'm/a']);
    expect(paths('/m/config.json')).toEqual(['config.json']);
    expect(paths('m/config.json', 'm2/a')).toEqual(['m/config.json', 'm2/a']);
  });
});

test('a blank caption counts as none', () => {
  const rows = [{ vanilla: 'Even light.', reasoning: ' ' }, { reasoning: 'A sheen.' }, { vanilla: 'Dots.' }, {}];
  expect(countCaptioned(rows.map((captions) => ({ captions })))).toEqual({ vanilla: 2, reasoning: 1 });
  const drafted = { vanilla: { kind: 'draft', from: 'tiny' }, reasoning: { kind: 'edited', from: '' } } as const;
  expect(countDrafted(rows.map((captions) => ({ captions, captionSources: drafted })))).toBe(2);
});
