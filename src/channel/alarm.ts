// The one alarm of the object. It is set again only to an earlier time, because each setting costs
// a row. Every part that needs the alarm calls `arm`. When the alarm fires, all parts run.

/**
 * How long after an append the alarm repeats deliveries that a crash interrupted. Usually there are
 * none. The alarm fires before the object hibernates (10 s), so that the fan-out still knows which
 * rows it sent. The alarm keeps the object awake for another 10 s.
 */
export const REDELIVERY_MS = 9_000;
/** The same in an active channel, where the next message usually comes before the alarm. */
export const REDELIVERY_ACTIVE_MS = 16_000;

export class ChannelAlarm {
  #armedAt: number | null;

  constructor(
    private readonly storage: DurableObjectStorage,
    /**
     * The time to which the alarm was set when the object woke. A later time must not replace it.
     */
    storedAt: number | null,
    /** Called each time the alarm is set. */
    private readonly onArmed: () => void,
  ) {
    this.#armedAt = storedAt;
  }

  /** Makes sure that the alarm fires at `at` or earlier. Epoch milliseconds. */
  arm(at: number): void {
    if (this.firesBy(at)) return;
    this.#armedAt = at;
    this.onArmed();
    // Not awaited: the write joins the commit of the turn. Its failure resets the object, as the
    // failure of any other write does.
    void this.storage.setAlarm(at);
  }

  /** Whether the alarm is set, and fires at `at` or earlier. Epoch milliseconds. */
  firesBy(at: number): boolean {
    return this.#armedAt !== null && this.#armedAt <= at;
  }

  /** Call this when the alarm fires. The platform then has no alarm set. */
  clear(): void {
    this.#armedAt = null;
  }
}
