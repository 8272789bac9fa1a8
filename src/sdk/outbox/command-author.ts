import type { Clock } from "../transport/clock";
import type { OutboxEntry } from "./outbox";

/** The account that composes commands, and the order of its commands. */
export class CommandAuthor {
  readonly clock: Clock;
  /** The signed-in account, or null while it is unknown. */
  userId: string | null = null;
  #order = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Returns a number higher than every `order` in the outbox. */
  nextOrder(): number {
    this.#order = Math.max(this.#order + 1, this.clock.now());
    return this.#order;
  }

  /** Lets later commands come after these entries of the outbox. */
  continueAfter(entries: readonly OutboxEntry[]): void {
    this.#order = Math.max(this.#order, ...entries.map(({ order }) => order));
  }
}
