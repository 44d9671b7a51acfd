/**
 * SiW-Mv2 (Guo et al. 2022): 785 live and 915 spoof clips of fourteen attack kinds.
 *
 *   Live/Live_{n}.*, Spoof/{folder}/{prefix}_{n}.*
 *
 * The number is a sequence, not a person: who is in a clip cannot be known from names.
 */
import type { Attack } from '../synthetic/types';
import { commonLayout } from './places';
import type { Grammar } from './types';

/** File prefix, attack, the folder of the README in lower case. `paper` stands last: two others end with it. */
const KINDS: readonly (readonly [prefix: string, attack: Attack, folder: string])[] = [
  ['makeup_co', 'makeup-cosmetic', 'makeup_cosmetic'],
  ['makeup_im', 'makeup-impersonation', 'makeup_impersonation'],
  ['makeup_ob', 'makeup-obfuscation', 'makeup_obfuscation'],
  ['mask_half', 'mask-half', 'mask_halfmask'],
  ['mask_mann', 'mannequin', 'mannequin'],
  ['mask_paper', 'mask-paper', 'mask_papermask'],
  ['mask_silicone', 'mask-silicone', 'silicone'],
  ['mask_trans', 'mask-transparent', 'mask_transparentmask'],
  ['partial_eye', 'partial-eye', 'partial_eye'],
  ['partial_funnyeye', 'funny-eye', 'partial_funnyeyeglasses'],
  ['partial_mouth', 'partial-mouth', 'partial_mouth'],
  ['partial_paperglass', 'paper-glasses', 'partial_paperglasses'],
  ['replay', 'replay', 'replay'],
  ['paper', 'print', 'print'],
];
const ATTACK_OF = new Map(KINDS.map(([prefix, attack]) => [prefix, attack]));
const FOLDERS = new Set(KINDS.flatMap(([prefix, , folder]) => [prefix, folder]));

const NAME = new RegExp(`^(live|${KINDS.map(([prefix]) => prefix).join('|')})_(\\d{1,5})$`, 'i');

export const SIW_MV2: Grammar = {
  faceSet: 'siw-mv2',
  title: 'SiW-Mv2',
  hint: /siw[-_ ]?m/i,
  layout: (folder) => commonLayout(folder) || FOLDERS.has(folder),
  read(name, folders) {
    const match = NAME.exec(name);
    if (match === null) return null;
    const prefix = match[1]!.toLowerCase();
    const attack = ATTACK_OF.get(prefix) ?? null;
    const video = `${prefix}_${Number(match[2])}`;
    return {
      video,
      label: attack === null ? 'live' : 'spoof',
      attack,
      subject: null,
      conditions: {},
      // Not in the caption set; captions in its columns name these videos as their files are named.
      originalDir: video,
      // Anyone may call a file live_1 or replay_2; `Paper_3` in a folder named Print is this set's way.
      sure: prefix.includes('_') || (prefix === 'paper' && folders.at(-1)?.toLowerCase() === 'print'),
    };
  },
  believes: () => false,
  settle: null,
  full: { none: { live: 785, spoof: 915 } },
  companions: {},
};
