/** For panels: how a reader can be read, in words. */
import { policiesOf, policyWords, probit } from '../../evaluate/numbers/index';
import type { Reader } from '../../protocol';
import type { Way } from './types';

export { probit };
export { PAPER_PROTOCOLS, roleName, TABLE_PROTOCOLS } from '../protocols/paper';
export { assignRoles, isRole } from '../protocols/roles';
export { checkProtocol, readProtocols, writeProtocols } from '../protocols/schema';
export { countJobs } from '../protocols/jobs';
export { usedNames, type UsedName } from '../protocols/assigned';

/** The policies of a reader with their words, the first of them the one to begin with. */
export function waysOf(reader: Reader): { policy: Way['policy']; words: string }[] {
  return policiesOf(reader).map((policy) => ({ policy, words: policyWords(policy) }));
}
