// What a notification on the screen is about: kept with it, and read again when it is touched.
import type { PushNote } from "../../protocol";

export interface Shown {
  key: string;
  channel: string;
  /** The message it opens. */
  seq: number;
  /** Everything up to there is told with it. */
  through: number;
  thread: number | null;
  unread: number;
}

/** Null for a notification that is about no channel. */
export function shownIn({ data }: Pick<Notification, "data">): Shown | null {
  const value: unknown = data;
  if (typeof value !== "object" || value === null) return null;
  const fields: Partial<Record<keyof Shown, unknown>> = value;
  const { key, channel, seq, through, thread, unread } = fields;
  if (typeof key !== "string" || typeof channel !== "string" || typeof seq !== "number") return null;
  return {
    ...{ key, channel, seq },
    through: typeof through === "number" ? through : seq,
    thread: typeof thread === "number" ? thread : null,
    unread: typeof unread === "number" ? unread : 1,
  };
}

/** Whether it is worth showing beside what the screen has of its channel, and what it had last. */
export function isNews(
  note: Extract<PushNote, { type: "show" }>,
  shown: readonly Shown[],
  last: string | null,
): boolean {
  const here = shown.find(({ channel }) => channel === note.channel);
  return note.key !== last && note.key !== here?.key && (here === undefined || here.through <= note.through);
}

/** Whether it is to go when everything up to there is read, or that message is gone. */
export const isOver = (shown: Shown, { channel, seq }: { channel: string; seq: number }): boolean =>
  shown.channel === channel && shown.through <= seq;

/** The number on the app's icon. */
export const unreadIn = (shown: readonly Shown[]): number => shown.reduce((sum, { unread }) => sum + unread, 0);
