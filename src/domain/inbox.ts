// Compares the inbox rows of one channel, and decides when a stored row must be written: only when
// it becomes dirty or clean.
import type { InboxRow, UnseenMessage } from "../protocol";

type RowOrder = Pick<InboxRow, "epochNumber" | "head" | "read">;

/** Whether `next` is at least as new as `known`. */
export function isAtLeastAsNew(known: RowOrder, next: RowOrder): boolean {
  if (next.epochNumber !== known.epochNumber) return next.epochNumber > known.epochNumber;
  return next.head !== known.head ? next.head > known.head : next.read >= known.read;
}

/** The fields that determine all other fields of a row, except the unseen messages. */
export type InboxRowPosition = Pick<InboxRow, "epochNumber" | "head" | "read" | "unreadFrom">;

/** Whether two rows of a channel have the same content, their unseen messages aside. */
export const isSameRow = (known: InboxRowPosition, next: InboxRowPosition): boolean =>
  known.epochNumber === next.epochNumber &&
  known.head === next.head &&
  known.read === next.read &&
  known.unreadFrom === next.unreadFrom;

const isSameUnseen = (known: readonly UnseenMessage[] = [], next: readonly UnseenMessage[] = []): boolean =>
  JSON.stringify(known) === JSON.stringify(next);

export interface StoredRow extends InboxRow {
  /**
   * Whether the row is behind its channel. When a device connects, the channel is asked for the
   * row.
   */
  dirty: boolean;
}

/** Whether a delivery makes a clean row dirty. Only such a delivery costs a write. */
export function becomesDirty(stored: StoredRow | null, next: InboxRow): boolean {
  if (!stored) return true;
  return !stored.dirty && !(isSameRow(stored, next) && isSameUnseen(stored.unseen, next.unseen));
}

/**
 * Whether a row that only a mention or a mark changes must be stored: the stored one is dirty, or
 * has another mark. Its head does not matter, because the guild has the head. A person who has read
 * nothing needs no row.
 */
export function settles(stored: StoredRow | null, next: InboxRow): boolean {
  if (!stored) return next.read > 0 || next.unreadFrom !== null;
  if (!isAtLeastAsNew(stored, next)) return false;
  return stored.dirty || !isSameRow({ ...stored, head: next.head }, next) || stored.mentions > 0;
}
