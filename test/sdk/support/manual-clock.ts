import type { Clock } from "../../../src/sdk";

/** Lets all pending promises settle. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that moves only when a test advances it. */
export class ManualClock implements Clock {
  #now = 1_795_500_000_000;
  #timers = new Map<number, { at: number; callback: () => void }>();
  #ids = 0;

  now = (): number => this.#now;

  setTimeout = (callback: () => void, ms: number): unknown => {
    this.#timers.set(++this.#ids, { at: this.#now + ms, callback });
    return this.#ids;
  };

  clearTimeout = (timer: unknown): void => {
    if (typeof timer === "number") this.#timers.delete(timer);
  };

  /** Advances the time and runs the timers that fall due, each at its own time. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let next = this.#due(until); next; next = this.#due(until)) {
      const [id, { at, callback }] = next;
      this.#timers.delete(id);
      this.#now = at;
      callback();
      await settle();
    }
    this.#now = until;
  }

  /** Simulates a sleeping device: the time passes, and all timers are delayed by it. */
  sleep(ms: number): void {
    this.#now += ms;
    for (const timer of this.#timers.values()) timer.at += ms;
  }

  #due(until: number) {
    return [...this.#timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
  }
}
