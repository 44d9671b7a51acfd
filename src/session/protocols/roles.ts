/** Which loaded data set plays which role of a protocol. */
import { SET_ROLES, type FaceSet, type SampleRow, type SetRole } from '../../protocol';

const FACE_SET: Record<SetRole, FaceSet> = {
  M: 'msu-mfsd',
  C: 'casia-fasd',
  I: 'replay-attack',
  O: 'oulu-npu',
  W: 'siw-mv2',
};

export interface RoleAssignment {
  /** Data set by role; a role that no set can play is absent. */
  sets: Partial<Record<SetRole, string>>;
  /** Sentences: a role that two sets could play. */
  notes: string[];
}

/**
 * A recognised public set plays its own role; where there is none, the generated set that is named after it. Of several
 * the one with the most samples, and then the first by name.
 */
export function assignRoles(samples: readonly Pick<SampleRow, 'set' | 'faceSet'>[]): RoleAssignment {
  const sizes = new Map<string, number>();
  const recognised = new Map<FaceSet, Set<string>>();
  for (const { set, faceSet } of samples) {
    sizes.set(set, (sizes.get(set) ?? 0) + 1);
    if (faceSet === undefined) continue;
    const names = recognised.get(faceSet);
    if (names === undefined) recognised.set(faceSet, new Set([set]));
    else names.add(set);
  }
  const size = (set: string): number => sizes.get(set) ?? 0;
  const assignment: RoleAssignment = { sets: {}, notes: [] };
  for (const role of SET_ROLES) {
    const real = [...(recognised.get(FACE_SET[role]) ?? [])];
    const generated = [...sizes.keys()].filter((set) => set === `synthetic-${role}`);
    const [best, ...others] = (real.length > 0 ? real : generated).sort(
      (a, b) => size(b) - size(a) || (a < b ? -1 : 1),
    );
    if (best === undefined) continue;
    assignment.sets[role] = best;
    if (others.length > 0) {
      assignment.notes.push(
        `${[best, ...others].join(' and ')} could each be ${role}; ${best} is taken, as it has the most frames. Choose another in the list of sets.`,
      );
    }
  }
  return assignment;
}

/**
 * The data set that a name of a protocol stands for: by the queue's own assignment, else a set of that very name; null
 * where it is not loaded.
 */
export function resolveSet(
  name: string,
  assigned: Readonly<Record<string, string>>,
  loaded: ReadonlySet<string>,
): string | null {
  const set = assigned[name] ?? name;
  return loaded.has(set) ? set : null;
}

/** True for one of the paper's five. */
export function isRole(name: string): name is SetRole {
  return (SET_ROLES as readonly string[]).includes(name);
}
