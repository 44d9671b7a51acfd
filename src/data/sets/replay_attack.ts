/**
 * Replay-Attack of Idiap (Chingovska, Anjos, Marcel 2012): 50 clients.
 *
 *   {train,devel,test}/real/client001_session01_webcam_authenticate_adverse_1.mov
 *   {train,devel,test}/attack/{fixed,hand}/attack_print_client001_session01_highdef_photo_adverse.mov
 *   enroll/...: recordings for face recognition, not for this task
 *
 * Fields in the order of bob.db.replay's `create.py`. What is not printed was shown on a screen, photos too: `replay`,
 * as the paper pools it, and `conditions.content` tells which.
 */
import { pick } from './pick';
import { commonLayout } from './places';
import type { Grammar } from './types';

const LIVE = /^(?:real_)?client(\d{3})_session(\d{2})_webcam_authenticate_(adverse|controlled)_(\d)$/i;
const SPOOF =
  /^(?:(fixed|hand)_)?attack_(print|mobile|highdef)_client(\d{3})_session(\d{2})_(highdef|mobile)_(photo|video)_(adverse|controlled)$/i;
const ENROLMENT = /^client\d{3}_session\d{2}_webcam_/i;

const TRAIN = new Set('001 002 004 006 007 008 012 016 018 025 027 103 105 108 110'.split(' '));
const DEVELOPMENT = new Set('003 005 010 015 017 022 029 030 101 111 113 114 116 118 119'.split(' '));
const TEST = new Set('009 011 013 014 019 020 021 023 024 026 028 031 102 104 106 107 109 112 115 117'.split(' '));

export const REPLAY_ATTACK: Grammar = {
  faceSet: 'replay-attack',
  title: 'Replay-Attack',
  hint: /replay[-_ ]?attack|idiap/i,
  layout: (folder) =>
    commonLayout(folder) ||
    /^(?:fixed|hand|enroll(?:ment)?|protocols?|replay[-_ ]?attack[-_](?:train|devel|dev|test|protocols?))$/.test(
      folder,
    ),
  read(name, folders) {
    const lower = name.toLowerCase();
    const nearest = folders.findLast((folder) => /^(?:fixed|hand|enroll(?:ment)?)$/i.test(folder))?.toLowerCase();
    if (nearest?.startsWith('enroll') === true && ENROLMENT.test(lower)) {
      const passedOver = 'enrolment clips of Replay-Attack are for face recognition and take no part in this task';
      return { video: lower, label: 'live', attack: null, subject: null, conditions: {}, sure: true, passedOver };
    }
    const live = LIVE.exec(lower);
    if (live !== null) {
      const [, client, session, light, take] = live;
      const own = `client${client}_session${session}_webcam_authenticate_${light}_${take}`;
      return {
        video: own,
        label: 'live',
        attack: null,
        subject: `replay-${client}`,
        ...partOfClient(client!),
        conditions: { light: light!, session: session!, take: take! },
        // The caption set puts `real_` before live names.
        originalDir: `real_${own}`,
        sure: true,
      };
    }
    const spoof = SPOOF.exec(lower);
    if (spoof === null) return null;
    const [, written, device, client, session, capture, content, light] = spoof;
    const support = written ?? (nearest === 'fixed' || nearest === 'hand' ? nearest : undefined);
    const own = `attack_${device}_client${client}_session${session}_${capture}_${content}_${light}`;
    const video = support === undefined ? own : `${support}_${own}`;
    return {
      video,
      label: 'spoof',
      attack: device === 'print' ? 'print' : 'replay',
      subject: `replay-${client}`,
      ...partOfClient(client!),
      conditions: {
        light: light!,
        session: session!,
        device: device!,
        capture: capture!,
        content: content!,
        ...pick('support', support),
      },
      // Without its support a name fits two videos of the caption set.
      ...pick('originalDir', support === undefined ? undefined : video),
      sure: true,
    };
  },
  believes: () => false,
  settle: null,
  full: {
    train: { live: 60, spoof: 300 },
    development: { live: 60, spoof: 300 },
    test: { live: 80, spoof: 400 },
  },
  companions: { face: 'face positions of Replay-Attack' },
};

function partOfClient(client: string): { part?: 'train' | 'development' | 'test' } {
  if (TRAIN.has(client)) return { part: 'train' };
  if (DEVELOPMENT.has(client)) return { part: 'development' };
  return TEST.has(client) ? { part: 'test' } : {};
}
