/** One user of the engine at a time: a training step and an explanation take turns, in the order they asked. */
export class Mutex {
  private tail: Promise<void> = Promise.resolve();

  /** Runs `work` when every earlier call has settled; its failure is the caller's alone. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    this.tail = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}
