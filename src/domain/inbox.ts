// How the rows of one channel are ordered, and when a stored row has to be written: only when it stops or starts being true.
import type { InboxRow } from "../protocol";

type Place = Pick<InboxRow, "life" | "head" | "read">;

/** Whether `next` is at least as new as `known`. */
export function isNewer(known: Place, next: Place): boolean {
  if (next.life !== known.life) return next.life > known.life;
  return next.head !== known.head ? next.head > known.head : next.read >= known.read;
}

/** What a row's other fields follow from. */
export type InboxRowPosition = Pick<InboxRow, "life" | "head" | "read" | "unreadFrom">;

/** Whether two rows of a channel say the same. */
export const isSameRow = (known: InboxRowPosition, next: InboxRowPosition): boolean =>
  known.life === next.life &&
  known.head === next.head &&
  known.read === next.read &&
  known.unreadFrom === next.unreadFrom;

export interface StoredRow extends InboxRow {
  /** The row is behind its channel, which must be asked when a device connects. */
  dirty: boolean;
}

/** Whether a signal makes a stored row go stale for the first time: the one case in which it costs a write. */
export function becomesDirty(stored: StoredRow | null, next: InboxRow): boolean {
  if (!stored) return true;
  return !stored.dirty && !isSameRow(stored, next);
}
