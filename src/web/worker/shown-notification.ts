// What a notification on the screen is about: kept with it, and read again when it is touched.
import type { PushNote } from "../../protocol";
import type { InboxEntry } from "../../sdk";

export interface ShownNotification {
  key: string;
  channel: string;
  /** Of the channel's log: places of one life say nothing of another. */
  life: number;
  /** For whom it is. */
  user: string;
  /** The message it opens. */
  seq: number;
  /** Everything up to there is told with it. */
  through: number;
  thread: number | null;
  unread: number;
}

/** Null for a notification that tells of no channel: what could not be sent is about one, and tells nothing of it. */
export function shownIn({ data }: Pick<Notification, "data">): ShownNotification | null {
  const value: unknown = data;
  if (typeof value !== "object" || value === null || "unsent" in value) return null;
  const fields: Partial<Record<keyof ShownNotification, unknown>> = value;
  const { key, channel, life, user, seq, through, thread, unread } = fields;
  if (typeof key !== "string" || typeof channel !== "string" || typeof seq !== "number") return null;
  if (typeof life !== "number" || typeof user !== "string") return null;
  return {
    ...{ key, channel, life, user, seq },
    through: typeof through === "number" ? through : seq,
    thread: typeof thread === "number" ? thread : null,
    unread: typeof unread === "number" ? unread : 1,
  };
}

/** What is remembered of the last one of a channel: another life may give the same key again. */
export const markOf = ({ life, key }: Pick<ShownNotification, "life" | "key">): string => `${life} ${key}`;

/** Whether it is worth showing beside what the screen has of its channel, and what it had last. */
export function isNew(
  note: Extract<PushNote, { type: "show" }>,
  shown: readonly ShownNotification[],
  last: string | null,
): boolean {
  const here = shown.find(({ channel, life }) => channel === note.channel && life === note.life);
  return markOf(note) !== last && note.key !== here?.key && (here === undefined || here.through <= note.through);
}

/** Whether it is to go when everything up to there is read, or that message is gone. */
export const isOver = (
  shown: ShownNotification,
  { channel, life, seq }: Pick<ShownNotification, "channel" | "life" | "seq">,
): boolean => shown.channel === channel && (shown.life !== life || shown.through <= seq);

/**
 * Whether the notification tells of nothing unread. An inbox row that is behind the notification does
 * not decide it.
 */
export function isRead({ channel, life, seq }: ShownNotification, entries: readonly InboxEntry[]): boolean {
  const row = entries.find(({ id }) => id === channel)?.row;
  if (row === undefined || row.life < life) return false;
  return row.life > life || row.read >= seq || (row.head >= seq && row.unread === 0 && row.unreadFrom === null);
}
