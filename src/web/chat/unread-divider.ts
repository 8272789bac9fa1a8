// The position of the "New" divider. It is placed when a channel opens, and again when messages
// arrive while the page is not focused. It does not move while messages are read.
import type { MessageView } from "../../sdk";

export interface DividerInput {
  messages: readonly MessageView[];
  me: string;
  /** My read mark. */
  read: number;
}

const isUnread = (message: MessageView, { me, read }: Omit<DividerInput, "messages">): boolean =>
  message.seq !== null && message.seq > read && message.author !== me && message.state === "live";

/**
 * Returns the first message of another person after my read mark; null if I have read everything.
 */
export const firstUnread = (source: DividerInput): MessageView | null =>
  source.messages.find((message) => isUnread(message, source)) ?? null;

/** Returns the seq of the last confirmed message that is loaded; 0 if there is none. */
export const newestSeq = (messages: readonly MessageView[]): number =>
  messages.findLast((message) => message.seq !== null)?.seq ?? 0;

export const countUnread = (source: DividerInput): number =>
  source.messages.reduce((count, message) => count + (isUnread(message, source) ? 1 : 0), 0);

/**
 * Returns the divider after a change. It moves only while the page is not focused, to the first
 * unread message.
 */
export function placeDivider(current: string | null, isFocused: boolean, source: DividerInput): string | null {
  if (isFocused) return current;
  return firstUnread(source)?.key ?? current;
}
