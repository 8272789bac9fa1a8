// What a page that is open calls attention to: something new that I did not say, in a chat that may tell me. Counts end at a hundred: beyond
// that a call among many messages is not told from the others.
import { isQuietAt, limits, type Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { isSilenced } from "../app/unread";

/** Whether I may be told of anything. `now` in epoch milliseconds. */
export const mayAlert = ({ presence, notifications: { quiet } }: Me, now: number): boolean =>
  presence !== "dnd" && (quiet === null || !isQuietAt(quiet, now));

/**
 * The most recent chat with news since the list was `before`; null where there is none. `except`: the one that somebody is looking at.
 * `now` in epoch milliseconds.
 */
export function alertIn(
  before: readonly InboxEntry[],
  after: readonly InboxEntry[],
  me: string,
  except: string | null,
  now: number,
): InboxEntry | null {
  const known = new Map(before.map((entry) => [entry.id, entry]));
  const news = after.filter(
    (entry) => entry.id !== except && !isSilenced(entry, now) && isNew(known.get(entry.id), entry, me),
  );
  return news.reduce<InboxEntry | null>(
    (newest, entry) => (newest && newest.row.at >= entry.row.at ? newest : entry),
    null,
  );
}

/** What may call me of what is unread. */
const countedOf = ({ row, level }: InboxEntry): number => (level === "mentions" ? row.mentions : row.unread);

function isNew(known: InboxEntry | undefined, entry: InboxEntry, me: string): boolean {
  const { row } = entry;
  const counted = countedOf(entry);
  if (counted === 0) return false;
  const isOfOthers = row.preview !== null && row.preview.author !== me;
  if (known === undefined) return isOfOthers;
  // An earlier state that was restored is nothing new.
  if (known.row.life !== row.life || row.head <= known.row.head) return false;
  // Replies in threads are counted, and are no preview; what I say myself is never counted.
  if (counted > countedOf(known)) return true;
  const isNewer = isOfOthers && isNewPreview(known, entry);
  return isNewer && (row.read > known.row.read || counted === limits.unreadMax);
}

/** Whether something was said since that the list shows. */
export const isNewPreview = (known: InboxEntry | undefined, { row }: InboxEntry): boolean =>
  row.preview !== null && row.preview.at > (known?.row.preview?.at ?? 0);
