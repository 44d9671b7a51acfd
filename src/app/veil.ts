/** Whether the page draws faces: one switch for all its pictures, set by the page from the session's state. */
class Veil extends EventTarget {
  private drawn = false;

  /** True: no face is drawn. */
  get down(): boolean {
    return this.drawn;
  }

  set(down: boolean): void {
    if (this.drawn === down) return;
    this.drawn = down;
    this.dispatchEvent(new Event('change'));
  }
}

export const veil = new Veil();
