/** Lists beside the sets: what is listed but absent, there but unlisted, and which way labels go. */
import { describe, expect, it } from 'vitest';
import { holdsList, isList, survey, type Survey } from '../../src/data/sets';
import {
  flipFrames,
  flipLists,
  frameFolders,
  jsonList,
  labelledList,
  MSU_TEST,
  msuLists,
  ouluProtocol,
  released,
  siwLists,
} from '../support/set_trees';

const look = (paths: Iterable<string>, lists: Map<string, string>): Survey =>
  survey([...paths, ...lists.keys()], { fallbackSet: 'My files', lists });
const notesOf = (surveyed: Survey): string => surveyed.notes.join('\n');

describe('names of lists', () => {
  it.each([
    'MSU-MFSD/train_sub_list.txt',
    'MSU-MFSD/information/test_sub_list.txt',
    'OULU/Protocols/Protocol_3/Train_4.txt',
    'siw/pro_3_text/trainlist_all.txt',
    'MCIO/txt/casia_real_train.txt',
    'lists/CASIA_FASD/video_test.txt',
    'dg_protocol/OULU_video_dev.txt',
    'protocols/attack-grandtest-allsupports-devel.txt',
    'data_label/msu/train_label.json',
  ])('%s', (path) => expect(isList(path)).toBe(true));

  it.each(['OULU/Train_files/1_1_01_1.txt', 'a/README.txt', 'a/live/1.jpg', 'a/captions.json', 'a/labels.csv'])(
    'not %s',
    (path) => expect(isList(path)).toBe(false),
  );

  it('a table of the user stays a table', () => {
    expect(holdsList('a/train_label.json', '[{"file": "1.jpg", "label": "live"}]')).toBe(false);
    expect(holdsList('a/train_label.json', '[{"photo_path": "1.jpg", "photo_label": 1}]')).toBe(true);
  });
});

describe('MSU-MFSD', () => {
  const tree = [...released('msu', 'M').keys()].filter((path) => !path.endsWith('.txt'));

  it('whole, with its lists: nothing to say', () => {
    const surveyed = look(tree, msuLists('M'));
    expect(notesOf(surveyed)).not.toMatch(/not among the files|in none of the lists|another part/);
  });

  it('clients that are listed but absent, and there but unlisted', () => {
    const lists = msuLists('M');
    lists.set('M/test_sub_list.txt', [...MSU_TEST.filter((id) => id !== '51'), '77', '78'].join('\n'));
    const surveyed = look(tree, lists);
    expect(notesOf(surveyed)).toContain('name 2 clients that are not among the files: client 077, client 078');
    expect(notesOf(surveyed)).toMatch(/8 of 280 videos are in none of the lists beside them: .*client051/);
    expect(surveyed.files.size).toBe(280);
  });

  it('its own lists go before what is known of it', () => {
    const lists = msuLists('M');
    lists.set('M/train_sub_list.txt', '01\n');
    lists.set('M/test_sub_list.txt', '02\n');
    const surveyed = look(tree, lists);
    const part = (name: string): unknown => surveyed.files.get(`M/scene01/real/${name}_android_SD_scene01.mp4`)!.part;
    expect([part('real_client001'), part('real_client002')]).toEqual(['train', 'test']);
    expect(notesOf(surveyed)).toContain('The lists put 16 videos into another part');
  });

  it('lists without the set get a sentence', () => {
    expect(notesOf(look(['x/live/a.jpg'], msuLists('x')))).toContain(
      'lists 15 clients, and no MSU-MFSD is among the files',
    );
  });
});

describe('OULU-NPU', () => {
  const tree = [...released('oulu', 'O').keys()].filter((path) => path.endsWith('.avi'));
  const some = tree.filter((path) => !/\/1_1_01_[12]\.avi$/.test(path));

  it('signs are read as the set means them and agree with the names', () => {
    const surveyed = look(tree, ouluProtocol('O'));
    expect(notesOf(surveyed)).toContain('+1 was read as live and -1 and -2 as spoof.');
    expect(notesOf(surveyed)).not.toMatch(/contradict|not among the files/);
    // Protocol I leaves session 3 of train and development and sessions 1 and 2 of test out.
    expect(notesOf(surveyed)).toContain('2250 of 4950 videos are in none of the lists');
  });

  it('absent videos are counted, with examples', () => {
    expect(notesOf(look(some, ouluProtocol('O')))).toContain(
      'name 2 videos of OULU-NPU that are not among the files: 1_1_01_1, 1_1_01_2',
    );
  });

  it('a line against the names is told and not obeyed', () => {
    const lists = ouluProtocol('O');
    const train = 'O/Protocols/Protocol_1/Train.txt';
    lists.set(train, lists.get(train)!.replace('+1,1_1_01_1', '-1,1_1_01_1'));
    const surveyed = look(tree, lists);
    expect(notesOf(surveyed)).toContain('1 line of the lists contradicts the names of the files, which were believed');
    expect(surveyed.files.get('O/Train_files/1_1_01_1.avi')!.label).toBe('live');
  });
});

describe('polarity', () => {
  const tree = frameFolders('casia', 'casia_256', 1).keys();
  const frames = [...tree];

  it('a number beside a path is 0 for live', () => {
    const surveyed = look(frames, labelledList('casia', 'lists/CASIA_video_test.txt'));
    expect(notesOf(surveyed)).toContain('0 was read as live and 1 as spoof.');
    expect(notesOf(surveyed)).not.toContain('contradict');
  });

  it('or the other way, where the names say so', () => {
    const surveyed = look(frames, labelledList('casia', 'lists/CASIA_video_test.txt', '1'));
    expect(notesOf(surveyed)).toContain('1 was read as live and 0 as spoof, the reverse of what is usual there');
    expect(notesOf(surveyed)).not.toContain('contradict');
  });

  it('SSDG writes 1 for live', () => {
    const surveyed = look(frames, jsonList('casia', 'data_label/casia/all_label.json'));
    expect(notesOf(surveyed)).toContain('1 was read as live and 0 as spoof.');
    const reversed = look(frames, jsonList('casia', 'data_label/casia/all_label.json', 0));
    expect(notesOf(reversed)).toContain('0 was read as live and 1 as spoof, the reverse of what is usual there');
  });

  it('a list gives labels to files whose names say none', () => {
    const surveyed = look(['x/a/1.png', 'x/a/2.png'], new Map([['x/protocols/train.txt', 'a/1.png 0\na/2.png 1\n']]));
    expect([...surveyed.files.values()].map(({ label }) => label)).toEqual(['live', 'spoof']);
    expect(notesOf(surveyed)).toContain('gives labels to 2 files of no known set (0 was read as live)');
  });
});

describe('FLIP', () => {
  it('lists of four sets fit frames of train and test', () => {
    const lists = new Map(
      (['msu', 'casia', 'replay', 'oulu'] as const).flatMap((key) => [...flipLists(key, 'MCIO/txt')]),
    );
    const surveyed = look(flipFrames('MCIO/frame').keys(), lists);
    expect(notesOf(surveyed)).not.toMatch(/not among the files|in none of the lists|contradict/);
    expect(surveyed.sets.map(({ videos }) => videos)).toEqual([600, 280, 3600, 840]);
  });

  it('a real list that holds a fake is told', () => {
    const lists = new Map([['MCIO/txt/casia_real_train.txt', 'casia/train/fake/1_3_frame0.png\n']]);
    const surveyed = look(flipFrames('MCIO/frame').keys(), lists);
    expect(notesOf(surveyed)).toContain('1 line of the lists contradicts the names of the files');
  });
});

describe('SiW-Mv2', () => {
  it('has the parts of protocol I where its lists lie in the tree', () => {
    const surveyed = look(released('siw', 'S').keys(), siwLists('S'));
    expect(surveyed.files.get('S/Live/Live_3.mp4')!.part).toBe('test');
    expect(surveyed.files.get('S/Spoof/Print/Paper_4.mp4')!.part).toBe('train');
    expect(surveyed.sets[0]!.parts.none).toEqual({ live: 0, spoof: 0, none: 0 });
    expect(notesOf(surveyed)).toContain('complete, 1700 videos');
  });

  it('lists and release do not match one to one: told, not refused', () => {
    const lists = new Map([['S/pro_3_text/trainlist_all.txt', 'Paper_1\nPaper_999\nMakeup_Co_60\n']]);
    const surveyed = look(released('siw', 'S').keys(), lists);
    expect(notesOf(surveyed)).toContain(
      'names 2 videos of SiW-Mv2 that are not among the files: Paper_999, Makeup_Co_60',
    );
    expect(notesOf(surveyed)).toContain('1699 of 1700 videos are in none of the lists');
    expect(surveyed.files.size).toBe(1700);
  });
});
