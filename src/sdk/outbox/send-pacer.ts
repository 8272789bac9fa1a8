import { type Rate, rates } from "../../protocol";
import type { Clock } from "../transport/clock";

/**
 * Limits how many sends are in flight, so that they keep their order. Within the server's burst
 * none is refused, so all of them may be in flight. Beyond it, one at a time is sent: otherwise the
 * server could accept a later one after it refused an earlier one.
 */
export class SendPacer {
  readonly #clock: Clock;
  #rate: Rate = rates.send;
  #available: number = rates.send.burst;
  #at = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets the rate that the server announced. */
  setRate(rate: Rate): void {
    this.#rate = rate;
    this.#available = Math.min(this.#available, rate.burst);
  }

  /**
   * Returns whether another command may be sent while `inFlight` wait for their answer. If so,
   * counts the command.
   */
  tryTake(inFlight: number): boolean {
    const now = this.#clock.now();
    this.#available = Math.min(this.#rate.burst, this.#available + (now - this.#at) / this.#rate.everyMs);
    this.#at = now;
    if (this.#available < 1 && inFlight > 0) return false;
    this.#available = Math.max(0, this.#available - 1);
    return true;
  }

  /** Sets the local count to zero, because the server refused a command temporarily. */
  exhaust(): void {
    this.#available = 0;
    this.#at = this.#clock.now();
  }
}
