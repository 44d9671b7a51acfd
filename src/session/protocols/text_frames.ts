/** Which frames of a test set are described in words, where describing all of them would take too long. */
import type { SampleRow } from '../../protocol';
import { chance } from '../chance';

/**
 * At most `limit` frames: half of them live, the other half shared evenly between the attacks; what one kind cannot
 * fill goes to the others. Videos come in an order of chance with all their frames, so that most are judged by video
 * too; where that would leave an attack out, one frame of each comes first. The same choice for the same samples in any order, limit and seed.
 */
export function chooseTextFrames(rows: readonly SampleRow[], limit: number | null, seed: number): Set<string> {
  if (limit === null || rows.length <= limit) return new Set(rows.map(({ id }) => id));
  const live = ordered(
    rows.filter(({ label }) => label === 'live'),
    seed,
  );
  const attacks = [...new Set(rows.filter(({ label }) => label === 'spoof').map(({ attack }) => attack ?? ''))].sort();
  const half = Math.floor(limit / 2);
  const kinds = attacks.map((attack) =>
    ordered(
      rows.filter((row) => row.label === 'spoof' && (row.attack ?? '') === attack),
      seed,
    ),
  );
  const room = Math.max(limit - half, limit - live.length);
  const firsts = kinds.map((kind) => videosOf(kind)[0]?.length ?? 0).reduce((sum, frames) => sum + frames, 0);
  const spoof = inTurn(kinds.map(firsts > room ? (kind) => kind.map((row) => [row]) : videosOf));
  const spoofs = Math.min(spoof.length, room);
  return new Set([...live.slice(0, limit - spoofs), ...spoof.slice(0, spoofs)].map(({ id }) => id));
}

/** Attacks of which no frame is described: too few are, for each to have one. */
export function attacksWithoutText(
  rows: readonly Pick<SampleRow, 'id' | 'label' | 'attack'>[],
  chosen: ReadonlySet<string>,
): string[] {
  const all = new Set<string>();
  const some = new Set<string>();
  for (const { id, label, attack } of rows) {
    if (label !== 'spoof' || attack === null) continue;
    all.add(attack);
    if (chosen.has(id)) some.add(attack);
  }
  return [...all].filter((attack) => !some.has(attack)).sort();
}

/** Videos by chance, a video's frames side by side. */
function ordered(rows: readonly SampleRow[], seed: number): SampleRow[] {
  return rows
    .map((row) => ({ row, rank: chance(`${seed}\0${row.set}\0${row.video}`) }))
    .sort((a, b) => a.rank - b.rank || compare(a.row.video, b.row.video) || compare(a.row.id, b.row.id))
    .map(({ row }) => row);
}

/** Frames of one video together. */
function videosOf(rows: readonly SampleRow[]): SampleRow[][] {
  const videos: SampleRow[][] = [];
  for (const row of rows) {
    const last = videos.at(-1);
    if (last?.[0]?.video === row.video) last.push(row);
    else videos.push([row]);
  }
  return videos;
}

/** One piece of each kind in turn. */
function inTurn(kinds: readonly (readonly SampleRow[][])[]): SampleRow[] {
  const longest = Math.max(0, ...kinds.map((pieces) => pieces.length));
  return Array.from({ length: longest }, (_, turn) => kinds.flatMap((pieces) => pieces[turn] ?? [])).flat();
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
