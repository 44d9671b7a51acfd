/** Arrays that cost something to make again: kept up to a number of bytes, least recently used out first. */
export class Recent<K, V extends ArrayBufferView> {
  private readonly kept = new Map<K, V>();
  private bytes = 0;

  /** @param extra bytes that each entry takes besides its value, e.g. for a key that is an array */
  constructor(
    private readonly limit: number,
    private readonly extra = 0,
  ) {}

  get(key: K): V | undefined {
    const value = this.kept.get(key);
    if (value !== undefined) {
      // A Map iterates in the order of insertion: what was used goes to the end.
      this.kept.delete(key);
      this.kept.set(key, value);
    }
    return value;
  }

  /** Keeps `value`, also where it alone is over the limit, and lets go of what was used longest ago. */
  set(key: K, value: V): void {
    const before = this.kept.get(key);
    this.bytes += value.byteLength + this.extra - (before === undefined ? 0 : before.byteLength + this.extra);
    this.kept.delete(key);
    this.kept.set(key, value);
    for (const [old, { byteLength }] of this.kept) {
      if (this.bytes <= this.limit || old === key) break;
      this.kept.delete(old);
      this.bytes -= byteLength + this.extra;
    }
  }

  clear(): void {
    this.kept.clear();
    this.bytes = 0;
  }
}
