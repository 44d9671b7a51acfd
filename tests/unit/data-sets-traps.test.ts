/** Names that mislead: each with what a survey must make of it, written by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { survey, type Survey, type SurveyedFile } from '../../src/data/sets';
import { recognise, setFolders } from '../../src/data/recognise';
import { ATTACKS } from '../../src/data/synthetic/types';
import { authorsCrops, casiaSmall, doubled, released, SIW_KINDS, type Tree } from '../support/set_trees';

const look = (paths: Iterable<string>): Survey => survey(paths, { fallbackSet: 'My files' });
const file = (surveyed: Survey, path: string): SurveyedFile => {
  const found = surveyed.files.get(path);
  if (found === undefined) throw new Error(`${path}: ${surveyed.passedOver.get(path) ?? 'not surveyed'}`);
  return found;
};
const sets = (surveyed: Survey): string[] =>
  surveyed.sets.map(({ name, faceSet, files }) => `${name} ${faceSet ?? '-'} ${files}`);
const share = (tree: Tree, every: number): string[] => [...tree.keys()].filter((_, index) => index % every === 0);

describe('attack names', () => {
  it('are those of generated sets, all fourteen, so that both share columns', () => {
    expect(SIW_KINDS.map(([, , attack]) => attack).sort()).toEqual([...ATTACKS].sort());
  });

  it('of SiW-Mv2 do not confuse Paper, Mask_Paper and Partial_Paperglass', () => {
    const surveyed = look([
      's/a/Paper_1.mov',
      's/a/Mask_Paper_1.mov',
      's/a/Partial_Paperglass_1.mov',
      's/a/Live_1.mov',
    ]);
    expect([...surveyed.files.values()].map(({ attack }) => attack)).toEqual([
      null,
      'mask-paper',
      'print',
      'paper-glasses',
    ]);
    expect(surveyed.sets[0]).toMatchObject({ faceSet: 'siw-mv2', videos: 4 });
  });
});

describe('CASIA-FASD', () => {
  it.each([(n: string) => n.padStart(3, '0'), (n: string) => `subject${n.padStart(2, '0')}`])(
    'knows its persons by other names of their folders',
    (turn) => {
      const tree = released('casia', 'CASIA-FASD');
      const turned = new Map(
        [...tree].map(([path, value]) => [path.replace(/\/(\d+)\//, (_, n: string) => `/${turn(n)}/`), value]),
      );
      const surveyed = look(turned.keys());
      expect(surveyed.sets.map(({ name, videos }) => [name, videos])).toEqual([['CASIA-FASD', 600]]);
      for (const [path, value] of turned)
        expect(file(surveyed, path)).toMatchObject({ label: value!.label, subject: value!.subject });
    },
  );

  it('takes no two videos of persons unknown for one', () => {
    const paths = ['a', 'b'].flatMap((folder) =>
      ['1', '3', 'HR_1', 'HR_4'].map((code) => `casia/${folder}/${code}.avi`),
    );
    const surveyed = look(paths);
    expect(surveyed.files.size).toBe(8);
    expect([...surveyed.files.values()].map(({ label }) => label)).toEqual(
      [...'ab'].flatMap(() => ['live', 'spoof', 'live', 'spoof']),
    );
  });
});

describe('OULU-NPU', () => {
  const names = Array.from({ length: 20 }, (_, i) => `1_1_${String(i + 1).padStart(2, '0')}`);
  const under = (root: string): string[] =>
    names.flatMap((name) => [
      `${root}/fake/${name}_1.avi`,
      ...[2, 3, 4, 5].map((type) => `${root}/real/${name}_${type}.avi`),
    ]);

  it('in a folder of its name is believed against folders the wrong way round, which is said', () => {
    const surveyed = look(under('OULU-NPU/train'));
    for (const [path, { label, faceSet }] of surveyed.files)
      expect([faceSet, label]).toEqual(['oulu-npu', path.endsWith('_1.avi') ? 'live' : 'spoof']);
    expect(surveyed.notes.join(' ')).toContain('The folders of 100 files say the other label than the names');
  });

  it('is not taken for itself where no folder speaks of it and the folders say otherwise', () => {
    const surveyed = look(under('mine'));
    for (const [path, { label, faceSet }] of surveyed.files)
      expect([faceSet, label]).toEqual([undefined, path.includes('/fake/') ? 'spoof' : 'live']);
  });
});

describe('a folder of videos', () => {
  it('is no folder of replays, and one named video says what it holds', () => {
    expect(recognise('my/spoof/videos/a.mp4', 'x')).toMatchObject({ label: 'spoof', attack: null });
    expect(recognise('my/spoof/video/a.mp4', 'x')).toMatchObject({ label: 'spoof', attack: 'replay' });
    expect(recognise('my/videos/print/a.mp4', 'x')).toMatchObject({ label: 'spoof', attack: 'print' });
  });
});

describe('MSU-MFSD', () => {
  it('turns the six android live clips that stand upside down, and no other', () => {
    const surveyed = look(released('msu', 'm').keys());
    const turned = [...surveyed.files.values()].filter(({ turn }) => turn === 180).map(({ video }) => video);
    expect(turned.sort()).toEqual(
      ['003', '005', '006', '007', '008', '009'].map((id) => `real_client${id}_android_SD_scene01`),
    );
    expect(surveyed.notes.join('\n')).toContain('6 live clips of the android camera stood upside down');
  });

  it('says of stills that they may stand upside down, and turns none', () => {
    const surveyed = look(authorsCrops('msu', 'm').keys());
    expect([...surveyed.files.values()].some(({ turn }) => turn !== undefined)).toBe(false);
    expect(surveyed.notes.join('\n')).toContain('Stills cut from them may stand upside down');
  });

  it('takes one of two files of one video, the one that browsers open', () => {
    const name = 'real_client002_laptop_SD_scene01';
    const surveyed = look([`m/real/${name}.mov`, `m/real/${name}.mp4`]);
    expect([...surveyed.files.keys()]).toEqual([`m/real/${name}.mp4`]);
    expect(surveyed.passedOver.get(`m/real/${name}.mov`)).toBe(`the same video as m/real/${name}.mp4`);
    expect(surveyed.notes.join('\n')).toContain('1 video is there more than once and taken once');
  });
});

describe('pictures named with an f and a number', () => {
  const videos = (...names: string[]): number =>
    new Set([...look(names.map((name) => `faces/live/${name}`)).files.values()].map(({ video }) => video)).size;
  const numbered = (name: string, numbers: readonly (number | string)[]): string[] =>
    numbers.map((number) => `${name}${number}.jpg`);

  it('are frames of one video where their numbers or their neighbours say so', () => {
    expect(videos(...numbered('vid_f', [0, 1, 2]))).toBe(1);
    expect(videos(...numbered('vid_f', ['01', '02']))).toBe(1);
    expect(videos(...numbered('vid_f', [4, 8, 12]))).toBe(1);
    expect(videos(...numbered('a_f', [1, 2]), ...numbered('b_f', [1, 2]))).toBe(2);
  });

  it('are else pictures of their own', () => {
    expect(videos(...numbered('IMG_2024_f', [1, 2, 3, 4, 5, 6]))).toBe(6);
    const ages = ['age30_f', 'age30_m', 'age40_f', 'age40_m'].flatMap((name) => numbered(name, [1, 2, 12]));
    expect(videos(...ages)).toBe(12);
  });
});

describe('CASIA-FASD', () => {
  it('without folders of its parts is counted all the same', () => {
    const paths = [...released('casia', 'casia').keys()].filter((path) => path.includes('train_release'));
    const { notes, sets } = look(paths.map((path) => path.replace('train_release/', '')));
    expect(sets[0]).toMatchObject({ faceSet: 'casia-fasd', videos: 240 });
    expect(notes.join('\n')).toContain(
      '240 videos of 600, not all of the set (train 0 of 240, test 0 of 360, part not known 240).',
    );
  });

  it('does not take frame numbers for video numbers', () => {
    const surveyed = look([
      'c/train_release/3/HR_1/5.png',
      'c/train_release/3/7/1.png',
      'c/train_release/3/7.avi/2.png',
    ]);
    expect([...surveyed.files.values()].map(({ video, frame, attack }) => [video, frame, attack])).toEqual([
      ['train/3/7', 2, 'replay'],
      ['train/3/7', 1, 'replay'],
      ['train/3/HR_1', 5, null],
    ]);
    const flat = look(['c/train_release/3/HR_1_5.png', 'c/train_release/3/1_5.png']);
    expect([...flat.files.values()].map(({ video, frame }) => [video, frame])).toEqual([
      ['train/3/1', 5],
      ['train/3/HR_1', 5],
    ]);
  });

  it('counts test users on from train, unless the copy does so already', () => {
    const restarted = look(['c/train/live/1_NM_1.avi', 'c/test/live/1_NM_1.avi']);
    expect([...restarted.files.values()].map(({ subject, part }) => [subject, part])).toEqual([
      ['casia-21', 'test'],
      ['casia-1', 'train'],
    ]);
    const goingOn = look(['c/test/live/21_NM_1.avi', 'c/test/live/41_NM_1.avi', 'c/train/live/1_NM_1.avi']);
    expect([...goingOn.files.values()].map(({ subject }) => subject)).toEqual(['casia-21', 'casia-41', 'casia-1']);
    const straight = look(['c/1_NM_1.avi', 'c/21_NM_1.avi', 'c/50_HR_1.avi']);
    expect([...straight.files.values()].map(({ subject, part }) => [subject, part])).toEqual([
      ['casia-1', 'train'],
      ['casia-21', 'test'],
      ['casia-50', 'test'],
    ]);
    expect(straight.notes.join('\n')).toContain('Users are numbered from 1 to 50');
    const test = look(['c/1_NM_1.avi', 'c/30_HR_1.avi']);
    expect([...test.files.values()].map(({ subject, part }) => [subject, part])).toEqual([
      ['casia-21', 'test'],
      ['casia-50', 'test'],
    ]);
    const unknown = look(['c/1_NM_1.avi', 'c/2_HR_2.avi']);
    expect([...unknown.files.values()].every(({ part }) => part === undefined)).toBe(true);
    expect(unknown.notes.join('\n')).toContain('No folder says whether 2 videos belong to train or test');
  });

  it('has no name in the caption set for test users, who would take those of train users', () => {
    const surveyed = look(['c/train_release/1/1.avi', 'c/test_release/1/1.avi']);
    expect(file(surveyed, 'c/train_release/1/1.avi').originalDir).toBe('1_NM_1');
    expect(file(surveyed, 'c/test_release/1/1.avi').originalDir).toBeUndefined();
  });

  it('is not seen in numbered files of anyone', () => {
    for (const paths of [
      ['faces/live/1/1.jpg', 'faces/live/1/2.jpg', 'faces/spoof/2/3.jpg'],
      ['faces/1/1.mp4', 'faces/2/8.mp4'],
      ['CASIA-SURF/train/1/1.jpg', 'CASIA-SURF/train/2/3.jpg'],
      ['datasets/RGB_Images/1_80x80/0/1.jpg', 'datasets/RGB_Images/1_80x80/1/2.jpg'],
    ]) {
      expect(look(paths).sets.every(({ faceSet }) => faceSet === null)).toBe(true);
    }
  });

  it('of one user, or of loose files, is seen by its HR names', () => {
    const one = look(['7/1.avi', '7/3.avi', '7/HR_1.avi']);
    expect([...one.files.values()].map(({ label, subject }) => [label, subject])).toEqual([
      ['live', 'casia-7'],
      ['spoof', 'casia-7'],
      ['live', 'casia-7'],
    ]);
    const loose = look(['2.avi', '5.avi', 'HR_4.avi']);
    expect([...loose.files.values()].map(({ label, attack, subject }) => [label, attack, subject])).toEqual([
      ['live', null, null],
      ['spoof', 'print', null],
      ['spoof', 'replay', null],
    ]);
  });
});

describe('Replay-Attack', () => {
  it('leaves enrolment out, also where only its folder tells', () => {
    const name = 'client001_session01_webcam_authenticate_adverse_1.mov';
    const surveyed = look([`I/enroll/train/${name}`, `I/train/real/${name}`]);
    expect([...surveyed.files.keys()]).toEqual([`I/train/real/${name}`]);
    expect(surveyed.passedOver.get(`I/enroll/train/${name}`)).toContain('enrolment');
    expect(surveyed.notes.join('\n')).toContain('1 file was left out: enrolment clips');
  });

  it('pools photos on a screen with replays and says which they are', () => {
    const surveyed = look(['attack_highdef_client009_session01_highdef_photo_adverse.mov']);
    const [only] = surveyed.files.values();
    expect(only).toMatchObject({ attack: 'replay', part: 'test', conditions: { content: 'photo', device: 'highdef' } });
    expect(only!.originalDir).toBeUndefined();
    expect(surveyed.notes.join('\n')).toContain('Neither name nor folder of 1 attack says fixed or hand');
  });
});

describe('labels of folders against names', () => {
  it('the names win, with a sentence', () => {
    const surveyed = look([
      'OULU/live/1_1_01_2.avi',
      'OULU/live/1_1_01_1.avi',
      'OULU/spoof/1_1_02_2.avi',
      'OULU/spoof/1_1_02_3.avi',
    ]);
    expect(file(surveyed, 'OULU/live/1_1_01_2.avi')).toMatchObject({ label: 'spoof', attack: 'print' });
    expect(surveyed.notes.join('\n')).toContain(
      'The folders of 1 file say the other label than the names, and the names were believed: live/1_1_01_2.avi is spoof.',
    );
  });

  it('a whole copy with live and spoof exchanged is read by its names', () => {
    const tree = [...authorsCrops('casia', 'CASIA-FASD', 1).keys()];
    const exchange = (path: string): string =>
      path.replace(/\/(live|spoof)\//, (_, label: string) => (label === 'live' ? '/spoof/' : '/live/'));
    const surveyed = look(tree.map(exchange));
    expect(surveyed.sets[0]!.parts).toMatchObject({ train: { live: 60, spoof: 180 }, test: { live: 90, spoof: 270 } });
    expect(surveyed.notes.join('\n')).toMatch(
      /450 files say the other label|The folders of \d+ files say the other label/,
    );
  });

  it('names that may be anyone’s are not believed against their folders', () => {
    const surveyed = look(['x/live/1_1_01_2.jpg', 'x/live/1_1_02_3.jpg', 'x/live/1_2_03_4.jpg']);
    expect(sets(surveyed)).toEqual(['x - 3']);
    expect(file(surveyed, 'x/live/1_1_01_2.jpg')).toMatchObject({ label: 'live', set: 'x' });
  });
});

describe('parts', () => {
  it('persons go before folders', () => {
    const surveyed = look(['OULU/Train_files/1_1_50_1.avi', 'OULU/Train_files/1_1_01_1.avi']);
    expect(file(surveyed, 'OULU/Train_files/1_1_50_1.avi').part).toBe('test');
    expect(surveyed.notes.join('\n')).toContain('1 video lies in a folder of another part');
  });

  it('in folders of their own are one set', () => {
    const surveyed = look([
      'd/CASIA-train/1/HR_1.avi',
      'd/CASIA-train/1/1.avi',
      'd/CASIA-test/1/HR_1.avi',
      'd/CASIA-test/1/1.avi',
    ]);
    expect(sets(surveyed)).toEqual(['d casia-fasd 4']);
    expect([...surveyed.files.values()].map(({ subject }) => subject)).toEqual([
      'casia-21',
      'casia-21',
      'casia-1',
      'casia-1',
    ]);
    expect(surveyed.notes.join('\n')).toContain('hold one part each and became one set');
  });
});

describe('sets in one drop', () => {
  it('of one kind, or in folders of one name, have names of their own and a sentence', () => {
    const surveyed = look([...released('msu', 'a/MSU').keys(), ...released('msu', 'b/MSU').keys()]);
    expect(sets(surveyed)).toEqual(['MSU msu-mfsd 280', 'MSU (2) msu-mfsd 280']);
    const notes = surveyed.notes.join('\n');
    expect(notes).toContain('Another set is named MSU already: what lies in b/MSU became the set MSU (2).');
    expect(notes).toContain('MSU-MFSD is there twice: a/MSU is the set MSU, b/MSU is the set MSU (2).');
    const keys = [...surveyed.files.values()].map(({ set, file }) => `${set}/${file}`);
    expect(new Set(keys).size).toBe(560);
  });

  it('of different kinds in folders of one name', () => {
    const surveyed = look([...share(released('msu', 'a/set1'), 7), ...share(released('siw', 'b/set1'), 7)]);
    expect(surveyed.sets.map(({ name }) => name)).toEqual(['set1', 'set1 (2)']);
  });

  it('loose files of several sets at the top keep apart', () => {
    const surveyed = look([
      '1_1_01_1.avi',
      'real_client002_android_SD_scene01.mp4',
      'client001_session01_webcam_authenticate_adverse_1.mov',
      'Mask_Trans_4.mov',
      'holiday.mp4',
    ]);
    expect(sets(surveyed)).toEqual([
      'MSU-MFSD msu-mfsd 1',
      'OULU-NPU oulu-npu 1',
      'Replay-Attack replay-attack 1',
      'SiW-Mv2 siw-mv2 1',
      'My files - 1',
    ]);
  });

  it('only a part of a set is a remark', () => {
    const surveyed = look([...doubled('x').keys()].filter((path) => path.includes('/Train_files/')));
    expect(surveyed.sets[0]!.parts.train).toEqual({ live: 360, spoof: 1440, none: 0 });
    expect(surveyed.notes.join('\n')).toContain(
      '1800 videos of 4950, not all of the set (train 1800 of 1800, development 0 of 1350',
    );
  });

  it('a stranger in a set’s folder belongs to the set and is read by words', () => {
    const surveyed = look([
      'd/OULU/Train_files/1_1_01_1.avi',
      'd/OULU/Train_files/live/extra.jpg',
      'd/mine/live/a.jpg',
    ]);
    expect(file(surveyed, 'd/OULU/Train_files/live/extra.jpg')).toMatchObject({
      set: 'OULU',
      file: 'Train_files/live/extra.jpg',
      label: 'live',
    });
    expect(file(surveyed, 'd/OULU/Train_files/live/extra.jpg').faceSet).toBeUndefined();
    expect(file(surveyed, 'd/mine/live/a.jpg')).toMatchObject({ set: 'd', file: 'mine/live/a.jpg' });
    expect(surveyed.notes.join('\n')).toContain('1 file has a name that OULU-NPU does not know');
  });
});

describe('other sets', () => {
  it.each([
    ['CelebA-Spoof', ['Data/train/1234/live/000123.jpg', 'Data/train/5/spoof/3.jpg', 'Data/test/5/live/1.jpg']],
    ['SiW', ['Train/live/150/150-1-1-1-1.mov', 'Train/spoof/150/150-2-3-1-2.mov']],
    ['own files', ['faces/Live_1.jpg', 'faces/Live_2.jpg', 'faces/Replay_1.jpg']],
  ])('%s are not misread', (_, paths) => {
    const surveyed = look(paths);
    expect(surveyed.sets.every(({ faceSet }) => faceSet === null)).toBe(true);
    for (const path of paths) expect(file(surveyed, path)).toEqual(recognise(path, 'My files', setFolders(paths)));
  });

  it('whatever no grammar reads is what the generic words make of it (property)', () => {
    const part = fc.constantFrom('live', 'spoof', 'a', 's01', '1', 'train', 'x_1', 'Real', 'video');
    const name = fc.constantFrom('a.jpg', '1.jpg', 'clip_frame3.png', 'print.mp4', 'b.csv', 'README');
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.array(part, { maxLength: 4 }), name), { minLength: 1 }), (entries) => {
        const paths = [...new Set(entries.map(([folders, last]) => [...folders, last].join('/')))];
        const surveyed = look(paths);
        for (const path of paths) expect(file(surveyed, path)).toEqual(recognise(path, 'My files', setFolders(paths)));
      }),
    );
  });

  it('every path is in exactly one of the two maps', () => {
    const paths = [...casiaSmall('a', 4000).keys(), ...released('oulu', 'b').keys(), 'c/README', 'c/t.csv', 'c/x.jpg'];
    const surveyed = look(paths);
    expect(paths.filter((path) => surveyed.files.has(path) === surveyed.passedOver.has(path))).toEqual([]);
  });
});

describe('stills of one video', () => {
  it('share the video with the clip that they were cut from', () => {
    const surveyed = look([
      'o/Train_files/1_1_01_1.avi',
      'o/Train_files/1_1_01_1/0.jpg',
      'o/Train_files/1_1_01_1_12.jpg',
    ]);
    expect(new Set([...surveyed.files.values()].map(({ video }) => video)).size).toBe(1);
    expect(surveyed.notes.join('\n')).toContain('1 video is there as a video and as stills');
  });
});

it('a survey of 123,533 names ends', { timeout: 60_000 }, () => {
  const surveyed = look(casiaSmall('archive').keys());
  expect(surveyed.sets[0]!.videos).toBe(600);
});
