/** Candidates gathered by set and folder, and whether they are believed. */
import type { OfficialPart } from '../../protocol';
import type { Candidate } from './reading';
import type { Grammar, Settled } from './types';

export interface Member {
  path: string;
  still: boolean;
  candidate: Candidate;
}

/** All candidates of one grammar under one root. */
export class Group {
  readonly members: Member[] = [];
  /** Files beside the videos, with their extensions. */
  readonly companions: { path: string; extension: string }[] = [];
  /** Roots that were put together into this group. */
  readonly roots: string[];
  name = '';
  private sure = 0;
  private hinted = false;
  private laidOut = false;
  private agreeing = 0;
  private contradicting = 0;
  private files = false;
  private readonly unsure = new Set<string>();
  private highest = 0;
  private highestInTest = 0;

  constructor(
    readonly grammar: Grammar,
    public root: string,
  ) {
    this.roots = [root];
  }

  add(member: Member): void {
    this.members.push(member);
    const { reading, place, prefix } = member.candidate;
    if (reading.sure) this.sure++;
    else {
      this.unsure.add(reading.video);
      this.files ||= !member.still;
    }
    this.hinted ||= place.hinted;
    this.laidOut ||= place.laidOut;
    const said = prefix?.label ?? place.label;
    if (said === reading.label) this.agreeing++;
    else if (said !== null) this.contradicting++;
    const part = partSaid(member.candidate);
    if (part === undefined) this.highest = Math.max(this.highest, reading.user ?? 0);
    else if (part === 'test') this.highestInTest = Math.max(this.highestInTest, reading.user ?? 0);
  }

  /**
   * Names that could be anyone's are not believed against the folders that they lie in, unless a folder speaks of the
   * set: then the folders may be the wrong way round, and a sentence says which goes before.
   */
  believed(): boolean {
    if (this.sure > 0) return true;
    if (this.contradicting > this.agreeing) return this.hinted;
    return this.hinted || this.grammar.believes({ videos: this.unsure, files: this.files });
  }

  get by(): 'folders' | 'names' {
    return this.hinted || this.laidOut ? 'folders' : 'names';
  }

  /** What the part of the set decides. */
  settle(candidate: Candidate): Settled {
    const { reading } = candidate;
    const part = partSaid(candidate);
    return (
      this.grammar.settle?.(reading, part, { highest: this.highest, highestInTest: this.highestInTest }) ?? {
        video: reading.video,
        subject: reading.subject,
        ...(part === undefined ? {} : { part }),
        ...(reading.originalDir === undefined ? {} : { originalDir: reading.originalDir }),
      }
    );
  }

  /** Takes another group of the same grammar in. */
  join(other: Group, root: string): void {
    for (const member of other.members) this.add(member);
    this.companions.push(...other.companions);
    this.roots.push(...other.roots);
    this.root = root;
  }
}

/** A name that says its part goes before a folder. */
export function partSaid({ reading, prefix, place }: Candidate): OfficialPart | undefined {
  return reading.part ?? prefix?.part ?? place.part;
}

/** The part that the folder or a prefix says against the name; undefined where they agree. */
export function partAgainst({ reading, prefix, place }: Candidate): OfficialPart | undefined {
  const said = prefix?.part ?? place.part;
  return reading.part !== undefined && said !== undefined && said !== reading.part ? said : undefined;
}

/** Folders side by side of which each holds one part are one set: `OULU-train/`, `OULU-test/`. */
export function joinParts(groups: readonly Group[]): Group[] {
  const out: Group[] = [];
  const open = new Map<string, { group: Group; parts: Set<OfficialPart> }>();
  for (const group of groups) {
    const said = new Set(group.members.map(({ candidate }) => partSaid(candidate)));
    const [part] = said;
    if (said.size !== 1 || part === undefined || group.root === '') {
      out.push(group);
      continue;
    }
    const parent = group.root.includes('/') ? group.root.slice(0, group.root.lastIndexOf('/')) : '';
    const key = `${group.grammar.faceSet}\0${parent}`;
    const other = open.get(key);
    if (other !== undefined && !other.parts.has(part)) {
      other.group.join(group, parent);
      other.parts.add(part);
    } else {
      out.push(group);
      if (other === undefined) open.set(key, { group, parts: new Set([part]) });
    }
  }
  return out;
}
