// Unread messages by channel, for the number on the app's icon. The page writes the counts, and the
// worker updates them while no page is open. A channel without a count has none.

interface Count {
  unread: number;
  /** The count includes everything up to this seq, in the log with this epoch number. */
  through: number;
  epochNumber: number;
}
type Place = Pick<Count, "through" | "epochNumber">;

export type BadgeCounts = Readonly<Record<string, Count | undefined>>;

const isCount = (value: unknown): value is Count =>
  typeof value === "object" &&
  value !== null &&
  ["unread", "through", "epochNumber"].every((field) => Number.isSafeInteger(Reflect.get(value, field)));

/** Reads the stored counts; empty if nothing is stored. */
export function readBadgeCounts(stored: string | null): BadgeCounts {
  try {
    const value: unknown = JSON.parse(stored ?? "{}");
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(entries.filter(([, count]) => isCount(count)));
  } catch {
    return {};
  }
}

/** Takes the count of a notification. A late notification does not lower a newer count. */
export function withNotification(
  counts: BadgeCounts,
  channel: string,
  { unread, through, epochNumber }: Count,
): BadgeCounts {
  const known = counts[channel];
  if (known?.epochNumber === epochNumber && known.through > through) return counts;
  return { ...counts, [channel]: { unread: Math.max(1, unread), through, epochNumber } };
}

/** Removes the count of a channel that was read up to `through`. */
export function withRead(counts: BadgeCounts, channel: string, { through, epochNumber }: Place): BadgeCounts {
  const known = counts[channel];
  return known?.epochNumber === epochNumber && known.through > through ? counts : { ...counts, [channel]: undefined };
}

export const totalOf = (counts: BadgeCounts): number =>
  Object.values(counts).reduce((sum, count) => sum + (count?.unread ?? 0), 0);
