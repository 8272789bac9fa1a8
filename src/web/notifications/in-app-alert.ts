// When an open page alerts: on a new message of another person in a chat that sends notifications.
// The server stops counting at `unreadMax`. Beyond that a mention cannot be distinguished from
// other messages.
import { isQuietAt, limits, type Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { alertingIn, isSilenced } from "../app/unread";

/** Returns whether presence and quiet hours allow alerts. `now` is in epoch milliseconds. */
export const mayAlert = ({ presence, notifications: { quiet } }: Me, now: number): boolean =>
  presence !== "dnd" && (quiet === null || !isQuietAt(quiet, now));

/**
 * Returns the most recent chat with something new since the list was `before`; null if there is
 * none. `except` is the chat that the person looks at. `now` is in epoch milliseconds. What people
 * in `blocked` write alerts nobody.
 */
export function alertIn(
  before: readonly InboxEntry[],
  after: readonly InboxEntry[],
  me: string,
  except: string | null,
  now: number,
  blocked: ReadonlySet<string> = new Set(),
): InboxEntry | null {
  const known = new Map(before.map((entry) => [entry.id, entry]));
  const candidates = after.filter(
    (entry) =>
      entry.id !== except &&
      !isSilenced(entry, now) &&
      !blocked.has(entry.row.preview?.author ?? "") &&
      isNew(known.get(entry.id), entry, me),
  );
  return candidates.reduce<InboxEntry | null>(
    (newest, entry) => (newest && newest.row.at >= entry.row.at ? newest : entry),
    null,
  );
}

function isNew(known: InboxEntry | undefined, entry: InboxEntry, me: string): boolean {
  const { row } = entry;
  const counted = alertingIn(entry);
  if (counted === 0) return false;
  const isOfOthers = row.preview !== null && row.preview.author !== me;
  if (known === undefined) return isOfOthers;
  // A restored log has an earlier state, which is nothing new.
  if (known.row.epochNumber !== row.epochNumber || row.head <= known.row.head) return false;
  // Replies in threads are counted but have no preview. My own messages are never counted.
  if (counted > alertingIn(known)) return true;
  const isNewer = isOfOthers && isNewPreview(known, entry);
  return isNewer && (row.read > known.row.read || counted === limits.unreadMax);
}

/** Returns whether the preview of the list is newer than before. */
export const isNewPreview = (known: InboxEntry | undefined, { row }: InboxEntry): boolean =>
  row.preview !== null && row.preview.at > (known?.row.preview?.at ?? 0);
