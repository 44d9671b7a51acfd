/** When a picture is shown: as its own packet says, or, where packets are only counted, the turn that is next. */
export class Turns {
  private readonly own = new Map<number, number>();
  private readonly waiting: number[] = [];

  /** @param timed  packets carry the time of showing */
  constructor(private readonly timed: boolean) {}

  /** A packet goes into the decoder. */
  add(order: number, seconds: number): void {
    if (this.timed) this.own.set(order, seconds);
    else this.waiting.push(seconds);
  }

  /** A packet whose picture will not come, being one that would have been shown next. */
  skip(): void {
    this.waiting.shift();
  }

  /** The packet added last was refused: no picture of it will come. */
  fail(): void {
    this.waiting.pop();
  }

  /** A picture comes out, of the packet `order`. */
  take(order: number): number {
    if (!this.timed) return this.waiting.shift() ?? 0;
    const seconds = this.own.get(order) ?? 0;
    this.own.delete(order);
    return seconds;
  }
}
