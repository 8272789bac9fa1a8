// Words that were typed into a notification and could not be sent: kept with the one that says so, and handed to the page by a click.

import { shownIn } from "./shown-notification";

export interface UnsentReply {
  /** Whose words they are. */
  user: string;
  channel: string;
  /** The message they answer. */
  seq: number;
  thread: number | null;
  text: string;
}

function readUnsent(value: unknown): UnsentReply | null {
  if (typeof value !== "object" || value === null) return null;
  const { user, channel, seq, thread, text }: Partial<Record<keyof UnsentReply, unknown>> = value;
  if (typeof user !== "string" || typeof channel !== "string" || typeof seq !== "number" || typeof text !== "string")
    return null;
  return { user, channel, seq, thread: typeof thread === "number" ? thread : null, text };
}

/** Null for any other notification. */
export function unsentIn({ data }: Pick<Notification, "data">): UnsentReply | null {
  const value: unknown = data;
  return typeof value === "object" && value !== null && "unsent" in value ? readUnsent(value.unsent) : null;
}

/** For whom a notification is; null where it is for whoever is here. */
export const ownerOf = (notification: Pick<Notification, "data">): string | null =>
  (shownIn(notification) ?? unsentIn(notification))?.user ?? null;

/** All that wait for the page; none where that cannot be read. */
export function readUnsentReplies(stored: string | null): UnsentReply[] {
  try {
    const value: unknown = JSON.parse(stored ?? "[]");
    return Array.isArray(value) ? value.flatMap((one: unknown) => readUnsent(one) ?? []) : [];
  } catch {
    return [];
  }
}
