// Divides the composing of batches into slices, so that no message waits for a batch. Between two
// slices the isolate handles other events. A Worker's clock stands still while code runs, so a
// slice is measured by estimates and not by time. Batches of an isolate follow each other: a
// hundred channels may have one at the same moment, and a database handles one at a time.

/**
 * The work of one slice, in estimated microseconds. One step more may be added to it, and the
 * entries are read before the first slice. With 2,000, in a profile of 4 KB messages, 7 of 135
 * stretches of the archive took more than 5 ms, the longest 7.1.
 */
const SLICE_US = 1_200;
/** The time for other events between two slices. */
const PAUSE_MS = 1;
/**
 * The time from the start of one batch to that of the next: for each batch, and for each of its
 * entries and characters. It is about twice the time that the batch takes, including the database.
 */
const BATCH_MS = 1;
const ENTRY_MS = 0.2;
const CHARACTER_MS = 0.001;
/** How long a batch waits for others at most. */
const WAIT_MAX_MS = 5_000;

/** When the next batch of the isolate may start. Epoch milliseconds. Bound: one number. */
let freeAt = 0;

export class WorkSlices {
  #usedUs = 0;

  /** Waits until the batches that began before have had their time. */
  async begin(entries: number, characters: number): Promise<void> {
    const now = Date.now();
    // A time far ahead comes from a clock that went back, or from too many batches.
    const startAt = Math.min(Math.max(now, freeAt), now + WAIT_MAX_MS);
    freeAt = startAt + BATCH_MS + ENTRY_MS * entries + CHARACTER_MS * characters;
    if (startAt > now) await wait(startAt - now);
  }

  /** Counts work of estimated microseconds. Returns whether a pause is due. */
  take(us: number): boolean {
    this.#usedUs += us;
    return this.#usedUs >= SLICE_US;
  }

  /** Lets other events run, and begins the next slice. */
  async pause(): Promise<void> {
    this.#usedUs = 0;
    await wait(PAUSE_MS);
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
