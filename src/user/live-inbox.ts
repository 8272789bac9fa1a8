// The inbox as the channels deliver it: the stored rows, and in memory the newest row of each
// channel, which is sent instead of a stored row that is dirty.
import { type DeliveredRow, rowFor } from "../domain/block";
import { becomesDirty, isAtLeastAsNew, settles } from "../domain/inbox";
import type { InboxRow } from "../protocol";
import type { StoredInbox } from "./inbox";
import { KnownMoves } from "./known-moves";

export class LiveInbox {
  readonly moves = new KnownMoves();
  /**
   * The newest row that each channel delivered since it was last woken. Kept only in memory,
   * because these rows are needed only during a wake. Bound: the channels of the person, about 1
   * KiB each.
   */
  readonly #newestRows = new Map<string, InboxRow>();

  constructor(readonly stored: StoredInbox) {}

  /**
   * Takes a delivered row. It is stored only if the stored row becomes dirty. Returns what devices
   * get of it.
   */
  deliver(delivered: DeliveredRow): InboxRow {
    const row = this.rowOf(delivered);
    this.#newestRows.set(row.channel, row);
    if (becomesDirty(this.stored.get(row.channel), row)) this.stored.put(row, true);
    return row;
  }

  /** Returns what devices get of a delivered row. */
  rowOf(delivered: DeliveredRow): InboxRow {
    return rowFor(this.stored.settings, delivered);
  }

  /** Takes a row that only a mention or a mark of the person changes. See `settles`. */
  settle(row: InboxRow): void {
    this.#newestRows.delete(row.channel);
    if (settles(this.stored.get(row.channel), row)) this.stored.put(row, false);
  }

  /** Returns a page of the changes after a version: see `StoredInbox.changes`. */
  changes(after: number, limit: number): ReturnType<StoredInbox["changes"]> {
    return this.stored.changes(after, limit, (channel) => this.#newestRows.get(channel));
  }

  /** Call this before a channel is woken. */
  wakeBegins(channel: string): void {
    this.#newestRows.delete(channel);
  }

  /**
   * Stores the row that a woken channel answered. The row stays dirty if the channel delivered a
   * newer row during the wake.
   */
  wakeEnds(delivered: DeliveredRow): void {
    const row = this.rowOf(delivered);
    this.moves.woken(row);
    const newest = this.#newestRows.get(row.channel);
    if (!newest || isAtLeastAsNew(newest, row)) this.stored.put(row, false);
  }

  /** Removes a channel that the person left, with its settings. */
  remove(channel: string): void {
    this.stored.remove(channel);
    this.moves.delete(channel);
    this.#newestRows.delete(channel);
  }

  clear(): void {
    this.stored.clear();
    this.moves.clear();
    this.#newestRows.clear();
  }
}
