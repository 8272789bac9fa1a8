// Delivers the read marks of a large channel to the user objects of the readers, which keep them.
// The marks of 2 s go together: people read while others write, and each mark would be a request.
// The marks are in the states of the sockets meanwhile. The close of a socket delivers its mark.
import { tuning } from "../../domain/tuning";
import type { FanOut } from "./fan-out";

export class MarkDeliveries {
  /** Bound: the members who read within `tuning.markDeliveryMs`. */
  readonly #readers = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly fanOut: Pick<FanOut, "deliver">) {}

  /** Call this when the read mark of a member of a large channel moved. */
  onMarked(user: string): void {
    this.#readers.add(user);
    this.#timer ??= setTimeout(() => this.#deliver(), tuning.markDeliveryMs);
  }

  #deliver(): void {
    this.#timer = null;
    const readers = [...this.#readers];
    this.#readers.clear();
    for (const user of readers) this.fanOut.deliver(user, "urgent");
  }
}
