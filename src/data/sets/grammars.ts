/** All grammars. The first that reads a name wins, so those whose names are most their own stand first. */
import type { FaceSet } from '../../protocol';
import { CASIA_FASD } from './casia_fasd';
import { MSU_MFSD } from './msu_mfsd';
import { OULU_NPU } from './oulu_npu';
import { REPLAY_ATTACK } from './replay_attack';
import { SIW_MV2 } from './siw_mv2';
import type { Grammar } from './types';

export const GRAMMARS: readonly Grammar[] = [MSU_MFSD, REPLAY_ATTACK, SIW_MV2, OULU_NPU, CASIA_FASD];

export function grammarOf(faceSet: FaceSet): Grammar {
  return GRAMMARS.find((grammar) => grammar.faceSet === faceSet)!;
}
