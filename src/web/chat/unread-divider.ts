// Where the "New" divider stands: placed once when a channel opens, and again when messages arrive while nobody looks. It stays put
// while they are read, so that it never moves under a reading eye.
import type { MessageView } from "../../sdk";

export interface DividerInput {
  messages: readonly MessageView[];
  me: string;
  /** My read mark. */
  read: number;
}

const isUnread = (message: MessageView, { me, read }: Omit<DividerInput, "messages">): boolean =>
  message.seq !== null && message.seq > read && message.author !== me && message.text !== null;

/** The first message of somebody else after my mark, or null where I have read everything. */
export const firstUnread = (source: DividerInput): MessageView | null =>
  source.messages.find((message) => isUnread(message, source)) ?? null;

/** Seq of the last confirmed message that is loaded; 0 where none is. */
export const newestSeq = (messages: readonly MessageView[]): number =>
  messages.findLast((message) => message.seq !== null)?.seq ?? 0;

export const countUnread = (source: DividerInput): number =>
  source.messages.reduce((count, message) => count + (isUnread(message, source) ? 1 : 0), 0);

/** The divider after a change: it moves only while nobody looks, and only to where the unread ones begin. */
export function placeDivider(current: string | null, isFocused: boolean, source: DividerInput): string | null {
  if (isFocused) return current;
  return firstUnread(source)?.key ?? current;
}
