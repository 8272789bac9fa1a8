// How many unread messages each channel has, for the number on the app's icon: the page says so, and the worker keeps it up while no page is
// there. A channel that is unknown has none.

interface Count {
  unread: number;
  /** It counts everything up to there, in that life of the channel's log. */
  through: number;
  life: number;
}
type Place = Pick<Count, "through" | "life">;

export type BadgeCounts = Readonly<Record<string, Count | undefined>>;

const isCount = (value: unknown): value is Count =>
  typeof value === "object" &&
  value !== null &&
  ["unread", "through", "life"].every((field) => Number.isSafeInteger(Reflect.get(value, field)));

/** Empty where nothing was kept. */
export function readBadgeCounts(stored: string | null): BadgeCounts {
  try {
    const value: unknown = JSON.parse(stored ?? "{}");
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(entries.filter(([, count]) => isCount(count)));
  } catch {
    return {};
  }
}

/** A notification says how many there are; one that came late says nothing of what was counted after it. */
export function withNotification(tally: BadgeCounts, channel: string, { unread, through, life }: Count): BadgeCounts {
  const known = tally[channel];
  if (known?.life === life && known.through > through) return tally;
  return { ...tally, [channel]: { unread: Math.max(1, unread), through, life } };
}

/** Everything up to there is read. */
export function withRead(tally: BadgeCounts, channel: string, { through, life }: Place): BadgeCounts {
  const known = tally[channel];
  return known?.life === life && known.through > through ? tally : { ...tally, [channel]: undefined };
}

export const totalOf = (tally: BadgeCounts): number =>
  Object.values(tally).reduce((sum, count) => sum + (count?.unread ?? 0), 0);
