// A reply that was typed into a notification and could not be sent. It is stored in the
// notification that reports it, and a click passes it to the page.

import { ringIn } from "./ring-note";
import { shownIn } from "./shown-notification";

export interface UnsentReply {
  /** The author of the reply. */
  user: string;
  channel: string;
  /** The message that it answers. */
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

/** Returns the reply in a notification; null for any other notification. */
export function unsentIn({ data }: Pick<Notification, "data">): UnsentReply | null {
  const value: unknown = data;
  return typeof value === "object" && value !== null && "unsent" in value ? readUnsent(value.unsent) : null;
}

/** Returns the account of a notification; null if it belongs to no account. */
export const ownerOf = (notification: Pick<Notification, "data">): string | null =>
  (shownIn(notification) ?? unsentIn(notification) ?? ringIn(notification))?.user ?? null;

/** Returns the replies that wait for the page; empty if they cannot be read. */
export function readUnsentReplies(stored: string | null): UnsentReply[] {
  try {
    const value: unknown = JSON.parse(stored ?? "[]");
    return Array.isArray(value) ? value.flatMap((one: unknown) => readUnsent(one) ?? []) : [];
  } catch {
    return [];
  }
}
