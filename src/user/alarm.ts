// The one alarm of the object, for all that is due: set to the earliest of it, and only where that is another time than it is set to.
export class DueAlarm {
  #setTo: number | null = null;
  #askAt: number | null = null;

  constructor(
    private readonly storage: DurableObjectStorage,
    /** When presence has to be looked at. */
    private readonly presenceDueAt: () => number | null,
  ) {}

  askAgainAt(at: number): void {
    this.#askAt = at;
    this.rearm();
  }

  /** Sets the alarm to what is due first. One that is set too early is left to ring: it finds out. */
  rearm(): void {
    const due = [this.#askAt, this.presenceDueAt()].filter((at) => at !== null);
    if (due.length === 0) return;
    const at = Math.min(...due);
    if (this.#setTo !== null && this.#setTo <= at) return;
    this.#setTo = at;
    // Not awaited: its failure resets the object as any other write's does.
    void this.storage.setAlarm(at);
  }

  rang(): void {
    this.#setTo = null;
    this.#askAt = null;
  }
}
