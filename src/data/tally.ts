/** Counts files that are passed over by the reason for it, with a few of their names, or of what they belong to. */
const EXAMPLES = 3;

export class Tally {
  private readonly counts = new Map<string, { why: string; files: number; examples: string[] }>();

  add(why: string, path: string): void {
    let entry = this.counts.get(why);
    if (entry === undefined) {
      entry = { why, files: 0, examples: [] };
      this.counts.set(why, entry);
    }
    entry.files++;
    if (entry.examples.length < EXAMPLES && !entry.examples.includes(path)) entry.examples.push(path);
  }

  list(): { why: string; files: number; examples: string[] }[] {
    return [...this.counts.values()].sort((a, b) => (a.why < b.why ? -1 : 1));
  }
}
