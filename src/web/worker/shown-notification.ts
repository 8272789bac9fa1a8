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
}

/**
 * Returns what a notification is about; null if it covers no message, such as that of an unsent
 * reply.
 */
export function shownIn({ data }: Pick<Notification, "data">): ShownNotification | null {
  const value: unknown = data;
  if (typeof value !== "object" || value === null || "unsent" in value) return null;
  const fields: Partial<Record<keyof ShownNotification, unknown>> = value;
  const { key, channel, epochNumber, user, seq, through, thread, unread } = fields;
  if (typeof key !== "string" || typeof channel !== "string" || typeof seq !== "number") return null;
  if (typeof epochNumber !== "number" || typeof user !== "string") return null;
  return {
    ...{ key, channel, epochNumber, user, seq },
    through: typeof through === "number" ? through : seq,
    thread: typeof thread === "number" ? thread : null,
    unread: typeof unread === "number" ? unread : 1,
  };
}

/** Identifies the last notification of a channel. Another epoch may reuse its key. */
export const idOf = ({ epochNumber, key }: Pick<ShownNotification, "epochNumber" | "key">): string =>
  `${epochNumber} ${key}`;

/**
 * Returns whether a push is newer than what is on the screen, and newer than the last notification
 * of its channel.
 */
export function isNew(
  note: Extract<PushNote, { type: "show" }>,
  shown: readonly ShownNotification[],
  last: string | null,
): boolean {
  const current = shown.find(
    ({ channel, epochNumber }) => channel === note.channel && epochNumber === note.epochNumber,
  );
  return idOf(note) !== last && note.key !== current?.key && (current === undefined || current.through <= note.through);
}

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
export function isRead({ channel, epochNumber, seq }: ShownNotification, entries: readonly InboxEntry[]): boolean {
  const row = entries.find(({ id }) => id === channel)?.row;
  if (row === undefined || row.epochNumber < epochNumber) return false;
  return (
    row.epochNumber > epochNumber || row.read >= seq || (row.head >= seq && row.unread === 0 && row.unreadFrom === null)
  );
}
