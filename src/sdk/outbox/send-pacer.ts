import { type Rate, rates } from "../../protocol";
import type { Clock } from "../transport/clock";

/**
 * How many sends may be under way at once without risking their order. Within the server's burst none will be refused, so
 * all of them may; beyond it one at a time, or a later one could be taken after an earlier one was refused.
 */
export class SendPacer {
  readonly #clock: Clock;
  #rate: Rate = rates.send;
  #free: number = rates.send.burst;
  #at = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The server said what it holds senders to. */
  follow(rate: Rate): void {
    this.#rate = rate;
    this.#free = Math.min(this.#free, rate.burst);
  }

  /** Whether another may be sent while `underWay` wait for their answer; counts it if so. */
  take(underWay: number): boolean {
    const now = this.#clock.now();
    this.#free = Math.min(this.#rate.burst, this.#free + (now - this.#at) / this.#rate.everyMs);
    this.#at = now;
    if (this.#free < 1 && underWay > 0) return false;
    this.#free = Math.max(0, this.#free - 1);
    return true;
  }

  /** The server refused one for now: its count is right, not ours. */
  exhaust(): void {
    this.#free = 0;
    this.#at = this.#clock.now();
  }
}
