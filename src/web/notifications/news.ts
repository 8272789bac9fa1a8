// What a page that is open calls attention to: something new that I did not say, in a chat that may tell me.
import { limits } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { isSilent } from "../app/unread";

/**
 * The most recent chat with news since the list was `before`; null where there is none. `except`: the one that somebody is looking at.
 * `now` in epoch milliseconds.
 */
export function newsIn(
  before: readonly InboxEntry[],
  after: readonly InboxEntry[],
  me: string,
  except: string | null,
  now: number,
): InboxEntry | null {
  const known = new Map(before.map((entry) => [entry.id, entry]));
  const news = after.filter((entry) => entry.id !== except && isNews(known.get(entry.id), entry, me, now));
  return news.reduce<InboxEntry | null>(
    (newest, entry) => (newest && newest.row.at >= entry.row.at ? newest : entry),
    null,
  );
}

function isNews(known: InboxEntry | undefined, entry: InboxEntry, me: string, now: number): boolean {
  const { row, level } = entry;
  if (row.preview === null || row.preview.author === me || isSilent(entry, now)) return false;
  const counted = level === "mentions" ? row.mentions : row.unread;
  if (known === undefined) return counted > 0;
  // An earlier state that was restored is nothing new.
  if (known.row.life !== row.life || row.head <= known.row.head) return false;
  const before = level === "mentions" ? known.row.mentions : known.row.unread;
  const isNewer = row.preview.at > (known.row.preview?.at ?? 0);
  return counted > before || (counted === limits.unreadMax && isNewer);
}
