/**
 * OULU-NPU (Boulkenafet et al. 2017): 55 users, six phones, three sessions.
 *
 *   {Train,Dev,Test}_files/[the same name again/]P_S_UU_F.avi, and a .txt with eye positions for each
 *
 * P phone, S session, UU user, F file: 1 live, 2 and 3 printed by two printers, 4 and 5 replayed on two displays.
 */
import { commonLayout } from './places';
import type { Grammar } from './types';

const NAME = /^([1-6])_([1-3])_(\d{2})_([1-5])$/;
const PHONES = [
  'Samsung S6 edge',
  'HTC Desire EYE',
  'Meizu X5',
  'ASUS Zenfone Selfie',
  'Sony C5 Ultra Dual',
  'OPPO N3',
];

export const OULU_NPU: Grammar = {
  faceSet: 'oulu-npu',
  title: 'OULU-NPU',
  hint: /oulu|(?:train|dev|test)_files/i,
  layout: (folder) => commonLayout(folder) || /^protocols?(?:_\d)?$/.test(folder),
  read(name) {
    const match = NAME.exec(name);
    if (match === null) return null;
    const [phone, session, user, file] = match.slice(1).map(Number) as [number, number, number, number];
    if (user < 1 || user > 55) return null;
    return {
      video: name,
      label: file === 1 ? 'live' : 'spoof',
      attack: file === 1 ? null : file < 4 ? 'print' : 'replay',
      subject: `oulu-${match[3]}`,
      part: user <= 20 ? 'train' : user <= 35 ? 'development' : 'test',
      conditions: {
        phone: PHONES[phone - 1]!,
        session: String(session),
        ...(file === 2 || file === 3 ? { printer: String(file - 1) } : {}),
        ...(file > 3 ? { display: String(file - 3) } : {}),
      },
      originalDir: name,
      sure: false,
    };
  },
  // Four small numbers may be anything; of a video, or three times in one place, they are OULU-NPU's.
  believes: ({ videos, files }) => files || videos.size >= 3,
  settle: null,
  full: {
    train: { live: 360, spoof: 1440 },
    development: { live: 270, spoof: 1080 },
    test: { live: 360, spoof: 1440 },
  },
  companions: { txt: 'eye positions of OULU-NPU' },
};
