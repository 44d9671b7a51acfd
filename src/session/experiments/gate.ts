/** A gate that work waits at while it is closed. */
export class Gate {
  private closed: { opened: Promise<void>; open: () => void } | null = null;

  get isOpen(): boolean {
    return this.closed === null;
  }

  close(): void {
    if (this.closed !== null) return;
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    this.closed = { opened, open };
  }

  open(): void {
    this.closed?.open();
    this.closed = null;
  }

  async passed(): Promise<void> {
    while (this.closed !== null) await this.closed.opened;
  }
}
