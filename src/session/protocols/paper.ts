/**
 * The experiments of Min et al. (Sci Rep 2026, tables 1 to 7) as data. `OCI` trains on OULU-NPU, CASIA-FASD and
 * Replay-Attack, and so on; MCIO leave-one-out is the four of them, each also judged on the unseen attacks of SiW-Mv2.
 */
import type { Protocol, SetRole, Variant } from '../../protocol';

/** As in the paper's tables. The captions are all that differs. */
export const VANILLA: Variant = { name: 'vanilla', config: { reasoningShare: 0 } };
export const REASONING: Variant = { name: 'vanilla+reasoning', config: { reasoningShare: 0.5 } };
/** Table 7. Its other row is the same training as `vanilla+reasoning`, and is trained once. */
export const WITH_CLS: Variant = { name: 'w cls loss', config: { reasoningShare: 0.5 } };
export const WITHOUT_CLS: Variant = { name: 'w/o cls loss', config: { reasoningShare: 0.5, alpha: 0 } };

/** Share of the sources' subjects that set thresholds, where a set has no development part. Not stated in the paper. */
const DEVELOPMENT_SHARE = 0.2;

const NAMES: Record<SetRole, string> = {
  M: 'MSU-MFSD',
  C: 'CASIA-FASD',
  I: 'Replay-Attack',
  O: 'OULU-NPU',
  W: 'SiW-Mv2',
};

/** What a role stands for in the paper. */
export const roleName = (role: SetRole): string => NAMES[role];

const common = { origin: 'paper', parts: 'official', developmentShare: DEVELOPMENT_SHARE } as const;
const list = (roles: readonly SetRole[]): string => roles.map(roleName).join(', ');

/** Sources and the set left out, in the order of table 1. */
const FOLDS: readonly { id: string; train: SetRole[]; left: SetRole }[] = [
  { id: 'OCI', train: ['O', 'C', 'I'], left: 'M' },
  { id: 'MOI', train: ['M', 'O', 'I'], left: 'C' },
  { id: 'MOC', train: ['M', 'O', 'C'], left: 'I' },
  { id: 'MIC', train: ['M', 'I', 'C'], left: 'O' },
];

const LEAVE_ONE_OUT: readonly Protocol[] = FOLDS.map(({ id, train, left }) => ({
  ...common,
  id,
  about: `Trains on ${list(train)}; tests on ${roleName(left)} (table 1) and on the unseen attacks of SiW-Mv2.`,
  train,
  tests: [left, 'W'],
  variants: [VANILLA, REASONING],
}));

const ALL_FOUR: Protocol = {
  ...common,
  id: 'MICO',
  about: `Trains on ${list(['M', 'I', 'C', 'O'])}; tests on the unseen attacks of SiW-Mv2 (table 6).`,
  train: ['M', 'I', 'C', 'O'],
  tests: ['W'],
  variants: [VANILLA, REASONING],
};

const ABLATION: readonly Protocol[] = FOLDS.map(({ id, train, left }) => ({
  ...common,
  id: `${id} cls`,
  about: `Trains on ${list(train)} with and without the classification loss; tests on ${roleName(left)} (table 7).`,
  train,
  tests: [left],
  variants: [WITHOUT_CLS, WITH_CLS],
}));

/** Every experiment of the paper; a list that others are added to, never changed. */
export const PAPER_PROTOCOLS: readonly Protocol[] = [...LEAVE_ONE_OUT, ALL_FOUR, ...ABLATION];

/** The protocols behind each of the paper's tables, by id. */
export const TABLE_PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
  '1': ['OCI', 'MOI', 'MOC', 'MIC'],
  '2': ['OCI'],
  '3': ['MOI'],
  '4': ['MOC'],
  '5': ['MIC'],
  '6': ['MICO'],
  '7': ['OCI cls', 'MOI cls', 'MOC cls', 'MIC cls'],
};
