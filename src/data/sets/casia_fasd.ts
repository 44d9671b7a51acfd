/**
 * CASIA-FASD (Zhang et al. 2012): 50 subjects, twelve videos each.
 *
 *   {train_release,test_release}/{user}/{1..8,HR_1..HR_4}.avi
 *
 * 1, 2, HR_1 live; 3, 4, HR_2 warped photo; 5, 6, HR_3 cut photo; 7, 8, HR_4 replay; odd numbers of normal quality, even
 * ones of low, HR of high (bob.db.casia_fasd, `models.py`). User numbers restart: user n of test is subject 20 + n.
 *
 * Repacks write the user into the name: `{user}_{code}`, `{user}_NM_{n}`, `{user}_HR_{n}`, and one of 112 pixels
 * `s{user}v{code}f{frame}`, which files HR_1 under spoof and adds mirrored (`fs...`) and brightened (`bs...`) copies.
 */
import { pick } from './pick';
import { commonLayout } from './places';
import type { Grammar, Reading } from './types';

const CODE = /^(?:HR_([1-4])|([1-8]))$/i;
const WITH_USER = /^(\d{1,2})_(?:(HR)_([1-4])|(NM)_([1-8])|([1-8]))$/i;
const SMALL = /^([fb]?)s(\d{1,2})v(HR_[1-4]|[1-8])f(\d{1,6})$/i;
const USER = /^(?:(?:s|subject|user|client|person)[ _-]?)?0{0,2}(\d{1,2})$/i;
const numberOf = (folder: string): number => Number(USER.exec(folder)?.[1]);

export const CASIA_FASD: Grammar = {
  faceSet: 'casia-fasd',
  title: 'CASIA-FASD',
  // Other sets of the same house begin with its name too.
  hint: /casia(?!.*(?:surf|cefa|hifi|mask|web|nir|iris))|cbsr|fasd|(?:train|test)_release/i,
  layout: (folder) => commonLayout(folder) || USER.test(folder),
  read(name, folders, still) {
    const small = SMALL.exec(name);
    if (small !== null) {
      const reading = read(Number(small[2]), small[3]!, true);
      if (reading === null) return null;
      const copy = small[1]!.toLowerCase();
      return {
        ...reading,
        frame: Number(small[4]),
        ...pick(
          'passedOver',
          copy === '' ? undefined : `a ${copy === 'f' ? 'mirrored' : 'brightened'} copy of another still`,
        ),
      };
    }
    const parent = folders.at(-1) ?? '';
    const written = CODE.exec(name);
    if (written !== null) {
      const owner = ownerOf(name, folders);
      if (owner !== null) {
        const reading = read(owner.user, name, written[1] !== undefined);
        return reading === null ? null : { ...reading, consumed: owner.consumed };
      }
      // A loose video: nobody can say which of fifty persons it shows.
      return still ? null : anonymous(name, folders);
    }
    const whole = WITH_USER.exec(name);
    // Under a user's folder `1_5` is still 5 of video 1.
    if (whole === null || (whole[6] !== undefined && USER.test(parent))) return null;
    const code = whole[2] === undefined ? (whole[5] ?? whole[6]!) : `HR_${whole[3]}`;
    return read(Number(whole[1]), code, whole[6] === undefined);
  },
  believes: ({ videos, files }) => files && [...videos].some((video) => video.startsWith('HR_')),
  settle(reading, part, { highest, highestInTest }) {
    const { user } = reading;
    if (user === undefined) return { video: reading.video, subject: null };
    // Numbers beyond the thirty of test can only go on from train to test; beyond the twenty of train they are test's.
    const straight = part === undefined ? highest > 30 : part === 'test' && highestInTest > 30;
    const of = part ?? (straight ? (user <= 20 ? 'train' : 'test') : highest > 20 ? 'test' : undefined);
    const subject = of === 'test' && !straight && user <= 30 ? 20 + user : user;
    return {
      video: `${of === undefined ? '' : `${of}/`}${subject}/${reading.video}`,
      subject: `casia-${subject}`,
      ...pick('part', of),
      // The caption set holds train videos only, and a test user would have the name of a train user.
      ...pick('originalDir', of === 'test' ? undefined : reading.originalDir),
    };
  },
  full: { train: { live: 60, spoof: 180 }, test: { live: 90, spoof: 270 } },
  companions: {},
};

/** @param code `1` to `8`, or `HR_1` to `HR_4` in any case */
function read(user: number, code: string, sure: boolean): Reading | null {
  if (user < 1 || user > 50) return null;
  const high = /^hr_/i.test(code);
  const number = Number(code.slice(-1));
  const kind = high ? number : Math.ceil(number / 2);
  return {
    video: code.toUpperCase(),
    label: kind === 1 ? 'live' : 'spoof',
    attack: kind === 1 ? null : kind === 4 ? 'replay' : 'print',
    subject: null,
    conditions: {
      quality: high ? 'high' : number % 2 === 1 ? 'normal' : 'low',
      ...pick('photo', kind === 2 ? 'warped' : kind === 3 ? 'cut' : undefined),
    },
    originalDir: `${user}_${high ? 'HR' : 'NM'}_${number}`,
    user,
    sure,
  };
}

/** The folder of a user, which one more may part from the video: `7/HR_1.avi`, `7/videos/HR_1.avi`, `7/3/3.avi`. */
function ownerOf(name: string, folders: readonly string[]): { user: number; consumed: number } | null {
  const [parent, above] = [folders.at(-1) ?? '', folders.at(-2) ?? ''];
  const between = USER.test(above) && (parent === name || !USER.test(parent));
  if (between) return { user: numberOf(above), consumed: 2 };
  return USER.test(parent) ? { user: numberOf(parent), consumed: 1 } : null;
}

/** A video whose user is not known: in another folder it may be another's. */
function anonymous(code: string, folders: readonly string[]): Reading {
  const reading = read(1, code, false)!;
  delete reading.user;
  delete reading.originalDir;
  return { ...reading, video: [...folders, reading.video].join('/') };
}
