// What was read needs no notification any more, whichever device it was read on.
import type { InboxEntry } from "../../sdk";
import type { Shown } from "../worker/shown";

/** Whether it tells of nothing unread. The row may be behind the notification: then it says nothing of it. */
export function isRead({ channel, life, seq }: Shown, entries: readonly InboxEntry[]): boolean {
  const row = entries.find(({ id }) => id === channel)?.row;
  if (row === undefined || row.life < life) return false;
  return row.life > life || row.read >= seq || (row.head >= seq && row.unread === 0 && row.unreadFrom === null);
}
