/**
 * MSU-MFSD (Wen, Han, Jain 2015): 35 clients, each with two live clips and six attacks, by two cameras.
 *
 *   [MSU-MFSD/][scene01/]{real,attack}/real_client002_android_SD_scene01.mp4
 *                                      attack_client002_laptop_SD_ipad_video_scene01.mov, and a .face file for each
 *
 * The set's two lists divide the clients into train and test; they are known here, so that a tree without the lists is
 * divided too.
 */
import { pick } from './pick';
import { commonLayout } from './places';
import type { Grammar } from './types';

const NAME =
  /^(real|attack)_client(\d{3})_(android|laptop)_SD(?:_(ipad_video|iphone_video|printed_photo))?_scene(\d{2})$/i;

const TRAIN = new Set('002 003 005 006 007 008 009 011 012 021 022 034 053 054 055'.split(' '));
const TEST = new Set('001 013 014 023 024 026 028 029 030 032 033 035 036 037 039 042 048 049 050 051'.split(' '));

/** Live clips of the android camera that stand on their heads (bob.db.msu_mfsd_mod, `rotated_videos.txt`). */
const UPSIDE_DOWN = new Set('003 005 006 007 008 009'.split(' '));

export const MSU_MFSD: Grammar = {
  faceSet: 'msu-mfsd',
  title: 'MSU-MFSD',
  hint: /msu|(?:^|[^a-z])mfsd/i,
  layout: (folder) => commonLayout(folder) || /^(?:scene\d{2}|information|info)$/.test(folder),
  read(name) {
    const match = NAME.exec(name);
    if (match === null) return null;
    const [kind, client, camera, medium, scene] = match.slice(1).map((part) => part?.toLowerCase());
    // An attack names its medium and a live clip has none: anything else is another file.
    if ((kind === 'attack') !== (medium !== undefined)) return null;
    const own = `${kind}_client${client}_${camera}_SD_${medium === undefined ? '' : `${medium}_`}scene${scene}`;
    const upsideDown = kind === 'real' && camera === 'android' && UPSIDE_DOWN.has(client!);
    return {
      video: own,
      label: kind === 'real' ? 'live' : 'spoof',
      attack: medium === undefined ? null : medium === 'printed_photo' ? 'print' : 'replay',
      subject: `msu-${client}`,
      ...pick('part', TRAIN.has(client!) ? 'train' : TEST.has(client!) ? 'test' : undefined),
      conditions: {
        camera: camera!,
        scene: scene!,
        ...pick('medium', medium?.replace('_', ' ')),
        ...pick('rotated', upsideDown ? '180' : undefined),
      },
      originalDir: own,
      ...pick('upsideDown', upsideDown ? true : undefined),
      sure: true,
    };
  },
  believes: () => false,
  settle: null,
  full: { train: { live: 30, spoof: 90 }, test: { live: 40, spoof: 120 } },
  companions: { face: 'face boxes of MSU-MFSD' },
};
