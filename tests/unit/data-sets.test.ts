/** Public sets by name: every file of every tree at full size, against what the loops that named it say. */
import { describe, expect, it } from 'vitest';
import { survey, type Survey } from '../../src/data/sets';
import {
  attk,
  authorsCrops,
  casiaFlat,
  casiaSmall,
  doubled,
  flipFrames,
  frameFolders,
  prefixedCrops,
  released,
  type SetKey,
  type Tree,
} from '../support/set_trees';

const look = (tree: Iterable<string>): Survey => survey(tree, { fallbackSet: 'My files' });

/** Compares every file; returns a few differences, because thousands would hide the first. */
function differences(tree: Tree, surveyed: Survey): string[] {
  const wrong: string[] = [];
  const videos = new Map<string, string>();
  for (const [path, expectation] of tree) {
    const file = surveyed.files.get(path);
    if (expectation === null) {
      if (file !== undefined) wrong.push(`${path} was not left out`);
      if (!surveyed.passedOver.has(path)) wrong.push(`${path} has no reason`);
      continue;
    }
    if (file === undefined) {
      wrong.push(`${path} is missing: ${surveyed.passedOver.get(path)}`);
      continue;
    }
    const wanted = expectation;
    const is = (what: string, seen: unknown, want: unknown): void => {
      if (seen !== want) wrong.push(`${path}: ${what} is ${JSON.stringify(seen)}, not ${JSON.stringify(want)}`);
    };
    is('set', file.faceSet, wanted.faceSet);
    is('label', file.label, wanted.label);
    is('attack', file.attack, wanted.attack);
    is('subject', file.subject, wanted.subject);
    is('part', file.part ?? null, wanted.part);
    is('originalDir', file.originalDir ?? null, wanted.originalDir);
    is('turn', file.turn ?? null, wanted.turn);
    const seen = file.conditions ?? {};
    for (const key in seen) is(`condition ${key}`, seen[key], wanted.conditions[key]);
    for (const key in wanted.conditions) is(`condition ${key}`, seen[key], wanted.conditions[key]);
    // One video of the set, one id: both ways.
    const [mine, theirs] = [`${wanted.faceSet} ${wanted.video}`, `${file.set}/${file.video}`];
    for (const [from, to] of [
      [`> ${mine}`, theirs],
      [`< ${theirs}`, mine],
    ] as const) {
      if ((videos.get(from) ?? to) !== to) wrong.push(`${path}: ${from} is ${videos.get(from)} and ${to}`);
      videos.set(from, to);
    }
  }
  return wrong.slice(0, 5);
}

const imported = (tree: Tree): number => [...tree.values()].filter((value) => value !== null).length;

const RELEASED: [SetKey, string, string, number][] = [
  ['msu', 'MSU-MFSD', 'msu-mfsd', 280],
  ['casia', 'CASIA-FASD', 'casia-fasd', 600],
  ['replay', 'Replay-Attack', 'replay-attack', 1200],
  ['oulu', 'OULU-NPU', 'oulu-npu', 4950],
  ['siw', 'SiW-Mv2', 'siw-mv2', 1700],
];

describe.each(RELEASED)('%s as released', (key, title, faceSet, videos) => {
  it('is recognised file by file, complete', () => {
    const tree = released(key, title);
    expect(imported(tree)).toBe(videos);
    const surveyed = look(tree.keys());
    expect(differences(tree, surveyed)).toEqual([]);
    expect(surveyed.files.size).toBe(videos);
    expect(surveyed.sets).toHaveLength(1);
    expect(surveyed.sets[0]).toMatchObject({ name: title, faceSet, videos, files: videos, by: 'folders', root: title });
    expect(surveyed.notes.join('\n')).toContain(`complete, ${videos} videos`);
  });

  it.each([
    ['', title],
    ['a', 'a'],
    ['data', title],
    ['D/work/data/My copy of it', 'My copy of it'],
    ['test/real/sets', title],
  ])('is the same under %j', (root, name) => {
    const tree = released(key, root);
    const surveyed = look(tree.keys());
    expect(differences(tree, surveyed)).toEqual([]);
    expect(surveyed.sets.map((set) => set.name)).toEqual([name]);
  });

  it.each([
    ['upper', (path: string) => path.toUpperCase()],
    ['lower', (path: string) => path.toLowerCase()],
  ])('is the same in %s case, with back slashes, in any order', (_, turn) => {
    const tree: Tree = new Map([...released(key, 'sets/x')].map(([path, value]) => [turn(path), value]));
    const given = [...tree.keys()].reverse().map((path) => path.replaceAll('/', '\\'));
    const surveyed = look(given);
    expect(differences(tree, surveyed)).toEqual([]);
  });
});

describe.each(RELEASED)('%s with one more folder above each video', (key, title, faceSet, videos) => {
  it.each([
    ['videos', () => 'videos'],
    ['avi', () => 'avi'],
    ['of its own', (stem: string) => stem],
  ])('%s', (_, between) => {
    const tree: Tree = new Map(
      [...released(key, title)].map(([path, value]) => {
        const at = path.lastIndexOf('/');
        const stem = path.slice(at + 1, path.lastIndexOf('.'));
        return [`${path.slice(0, at)}/${between(stem)}${path.slice(at)}`, value];
      }),
    );
    const surveyed = look(tree.keys());
    expect(differences(tree, surveyed)).toEqual([]);
    expect(surveyed.sets.map((set) => [set.name, set.faceSet, set.videos])).toEqual([[title, faceSet, videos]]);
  });
});

describe.each(RELEASED)('%s as copies', (key, title, faceSet, videos) => {
  const copied = (mark: string): Tree =>
    new Map(
      [...released(key, title)].map(([path, value]) => [path.replace(/(\.(?:mp4|mov|avi))$/, `${mark}$1`), value]),
    );

  it.each([' (1)', ' - Copy', ' - Copy (2)'])('named %j is the same', (mark) => {
    const surveyed = look(copied(mark).keys());
    expect(differences(copied(mark), surveyed)).toEqual([]);
    expect(surveyed.sets.map((set) => [set.faceSet, set.videos])).toEqual([[faceSet, videos]]);
  });

  it('beside the originals is left out, one for each', () => {
    const surveyed = look([...released(key, title).keys(), ...copied(' (1)').keys()]);
    expect(differences(released(key, title), surveyed)).toEqual([]);
    expect(surveyed.files.size).toBe(videos);
  });
});

describe('counts by part, label and attack', () => {
  const of = (key: SetKey): Survey['sets'][number] => look(released(key, key).keys()).sets[0]!;
  it('are those of the sets', () => {
    expect(of('msu').parts).toMatchObject({ train: { live: 30, spoof: 90 }, test: { live: 40, spoof: 120 } });
    expect(of('msu').attacks).toEqual({ print: 70, replay: 140 });
    expect(of('casia').parts).toMatchObject({ train: { live: 60, spoof: 180 }, test: { live: 90, spoof: 270 } });
    expect(of('casia').attacks).toEqual({ print: 300, replay: 150 });
    expect(of('replay').parts).toMatchObject({
      train: { live: 60, spoof: 300 },
      development: { live: 60, spoof: 300 },
      test: { live: 80, spoof: 400 },
    });
    expect(of('replay').attacks).toEqual({ print: 200, replay: 800 });
    expect(of('oulu').parts).toMatchObject({
      train: { live: 360, spoof: 1440 },
      development: { live: 270, spoof: 1080 },
      test: { live: 360, spoof: 1440 },
    });
    expect(of('siw').parts.none).toEqual({ live: 785, spoof: 915, none: 0 });
    expect(Object.keys(of('siw').attacks)).toHaveLength(14);
    expect(of('siw').attacks).toMatchObject({ print: 135, 'mask-paper': 17, 'paper-glasses': 96 });
  });
});

describe('repacks', () => {
  it.each<[string, Tree, number]>([
    ['OULU-NPU in doubled folders', doubled('OULU'), 1],
    ["the authors' crops of MSU-MFSD", authorsCrops('msu', 'cropped/MSU-MFSD'), 1],
    ["the authors' crops of CASIA-FASD", authorsCrops('casia', 'cropped/CASIA-FASD'), 1],
    ["the authors' crops of Replay-Attack", authorsCrops('replay', 'cropped/IDIAP-REPLAY'), 1],
    ["the authors' crops of OULU-NPU", authorsCrops('oulu', 'cropped/OULU-NPU'), 1],
    ['SA-FAS folders of four sets in one', prefixedCrops('FAS/preposess'), 4],
    ['SA-FAS folders at the top', prefixedCrops(''), 4],
    ['FLIP frames of four sets', flipFrames('data/MCIO/frame'), 4],
    ['frame folders of CASIA-FASD', frameFolders('casia', 'casia_256'), 1],
    ['frame folders of CASIA-FASD, renamed', frameFolders('casia', 'C', 3), 1],
    ['frame folders of Replay-Attack', frameFolders('replay', 'replay_256'), 1],
    ['frame folders of OULU-NPU', frameFolders('oulu', 'oulu_256'), 1],
    ['frame folders of MSU-MFSD', frameFolders('msu', 'msu_256'), 1],
    ['Replay-Attack with attk', attk('I'), 1],
    ['CASIA-FASD with users in names', casiaFlat('c', 'NM'), 1],
    ['CASIA-FASD with users in short names', casiaFlat('c', 'plain'), 1],
    ['CASIA-FASD of 112 pixels', casiaSmall('archive', 40_000), 1],
  ])('%s', (_, tree, sets) => {
    const surveyed = look(tree.keys());
    expect(differences(tree, surveyed)).toEqual([]);
    expect(surveyed.sets).toHaveLength(sets);
    expect(surveyed.sets.every(({ faceSet }) => faceSet !== null)).toBe(true);
  });

  it('of 112 pixels: HR_1 is live with a warning, copies are dropped, stills are grouped', () => {
    const surveyed = look(casiaSmall('archive', 40_000).keys());
    const notes = surveyed.notes.join('\n');
    expect(notes).toMatch(
      /\d+ files of HR_1, the live clips of high quality, lie under spoof .* they were read as live/,
    );
    expect(notes).toMatch(/\d+ files were left out: a mirrored copy of another still/);
    expect(notes).toMatch(/\d+ files were left out: a brightened copy of another still/);
    expect(surveyed.sets[0]).toMatchObject({ videos: 600 });
    expect(notes).toContain('user n there is subject 20 + n');
  });

  it('all five sets and all repacks in one drop keep apart', () => {
    const trees: Tree[] = [
      ...RELEASED.map(([key, title]) => released(key, `sets/${title}`)),
      casiaSmall('sets/small', 6_000),
      flipFrames('sets/frame'),
      prefixedCrops('sets/safas'),
    ];
    const surveyed = look(trees.flatMap((tree) => [...tree.keys()]));
    const names = surveyed.sets.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(5 + 1 + 4 + 4);
    for (const tree of trees) expect(differences(tree, surveyed)).toEqual([]);
    expect(surveyed.notes.join('\n')).toMatch(/CASIA-FASD is there 4 times/);
  });
});
