// What a notification on the screen is about. It is stored in the notification's `data`.
import type { PushNote } from "../../protocol";
import type { InboxEntry } from "../../sdk";

export interface ShownNotification {
  key: string;
  channel: string;
  /** The epoch number of the channel's log. Seqs of different epochs are not comparable. */
  epochNumber: number;
  /** The account that it was sent to. */
  user: string;
  /** The message that a click opens. */
  seq: number;
  /** The notification covers everything up to this seq. */
  through: number;
  thread: number | null;
  unread: number;
  /** What it rewords, as in `PushNote`. */
  rewords?: { key: string; version: number } | undefined;
}

/**
 * Returns what a notification is about; null if it covers no message, such as that of an unsent
 * reply.
 */
export function shownIn({ data }: Pick<Notification, "data">): ShownNotification | null {
  const value: unknown = data;
  if (typeof value !== "object" || value === null || "unsent" in value) return null;
  const fields: Partial<Record<keyof ShownNotification, unknown>> = value;
  const { key, channel, epochNumber, user, seq, through, thread, unread, rewords } = fields;
  if (typeof key !== "string" || typeof channel !== "string" || typeof seq !== "number") return null;
  if (typeof epochNumber !== "number" || typeof user !== "string") return null;
  return {
    ...{ key, channel, epochNumber, user, seq },
    through: typeof through === "number" ? through : seq,
    thread: typeof thread === "number" ? thread : null,
    unread: typeof unread === "number" ? unread : 1,
    ...rewordsOf(rewords),
  };
}

function rewordsOf(value: unknown): Pick<ShownNotification, "rewords"> {
  if (typeof value !== "object" || value === null) return {};
  const { key, version }: { key?: unknown; version?: unknown } = value;
  return typeof key === "string" && typeof version === "number" ? { rewords: { key, version } } : {};
}

/** Identifies the last notification of a channel. Another epoch may reuse its key. */
export const idOf = ({ epochNumber, key }: Pick<ShownNotification, "epochNumber" | "key">): string =>
  `${epochNumber} ${key}`;

/**
 * How a push is shown: `new` with a sound; `reworded` without one, in place of what is on the
 * screen; `known` not at all.
 */
type Showing = "new" | "reworded" | "known";

/** Decides by what is on the screen and by the last notification of the channel, as its `idOf`. */
export function showingOf(
  note: Extract<PushNote, { type: "show" }>,
  shown: readonly ShownNotification[],
  last: string | null,
): Showing {
  const current = shown.find(
    ({ channel, epochNumber }) => channel === note.channel && epochNumber === note.epochNumber,
  );
  const first = firstKeyOf(note);
  if (!current) {
    // The person has dismissed it, in this wording or another.
    return last !== null && firstIdOf(last) === idOf({ ...note, key: first }) ? "known" : "new";
  }
  if (firstKeyOf(current) === first)
    return (note.rewords?.version ?? 0) > (current.rewords?.version ?? 0) ? "reworded" : "known";
  return idOf(note) !== last && current.through <= note.through ? "new" : "known";
}

/** Returns the key of the notification before it was reworded. */
const firstKeyOf = ({ key, rewords }: Pick<ShownNotification, "key" | "rewords">): string => rewords?.key ?? key;

/**
 * Returns what identifies a notification before it was reworded. A rewording adds `~` and a
 * version.
 */
const firstIdOf = (id: string): string => id.split("~", 1)[0] ?? id;

/**
 * Returns whether the notification closes when the channel was read up to `seq`, or that message
 * was deleted.
 */
export const isCoveredBy = (
  shown: ShownNotification,
  { channel, epochNumber, seq }: Pick<ShownNotification, "channel" | "epochNumber" | "seq">,
): boolean => shown.channel === channel && (shown.epochNumber !== epochNumber || shown.through <= seq);

/**
 * Returns whether the notification covers nothing unread. An inbox row that is behind the
 * notification does not decide this.
 */
export function isRead(
  { channel, epochNumber, seq, through }: ShownNotification,
  entries: readonly InboxEntry[],
): boolean {
  const row = entries.find(({ id }) => id === channel)?.row;
  if (row === undefined || row.epochNumber < epochNumber) return false;
  if (row.epochNumber > epochNumber) return true;
  // The read mark may have passed a message that the person has not seen.
  if (row.head < through || row.unseen?.some((unseen) => unseen.seq === seq)) return false;
  return row.read >= seq || (row.unread === 0 && row.unreadFrom === null);
}
