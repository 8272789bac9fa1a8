// How the rows of one channel are ordered, and when a stored row has to be written: only when it stops or starts being true.
import type { InboxRow } from "../protocol";

/** Whether `next` is at least as new as `known`. */
export function isNewer(known: Pick<InboxRow, "head" | "read">, next: Pick<InboxRow, "head" | "read">): boolean {
  return next.head !== known.head ? next.head > known.head : next.read >= known.read;
}

export interface StoredRow extends InboxRow {
  /** The row is behind its channel, which must be asked when a device connects. */
  dirty: boolean;
}

/** Whether a signal makes a stored row go stale for the first time: the one case in which it costs a write. */
export function becomesDirty(stored: StoredRow | null, next: InboxRow): boolean {
  if (!stored) return true;
  if (stored.dirty) return false;
  return stored.head !== next.head || stored.read !== next.read;
}
