/**
 * Trees with the names of the five public sets and of their repacks, at full size. Names only: pictures are made by
 * `tools/make_trees.mjs`.
 *
 * What a file is follows here from the loops that write its name, never from reading that name: that is what tests of
 * the grammars are held against.
 */

/** What a test may expect of a file. */
export interface Expected {
  faceSet: 'msu-mfsd' | 'casia-fasd' | 'replay-attack' | 'oulu-npu' | 'siw-mv2';
  label: 'live' | 'spoof';
  attack: string | null;
  subject: string | null;
  part: 'train' | 'development' | 'test' | null;
  originalDir: string | null;
  conditions: Record<string, string>;
  /** Equal for all files of one video, different for others. */
  video: string;
  turn: 180 | null;
}

/** null: the file is not to be imported. */
export type Tree = Map<string, Expected | null>;

export const MSU_TRAIN = ['02', '03', '05', '06', '07', '08', '09', '11', '12', '21', '22', '34', '53', '54', '55'];
export const MSU_TEST = [
  ...['01', '13', '14', '23', '24', '26', '28', '29', '30', '32', '33', '35', '36', '37', '39', '42'],
  ...['48', '49', '50', '51'],
];
const UPSIDE_DOWN = ['03', '05', '06', '07', '08', '09'];

interface Clip extends Expected {
  /** Path inside the set, without an extension. */
  at: string;
  /** The name that flat repacks give the clip. */
  flat: string;
  extension: string;
}

function msuClips(): Clip[] {
  const clips: Clip[] = [];
  for (const [ids, part] of [
    [MSU_TRAIN, 'train'],
    [MSU_TEST, 'test'],
  ] as const) {
    for (const id of ids) {
      for (const camera of ['android', 'laptop']) {
        for (const medium of [null, 'ipad_video', 'iphone_video', 'printed_photo']) {
          const folder = medium === null ? 'real' : 'attack';
          const stem = `${folder}_client0${id}_${camera}_SD_${medium === null ? '' : `${medium}_`}scene01`;
          const turned = medium === null && camera === 'android' && UPSIDE_DOWN.includes(id);
          clips.push({
            at: `${folder}/${stem}`,
            flat: stem,
            extension: camera === 'android' ? 'mp4' : 'mov',
            faceSet: 'msu-mfsd',
            label: medium === null ? 'live' : 'spoof',
            attack: medium === null ? null : medium === 'printed_photo' ? 'print' : 'replay',
            subject: `msu-0${id}`,
            part,
            originalDir: stem,
            conditions: {
              camera,
              scene: '01',
              ...(medium === null ? {} : { medium: medium.split('_').join(' ') }),
              ...(turned ? { rotated: '180' } : {}),
            },
            video: stem,
            turn: turned ? 180 : null,
          });
        }
      }
    }
  }
  return clips;
}

const CASIA = [
  ['1', 'live', null, 'normal', null],
  ['2', 'live', null, 'low', null],
  ['3', 'spoof', 'print', 'normal', 'warped'],
  ['4', 'spoof', 'print', 'low', 'warped'],
  ['5', 'spoof', 'print', 'normal', 'cut'],
  ['6', 'spoof', 'print', 'low', 'cut'],
  ['7', 'spoof', 'replay', 'normal', null],
  ['8', 'spoof', 'replay', 'low', null],
  ['HR_1', 'live', null, 'high', null],
  ['HR_2', 'spoof', 'print', 'high', 'warped'],
  ['HR_3', 'spoof', 'print', 'high', 'cut'],
  ['HR_4', 'spoof', 'replay', 'high', null],
] as const;

interface CasiaClip extends Clip {
  user: number;
  code: string;
}

function casiaClips(): CasiaClip[] {
  const clips: CasiaClip[] = [];
  for (const [part, users, before] of [
    ['train', 20, 0],
    ['test', 30, 20],
  ] as const) {
    for (let user = 1; user <= users; user++) {
      for (const [code, label, attack, quality, photo] of CASIA) {
        clips.push({
          at: `${part}_release/${user}/${code}`,
          flat: code.startsWith('HR') ? `${user}_${code}` : `${user}_NM_${code}`,
          user,
          code,
          extension: 'avi',
          faceSet: 'casia-fasd',
          label,
          attack,
          subject: `casia-${before + user}`,
          part,
          originalDir: part === 'test' ? null : code.startsWith('HR') ? `${user}_${code}` : `${user}_NM_${code}`,
          conditions: { quality, ...(photo === null ? {} : { photo }) },
          video: `${part} ${user} ${code}`,
          turn: null,
        });
      }
    }
  }
  return clips;
}

const REPLAY_CLIENTS = {
  train: [1, 2, 4, 6, 7, 8, 12, 16, 18, 25, 27, 103, 105, 108, 110],
  devel: [3, 5, 10, 15, 17, 22, 29, 30, 101, 111, 113, 114, 116, 118, 119],
  test: [9, 11, 13, 14, 19, 20, 21, 23, 24, 26, 28, 31, 102, 104, 106, 107, 109, 112, 115, 117],
};

function replayClips(): Clip[] {
  const clips: Clip[] = [];
  for (const folder of ['train', 'devel', 'test'] as const) {
    for (const client of REPLAY_CLIENTS[folder]) {
      const id = `client${String(client).padStart(3, '0')}`;
      const common = {
        faceSet: 'replay-attack',
        extension: 'mov',
        subject: `replay-${String(client).padStart(3, '0')}`,
        part: folder === 'devel' ? 'development' : folder,
        turn: null,
      } as const;
      for (const light of ['adverse', 'controlled']) {
        for (const take of ['1', '2']) {
          const stem = `${id}_session01_webcam_authenticate_${light}_${take}`;
          clips.push({
            ...common,
            at: `${folder}/real/${stem}`,
            flat: stem,
            label: 'live',
            attack: null,
            originalDir: `real_${stem}`,
            conditions: { light, session: '01', take },
            video: stem,
          });
        }
        for (const support of ['fixed', 'hand']) {
          for (const [device, capture, content] of [
            ['print', 'highdef', 'photo'],
            ['mobile', 'mobile', 'photo'],
            ['mobile', 'mobile', 'video'],
            ['highdef', 'highdef', 'photo'],
            ['highdef', 'highdef', 'video'],
          ] as const) {
            const stem = `attack_${device}_${id}_session01_${capture}_${content}_${light}`;
            clips.push({
              ...common,
              at: `${folder}/attack/${support}/${stem}`,
              flat: `${support}_${stem}`,
              label: 'spoof',
              attack: device === 'print' ? 'print' : 'replay',
              originalDir: `${support}_${stem}`,
              conditions: { light, session: '01', device, capture, content, support },
              video: `${support} ${stem}`,
            });
          }
        }
      }
    }
  }
  return clips;
}

const PHONES = [
  'Samsung S6 edge',
  'HTC Desire EYE',
  'Meizu X5',
  'ASUS Zenfone Selfie',
  'Sony C5 Ultra Dual',
  'OPPO N3',
];

function ouluClips(): Clip[] {
  const clips: Clip[] = [];
  for (const [folder, part, first, last] of [
    ['Train_files', 'train', 1, 20],
    ['Dev_files', 'development', 21, 35],
    ['Test_files', 'test', 36, 55],
  ] as const) {
    for (let phone = 1; phone <= 6; phone++) {
      for (let session = 1; session <= 3; session++) {
        for (let user = first; user <= last; user++) {
          for (const [file, attack, condition] of [
            [1, null, {}],
            [2, 'print', { printer: '1' }],
            [3, 'print', { printer: '2' }],
            [4, 'replay', { display: '1' }],
            [5, 'replay', { display: '2' }],
          ] as const) {
            const id = String(user).padStart(2, '0');
            const stem = `${phone}_${session}_${id}_${file}`;
            clips.push({
              at: `${folder}/${stem}`,
              flat: stem,
              extension: 'avi',
              faceSet: 'oulu-npu',
              label: file === 1 ? 'live' : 'spoof',
              attack,
              subject: `oulu-${id}`,
              part,
              originalDir: stem,
              conditions: { phone: PHONES[phone - 1]!, session: String(session), ...condition },
              video: stem,
              turn: null,
            });
          }
        }
      }
    }
  }
  return clips;
}

/** Folder, prefix, attack, number of clips: 915 in all. The counts that are known add up to less; paper glasses fill in. */
export const SIW_KINDS = [
  ['Partial_FunnyeyeGlasses', 'Partial_Funnyeye', 'funny-eye', 160],
  ['Partial_Eye', 'Partial_Eye', 'partial-eye', 57],
  ['Partial_Mouth', 'Partial_Mouth', 'partial-mouth', 29],
  ['Partial_PaperGlasses', 'Partial_Paperglass', 'paper-glasses', 96],
  ['Makeup_Obfuscation', 'Makeup_Ob', 'makeup-obfuscation', 22],
  ['Makeup_Impersonation', 'Makeup_Im', 'makeup-impersonation', 61],
  ['Makeup_Cosmetic', 'Makeup_Co', 'makeup-cosmetic', 52],
  ['Mask_HalfMask', 'Mask_Half', 'mask-half', 72],
  ['Silicone', 'Mask_Silicone', 'mask-silicone', 17],
  ['Mask_TransparentMask', 'Mask_Trans', 'mask-transparent', 59],
  ['Mask_PaperMask', 'Mask_Paper', 'mask-paper', 17],
  ['Mannequin', 'Mask_Mann', 'mannequin', 40],
  ['Replay', 'Replay', 'replay', 98],
  ['Print', 'Paper', 'print', 135],
] as const;

function siwClips(): Clip[] {
  const common = {
    faceSet: 'siw-mv2',
    subject: null,
    part: null,
    conditions: {},
    turn: null,
  } as const;
  const clips: Clip[] = [];
  for (let n = 1; n <= 785; n++) {
    clips.push({
      ...common,
      at: `Live/Live_${n}`,
      flat: `Live_${n}`,
      extension: n % 3 === 0 ? 'mp4' : 'mov',
      label: 'live',
      attack: null,
      video: `Live_${n}`,
      originalDir: `live_${n}`,
    });
  }
  for (const [folder, prefix, attack, number] of SIW_KINDS) {
    for (let n = 1; n <= number; n++) {
      clips.push({
        ...common,
        at: `Spoof/${folder}/${prefix}_${n}`,
        flat: `${prefix}_${n}`,
        extension: n % 2 === 0 ? 'mp4' : 'mov',
        label: 'spoof',
        attack,
        video: `${prefix}_${n}`,
        originalDir: `${prefix.toLowerCase()}_${n}`,
      });
    }
  }
  return clips;
}

const CLIPS = {
  msu: msuClips,
  casia: casiaClips,
  replay: replayClips,
  oulu: ouluClips,
  siw: siwClips,
};
export type SetKey = keyof typeof CLIPS;

function expected(clip: Clip, still = false): Expected {
  const { faceSet, label, attack, subject, part, originalDir, conditions, video, turn } = clip;
  return { faceSet, label, attack, subject, part, originalDir, conditions, video, turn: still ? null : turn };
}

const at = (root: string, path: string): string => (root === '' ? path : `${root}/${path}`);

/** The set as its makers give it away, with the files beside the videos. */
export function released(key: SetKey, root: string): Tree {
  const tree: Tree = new Map();
  for (const clip of CLIPS[key]()) {
    const inside = key === 'msu' ? `scene01/${clip.at}` : clip.at;
    tree.set(at(root, `${inside}.${clip.extension}`), expected(clip));
    if (key === 'msu') tree.set(at(root, `${inside}.face`), null);
    if (key === 'oulu') tree.set(at(root, `${inside}.txt`), null);
  }
  if (key === 'msu') for (const part of ['train', 'test']) tree.set(at(root, `${part}_sub_list.txt`), null);
  if (key === 'replay') {
    for (const folder of ['train', 'devel', 'test'] as const) {
      for (const client of REPLAY_CLIENTS[folder]) {
        const id = String(client).padStart(3, '0');
        for (const light of ['adverse', 'controlled']) {
          tree.set(at(root, `enroll/${folder}/client${id}_session01_webcam_enroll_${light}.mov`), null);
        }
      }
    }
  }
  if (key === 'oulu') {
    for (const protocol of [1, 2]) {
      for (const part of ['Train', 'Dev', 'Test'])
        tree.set(at(root, `Protocols/Protocol_${protocol}/${part}.txt`), null);
    }
  }
  return tree;
}

/** `Train_files/Train_files/`, as unpacking into a folder of the archive's name leaves it. */
export function doubled(root: string): Tree {
  const tree: Tree = new Map();
  for (const clip of ouluClips()) {
    const [folder, stem] = clip.at.split('/') as [string, string];
    tree.set(at(root, `${folder}/${folder}/${stem}.avi`), expected(clip));
  }
  return tree;
}

/** The caption set's authors: `{train,test}/{live,spoof}/<name>/crop_000.jpg`; development is left out. */
export function authorsCrops(key: Exclude<SetKey, 'siw'>, root: string, crops = 3): Tree {
  const tree: Tree = new Map();
  for (const clip of CLIPS[key]()) {
    if (clip.part === 'development') continue;
    for (let n = 0; n < crops; n++) {
      const name = `crop_${String(n * 5).padStart(3, '0')}.jpg`;
      tree.set(at(root, `${clip.part}/${clip.label}/${clip.flat}/${name}`), expected(clip, true));
    }
  }
  return tree;
}

/** SA-FAS: one folder of all sets, `{set}_{split}_{live,spoof}_<stem>/`; MSU-MFSD's folders begin with `replay`. */
export function prefixedCrops(root: string, frames = 2): Tree {
  const tree: Tree = new Map();
  for (const key of ['msu', 'casia', 'replay', 'oulu'] as const) {
    for (const clip of CLIPS[key]()) {
      const split = clip.part === 'development' ? 'dev' : clip.part;
      const stem = key === 'replay' && clip.label === 'live' ? `real_${clip.flat}` : clip.flat;
      const folder = `${key === 'msu' ? 'replay' : key}_${split}_${clip.label}_${stem}`;
      for (let n = 0; n < frames; n++) {
        const number = String(n * 5).padStart(4, '0');
        tree.set(at(root, `${folder}/crop_${number}.jpg`), expected(clip, true));
        tree.set(at(root, `${folder}/org_${number}.jpg`), null);
        tree.set(at(root, `${folder}/infov1_${number}.npy`), null);
      }
    }
  }
  return tree;
}

/** FLIP and few_shot_fas: `{casia,msu,replay,oulu}/{train,test}/{real,fake}/<name>_frame{0,1}.png`. */
export function flipFrames(root: string): Tree {
  const tree: Tree = new Map();
  for (const key of ['msu', 'casia', 'replay', 'oulu'] as const) {
    for (const clip of CLIPS[key]()) {
      if (clip.part === 'development') continue;
      const name = key === 'casia' ? clip.flat.replace('_NM_', '_') : clip.flat;
      for (const frame of [0, 1]) {
        const label = clip.label === 'live' ? 'real' : 'fake';
        tree.set(at(root, `${key}/${clip.part}/${label}/${name}_frame${frame}.png`), expected(clip, true));
      }
    }
  }
  return tree;
}

/** SSDG's frame folders: the set's own layout with a folder for each video; Replay-Attack in three named folders. */
export function frameFolders(key: Exclude<SetKey, 'siw'>, root: string, frames = 2): Tree {
  const tree: Tree = new Map();
  for (const clip of CLIPS[key]()) {
    const inside = key === 'replay' ? clip.at.replace(/^(\w+)/, 'replayattack-$1/$1') : clip.at;
    for (let n = 0; n < frames; n++) tree.set(at(root, `${inside}/${n + 1}.png`), expected(clip, true));
  }
  return tree;
}

/** SA-FAS calls Replay-Attack's folder of attacks `attk`. */
export function attk(root: string): Tree {
  return new Map(
    replayClips().map((clip) => [at(root, `${clip.at.replace('/attack/', '/attk/')}.mov`), expected(clip)]),
  );
}

/** CASIA-FASD with the user in the name, `{u}_NM_{n}` or `{u}_{n}`, under `{train,test}/{live,spoof}/`. */
export function casiaFlat(root: string, style: 'NM' | 'plain'): Tree {
  return new Map(
    casiaClips().map((clip) => {
      const name = style === 'NM' ? clip.flat : clip.flat.replace('_NM_', '_');
      return [at(root, `${clip.part}/${clip.label}/${name}.avi`), expected(clip)];
    }),
  );
}

/**
 * The repack of 112 pixels: HR_1 lies under spoof, mirrored and brightened copies in train/live.
 * @param size names in all, or a few less: each video has the same number of stills
 */
export function casiaSmall(root: string, size = 123_533): Tree {
  const clips = casiaClips();
  const copied = (clip: CasiaClip): boolean => clip.part === 'train' && clip.label === 'live' && clip.code !== 'HR_1';
  const rows = clips.reduce((sum, clip) => sum + (copied(clip) ? 3 : 1), 0);
  const frames = Math.max(1, Math.floor(size / rows));
  const tree: Tree = new Map();
  for (const clip of clips) {
    const folder = clip.code === 'HR_1' ? 'spoof' : clip.label;
    for (let n = 1; n <= frames; n++) {
      const name = `s${clip.user}v${clip.code}f${n}.png`;
      tree.set(at(root, `${clip.part}/${folder}/${name}`), expected(clip, true));
      if (!copied(clip)) continue;
      for (const letter of ['f', 'b']) tree.set(at(root, `${clip.part}/${folder}/${letter}${name}`), null);
    }
  }
  return tree;
}

/** Texts of lists, by path. */
export function msuLists(root: string): Map<string, string> {
  return new Map([
    [at(root, 'train_sub_list.txt'), `${MSU_TRAIN.join('\n')}\n`],
    [at(root, 'test_sub_list.txt'), `${MSU_TEST.join('\r\n')}\r\n`],
  ]);
}

/** Protocol I in its three lists; signs as the set writes them. */
export function ouluProtocol(root: string): Map<string, string> {
  const lines = { Train: [] as string[], Dev: [] as string[], Test: [] as string[] };
  for (const clip of ouluClips()) {
    const session = clip.conditions['session'];
    const list = clip.part === 'train' ? 'Train' : clip.part === 'test' ? 'Test' : 'Dev';
    if ((list === 'Test') !== (session === '3')) continue;
    const value = clip.label === 'live' ? '+1' : list === 'Test' && clip.attack === 'replay' ? '-2' : '-1';
    lines[list].push(`${value},${clip.flat}`);
  }
  return new Map(
    Object.entries(lines).map(([name, rows]) => [at(root, `Protocols/Protocol_1/${name}.txt`), `${rows.join('\n')}\n`]),
  );
}

/** FLIP's lists of one set: train lists and test lists both hold videos of train and test. */
export function flipLists(key: 'msu' | 'casia' | 'replay' | 'oulu', root: string): Map<string, string> {
  const rows: Record<string, string[]> = {};
  let turn = 0;
  for (const clip of CLIPS[key]()) {
    if (clip.part === 'development') continue;
    const label = clip.label === 'live' ? 'real' : 'fake';
    const name = key === 'casia' ? clip.flat.replace('_NM_', '_') : clip.flat;
    const list = `${key}_${label}_${turn++ % 3 === 0 ? 'train' : 'test'}`;
    (rows[list] ??= []).push(`${key}/${clip.part}/${label}/${name}_frame0.png`);
  }
  return new Map(Object.entries(rows).map(([name, lines]) => [at(root, `${name}.txt`), `${lines.join('\n')}\n`]));
}

/** CASIA-FAS: `path label`, 0 for live. */
export function labelledList(key: SetKey, path: string, live = '0'): Map<string, string> {
  const rows = CLIPS[key]().map((clip) => {
    const value = clip.label === 'live' ? live : live === '0' ? '1' : '0';
    return `set/${clip.at} ${value}`;
  });
  return new Map([[path, `${rows.join('\n')}\n`]]);
}

/** SSDG: JSON, 1 for live. */
export function jsonList(key: SetKey, path: string, live = 1): Map<string, string> {
  const rows = CLIPS[key]().map((clip) => ({
    photo_path: `/data/somewhere/${clip.at}/000001.png`,
    photo_label: clip.label === 'live' ? live : 1 - live,
  }));
  return new Map([[path, JSON.stringify(rows)]]);
}

/** SiW-Mv2's protocol I: every third clip of a kind is for the test. */
export function siwLists(root: string): Map<string, string> {
  const rows: Record<string, string[]> = { trainlist_all: [], testlist_all: [], trainlist_live: [], testlist_live: [] };
  for (const clip of siwClips()) {
    const n = Number(clip.flat.slice(clip.flat.lastIndexOf('_') + 1));
    rows[`${n % 3 === 0 ? 'test' : 'train'}list_${clip.label === 'live' ? 'live' : 'all'}`]!.push(clip.flat);
  }
  return new Map(Object.entries(rows).map(([name, lines]) => [at(root, `pro_3_text/${name}.txt`), lines.join('\n')]));
}

/** All trees by a name, for tools. */
export const TREES: Record<string, (root: string) => Tree> = {
  msu: (root) => released('msu', at(root, 'MSU-MFSD')),
  casia: (root) => released('casia', at(root, 'CASIA-FASD')),
  replay: (root) => released('replay', at(root, 'Replay-Attack')),
  oulu: (root) => released('oulu', at(root, 'OULU-NPU')),
  siw: (root) => released('siw', at(root, 'SiW-Mv2')),
  'oulu-doubled': (root) => doubled(at(root, 'OULU-NPU')),
  'replay-attk': (root) => attk(at(root, 'replay')),
  'casia-flat': (root) => casiaFlat(at(root, 'casia'), 'NM'),
  'casia-small': (root) => casiaSmall(at(root, 'archive')),
  authors: (root) =>
    new Map(
      (
        [
          ['msu', 'MSU-MFSD'],
          ['casia', 'CASIA-FASD'],
          ['replay', 'IDIAP-REPLAY'],
          ['oulu', 'OULU-NPU'],
        ] as const
      ).flatMap(([key, folder]) => [...authorsCrops(key, at(root, `cropped/${folder}`))]),
    ),
  prefixed: (root) => prefixedCrops(at(root, 'preposess')),
  flip: (root) => flipFrames(at(root, 'MCIO/frame')),
  'casia-frames': (root) => frameFolders('casia', at(root, 'casia_256')),
};

/** Texts of the lists that lie in the trees of these names. */
export function listsOf(name: string, root: string): Map<string, string> {
  if (name === 'msu') return msuLists(at(root, 'MSU-MFSD'));
  if (name === 'oulu') return ouluProtocol(at(root, 'OULU-NPU'));
  if (name === 'siw') return siwLists(at(root, 'SiW-Mv2'));
  if (name !== 'flip') return new Map();
  return new Map(
    (['msu', 'casia', 'replay', 'oulu'] as const).flatMap((key) => [...flipLists(key, at(root, 'MCIO/txt'))]),
  );
}
