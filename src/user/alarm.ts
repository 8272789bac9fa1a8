// The one alarm of the object. It is set to the earliest due time, unless it is already set to an
// earlier one.
export class DueAlarm {
  #setTo: number | null = null;
  #wakeChannelsAt: number | null = null;

  constructor(
    private readonly storage: DurableObjectStorage,
    /** Returns when each part of the object has something to do; null for never. */
    private readonly dueTimes: () => (number | null)[],
  ) {}

  /** Schedules another wake of the channels whose rows are dirty. */
  wakeChannelsAt(at: number): void {
    this.#wakeChannelsAt = at;
    this.rearm();
  }

  /** Sets the alarm to the earliest due time. An alarm that fires too early finds nothing due. */
  rearm(): void {
    const due = [this.#wakeChannelsAt, ...this.dueTimes()].filter((at) => at !== null);
    if (due.length === 0) return;
    const at = Math.min(...due);
    if (this.#setTo !== null && this.#setTo <= at) return;
    this.#setTo = at;
    // Not awaited: a failure resets the object, as the failure of any other write does.
    void this.storage.setAlarm(at);
  }

  fired(): void {
    this.#setTo = null;
    this.#wakeChannelsAt = null;
  }
}
