import type { Event, HeardEvent } from "../../protocol";

/** The functions of the program that get every event of a channel. */
export class EventListeners {
  readonly #channel: string;
  readonly #warn: (warning: string) => void;
  readonly #listeners = new Set<(event: Event) => void>();

  constructor(channel: string, warn: (warning: string) => void) {
    this.#channel = channel;
    this.#warn = warn;
  }

  /** Returns a function that unsubscribes. */
  add(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  applied(events: readonly HeardEvent[]): void {
    for (const event of events) {
      if (event.type === "unknown") {
        this.#warn(`channel ${this.#channel}: entry ${event.seq} has a type unknown to this client`);
        continue;
      }
      for (const listener of [...this.#listeners]) {
        try {
          listener(event);
        } catch (error) {
          // An error in a listener must not stop the log.
          this.#warn(`an event listener threw: ${String(error)}`);
        }
      }
    }
  }
}
