/** Which file a table's row means: paths in tables are often written on another machine, or from another folder. */
import { folderOf, nameOf, normalise } from './paths';

export type Found = { path: string } | { problem: 'missing' | 'ambiguous' };

/** Finds files by path relative to a table, or else by the longest unique end of the path. */
export class Lookup {
  private readonly byPath = new Map<string, string>();
  private readonly byName = new Map<string, string[]>();

  /** @param paths  normalised paths of all files of the import */
  constructor(paths: Iterable<string>) {
    for (const path of paths) {
      this.byPath.set(path.toLowerCase(), path);
      const name = nameOf(path).toLowerCase();
      const group = this.byName.get(name);
      if (group) group.push(path);
      else this.byName.set(name, [path]);
    }
  }

  /**
   * @param written  the path as the table has it: relative, absolute, with either slash
   * @param table    the table's own path. Its folder is searched first, then the folders around it up to the set's:
   *                 a row never means a file of another set.
   */
  find(written: string, table: string): Found {
    let folder = folderOf(table);
    for (;;) {
      const found = this.under(written, folder);
      if (!('problem' in found) || found.problem !== 'missing') return found;
      if (!folder.includes('/')) return found;
      folder = folderOf(folder);
    }
  }

  /**
   * First the path beside the table. Then ends of the path, longest first, down to its last two parts (one, where the
   * row has no more): `live/1.jpg` never means `spoof/1.jpg`.
   */
  private under(written: string, folder: string): Found {
    const prefix = folder === '' ? '' : `${folder.toLowerCase()}/`;
    const beside = this.byPath.get(normalise(`${prefix}${written.toLowerCase()}`));
    if (beside !== undefined) return { path: beside };

    const wanted = normalise(written).toLowerCase();
    const candidates = (this.byName.get(nameOf(wanted)) ?? []).filter((path) => path.toLowerCase().startsWith(prefix));
    const parts = wanted.split('/');
    for (let skip = 0; skip <= Math.max(0, parts.length - 2); skip++) {
      const end = `/${parts.slice(skip).join('/')}`;
      const hits = candidates.filter((path) => `/${path.toLowerCase()}`.endsWith(end));
      if (hits.length === 1) return { path: hits[0]! };
      if (hits.length > 1) return { problem: 'ambiguous' };
    }
    return { problem: 'missing' };
  }
}
