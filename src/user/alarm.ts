/** A part of the object that has work at a time. */
export interface DueWork {
  /** When the work is due; null for never. Epoch milliseconds. */
  readonly dueAt: number | null;
  /**
   * Called when the alarm fires, also if the work is not due yet. Rearms the alarm if some is left.
   */
  onAlarm(): Promise<void>;
}

/**
 * The one alarm of the object. It is set to the earliest due time, unless it is already set to an
 * earlier one. A part calls `rearm` when its `dueAt` has changed.
 */
export class DueAlarm {
  #setTo: number | null = null;
  /** Bound: the four parts that `loadUser` names. */
  #works: readonly DueWork[] = [];

  constructor(private readonly storage: DurableObjectStorage) {}

  /** Sets the parts that have work, in the order in which they begin it when the alarm fires. */
  serve(works: readonly DueWork[]): void {
    this.#works = works;
  }

  /** Sets the alarm to the earliest due time. An alarm that fires too early finds nothing due. */
  rearm(): void {
    const due = this.#works.map(({ dueAt }) => dueAt).filter((at) => at !== null);
    if (due.length === 0) return;
    const at = Math.min(...due);
    if (this.#setTo !== null && this.#setTo <= at) return;
    this.#setTo = at;
    // Not awaited: a failure resets the object, as the failure of any other write does.
    void this.storage.setAlarm(at);
  }

  /** Call this when the alarm fires. Resolves when the work that was due has ended. */
  async fire(): Promise<void> {
    this.#setTo = null;
    await Promise.all(this.#works.map((work) => work.onAlarm()));
  }
}
