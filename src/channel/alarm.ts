// The one alarm of the object, armed only when none is due earlier: each arming is a row.

/**
 * What a crash cuts short is done again so long after, by an alarm that usually finds nothing to do. Sooner than the object falls asleep (10 s): the
 * alarm finds the memory of who was told what, and keeps it for another 10 s.
 */
export const REDELIVERY_MS = 9_000;
/** In a lively channel the next message repairs before any alarm. */
export const REDELIVERY_ACTIVE_MS = 16_000;

export class ChannelAlarm {
  #armedAt: number | null;

  constructor(
    private readonly storage: DurableObjectStorage,
    /** What it was set to when the object woke: a later time must not take its place. */
    storedAt: number | null,
    /** Called with every arming. */
    private readonly armed: () => void,
  ) {
    this.#armedAt = storedAt;
  }

  /** The alarm rings at `at` or before. */
  arm(at: number): void {
    if (this.#armedAt !== null && this.#armedAt <= at) return;
    this.#armedAt = at;
    this.armed();
    // Not awaited: the write joins the commit of the turn, and its failure resets the object as any other write's does.
    void this.storage.setAlarm(at);
  }

  /** It rang. */
  rang(): void {
    this.#armedAt = null;
  }
}
