// Archives the deletion of messages that a purge has hidden, once they are clean. The entry of a
// purge may stand for more of them than fit into a batch, so each range has a cursor of its own.
import type { ArchivedEntry } from "../../domain/archive";
import type { Purges } from "../log/purges";

/** Stores cleaned messages again by `put`, batch by batch, as long as `mayContinue` says so. */
export async function archivePurged(
  purges: Pick<Purges, "unarchived">,
  limit: number,
  put: (messages: readonly ArchivedEntry[]) => Promise<void>,
  mayContinue: () => boolean,
): Promise<void> {
  while (mayContinue()) {
    const cleaned = purges.unarchived(limit);
    if (!cleaned) return;
    if (cleaned.messages.length > 0) await put(cleaned.messages);
    cleaned.archived();
  }
}
