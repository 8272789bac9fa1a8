// The server's clock, as well as this device knows it. The clock of a device may be wrong. Times
// that the server decides about, such as the end of a mute, are compared with this clock.
import type { Clock } from "./clock";

export class ServerClock {
  readonly #clock: Clock;
  #aheadMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How far the server's clock is ahead of this device's. Milliseconds. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** The server said its time just now. Epoch milliseconds. */
  heard(at: number): void {
    this.#aheadMs = at - this.#clock.now();
  }

  /** Returns the server's time; the time of this device before the first connection. */
  now(): number {
    return this.#clock.now() + this.#aheadMs;
  }
}
