// What deliveries and wakes say about when channels moved. Kept in memory only.
import type { DeliveryResult } from "../domain/ports";
import { tuning } from "../domain/tuning";
import type { InboxRow } from "../protocol";

/**
 * The time until which each channel may have moved, as far as this object knows from deliveries and
 * wakes. A channel without a time may have moved at any time after its stored row.
 */
export class KnownMoves {
  /** Epoch milliseconds. Bound: the channels of the person, about 100 bytes each. */
  readonly #times = new Map<string, number>();

  get(channel: string): number | undefined {
    return this.#times.get(channel);
  }

  /**
   * Takes a delivered row with its result, which decides whether the channel tells its next moves:
   * not at all after `offline`, and rarely after `viewing`.
   */
  delivered({ channel, at }: InboxRow, result: DeliveryResult, now: number): void {
    if (result === "offline") this.#times.delete(channel);
    else this.#times.set(channel, result === "viewing" ? now + tuning.inboxDeliveryAllViewingMs : at);
  }

  /** Takes the row that a woken channel answered. A later delivery may already have been here. */
  woken({ channel, at }: InboxRow): void {
    this.#times.set(channel, Math.max(at, this.#times.get(channel) ?? 0));
  }

  delete(channel: string): void {
    this.#times.delete(channel);
  }

  clear(): void {
    this.#times.clear();
  }
}
