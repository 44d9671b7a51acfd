import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isClutter, normalise, wordsOf } from '../../src/data/paths';
import { attackOfValue, labelOfValue, recognise, setFolders } from '../../src/data/recognise';

const label = (path: string): string => {
  const { label, attack } = recognise(path, 'dropped');
  return `${label ?? 'none'}${attack === null ? '' : ` ${attack}`}`;
};

describe('labels from names', () => {
  it.each([
    ['set/live/a.jpg', 'live'],
    ['set/Real Faces/a.jpg', 'live'],
    ['set/bonafide/a.jpg', 'live'],
    ['set/bona_fide/a.jpg', 'live'],
    ['set/bona-fide/s1/a.jpg', 'live'],
    ['set/genuine01/a.jpg', 'live'],
    ['set/spoof/a.jpg', 'spoof'],
    ['set/fake/a.jpg', 'spoof'],
    ['set/print/a.jpg', 'spoof print'],
    ['set/spoof/printed_photo/a.jpg', 'spoof print'],
    ['set/spoof/photo/a.jpg', 'spoof print'],
    ['set/spoof/video/a.mp4', 'spoof replay'],
    ['set/spoof/mask/a.mp4', 'spoof mask'],
    ['set/replay/s01/a.mp4', 'spoof replay'],
    ['set/PrintAttack/a.mp4', 'spoof print'],
    ['set/a_live_001.jpg', 'live'],
    ['set/s01_replay.mp4', 'spoof replay'],
    ['set/non_live/a.jpg', 'spoof'],
    ['set/not-real/a.jpg', 'spoof'],
    ['set/no_attack/a.jpg', 'live'],
  ])('%s is %s', (path, expected) => expect(label(path)).toBe(expected));

  it.each([
    'set/deliver/a.jpg',
    'set/realistic/a.jpg',
    'set/blueprint/a.jpg',
    'set/olive/a.jpg',
    'set/unmasked/a.jpg',
    'set/a.jpg',
  ])('%s says nothing: words count whole', (path) => expect(label(path)).toBe('none'));

  it('does not make a spoof of a folder of videos, photos or segmentation masks', () => {
    expect(label('set/video/a.mp4')).toBe('none');
    expect(label('set/photos/a.jpg')).toBe('none');
    expect(label('set/masks/a.png')).toBe('none');
    expect(label('set/live/video/a.mp4')).toBe('live');
  });

  it('lets the nearest folder win, then farther ones, then the file name', () => {
    expect(label('set/spoof/live/a.jpg')).toBe('live');
    expect(label('set/live/s01/print.jpg')).toBe('live');
    expect(label('set/live-and-spoof/real_1.jpg')).toBe('live');
    expect(label('set/attack/fixed/attack_print_client001.mov')).toBe('spoof print');
  });

  it('does not take the name of a set for a label', () => {
    expect(recognise('Replay-Attack/devel/a.mov', 'x')).toMatchObject({ set: 'Replay-Attack', label: null });
    expect(recognise('celeba-spoof/images/a.jpg', 'x')).toMatchObject({ set: 'celeba-spoof', label: null });
    expect(label('Replay-Attack/devel/real/client001_session01.mov')).toBe('live');
  });

  it('reads the names of public sets', () => {
    expect(recognise('MSU/scene01/attack/attack_client002_laptop_SD_ipad_video_scene01.mov', 'x')).toMatchObject({
      set: 'MSU',
      label: 'spoof',
      attack: 'replay',
      subject: 'client002',
    });
    expect(label('MSU/scene01/attack/attack_client002_android_SD_printed_photo_scene01.mp4')).toBe('spoof print');
    expect(label('I/train/attack/fixed/attack_highdef_client001_session01_highdef_photo_adverse.mov')).toBe(
      'spoof replay',
    );
    expect(label('I/train/attack/hand/attack_print_client001_session01_highdef_photo_adverse.mov')).toBe('spoof print');
  });

  it('never finds a label inside a longer word (property)', () => {
    const word = fc.constantFrom('live', 'real', 'spoof', 'fake', 'attack', 'print', 'replay', 'genuine', 'bonafide');
    const letters = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(word, letters, letters, (core, before, after) => {
        // 's' after a word is its plural, and a word may end another: `un` + `real`.
        fc.pre(labelOfValue(before + core + after) === null);
        expect(label(`set/${before}${core}${after}/x.jpg`)).toBe('none');
        expect(wordsOf(`${before}${core}${after}`)).toEqual([`${before}${core}${after}`]);
      }),
    );
  });

  it('finds a whole word between any separators (property)', () => {
    const separator = fc.constantFrom('_', '-', ' ', '.', '__', '(', '01');
    const filler = fc.stringMatching(/^[bcdghjkmq]{1,5}$/);
    fc.assert(
      fc.property(fc.constantFrom('live', 'spoof'), separator, separator, filler, filler, (word, a, b, x, y) => {
        expect(label(`set/${x}${a}${word}${b}${y}/x.jpg`)).toBe(word);
      }),
    );
  });
});

describe('sets, subjects and videos from names', () => {
  it('names the set by the first folder, unless that is a class or there is none', () => {
    expect(recognise('faces/live/a.jpg', 'dropped')).toMatchObject({ set: 'faces', file: 'live/a.jpg' });
    expect(recognise('live/a.jpg', 'dropped')).toMatchObject({ set: 'dropped', file: 'live/a.jpg', label: 'live' });
    expect(recognise('a.jpg', 'dropped')).toMatchObject({ set: 'dropped', file: 'a.jpg' });
    expect(recognise('bona_fide/a.jpg', 'dropped')).toMatchObject({ set: 'dropped', label: 'live' });
  });

  it('takes a first folder named like a class for a set when both classes lie in it', () => {
    const sets = setFolders([
      'real/live/a.jpg',
      'real/spoof/b.jpg',
      'attack/print/c.jpg',
      'attack/replay/d.jpg',
      'e.jpg',
    ]);
    expect(sets).toEqual(new Set(['real']));
    expect(recognise('real/spoof/b.jpg', 'x', sets)).toMatchObject({
      set: 'real',
      file: 'spoof/b.jpg',
      label: 'spoof',
    });
    expect(recognise('attack/print/c.jpg', 'x', sets)).toMatchObject({ set: 'x', label: 'spoof', attack: 'print' });
  });

  it.each([
    ['set/live/s01/a.jpg', 's01'],
    ['set/live/client002_session01.mov', 'client002'],
    ['set/subject_3/live/a.jpg', 'subject3'],
    ['set/Subject-12/a.jpg', 'subject12'],
    ['set/live/person 7.jpg', 'person7'],
    ['set/s01/s02_live.jpg', 's02'],
    ['CelebA/Data/train/1006/live/000001.jpg', '1006'],
    ['CelebA/Data/test/1006/spoof/000002.jpg', '1006'],
    ['SiW/Train/live/001/001-1-1-1-1.mov', '001'],
    ['SiW/Train/spoof/001/001-1-2-1-1.mov', '001'],
  ])('%s shows %s', (path, subject) => expect(recognise(path, 'x').subject).toBe(subject));

  it.each([
    ...['set/session01/a.jpg', 'set/scene01/a.jpg', 'set/videos3/a.jpg', 'set/live/a.jpg', 'set/clients/4.jpg'],
    ...['set/train/scene01/live/a.jpg', 'set/1006/live/a.jpg', 'set/train/1006/a.jpg', 'set/live/2024-11-26-1.jpg'],
  ])('%s shows no subject', (path) => expect(recognise(path, 'x').subject).toBeNull());

  it('keeps frames cut from one clip together', () => {
    const video = (path: string): string => recognise(`set/${path}`, 'x').video;
    expect(video('live/a_frame001.png')).toBe(video('live/a_frame002.png'));
    expect(video('live/a/crop_000.jpg')).toBe(video('live/a/crop_005.jpg'));
    expect(video('live/a_frame001.png')).not.toBe(video('live/b_frame001.png'));
    expect(video('live/1.png')).not.toBe(video('live/2.png'));
    expect(video('live/a_frame001.mp4')).not.toBe(video('live/a_frame002.mp4'));
  });
});

describe('values in tables', () => {
  it('reads label words and refuses what it does not know', () => {
    expect(labelOfValue('Live')).toEqual({ label: 'live', attack: null });
    expect(labelOfValue('bona fide')).toEqual({ label: 'live', attack: null });
    expect(labelOfValue('printed photo')).toEqual({ label: 'spoof', attack: 'print' });
    expect(labelOfValue('mask')).toEqual({ label: 'spoof', attack: 'mask' });
    for (const value of ['maybe live', 'unknown', 'livee', '2', 'no mask', 'live/spoof', '']) {
      expect(labelOfValue(value), value).toBeNull();
    }
  });

  it('reads attacks', () => {
    expect(attackOfValue('Printed_Photo')).toBe('print');
    expect(attackOfValue('video replay')).toBe('replay');
    expect(attackOfValue('Silicone Mask')).toBe('mask');
    expect(attackOfValue('makeup')).toBe('makeup');
    expect(attackOfValue('none')).toBeNull();
    expect(attackOfValue('bona_fide')).toBeNull();
  });
});

describe('paths', () => {
  it('are normalised', () => {
    expect(normalise('a\\b/./c//d.jpg')).toBe('a/b/c/d.jpg');
    expect(normalise('/a/../b')).toBe('b');
    expect(normalise('../../a')).toBe('a');
  });

  it('tell clutter from files', () => {
    expect(['a/.DS_Store', '__MACOSX/a/b.jpg', 'a/._b.jpg', 'a/Thumbs.db'].every(isClutter)).toBe(true);
    expect(isClutter('a/b.jpg')).toBe(false);
  });
});
