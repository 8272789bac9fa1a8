// How far a message of mine has come with the others.
export interface MessageReceipt {
  state: "sent" | "delivered" | "read";
  isGroup: boolean;
  /** Who has read it, myself left out. */
  readers: readonly string[];
}

export interface ReceiptMarks {
  reads: Readonly<Record<string, number>>;
  delivered: Readonly<Record<string, number>>;
}

const those = (marks: Readonly<Record<string, number>>, seq: number, me: string): string[] =>
  Object.keys(marks).filter((user) => user !== me && (marks[user] ?? 0) >= seq);

/** Read or delivered as soon as it is so for one of the others; `readers` tells how many. */
export function receiptOf(
  seq: number | null,
  { reads, delivered }: ReceiptMarks,
  me: string,
  isGroup: boolean,
): MessageReceipt {
  if (seq === null) return { state: "sent", isGroup, readers: [] };
  const readers = those(reads, seq, me);
  if (readers.length > 0) return { state: "read", isGroup, readers };
  return { state: those(delivered, seq, me).length > 0 ? "delivered" : "sent", isGroup, readers };
}

/** For rows that must stay as they are while nothing about them changes. */
export const isSameReceipt = (one: MessageReceipt | null, other: MessageReceipt | null): boolean =>
  one === other ||
  (one !== null &&
    other !== null &&
    one.state === other.state &&
    one.isGroup === other.isGroup &&
    one.readers.join() === other.readers.join());
