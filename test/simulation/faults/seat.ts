// A client of one channel, as the faults see it: on a line that can be cut, and live or not.

import type { Hearing } from "./hearing.ts";
import type { Line } from "./line.ts";

export interface Seat {
  readonly name: string;
  readonly hearing: Hearing;
  readonly presence: Presence;
  /** The connection that carries it, or null while it has none. */
  line(): Line | null;
  /** Every connection of its program. */
  lines(): Line[];
}

/** Whether a client is live, how often it became so, and who waits for that. */
export class Presence {
  #isLive = false;
  #arrivals = 0;
  readonly #waiting = new Set<{ after: number; resolve: (at: number) => void }>();

  get isLive(): boolean {
    return this.#isLive;
  }

  get arrivals(): number {
    return this.#arrivals;
  }

  set(isLive: boolean): void {
    if (isLive === this.#isLive) return;
    this.#isLive = isLive;
    if (isLive) this.arrive();
  }

  arrive(): void {
    this.#arrivals++;
    for (const waiting of this.#waiting) {
      if (this.#arrivals <= waiting.after) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(performance.now());
    }
  }

  /** When it became live again after so many arrivals. */
  next(after: number): Promise<number> {
    if (this.#arrivals > after) return Promise.resolve(performance.now());
    return new Promise((resolve) => this.#waiting.add({ after, resolve }));
  }
}
