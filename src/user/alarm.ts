// The object's one alarm, for everything that is due. It is set to the earliest time, and only
// where it is not already set to an earlier one.
export class DueAlarm {
  #setTo: number | null = null;
  #wakeChannelsAt: number | null = null;

  constructor(
    private readonly storage: DurableObjectStorage,
    /** When presence has to be evaluated. */
    private readonly presenceDueAt: () => number | null,
  ) {}

  /** Schedules another wake of the channels that could not be reached. */
  wakeChannelsAt(at: number): void {
    this.#wakeChannelsAt = at;
    this.rearm();
  }

  /**
   * Sets the alarm to the earliest due time. An alarm that is set too early fires, and finds
   * nothing due.
   */
  rearm(): void {
    const due = [this.#wakeChannelsAt, this.presenceDueAt()].filter((at) => at !== null);
    if (due.length === 0) return;
    const at = Math.min(...due);
    if (this.#setTo !== null && this.#setTo <= at) return;
    this.#setTo = at;
    // Not awaited: a failure resets the object, like the failure of any other write.
    void this.storage.setAlarm(at);
  }

  fired(): void {
    this.#setTo = null;
    this.#wakeChannelsAt = null;
  }
}
