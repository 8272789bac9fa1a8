// Writes to the outbox. The writes of one nonce keep their order.
import type { Outbox, OutboxEntry } from "./outbox";

export class OutboxWrites {
  readonly #outbox: Outbox;
  readonly #warn: (warning: string) => void;
  /** The last write per nonce. The next write for that nonce waits for it. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(outbox: Outbox, warn: (warning: string) => void) {
    this.#outbox = outbox;
    this.#warn = warn;
  }

  /** Resolves when the writes of a nonce have ended. Undefined if none is under way. */
  ended(nonce: string): Promise<void> | undefined {
    return this.#last.get(nonce);
  }

  store(entry: OutboxEntry): Promise<void> {
    return this.#write(entry.command.nonce, () => this.#outbox.put(entry));
  }

  erase(nonce: string): Promise<void> {
    return this.#write(nonce, () => this.#outbox.remove(nonce));
  }

  /** If the outbox fails, the command stays in memory and is sent anyway. */
  #write(nonce: string, write: () => Promise<void>): Promise<void> {
    const before = this.#last.get(nonce);
    const written = (before ? before.then(write) : write()).catch((error) => this.#warn(`outbox: ${String(error)}`));
    this.#last.set(nonce, written);
    void written.then(() => {
      if (this.#last.get(nonce) === written) this.#last.delete(nonce);
    });
    return written;
  }
}
