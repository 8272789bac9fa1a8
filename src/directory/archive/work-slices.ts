// Divides the composing of batches into slices, so that no message waits for a batch. Between two
// slices the isolate handles other events. A Worker's clock stands still while code runs, so a
// slice is measured by estimates and not by time.

/** The work of one slice, in estimated microseconds. One step more may be added to it. */
const SLICE_US = 2_000;
/** The time between the starts of two slices, so that other events get as much time as slices. */
const SPACING_MS = 4;
/** The longest pause, however many channels of the isolate compose batches. */
const PAUSE_MAX_MS = 250;

/**
 * When the next slice may start, for all channels of the isolate: their batches would otherwise
 * take turns with each other only. Bound: one number.
 */
let freeAt = 0;

export class WorkSlices {
  #usedUs = 0;
  /** The end of the time that is reserved for the present slice. */
  #reservedTo = 0;

  /** Begins the first slice: at once, unless another one has begun just before. */
  async begin(): Promise<void> {
    const waitMs = this.#reserve();
    if (waitMs > 0) await wait(waitMs);
  }

  /** Counts work of estimated microseconds. Returns whether a pause is due. */
  take(us: number): boolean {
    this.#usedUs += us;
    return this.#usedUs >= SLICE_US;
  }

  /** Waits for the start of the next slice. */
  async pause(): Promise<void> {
    this.#usedUs = 0;
    await wait(this.#reserve());
  }

  /** Ends the last slice. Gives back the time that it did not need, unless the next one is set. */
  end(): void {
    if (freeAt === this.#reservedTo) freeAt -= SPACING_MS * Math.max(0, 1 - this.#usedUs / SLICE_US);
  }

  /** Reserves the time of the next slice. Returns the milliseconds until it starts. */
  #reserve(): number {
    const now = Date.now();
    const startAt = Math.min(Math.max(now, freeAt), now + PAUSE_MAX_MS);
    freeAt = startAt + SPACING_MS;
    this.#reservedTo = freeAt;
    return startAt - now;
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
