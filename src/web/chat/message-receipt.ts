// Whether a message of mine was delivered and read.
import type { ChannelKindRules } from "../../protocol";

export interface MessageReceipt {
  state: "sent" | "delivered" | "read";
  /** What the kind of channel shows: the state alone, or also who has read the message. */
  shows: ChannelKindRules["receipts"];
  /** Who has read it, without me. */
  readers: readonly string[];
}

export interface ReceiptMarks {
  reads: Readonly<Record<string, number>>;
  delivered: Readonly<Record<string, number>>;
}

const those = (marks: Readonly<Record<string, number>>, seq: number, me: string): string[] =>
  Object.keys(marks).filter((user) => user !== me && (marks[user] ?? 0) >= seq);

/**
 * Returns the receipt of a message. A message is read or delivered as soon as this is true for one
 * other member. `readers` has all members who have read it.
 */
export function receiptOf(
  seq: number | null,
  { reads, delivered }: ReceiptMarks,
  me: string,
  shows: ChannelKindRules["receipts"],
): MessageReceipt {
  if (seq === null) return { state: "sent", shows, readers: [] };
  const readers = those(reads, seq, me);
  if (readers.length > 0) return { state: "read", shows, readers };
  return { state: those(delivered, seq, me).length > 0 ? "delivered" : "sent", shows, readers };
}

/** Compares by value, so that rows do not render again. */
export const isSameReceipt = (one: MessageReceipt | null, other: MessageReceipt | null): boolean =>
  one === other ||
  (one !== null &&
    other !== null &&
    one.state === other.state &&
    one.shows === other.shows &&
    one.readers.join() === other.readers.join());
